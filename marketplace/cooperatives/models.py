"""Tables of cooperatives, who works in them, whom they invited, and the papers of their application."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.cooperatives.states import Admission, CooperativeKind, MemberRole, Sector, VatMethod
from marketplace.foundation.database import Base


class Cooperative(Base):
    """A cooperative with what identifies it (domain.md 1.3). `tax_code` is its registration number as well."""

    __tablename__ = "cooperative"
    __table_args__ = (CheckConstraint("members_count >= 0 AND land_area_m2 >= 0", name="counts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[CooperativeKind] = mapped_column(default=CooperativeKind.COOPERATIVE)
    legal_name: Mapped[str]
    short_name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(index=True)
    folded: Mapped[str]
    tax_code: Mapped[str] = mapped_column(unique=True)
    legacy_registration_no: Mapped[str] = mapped_column(default="")
    registered_on: Mapped[date | None]
    registered_at: Mapped[str] = mapped_column(default="")
    representative_name: Mapped[str]
    representative_title: Mapped[str] = mapped_column(default="")
    representative_phone: Mapped[str] = mapped_column(default="")
    address_line: Mapped[str]
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), index=True)
    phone: Mapped[str]
    zalo_phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    members_count: Mapped[int] = mapped_column(default=0)
    households_count: Mapped[int] = mapped_column(default=0)
    land_area_m2: Mapped[int] = mapped_column(default=0)
    sector: Mapped[Sector] = mapped_column(default=Sector.AGRICULTURE)
    main_products: Mapped[str] = mapped_column(default="")
    is_alliance_member: Mapped[bool] = mapped_column(default=False)
    alliance_since_year: Mapped[int | None]
    bank_bin: Mapped[str] = mapped_column(default="")
    bank_account: Mapped[str] = mapped_column(default="")
    bank_account_name: Mapped[str] = mapped_column(default="")
    vat_method: Mapped[VatMethod] = mapped_column(default=VatMethod.DIRECT)
    story: Mapped[str] = mapped_column(default="")
    cover: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    union_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative.id"))
    admission: Mapped[Admission] = mapped_column(default=Admission.DRAFT, index=True)
    admission_note: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def is_open(self) -> bool:
        """Seen by the public and allowed to sell."""
        return self.admission == Admission.VERIFIED


class Membership(Base):
    """A person works for a cooperative."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("cooperative_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[MemberRole]
    created_at: Mapped[datetime]


class Invitation(Base):
    """A link sent to a phone number or e-mail address; whoever opens it signed in joins, once."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    contact: Mapped[str]
    role: Mapped[MemberRole]
    token_digest: Mapped[str] = mapped_column(unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class CooperativeDocument(Base):
    """A paper handed in with the application: registration certificate, food-safety paper, commitment."""

    __tablename__ = "cooperative_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    kind: Mapped[str]
    file_key: Mapped[str]
    file_name: Mapped[str]
    content_type: Mapped[str]
    created_at: Mapped[datetime]
