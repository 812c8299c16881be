"""A cooperative works its part of an order off, step by step; somebody confirms that a transfer has come.

Every step raises orders.MoveRefused when the part has gone elsewhere meanwhile, and announces orders.PartMoved.
Packing and handing over raise orders.LotsStopped when goods of the part were held or recalled.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.foundation import audit, clock
from marketplace.foundation.database import is_sqlite, session
from marketplace.fulfilment import queries
from marketplace.fulfilment.errors import NotScannedYet
from marketplace.fulfilment.models import CarriedParcel, CoachRide, RecallCall
from marketplace.fulfilment.states import CAN_BE_FILLED
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder, Order, OrderLine
from marketplace.orders.states import PartState
from marketplace.traceability import actions as traceability
from marketplace.traceability import queries as lots_read
from marketplace.traceability.errors import UnitRefused
from marketplace.traceability.models import Lot, Unit


def confirm(part: CooperativeOrder, *, by: int) -> None:
    """The cooperative will send it. Allowed before a transfer has come."""
    orders.move_part(part, PartState.CONFIRMED, by=by)


def pack(part: CooperativeOrder, *, by: int, unscanned_because: str = "") -> None:
    """The parcel is ready, and the buyer can no longer cancel.

    Raises NotPaidYet while the money is missing, NotScannedYet while packs with a serial are not scanned into the parcel
    and no reason is given: without them the buyer sees only the origin of their lot.
    """
    orders.move_part(part, PartState.PACKED, by=by)
    missing = sum(queries.packs_to_scan(part).values())
    if not missing:
        return
    if not unscanned_because:
        raise NotScannedYet(part.code, missing)
    audit.record(
        "fulfilment:part:pack_unscanned", subject="cooperative_order", subject_id=part.id, by=by,
        reason=unscanned_because, code=part.code, missing=missing,
    )  # fmt: skip


def put_in_parcel(part: CooperativeOrder, *, serial: str, by: int) -> OrderLine:
    """This very pack goes into the parcel; gives the line it was for. The same pack twice is no error.

    A pack of another lot of the same goods takes the place of one that was held, so that the buyer sees the origin of
    what he really gets. Raises traceability.UnitRefused.
    """
    session.execute(select(Order.id).where(Order.id == part.order_id).with_for_update())
    session.refresh(part)
    unit = lots_read.find_unit(serial)
    lot = lots_read.find_lot_by_id(part.cooperative_id, unit.lot_id) if unit else None
    if unit is None or lot is None:
        raise UnitRefused(serial, "unknown")
    if part.state not in CAN_BE_FILLED:
        raise UnitRefused(serial, "parcel_closed")
    line = next((one for one in part.lines if (one.product_id, one.content) == (lot.product_id, unit.content)), None)
    if line is None:
        raise UnitRefused(serial, "other_goods")
    if line.is_weighed:
        raise UnitRefused(serial, "is_weighed")
    if unit.order_line_id != line.id:
        _hold_lot_of(unit, lot, line, by=by)
    traceability.pack_unit(
        serial,
        cooperative_id=part.cooperative_id,
        order_line_id=line.id,
        packs_of_lot={some.lot_id: some.quantity // line.content for some in line.lots},
        content=line.content,
    )
    return line


def _hold_lot_of(unit: Unit, lot: Lot, line: OrderLine, *, by: int) -> None:
    packed = Counter(each.lot_id for each in lots_read.packed_units([line.id])[line.id])
    places = {some.lot_id: some.quantity // line.content - packed[some.lot_id] for some in line.lots}
    if places.get(lot.id, 0) > 0:
        return
    spare = next((lot_id for lot_id, left in places.items() if left > 0), None)
    if spare is None:
        raise UnitRefused(unit.serial, "line_full", str(line.quantity))
    if not unit.is_in_house:
        raise UnitRefused(unit.serial, "in_a_parcel" if unit.order_line_id else unit.state.value)
    if lot.best_before < clock.today():
        raise UnitRefused(unit.serial, "expired")
    reference = f"line:{line.id}:pack:{unit.id}:{clock.now():%Y%m%d%H%M%S%f}"
    if not orders.take_pack_of_other_lot(line, lot=lot, instead_of=spare, reference=reference, by=by):
        raise UnitRefused(unit.serial, "lot_has_none_left", lot.batch)


def take_out_of_parcel(part: CooperativeOrder, *, serial: str) -> bool:
    """The pack stays in the house after all. False when it did not lie in this parcel, or that has left."""
    session.execute(select(Order.id).where(Order.id == part.order_id).with_for_update())
    session.refresh(part)
    if part.state not in CAN_BE_FILLED:
        return False
    return traceability.unpack_units([line.id for line in part.lines], serial=serial) > 0


def hand_over(part: CooperativeOrder, *, tracking: str, by: int, carrier: str = "") -> None:
    """The parcel is on its way, with the carrier and its number there where they are known."""
    orders.move_part(part, PartState.SHIPPED, by=by)
    part.tracking = tracking
    if carrier:
        session.add(CarriedParcel(cooperative_order_id=part.id, carrier=carrier, at=clock.now()))
        session.flush()


def hand_to_coach(part: CooperativeOrder, *, plate: str, phone: str, arrival: str, by: int) -> None:
    """A coach takes it along; the buyer reads which, whom to call and when to be there."""
    orders.move_part(part, PartState.SHIPPED, by=by)
    session.add(CoachRide(cooperative_order_id=part.id, plate=plate, phone=phone, arrival=arrival))


def deliver(part: CooperativeOrder, *, by: int) -> None:
    """The buyer has it."""
    orders.move_part(part, PartState.DELIVERED, by=by)


def complete(part: CooperativeOrder, *, by: int) -> None:
    """Nothing remains to be done, and cash that was to be collected has been."""
    orders.move_part(part, PartState.COMPLETED, by=by)


def refuse(part: CooperativeOrder, *, reason: str, by: int) -> None:
    """The cooperative cannot send it; the buyer reads why, and the goods go back on sale."""
    orders.move_part(part, PartState.REFUSED, by=by, reason=reason)


def note_call(part: CooperativeOrder, lot: Lot, *, by: int) -> bool:
    """The buyer was called because of the recalled lot. False when somebody noted it before."""
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    noted = session.execute(
        insert(RecallCall)
        .values(cooperative_order_id=part.id, lot_id=lot.id, by_id=by, at=clock.now())
        .on_conflict_do_nothing(index_elements=["cooperative_order_id", "lot_id"])
        .returning(RecallCall.id)
    ).one_or_none()
    if noted is not None:
        audit.record(
            "fulfilment:recall_call:note", subject="cooperative_order", subject_id=part.id, by=by, code=part.code,
            lot=lot.code,
        )  # fmt: skip
    return noted is not None
