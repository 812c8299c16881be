"""The running order: who is on air when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.fairs.states import SlotState
from marketplace.foundation.database import Base


class Slot(Base):
    """A stretch of a fair's time: a booth's, or the crew's own (opening, break) with a title alone."""

    __tablename__ = "fair_slot"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_fair_slot_running_order", "fair_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("booth.id"), index=True)
    title: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]  # as planned
    ends_at: Mapped[datetime]
    state: Mapped[SlotState] = mapped_column(default=SlotState.PLANNED)
    confirmed_at: Mapped[datetime | None]
    went_on_air_at: Mapped[datetime | None]  # as it happened; the first time
    left_air_at: Mapped[datetime | None]  # the last time
    cut_reason: Mapped[str] = mapped_column(default="")
    cut_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
