"""Tables of certificates, what they cover, their papers and the reminders already sent."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.certificates.states import IssuerLevel, Review
from marketplace.foundation.database import Base


class Certificate(Base):
    """One certificate of one holder. It counts on a day only when verified and within its dates on that day."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_to", name="dates"),
        CheckConstraint("stars IS NULL OR stars BETWEEN 3 AND 5", name="stars"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    scheme: Mapped[str] = mapped_column(index=True)
    number: Mapped[str]
    holder: Mapped[str]
    issuer_name: Mapped[str]
    issuer_level: Mapped[IssuerLevel]
    decision_no: Mapped[str] = mapped_column(default="")
    stars: Mapped[int | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    place: Mapped[str] = mapped_column(default="")
    area_m2: Mapped[int | None]
    expected_yield_kg_per_year: Mapped[int | None]
    households_count: Mapped[int | None]
    last_surveillance_on: Mapped[date | None]
    # No index on review or dates: nearly all rows pass them, and a planner without statistics would start there.
    review: Mapped[Review] = mapped_column(default=Review.PENDING)
    review_note: Mapped[str] = mapped_column(default="")
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    scope: Mapped[list[CertificateScope]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="CertificateScope.id"
    )
    files: Mapped[list[CertificateFile]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="CertificateFile.id"
    )

    def counts_on(self, day: date) -> bool:
        return self.review == Review.VERIFIED and self.valid_from <= day <= self.valid_to


class CertificateScope(Base):
    """One product (OCOP: the name exactly as certified), species or variety that the certificate covers."""

    __tablename__ = "certificate_scope"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    name: Mapped[str]
    folded: Mapped[str]


class CertificateFile(Base):
    """A scan of the paper."""

    __tablename__ = "certificate_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    file_key: Mapped[str]
    file_name: Mapped[str]
    content_type: Mapped[str]


class CertificateReminder(Base):
    """The cooperative was told once that this certificate ends in so many days."""

    __tablename__ = "certificate_reminder"
    __table_args__ = (UniqueConstraint("certificate_id", "valid_to", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    valid_to: Mapped[date]
    days: Mapped[int]
    sent_at: Mapped[datetime]
