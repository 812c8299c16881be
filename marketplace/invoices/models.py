"""Tables of the invoices that buyers want, what was issued for them with its files, and reminders sent."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.foundation.database import Base

STANDS = text("replaced_at IS NULL")


class Invoice(Base):
    """A buyer wants an invoice for what one cooperative sends. Whom it is for stands as he typed it when he ordered."""

    __tablename__ = "invoice"
    __table_args__ = (Index("ix_invoice_desk", "cooperative_id", "issued_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_order_id: Mapped[int] = mapped_column(ForeignKey("cooperative_order.id"), unique=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    company: Mapped[str]
    tax_code: Mapped[str]
    address: Mapped[str]
    email: Mapped[str]
    asked_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]

    papers: Mapped[list[InvoicePaper]] = relationship(lazy="selectin", order_by="InvoicePaper.id")

    @property
    def paper(self) -> InvoicePaper | None:
        """The one that stands."""
        return next((one for one in self.papers if one.replaced_at is None), None)


class InvoicePaper(Base):
    """An invoice as the cooperative issued it. One that was replaced stays, with the reason; only one stands."""

    __tablename__ = "invoice_paper"
    __table_args__ = (
        Index("uq_invoice_paper_stands", "invoice_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    series: Mapped[str]
    number: Mapped[str]
    issued_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    replaced_why: Mapped[str] = mapped_column(default="")

    files: Mapped[list[InvoiceFile]] = relationship(lazy="selectin", order_by="InvoiceFile.id")


class InvoiceFile(Base):
    """The invoice as XML, which is the one that counts before the tax office, or as the PDF that people read."""

    __tablename__ = "invoice_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("invoice_paper.id"), index=True)
    file_key: Mapped[str]
    file_name: Mapped[str]
    content_type: Mapped[str]


class InvoiceReminder(Base):
    """The cooperative was told once that so many days after delivery the buyer had no invoice."""

    __tablename__ = "invoice_reminder"
    __table_args__ = (UniqueConstraint("invoice_id", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    days: Mapped[int]
    sent_at: Mapped[datetime]
