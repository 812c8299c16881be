"""Keeping what a night found, and answering for it."""

from __future__ import annotations

from sqlalchemy import select, update

from marketplace.bookkeeping.errors import DifferenceMoveRefused
from marketplace.bookkeeping.models import BookDifference
from marketplace.bookkeeping.queries.comparing import Compared, Found
from marketplace.bookkeeping.states import DIFFERENCE_MOVES, STILL_THERE, DifferenceState
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session

_DEEDS = {
    DifferenceState.OPEN: "bookkeeping:difference:open",
    DifferenceState.EXPLAINED: "bookkeeping:difference:explain",
    DifferenceState.SETTLED: "bookkeeping:difference:settle",
}


def keep(compared: Compared) -> int:
    """Write down what differs; gives how many are open. What is found again as it was is not asked about again; one that
    has changed since somebody answered is open again; one that has gone is settled."""
    known = {
        row.day: row
        for row in session.scalars(
            select(BookDifference)
            .where(
                BookDifference.kind == compared.kind,
                BookDifference.day >= compared.since,
                BookDifference.day <= compared.until,
            )
            .order_by(BookDifference.id)
            .with_for_update()
        )
    }
    for found in compared.found:
        row = known.pop(found.day, None)
        if row is None:
            _begin(found)
        else:
            _find_again(row, found)
    for gone in known.values():
        if gone.state in STILL_THERE:
            gone.state, gone.seen_at = DifferenceState.SETTLED, clock.now()
            audit.record("bookkeeping:difference:vanish", subject="book_difference", subject_id=gone.id, by=None)
    session.flush()
    is_open = [BookDifference.kind == compared.kind, BookDifference.state == DifferenceState.OPEN]
    return len(session.scalars(select(BookDifference.id).where(*is_open)).all())


def _lines(found: Found) -> list[dict[str, object]]:
    return [{"what": one.what, "said": one.said_dong, "booked": one.booked_dong} for one in found.items]


def _begin(found: Found) -> None:
    now = clock.now()
    row = BookDifference(
        kind=found.kind, day=found.day, said_dong=found.said_dong, booked_dong=found.booked_dong, lines=_lines(found),
        found_at=now, seen_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        "bookkeeping:difference:find", subject="book_difference", subject_id=row.id, by=None,
        said_dong=found.said_dong, booked_dong=found.booked_dong,
    )  # fmt: skip


def _find_again(row: BookDifference, found: Found) -> None:
    lines = _lines(found)
    row.seen_at = clock.now()
    if row.lines == lines:
        return
    row.said_dong, row.booked_dong, row.lines = found.said_dong, found.booked_dong, lines
    if row.state != DifferenceState.OPEN:
        row.state = DifferenceState.OPEN
        audit.record(
            "bookkeeping:difference:change", subject="book_difference", subject_id=row.id, by=None,
            said_dong=found.said_dong, booked_dong=found.booked_dong,
        )  # fmt: skip


def answer(row: BookDifference, to: DifferenceState, *, seen: DifferenceState, reason: str, by: int) -> None:
    """Explain it, settle it or open it again, with a reason. Raises DifferenceMoveRefused when it is no longer as `seen`
    on the page."""
    if to not in DIFFERENCE_MOVES[seen]:
        raise DifferenceMoveRefused(f"difference {row.id} cannot become {to}")
    moved = session.execute(
        update(BookDifference)
        .where(BookDifference.id == row.id, BookDifference.state == seen)
        .values(state=to, answer=reason, answered_by_id=by, answered_at=clock.now())
        .returning(BookDifference.id)
    ).one_or_none()
    if moved is None:
        raise DifferenceMoveRefused(f"difference {row.id} is no longer {seen}")
    session.refresh(row)
    audit.record(_DEEDS[to], subject="book_difference", subject_id=row.id, by=by, reason=reason)
