"""The room of a fair: what is shown in it now, what was shown, and who was there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base


class Room(Base):
    """What a viewer who comes in now sees. Rehearsed rooms are seen by the crew alone."""

    __tablename__ = "fair_room"

    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), primary_key=True, autoincrement=False)
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("fair_slot.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("booth_item.id"))  # pinned
    card_id: Mapped[int | None] = mapped_column(ForeignKey("fair_room_card.id"))  # on the stage
    notice: Mapped[str] = mapped_column(default="")
    is_chat_open: Mapped[bool] = mapped_column(default=True)
    is_moderated: Mapped[bool] = mapped_column(default=False)  # messages wait for the crew
    slow_seconds: Mapped[int] = mapped_column(default=3)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who of the crew acted last
    host_at: Mapped[datetime | None]
    is_video_cut: Mapped[bool] = mapped_column(default=False)
    viewers: Mapped[int] = mapped_column(default=0)  # as last counted
    peak_viewers: Mapped[int] = mapped_column(default=0)


class RoomCard(Base):
    """Text or a photo that the crew shows on the stage: the show of a fair without video."""

    __tablename__ = "fair_room_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("fair_slot.id"))
    text: Mapped[str] = mapped_column(default="")
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Attendance(Base):
    """A visitor (by the digest of a cookie, changed daily) was in the room; counted once a fair."""

    __tablename__ = "fair_attendance"
    __table_args__ = (
        UniqueConstraint("fair_id", "visitor_digest"),
        Index("ix_fair_attendance_polled", "fair_id", "polled_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    visitor_digest: Mapped[str]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    polled_at: Mapped[datetime | None]  # by browsers that hold no stream
