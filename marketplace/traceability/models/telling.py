"""Tables of trace events: what was told of lots, sealed in the log and never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.traceability.states import ErrorReason, EventKind, ItemRole


class TraceEvent(Base):
    """One EPCIS 2.0 event. `document` is its JSON exactly as sealed; the columns repeat what is searched for."""

    __tablename__ = "trace_event"
    __table_args__ = (Index("ix_trace_event_time", "event_time", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(unique=True)  # the CBV 2.0 hash: the same event told twice is one event
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    kind: Mapped[EventKind]
    event_type: Mapped[str]
    action: Mapped[str] = mapped_column(default="")
    biz_step: Mapped[str] = mapped_column(default="")
    disposition: Mapped[str] = mapped_column(default="")
    read_point: Mapped[str] = mapped_column(default="")
    biz_location: Mapped[str] = mapped_column(default="")
    transformation_id: Mapped[str] = mapped_column(default="")
    event_time: Mapped[datetime]
    record_time: Mapped[datetime] = mapped_column(index=True)
    document: Mapped[str] = mapped_column(Text)
    is_public: Mapped[bool] = mapped_column(default=True)  # False: speaks of serials, which would be a forger's list
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class TraceItem(Base):
    """A thing that an event speaks of: a lot or a class with a quantity, or one serial."""

    __tablename__ = "trace_item"
    __table_args__ = (Index("ix_trace_item_lot", "lot_id", "trace_event_id"), Index("ix_trace_item_epc", "epc"))

    id: Mapped[int] = mapped_column(primary_key=True)
    trace_event_id: Mapped[int] = mapped_column(ForeignKey("trace_event.id"), index=True)
    role: Mapped[ItemRole]
    epc: Mapped[str]
    is_class: Mapped[bool] = mapped_column(default=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    quantity: Mapped[int | None]  # base units of the lot's product
    uom: Mapped[str] = mapped_column(default="")


class TraceError(Base):
    """An event is declared wrong; it stays, and `corrective_event_id` names what was told instead, if anything was."""

    __tablename__ = "trace_error"

    trace_event_id: Mapped[int] = mapped_column(ForeignKey("trace_event.id"), primary_key=True, autoincrement=False)
    reason: Mapped[ErrorReason]
    declared_at: Mapped[datetime]
    corrective_event_id: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
