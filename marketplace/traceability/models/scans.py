"""Tables of scans: who opened which code, coarsely and for a year, their daily counts, and what looks like a copy."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.traceability.states import AlarmState, ScanReason


class Scan(Base):
    """A code was opened by a person. Place and device are personal data: coarse, and deleted after twelve months."""

    __tablename__ = "scan"
    __table_args__ = (
        Index("ix_scan_unit", "unit_id", "at"),
        Index("ix_scan_lot", "lot_id", "at"),
        Index("ix_scan_device", "device", "at"),
        Index("ix_scan_network", "network", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)  # to the minute
    code: Mapped[str]  # as opened: a lot's code or a serial, perhaps none of ours
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    province_code: Mapped[str] = mapped_column(default="")
    device: Mapped[str]  # of a cookie of 30 days, or of one day only
    network: Mapped[str] = mapped_column(default="")  # of one day only; never the address itself
    counts: Mapped[bool] = mapped_column(default=True)  # not those of the cooperative's own people, nor of crawlers


class ScanDay(Base):
    """Scans of a lot on one day from one province: what remains when the rows are deleted."""

    __tablename__ = "scan_day"

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    province_code: Mapped[str] = mapped_column(primary_key=True, default="")
    scans: Mapped[int] = mapped_column(default=0)


class ScanAlarm(Base):
    """Something about the scans of a pack, a lot or a network looks wrong. One row per reason and subject."""

    __tablename__ = "scan_alarm"
    __table_args__ = (
        CheckConstraint("times > 0", name="times"),
        UniqueConstraint("reason", "subject"),
        Index("ix_scan_alarm_desk", "cooperative_id", "state", "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[ScanReason]
    subject: Mapped[str]  # such as "unit:81", "lot:7", "network:3f…"
    cooperative_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # the figures behind the reason
    times: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    state: Mapped[AlarmState] = mapped_column(default=AlarmState.OPEN)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
