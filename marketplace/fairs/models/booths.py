"""Tables of booths: a cooperative's application, its papers, and what it offers at which session price."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.fairs.states import BoothState
from marketplace.foundation.database import Base


class Booth(Base):
    """A cooperative at a fair, from its application on. Who speaks for it on air is named and checked beforehand
    (E-commerce Law 122/2025/QH15, Articles 22 to 24)."""

    __tablename__ = "booth"
    __table_args__ = (UniqueConstraint("fair_id", "cooperative_id"), Index("ix_booth_queue", "fair_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    state: Mapped[BoothState] = mapped_column(default=BoothState.DRAFT)
    profile: Mapped[str] = mapped_column(default="")  # what the host says of the cooperative
    wishes: Mapped[str] = mapped_column(default="")  # which hour would suit, what else to know
    speaker_name: Mapped[str] = mapped_column(default="")
    speaker_phone: Mapped[str] = mapped_column(default="")
    speaker_checked_at: Mapped[datetime | None]
    speaker_checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    streams_itself: Mapped[bool] = mapped_column(default=False)
    video_url: Mapped[str] = mapped_column(default="")
    accepted_rules_version: Mapped[int | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]
    stock_confirmed_at: Mapped[datetime | None]
    satisfaction: Mapped[int | None]  # 1 to 5, what the cooperative says of the fair afterwards
    rated_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")  # what the officer answered
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    items: Mapped[list[BoothItem]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="BoothItem.position, BoothItem.id"
    )


class BoothItem(Base):
    """So many packs of a named lot at a session price. `offer_id` is the stock that was cut for it on approval."""

    __tablename__ = "booth_item"
    __table_args__ = (
        UniqueConstraint("booth_id", "variant_id", "lot_id"),
        CheckConstraint("price_dong > 0 AND packs > 0 AND per_buyer > 0", name="figures"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    price_dong: Mapped[int]
    packs: Mapped[int]
    per_buyer: Mapped[int]
    pitch: Mapped[str] = mapped_column(default="")  # one sentence for the host
    position: Mapped[int] = mapped_column(default=0)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("session_offer.id"), unique=True)


class BoothPaper(Base):
    """A paper that the officers want to see before the booth goes on air, such as an advertising confirmation."""

    __tablename__ = "booth_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"), index=True)
    file_key: Mapped[str]
    file_name: Mapped[str]
    content_type: Mapped[str]
    created_at: Mapped[datetime]


class BoothNote(Base):
    """What a stall tells the crew while the fair is on, such as "we need five minutes more"; nobody else reads it."""

    __tablename__ = "booth_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"), index=True)
    text: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)  # of the form it came from; the second press writes nothing
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
