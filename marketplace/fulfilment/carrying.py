"""Taking in what a carrier says of our parcels: all rows of a file, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.fulfilment import actions, queries
from marketplace.fulfilment.models import CarriedParcel
from marketplace.fulfilment.providers import Tracked
from marketplace.fulfilment.states import FINE, CarrierState, Outcome
from marketplace.orders.errors import LotsStopped, MoveRefused
from marketplace.orders.models import CooperativeOrder
from marketplace.orders.rules import HUB_WAYS
from marketplace.orders.states import HAS_ARRIVED, PartState

_LONGEST_NUMBER = 60


@dataclass(frozen=True)
class Row:
    """One row of the report."""

    number: int
    part_code: str
    tracking: str
    said: str
    outcome: Outcome


class RowsRefused(Exception):
    """Something in the file is wrong, and nothing of it was taken in; `rows` says what."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__(f"{sum(row.outcome not in FINE for row in rows)} of {len(rows)} rows cannot be taken in")
        self.rows = rows


def take_in(cooperative_id: int, said: Sequence[Tracked], *, carrier: str, by: int) -> list[Row]:
    """Hand over what the carrier has, mark delivered what he brought, keep his numbers. The same file again changes
    nothing.

    Announces orders.PartMoved for every step. Raises RowsRefused; the transaction must then not be committed.
    """
    parts = queries.parts_by_code(cooperative_id, [one.part_code for one in said])
    rows: list[Row] = []
    seen: set[str] = set()
    for one in said:
        outcome = Outcome.TWICE if one.part_code in seen else judge(parts.get(one.part_code), one)
        seen.add(one.part_code)
        rows.append(Row(one.row, one.part_code, one.tracking, one.said, outcome))
    if any(row.outcome not in FINE for row in rows):
        raise RowsRefused(rows)
    # In order of the orders they belong to, as everybody locks them.
    for one in sorted(said, key=lambda one: parts[one.part_code].order_id):
        part = parts[one.part_code]
        try:
            _follow(part, one, carrier=carrier, by=by)
        except LotsStopped:
            raise RowsRefused(_changed(rows, one.row, Outcome.LOT_STOPPED)) from None
        except MoveRefused:
            raise RowsRefused(_changed(rows, one.row, Outcome.MOVED_MEANWHILE)) from None
    return rows


def _changed(rows: list[Row], number: int, outcome: Outcome) -> list[Row]:
    return [replace(row, outcome=outcome) if row.number == number else row for row in rows]


def judge(part: CooperativeOrder | None, said: Tracked) -> Outcome:
    if part is None:
        return Outcome.UNKNOWN_PART
    if part.delivery_way in HUB_WAYS:
        return Outcome.GOES_OVER_HUB
    if not said.tracking or len(said.tracking) > _LONGEST_NUMBER:
        return Outcome.NO_NUMBER
    if said.state is None:
        return Outcome.UNKNOWN_STATE
    if said.state == CarrierState.RETURNED:
        return Outcome.COMES_BACK
    is_new_number = part.tracking != said.tracking
    if part.state in HAS_ARRIVED or (part.state == PartState.SHIPPED and said.state == CarrierState.ON_THE_WAY):
        return Outcome.NUMBER_CHANGED if is_new_number else Outcome.UNCHANGED
    if part.state in (PartState.PACKED, PartState.SHIPPED):
        return Outcome.DELIVERED if said.state == CarrierState.DELIVERED else Outcome.HANDED_OVER
    return Outcome.NOT_PACKED if part.state in (PartState.PENDING, PartState.CONFIRMED) else Outcome.IS_OVER


def _follow(part: CooperativeOrder, said: Tracked, *, carrier: str, by: int) -> None:
    if part.state == PartState.PACKED:
        actions.hand_over(part, tracking=said.tracking, by=by)
    part.tracking = said.tracking
    if part.state == PartState.SHIPPED and said.state == CarrierState.DELIVERED:
        actions.deliver(part, by=by)
    row = session.get(CarriedParcel, part.id)
    if row is None:
        session.add(CarriedParcel(cooperative_order_id=part.id, carrier=carrier, at=clock.now()))
    else:
        row.carrier = carrier
    session.flush()
