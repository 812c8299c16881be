"""What time it is, for everybody; tests and rehearsals move it here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from marketplace.foundation import dates

_offset = timedelta()
_stopped_at: datetime | None = None


def now() -> datetime:
    return _stopped_at or datetime.now(UTC) + _offset


def unmoved() -> datetime:
    """The machine's own time, whatever a rehearsal says: for how long something really has been waiting."""
    return datetime.now(UTC)


def is_moved() -> bool:
    """Whether a test or a rehearsal has moved the time away from the machine's."""
    return _stopped_at is not None or bool(_offset)


def today() -> date:
    """The day in Vietnam."""
    return dates.vietnam_day(now())


def set_offset(seconds: int) -> None:
    """Run ahead of (or behind) the real time for the rest of this process's life."""
    global _offset
    _offset = timedelta(seconds=seconds)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Stop the clock at an aware time, in all threads of this process; nested moves return to the outer one."""
    global _stopped_at
    if moment.tzinfo is None:
        raise ValueError("the clock needs a time with its zone")
    before, _stopped_at = _stopped_at, moment.astimezone(UTC)
    try:
        yield
    finally:
        _stopped_at = before
