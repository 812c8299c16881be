"""Single packs, for the pages that print, pack and look them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import func, select

from marketplace.foundation.database import session
from marketplace.traceability import rules
from marketplace.traceability.errors import ForeignAddress
from marketplace.traceability.models import LabelRun, Lot, Unit
from marketplace.traceability.queries.desk import find_public_lot
from marketplace.traceability.states import IN_HOUSE, UnitState


def find_unit(serial: str) -> Unit | None:
    """The pack with this serial, whatever became of it; None for one that nobody printed."""
    if not rules.could_be_serial(serial):
        return None
    return session.scalar(select(Unit).where(Unit.serial == serial))


def find_lot_behind(code: str) -> Lot | None:
    """The published lot that a code of ours leads to: its own, or the serial of one of its packs, void ones too."""
    if not rules.could_be_serial(code):
        return find_public_lot(code)
    return session.scalar(
        select(Lot).join(Unit, Unit.lot_id == Lot.id).where(Unit.serial == code, Lot.published_at.is_not(None))
    )


def serial_in(scanned: str, *, hosts: Collection[str]) -> str:
    """The serial in what a camera read or somebody typed; empty for a code that leads to another place."""
    try:
        return rules.code_in(scanned, hosts=hosts)
    except ForeignAddress:
        return ""


def find_lot_by_id(cooperative_id: int, lot_id: int) -> Lot | None:
    """A lot through its cooperative."""
    return session.scalar(select(Lot).where(Lot.cooperative_id == cooperative_id, Lot.id == lot_id))


@dataclass(frozen=True)
class RunTally:
    """Where the packs of a run with serials are."""

    in_house: int = 0  # neither packed nor gone
    packed: int = 0
    by_state: dict[UnitState, int] = field(default_factory=dict)


def tally_of(run: LabelRun) -> RunTally:
    rows = session.execute(
        select(Unit.state, Unit.order_line_id.is_not(None), func.count())
        .where(Unit.run_id == run.id)
        .group_by(Unit.state, Unit.order_line_id.is_not(None))
    ).all()
    states: dict[UnitState, int] = defaultdict(int)
    for state, _is_packed, number in rows:
        states[state] += number
    house = {bool(is_packed): 0 for is_packed in (False, True)}
    for state, is_packed, number in rows:
        if state in IN_HOUSE:
            house[bool(is_packed)] += number
    return RunTally(house[False], house[True], dict(states))


def packed_units(order_line_ids: Collection[int]) -> dict[int, list[Unit]]:
    """The packs in the parcels of these lines, in the order of their numbers."""
    units: dict[int, list[Unit]] = defaultdict(list)
    rows = session.scalars(select(Unit).where(Unit.order_line_id.in_(order_line_ids)).order_by(Unit.id))
    for unit in rows:
        if unit.order_line_id is not None:
            units[unit.order_line_id].append(unit)
    return units


def lots_with_serials(cooperative_id: int, product_ids: Collection[int]) -> set[tuple[int, int]]:
    """(product, content) of which packs with a serial are in the house, waiting to be packed."""
    rows = session.execute(
        select(Lot.product_id, Unit.content)
        .join(Unit, Unit.lot_id == Lot.id)
        .where(
            Lot.cooperative_id == cooperative_id,
            Lot.product_id.in_(product_ids),
            Unit.state.in_(IN_HOUSE),
            Unit.order_line_id.is_(None),
        )
        .distinct()
    )
    return {(product_id, content) for product_id, content in rows}
