"""What came into a lot and what left it, recomputed from its movements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.accounts.models import Person
from marketplace.foundation.database import session
from marketplace.traceability.models import Lot, LotMovement
from marketplace.traceability.states import MovementKind

COMES_IN = (MovementKind.PRODUCED, MovementKind.RETURNED)
SOLD = (MovementKind.SOLD, MovementKind.SOLD_IN_BULK, MovementKind.SOLD_LABELLED)
GOES_OUT = (MovementKind.CONSUMED, *SOLD, MovementKind.LOST)


@dataclass(frozen=True)
class Movement:
    """One line of a lot's book."""

    at: datetime
    kind: MovementKind
    quantity: int
    reference: str
    note: str
    by: str


@dataclass(frozen=True)
class BalanceSheet:
    """Sums of a lot's movements beside its counters; `adds_up` says that both tell the same."""

    comes_in: list[tuple[MovementKind, int, int]]  # kind, how often, quantity
    goes_out: list[tuple[MovementKind, int, int]]
    held: int
    labelled: int
    adds_up: bool

    @property
    def total_in(self) -> int:
        return sum(quantity for _kind, _times, quantity in self.comes_in)

    @property
    def total_out(self) -> int:
        return sum(quantity for _kind, _times, quantity in self.goes_out)

    @property
    def in_store(self) -> int:
        return self.total_in - self.total_out


def balance_sheet(lot: Lot) -> BalanceSheet:
    """In one statement, however often a lot was sold."""
    rows = session.execute(
        select(LotMovement.kind, func.count(LotMovement.id), func.sum(LotMovement.quantity))
        .where(LotMovement.lot_id == lot.id)
        .group_by(LotMovement.kind)
    )
    found = {kind: (times, int(quantity)) for kind, times, quantity in rows}

    def total(kind: MovementKind) -> int:
        return found.get(kind, (0, 0))[1]

    held = total(MovementKind.RESERVED) - total(MovementKind.RELEASED) - total(MovementKind.SOLD)
    labelled = total(MovementKind.LABELLED) - total(MovementKind.UNLABELLED)
    sold = sum(total(kind) for kind in SOLD)
    counted = (lot.produced, lot.consumed, lot.sold, lot.returned, lot.lost, lot.reserved, lot.labelled)
    moved = (
        total(MovementKind.PRODUCED), total(MovementKind.CONSUMED), sold, total(MovementKind.RETURNED),
        total(MovementKind.LOST), held, labelled,
    )  # fmt: skip
    return BalanceSheet(
        comes_in=[(kind, *found[kind]) for kind in COMES_IN if kind in found],
        goes_out=[(kind, *found[kind]) for kind in GOES_OUT if kind in found],
        held=held,
        labelled=labelled,
        adds_up=counted == moved,
    )


def movements_of(lot: Lot, *, limit: int | None = None) -> list[Movement]:
    """The newest first when cut short, in the order in which they happened otherwise."""
    query = (
        select(
            LotMovement.at, LotMovement.kind, LotMovement.quantity, LotMovement.reference, LotMovement.note,
            func.coalesce(Person.full_name, ""),
        )
        .outerjoin(Person, Person.id == LotMovement.by_id)
        .where(LotMovement.lot_id == lot.id)
    )  # fmt: skip
    ordered = query.order_by(LotMovement.id) if limit is None else query.order_by(LotMovement.id.desc()).limit(limit)
    return [Movement(*row) for row in session.execute(ordered)]
