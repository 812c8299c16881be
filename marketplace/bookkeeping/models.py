"""Tables of who delivered for a lot, what households were given of its earnings, and where the books differ."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.bookkeeping.states import DifferenceKind, DifferenceState, SheetState
from marketplace.foundation.database import Base


class HouseholdDelivery(Base):
    """A member household brought so much for a lot. Names are seen by this cooperative only.

    `token` comes with the form and `position` is the row in it, so that the second click writes nothing.
    """

    __tablename__ = "household_delivery"
    __table_args__ = (
        CheckConstraint("grams > 0", name="grams"),
        UniqueConstraint("cooperative_id", "token", "position"),
        Index("ix_household_delivery_lot", "lot_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    household: Mapped[str]
    grams: Mapped[int]
    delivered_on: Mapped[date]
    token: Mapped[str]
    position: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class HouseholdSheet(Base):
    """What lots have earned, divided among those who delivered for them. Frozen once it is closed; a correction is a new
    version, which takes its place when it is closed in turn."""

    __tablename__ = "household_sheet"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "token"),
        CheckConstraint("fund_basis_points >= 0 AND fund_basis_points <= 10000", name="fund"),
        CheckConstraint("costs_dong >= 0 AND fund_dong >= 0 AND shared_dong >= 0", name="not_negative"),
        CheckConstraint(
            "state = 'open' OR (earned_dong > 0 AND earned_dong = fund_dong + costs_dong + shared_dong)", name="whole"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    token: Mapped[str]
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    title: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("household_sheet.id"), unique=True)
    reason: Mapped[str] = mapped_column(default="")  # why it corrects the one before
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payout.id"))  # only what this payout paid
    state: Mapped[SheetState] = mapped_column(default=SheetState.OPEN)
    fund_basis_points: Mapped[int] = mapped_column(default=0)
    costs_dong: Mapped[int] = mapped_column(default=0)
    costs_note: Mapped[str] = mapped_column(default="")
    earned_dong: Mapped[int] = mapped_column(default=0)
    fund_dong: Mapped[int] = mapped_column(default=0)
    shared_dong: Mapped[int] = mapped_column(default=0)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]

    lots: Mapped[list[HouseholdSheetLot]] = relationship(lazy="selectin", order_by="HouseholdSheetLot.lot_id")


class HouseholdSheetLot(Base):
    """A lot in a sheet, and what of its earnings the sheet divides once it is closed."""

    __tablename__ = "household_sheet_lot"
    __table_args__ = (CheckConstraint("earned_dong >= 0", name="earned"),)

    sheet_id: Mapped[int] = mapped_column(ForeignKey("household_sheet.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, index=True)
    lot_code: Mapped[str]
    product_name: Mapped[str]
    earned_dong: Mapped[int] = mapped_column(default=0)


class HouseholdShare(Base):
    """What a household gets of a lot by a closed sheet."""

    __tablename__ = "household_share"
    __table_args__ = (
        UniqueConstraint("sheet_id", "lot_id", "household"),
        CheckConstraint("grams > 0 AND amount_dong >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("household_sheet.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    household: Mapped[str]
    grams: Mapped[int]
    amount_dong: Mapped[int]


class BookDifference(Base):
    """Of one day somebody outside tells another sum than our books. One row for a kind and a day, however often the
    night finds it; `lines` are {"what", "said", "booked"}, those that differ."""

    __tablename__ = "book_difference"
    __table_args__ = (UniqueConstraint("kind", "day"), Index("ix_book_difference_state", "state", "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DifferenceKind]
    day: Mapped[date]
    said_dong: Mapped[int]
    booked_dong: Mapped[int]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state: Mapped[DifferenceState] = mapped_column(default=DifferenceState.OPEN)
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
