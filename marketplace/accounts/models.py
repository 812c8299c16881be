"""Tables of people, their roles in an alliance, their sessions and one-time codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.states import AllianceRole, CodePurpose
from marketplace.foundation.database import Base


class Person(Base):
    """Anyone who can sign in, by phone number or e-mail address."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="reachable"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str]
    phone: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(default="vi")
    alliance_role: Mapped[AllianceRole | None]
    totp_secret: Mapped[str | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)
    contact_confirmed_at: Mapped[datetime | None]
    terms_version: Mapped[str | None]
    terms_accepted_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    suspended_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)

    provinces: Mapped[list[OfficerProvince]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="OfficerProvince.province_code"
    )

    # What Flask-Login asks of a person.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.suspended_at is None

    def get_id(self) -> str:
        return str(self.id)

    @property
    def contacts(self) -> list[str]:
        """Where he can be reached, and what he signs in with."""
        return [contact for contact in (self.phone, self.email) if contact]

    @property
    def needs_second_factor(self) -> bool:
        """Obligatory for whoever decides over others."""
        return self.alliance_role is not None

    @property
    def province_codes(self) -> frozenset[str]:
        return frozenset(row.province_code for row in self.provinces)


class OfficerProvince(Base):
    """One province that an officer answers for; an Alliance covers a set of them since the 2025 mergers."""

    __tablename__ = "officer_province"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), primary_key=True)


class WebSession(Base):
    """One browser's session. The cookie holds a random token, the table its digest: a stolen table opens nothing."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    user_agent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class OneTimeCode(Base):
    """A short code for one contact, asked for by one browser; kept as a digest, for minutes, for a few tries, once.

    The row is written for unknown contacts too, so that nobody learns from the answer or its time who has an account.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (Index("ix_one_time_code_contact", "contact", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[CodePurpose]
    contact: Mapped[str]
    language: Mapped[str] = mapped_column(default="vi")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str] = mapped_column(default="")  # empty until a code was sent
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Registration(Base):
    """Somebody who wants an account and has not yet proved that the contact is his."""

    __tablename__ = "registration"

    one_time_code_id: Mapped[int] = mapped_column(
        ForeignKey("one_time_code.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    full_name: Mapped[str]
    password_hash: Mapped[str]
    terms_version: Mapped[str]
