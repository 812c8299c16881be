"""Tables of machines: the tokens that they show, and the documents that they sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.epcis.states import ErrorBehaviour
from marketplace.foundation.database import Base


class ApiToken(Base):
    """A machine's key to one cooperative's events. Shown once; only its digest is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class EpcisCapture(Base):
    """One document that a machine sent, and what became of it; without `finished_at` it is still being worked on."""

    __tablename__ = "epcis_capture"
    __table_args__ = (Index("ix_epcis_capture_of_cooperative", "cooperative_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"))
    behaviour: Mapped[ErrorBehaviour]
    document: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    captured: Mapped[int] = mapped_column(default=0)  # events that are in the record now
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
