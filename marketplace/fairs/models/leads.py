"""Visitors who want to hear from a stall."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base


class Lead(Base):
    """Somebody left his number with one stall, and agreed in these words that its cooperative calls him.

    Consent is kept provably (Law 91/2025/QH15: who, when, which words); taken back, what names him is gone at once, and
    so it is after a year.
    """

    __tablename__ = "fair_lead"
    __table_args__ = (Index("ix_fair_lead_booth", "booth_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"))
    name: Mapped[str]
    phone: Mapped[str]
    wants: Mapped[str]
    consent_words: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)  # of the form it came from; the second press writes nothing
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
