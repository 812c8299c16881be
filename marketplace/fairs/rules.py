"""Decisions about fairs on plain values: dates, the running order, channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

REPORT_DUE = timedelta(days=7)  # domain.md 10.2
# Who buys at the last moment can still type his address (E-commerce rooms close the till like a shop does).
CLOSING_NOTICE = timedelta(minutes=1)
PRICE_MINUTES = 12
KEPT_FOR = timedelta(days=3 * 365)  # recordings and messages, domain.md 11.16
POLLER_IS_GONE = timedelta(seconds=20)


def channel(fair_id: int) -> str:
    """The name of a fair's room in live events."""
    return f"fair:{fair_id}"


@dataclass(frozen=True)
class Stretch:
    """A slot as the running order sees it."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime


def overlapping(wanted: Stretch, others: Sequence[Stretch]) -> Stretch | None:
    """The first of the others that would be on air at the same time; one that only touches is none."""
    return next(
        (
            other
            for other in sorted(others, key=lambda slot: slot.starts_at)
            if other.id != wanted.id and other.starts_at < wanted.ends_at and wanted.starts_at < other.ends_at
        ),
        None,
    )


def free_stretches(
    taken: Sequence[Stretch], *, starts_at: datetime, ends_at: datetime, minutes: int, gap_minutes: int
) -> list[tuple[datetime, datetime]]:
    """Where slots of so many minutes still fit between those that stand, with a gap on either side."""
    gap, length = timedelta(minutes=gap_minutes), timedelta(minutes=minutes)
    found: list[tuple[datetime, datetime]] = []
    at = starts_at
    for slot in sorted(taken, key=lambda slot: slot.starts_at):
        while at + length + gap <= slot.starts_at:
            found.append((at, at + length))
            at += length + gap
        at = max(at, slot.ends_at + gap)
    while at + length <= ends_at:
        found.append((at, at + length))
        at += length + gap
    return found
