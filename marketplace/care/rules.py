"""When somebody may complain or review, until when he is answered, and how an average reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.orders.rules import COMPLAINT_WINDOW, FETCHED_WAYS
from marketplace.orders.states import HAS_ARRIVED, PartState

MOST_PHOTOS = 5
REVIEW_PHOTOS = 3
EDITABLE_FOR = timedelta(days=30)
HELD_BECAUSE = "complaint"  # why the money of a part waits


@dataclass(frozen=True)
class Deadlines:
    """How long a cooperative may take over a complaint that is opened from this day on."""

    valid_from: date
    to_acknowledge: timedelta
    to_settle: timedelta


# Law 19/2023 (in force 1 July 2024) has a platform take complaints and settle them; the hours are the market's own
# promise (domain.md 5.5), told on /dieu-khoan. A later promise is one more row: complaints keep what they were promised.
DEADLINES = (Deadlines(date(2024, 7, 1), to_acknowledge=timedelta(hours=24), to_settle=timedelta(days=7)),)


def deadlines(on: date) -> Deadlines:
    return max((row for row in DEADLINES if row.valid_from <= on), key=lambda row: row.valid_from)


def may_complain(state: PartState, delivery_way: str, delivered_at: datetime | None, now: datetime) -> bool:
    """From delivery until the time is over; of what is on the way, only that it does not arrive. What lies ready to be
    fetched is not on any way."""
    if state == PartState.SHIPPED:
        return delivery_way not in FETCHED_WAYS
    return state in HAS_ARRIVED and delivered_at is not None and now <= delivered_at + COMPLAINT_WINDOW


def average(stars: int, count: int) -> float:
    """To one decimal, a half upwards; only shown, never counted with."""
    return (20 * stars + count) // (2 * count) / 10 if count else 0.0


def shown_name(full_name: str) -> str:
    """As much of a buyer's name as strangers read: the given name, which stands last, and the family's first letter."""
    words = full_name.split("(")[0].split()
    if len(words) < 2:
        return words[0] if words else ""
    return f"{words[-1]} {words[0][0]}."


def may_edit(written_at: datetime, taken_down_at: datetime | None, now: datetime) -> bool:
    return taken_down_at is None and now <= written_at + EDITABLE_FOR
