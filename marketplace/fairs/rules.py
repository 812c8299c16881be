"""Decisions about fairs on plain values: dates, the running order, channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

REPORT_DUE = timedelta(days=7)  # domain.md 10.2
# Who buys at the last moment can still type his address (E-commerce rooms close the till like a shop does).
CLOSING_NOTICE = timedelta(minutes=1)
PRICE_MINUTES = 12
KEPT_FOR = timedelta(days=3 * 365)  # recordings and messages, domain.md 11.16
REMIND_BEFORE = timedelta(hours=4)  # long enough to plan the evening, short enough not to be forgotten
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


def moved_by(moment: datetime, now: datetime) -> timedelta:
    """The least number of whole weeks after which a moment lies in the future: the same day of the week, the same hour."""
    return timedelta(weeks=max(0, -((moment - now) // timedelta(weeks=1))))


def slots_exchanged(first: Stretch, second: Stretch) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    """The times of two neighbours that change places: each keeps its length, and the gap between them stays."""
    gap = second.starts_at - first.ends_at
    middle = first.starts_at + (second.ends_at - second.starts_at)
    return (middle + gap, second.ends_at), (first.starts_at, middle)


def calendar_file(
    *,
    uid: str,
    title: str,
    details: str,
    url: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    is_cancelled: bool,
) -> str:
    """One event with an alarm an hour before, as RFC 5545 writes it: times in UTC, commas escaped, long lines folded."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cho HTX//Fairs//VI", "BEGIN:VEVENT",
        f"UID:{uid}", f"DTSTAMP:{_utc(now)}", f"DTSTART:{_utc(starts_at)}", f"DTEND:{_utc(ends_at)}",
        f"SUMMARY:{_escaped(title)}", f"DESCRIPTION:{_escaped(details)}", f"URL:{url}",
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(title)}", "TRIGGER:-PT1H", "END:VALARM",
        "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """At most 75 bytes a line, none cut inside a letter."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
