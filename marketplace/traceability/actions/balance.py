"""The only place where a lot's counters change: one conditional update, and a movement beside it.

Nothing is decided on a value read earlier: the condition stands in the UPDATE, and the row that it gives back, or does
not, is the answer. Invariants I1, I2 and I5 of traceability.md 6.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.traceability.models.lots import Lot, LotMovement, left_of_lot
from marketplace.traceability.states import LotState, MovementKind

COUNTED = (LotState.RECORDED, LotState.PUBLISHED)
_ANY = tuple(LotState)


def _room_for_labels() -> ColumnElement[int]:
    return Lot.produced - Lot.consumed - Lot.lost - Lot.bulk_sold - Lot.labelled


def _labels_in_house() -> ColumnElement[int]:
    """Live labels that did not leave for good with packs sold outside the market."""
    return Lot.labelled + Lot.returned - Lot.labelled_sold


@dataclass(frozen=True)
class _Change:
    """Which counters grow and shrink by the quantity, what there must be enough of, and in which states."""

    grows: tuple[InstrumentedAttribute[int], ...]
    shrinks: tuple[InstrumentedAttribute[int], ...] = ()
    enough: tuple[Callable[[], ColumnElement[int]], ...] = ()
    states: Collection[LotState] = _ANY


_CHANGES: dict[MovementKind, _Change] = {
    MovementKind.PRODUCED: _Change((Lot.produced,)),
    MovementKind.CONSUMED: _Change((Lot.consumed,), enough=(left_of_lot, _room_for_labels), states=COUNTED),
    MovementKind.RESERVED: _Change((Lot.reserved,), enough=(left_of_lot,), states=(LotState.PUBLISHED,)),
    MovementKind.RELEASED: _Change((), (Lot.reserved,), (lambda: Lot.reserved + 0,)),
    MovementKind.SOLD: _Change((Lot.sold,), (Lot.reserved,), (lambda: Lot.reserved + 0,), COUNTED),
    MovementKind.SOLD_IN_BULK: _Change(
        (Lot.sold, Lot.bulk_sold), enough=(left_of_lot, _room_for_labels), states=COUNTED
    ),
    MovementKind.SOLD_LABELLED: _Change(
        (Lot.sold, Lot.labelled_sold), enough=(left_of_lot, _labels_in_house), states=COUNTED
    ),
    MovementKind.RETURNED: _Change((Lot.returned,), enough=(lambda: Lot.sold - Lot.returned,)),
    MovementKind.LOST: _Change((Lot.lost,), enough=(left_of_lot, _room_for_labels)),
    MovementKind.LABELLED: _Change((Lot.labelled,), enough=(_room_for_labels,), states=(LotState.PUBLISHED,)),
    MovementKind.UNLABELLED: _Change((), (Lot.labelled,), (lambda: Lot.labelled + 0,)),
}


def change(
    lot_id: int,
    kind: MovementKind,
    quantity: int,
    *,
    reference: str,
    by: int | None,
    note: str = "",
    notes: bool = True,
    states: Collection[LotState] | None = None,
) -> bool:
    """Count a movement if the lot has enough for it and is in a state that allows it; False, and nothing written, if not.

    `reference` with `kind` is unique for a lot, so that nothing is counted twice. Without `notes` the caller writes
    the movement itself, as one that sums up several. `states` are given only where other than the usual ones allow it.
    """
    if quantity <= 0:
        raise ValueError(f"a movement of {quantity} is none")
    rule = _CHANGES[kind]
    allowed = rule.states if states is None else states
    values = {counter.key: counter + quantity for counter in rule.grows}
    values |= {counter.key: counter - quantity for counter in rule.shrinks}
    changed = session.execute(
        update(Lot)
        .where(Lot.id == lot_id, Lot.state.in_(allowed), *(there() >= quantity for there in rule.enough))
        .values(values)
        .returning(Lot.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if changed is None:
        return False
    if notes:
        note_movement(lot_id, kind, quantity, reference=reference, by=by, note=note)
    return True


def note_movement(
    lot_id: int, kind: MovementKind, quantity: int, *, reference: str, by: int | None, note: str = ""
) -> None:
    session.execute(
        insert(LotMovement),
        [
            {
                "lot_id": lot_id,
                "kind": kind,
                "quantity": quantity,
                "reference": reference,
                "note": note,
                "by_id": by,
                "at": clock.now(),
            }
        ],
    )


def is_counted(lot_id: int, kind: MovementKind, reference: str) -> bool:
    """Whether this was counted before. Of two at the same moment the slower fails on the movement's unique key."""
    return (
        session.scalar(
            select(LotMovement.id).where(
                LotMovement.reference == reference, LotMovement.lot_id == lot_id, LotMovement.kind == kind
            )
        )
        is not None
    )
