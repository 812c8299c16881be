"""Packs with a serial of their own: printed, packed into an order, sent, sold, taken back, voided.

Every move is one conditional UPDATE; the rows that it gives back are the ones that moved. Events that name serials are
sealed like all others but never published: a list of serials is what a forger wants.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, insert, select, update

from marketplace.catalogue.models import Variant
from marketplace.foundation import audit, clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.traceability import documents, rules
from marketplace.traceability.actions import balance, labels, selling, telling
from marketplace.traceability.actions.telling import Occurrence
from marketplace.traceability.documents import Item
from marketplace.traceability.errors import LotMoveRefused, TooManyLabels, UnitRefused
from marketplace.traceability.events import StockChanged
from marketplace.traceability.models import LabelRun, Lot, Unit
from marketplace.traceability.states import (
    IN_HOUSE,
    EventKind,
    ItemRole,
    LabelKind,
    LotState,
    MovementKind,
    UnitState,
)

INSERTED_AT_ONCE = 1_000


def print_units(lot: Lot, variant: Variant, *, count: int, layout: str, by: int | None) -> LabelRun:
    """Note a run in which each pack gets a serial. Raises TooManyLabels, LotMoveRefused, LotNumberNotGs1."""
    run = labels.print_labels(lot, variant, count=count, layout=layout, by=by, kind=LabelKind.UNIT)
    # 65 random bits: among a hundred million serials a second one like this is a matter of 1 in 7,000, and then the
    # unique key undoes the run, of which nothing is printed yet.
    serials = [codes.random_code(rules.SERIAL_LENGTH) for _ in range(count)]
    now = clock.now()
    for first in range(0, count, INSERTED_AT_ONCE):
        session.execute(
            insert(Unit),
            [
                {
                    "serial": serial,
                    "lot_id": lot.id,
                    "run_id": run.id,
                    "content": run.content,
                    "state": UnitState.PRINTED,
                    "state_at": now,
                }
                for serial in serials[first : first + INSERTED_AT_ONCE]
            ],
        )
    _tell(EventKind.LABELLED, lot, serials, by=by, reference=f"run:{run.id}")
    return run


def void_units(lot: Lot, serials: Sequence[str], *, reason: str, by: int) -> int:
    """Spoilt or lost labels, by their serials: never used again, and the lot gets their packs back.

    All of them or none; gives how many. Raises UnitRefused for the first that cannot be.
    """
    wanted = list(dict.fromkeys(serials))
    for serial in wanted:
        _refuse_unless(session.scalar(select(Unit).where(Unit.serial == serial, Unit.lot_id == lot.id)), serial)
    voided = _void(lot, Unit.serial.in_(wanted), reason=reason, by=by)
    if len(voided) < len(wanted):
        raise UnitRefused(next(serial for serial in wanted if serial not in voided), "moved_meanwhile")
    return len(voided)


def void_rest(lot: Lot, run: LabelRun, *, reason: str, by: int) -> int:
    """All labels of a run whose packs are still in the house, as after a jam in the printer; gives how many."""
    return len(_void(lot, Unit.run_id == run.id, reason=reason, by=by))


def _void(lot: Lot, which: ColumnElement[bool], *, reason: str, by: int) -> list[str]:
    _lock(lot)
    moved = session.execute(
        update(Unit)
        .where(which, Unit.lot_id == lot.id, Unit.state.in_(IN_HOUSE), Unit.order_line_id.is_(None))
        .values(state=UnitState.VOID, state_at=clock.now())
        .returning(Unit.id, Unit.serial, Unit.content, Unit.run_id)
        .execution_options(synchronize_session=False)
    ).all()
    if not moved:
        return []
    balance.change(
        lot.id,
        MovementKind.UNLABELLED,
        sum(unit.content for unit in moved),
        # A void serial is never void again, so the first of these names this voiding for good.
        reference=f"unit:{min(unit.id for unit in moved)}:void",
        by=by,
        note=reason,
    )
    session.refresh(lot)
    audit.record(
        "traceability:units:void", subject="lot", subject_id=lot.id, by=by, reason=reason, units=len(moved)
    )  # fmt: skip
    serials = [unit.serial for unit in moved]
    _tell(EventKind.VOIDED, lot, serials, by=by, reference=f"void:{min(unit.id for unit in moved)}")
    return serials


def pack_unit(
    serial: str, *, cooperative_id: int, order_line_id: int, packs_of_lot: Mapping[int, int], content: int
) -> Unit:
    """This very pack goes to this line of an order. The same one twice is no error; raises UnitRefused.

    `packs_of_lot` says how many packs of each lot the line takes. The caller holds the order's row, so that two people
    at one parcel do not put in one pack too many.
    """
    unit = session.scalar(
        select(Unit)
        .join(Lot, Lot.id == Unit.lot_id)
        .where(Unit.serial == serial, Lot.cooperative_id == cooperative_id)
        .execution_options(populate_existing=True)
    )
    if unit is None:
        raise UnitRefused(serial, "unknown")
    if unit.order_line_id == order_line_id and unit.state in IN_HOUSE:
        return unit
    _refuse_unless(unit, serial)
    if unit.lot_id not in packs_of_lot:
        raise UnitRefused(serial, "other_lot", session.get_one(Lot, unit.lot_id).batch)
    if unit.content != content:
        raise UnitRefused(serial, "other_pack")
    packed = session.scalar(
        select(func.count(Unit.id)).where(Unit.order_line_id == order_line_id, Unit.lot_id == unit.lot_id)
    )
    if (packed or 0) >= packs_of_lot[unit.lot_id]:
        raise UnitRefused(serial, "line_full", str(packed))
    moved = session.execute(
        update(Unit)
        .where(Unit.id == unit.id, Unit.state.in_(IN_HOUSE), Unit.order_line_id.is_(None))
        .values(order_line_id=order_line_id)
        .returning(Unit.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(unit)
    if moved is None:
        raise UnitRefused(serial, "moved_meanwhile")
    return unit


def unpack_units(order_line_ids: Collection[int], *, serial: str = "") -> int:
    """Packs that stay in the house after all: one of a line, or all of a part that is not sent; gives how many."""
    moved = session.execute(
        update(Unit)
        .where(
            Unit.order_line_id.in_(order_line_ids),
            Unit.state.in_((*IN_HOUSE, UnitState.RECALLED)),
            *([Unit.serial == serial] if serial else []),
        )
        .values(order_line_id=None)
        .returning(Unit.id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())


def ship_units(order_line_ids: Collection[int], *, by: int | None) -> None:
    """The packs of these lines are on their way to a buyer."""
    _move(order_line_ids, IN_HOUSE, UnitState.SHIPPED, EventKind.SHIPPED, by=by)


def deliver_units(order_line_ids: Collection[int], *, by: int | None) -> None:
    """The buyer has the packs of these lines."""
    _move(order_line_ids, (UnitState.SHIPPED,), UnitState.SOLD, EventKind.UNITS_SOLD, by=by)


def _move(
    order_line_ids: Collection[int], start: Collection[UnitState], to: UnitState, kind: EventKind, *, by: int | None
) -> None:
    moved = session.execute(
        update(Unit)
        .where(Unit.order_line_id.in_(order_line_ids), Unit.state.in_(start))
        .values(state=to, state_at=clock.now())
        .returning(Unit.id, Unit.lot_id, Unit.serial)
        .execution_options(synchronize_session=False)
    ).all()
    for lot_id in sorted({unit.lot_id for unit in moved}):
        of_lot = [unit for unit in moved if unit.lot_id == lot_id]
        lot = session.get_one(Lot, lot_id)
        first = min(unit.id for unit in of_lot)
        _tell(kind, lot, [unit.serial for unit in of_lot], by=by, reference=f"{kind.value}:{first}:{_now()}")


def sell_labelled(lot: Lot, run: LabelRun, *, packs: int, note: str, reference: str, by: int) -> None:
    """Packs with labels of this run were sold outside the market, as at the cooperative's own stall.

    Of a run with serials those that stand first on its sheets and are still in the house. Raises TooManyLabels with
    how many there are, LotMoveRefused for a stopped lot; a second time with one reference writes nothing.
    """
    _lock(lot)
    if balance.is_counted(lot.id, MovementKind.SOLD_LABELLED, reference):
        return
    serials = _sell_first(run, packs) if run.kind == LabelKind.UNIT else []
    counted = balance.change(
        lot.id, MovementKind.SOLD_LABELLED, packs * run.content, reference=reference, by=by, note=note
    )
    session.refresh(lot)
    if not counted:
        if lot.state not in (LotState.RECORDED, LotState.PUBLISHED):
            raise LotMoveRefused(f"lot {lot.code} is {lot.state} and cannot be sold")
        left = min(lot.available, lot.labelled + lot.returned - lot.labelled_sold) // run.content
        raise TooManyLabels(asked=packs, left=max(0, left))
    selling.tell_quantity(EventKind.SOLD, lot, packs * run.content, reference=reference, by=by)
    if serials:
        _tell(EventKind.UNITS_SOLD, lot, serials, by=by, reference=reference)
    announce(StockChanged(lot.product_id))


def _sell_first(run: LabelRun, packs: int) -> list[str]:
    first = (
        select(Unit.id)
        .where(Unit.run_id == run.id, Unit.state.in_(IN_HOUSE), Unit.order_line_id.is_(None))
        .order_by(Unit.serial)  # as on the sheets
        .limit(packs)
    )
    sold = session.execute(
        update(Unit)
        .where(Unit.id.in_(session.scalars(first).all()))
        .values(state=UnitState.SOLD, state_at=clock.now())
        .returning(Unit.serial)
        .execution_options(synchronize_session=False)
    )
    serials = list(sold.scalars())
    if len(serials) < packs:
        raise TooManyLabels(asked=packs, left=len(serials))
    return serials


def return_unit(lot: Lot, serial: str, *, note: str, by: int) -> None:
    """A pack that was sent or sold came back in good order: it is in the house again. Raises UnitRefused."""
    _lock(lot)
    unit = session.scalar(select(Unit).where(Unit.serial == serial, Unit.lot_id == lot.id))
    if unit is None:
        raise UnitRefused(serial, "unknown")
    if unit.state not in (UnitState.SHIPPED, UnitState.SOLD):
        raise UnitRefused(serial, unit.state.value)
    reference = f"unit:{unit.id}:{unit.state_at:%Y%m%d%H%M%S%f}"  # once for each time that it left
    if not balance.change(lot.id, MovementKind.RETURNED, unit.content, reference=reference, by=by, note=note):
        raise UnitRefused(serial, "not_counted_as_sold")
    unit.state, unit.state_at, unit.order_line_id = UnitState.RETURNED, clock.now(), None
    session.flush()
    session.refresh(lot)
    selling.tell_quantity(EventKind.RETURNED, lot, unit.content, reference=reference, by=by)
    announce(StockChanged(lot.product_id))


def _refuse_unless(unit: Unit | None, serial: str) -> None:
    """Raises UnitRefused unless the pack is in the house and in nobody's parcel."""
    if unit is None:
        raise UnitRefused(serial, "unknown")
    if unit.state not in IN_HOUSE:
        raise UnitRefused(serial, unit.state.value)
    if unit.order_line_id is not None:
        raise UnitRefused(serial, "in_a_parcel")


def _tell(kind: EventKind, lot: Lot, serials: Sequence[str], *, by: int | None, reference: str) -> None:
    telling.tell(
        kind,
        cooperative_id=lot.cooperative_id,
        items=[Item(ItemRole.WHAT, lot.id, documents.unit_uri(serial), is_class=False) for serial in serials],
        by=by,
        occurrence=Occurrence(clock.now()),
        extra={"htx:reference": documents.blurred(reference)},
        is_public=False,
    )


def _lock(lot: Lot) -> None:
    """First the lot, then its packs, as a recall does it: two people never wait for each other in a circle."""
    session.refresh(lot, with_for_update=True)


def _now() -> str:
    return f"{clock.now():%Y%m%d%H%M%S%f}"
