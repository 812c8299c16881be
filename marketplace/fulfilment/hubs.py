"""Collecting places at work: parts come in, go on as one parcel or are fetched, or are refused.

Every step moves parts through orders, one order's parts under one lock, so that of two officers one is told that it is
done. What a part costs to bring was shared out when it was ordered and never changes: a part that is not sent gives its
share back, the others pay no more.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.checkout.models import Hub, HubPromise
from marketplace.foundation import audit, clock
from marketplace.foundation.database import is_sqlite, session
from marketplace.fulfilment import hub_day
from marketplace.fulfilment.errors import KeptTooLong, NotForThisHub, NothingToSend, StillExpected
from marketplace.fulfilment.hub_day import TO_COME
from marketplace.fulfilment.models import CarriedParcel, HubArrival, HubParcel, HubWish
from marketplace.orders import actions as orders
from marketplace.orders.errors import MoveRefused
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import HUB_WAYS
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments


def receive(hub: Hub, *, part_code: str, by: int) -> CooperativeOrder:
    """The part with this code was brought. Raises NotForThisHub, orders.MoveRefused (also when it came before),
    orders.NotPaidYet and orders.LotsStopped.

    A parcel that lies on the table is packed, whether or not its cooperative said so.
    """
    part = session.scalar(
        select(CooperativeOrder)
        .join(HubPromise, HubPromise.order_id == CooperativeOrder.order_id)
        .where(
            CooperativeOrder.code == part_code,
            CooperativeOrder.delivery_way.in_(HUB_WAYS),
            HubPromise.hub_id == hub.id,
        )
    )
    if part is None:
        raise NotForThisHub(part_code)
    _lock(part.order_id)
    session.refresh(part)
    if part.state in (PartState.PENDING, PartState.CONFIRMED):
        for state in (PartState.CONFIRMED, PartState.PACKED):
            if part.state != state:
                orders.move_part(part, state, by=by)
    orders.move_part(part, PartState.AT_HUB, by=by)
    session.add(HubArrival(cooperative_order_id=part.id, by_id=by, at=clock.now()))
    session.flush()
    return part


def send_on(hub: Hub, order_id: int, *, carrier: str, tracking: str, reason: str, by: int) -> HubParcel:
    """All parts of the order that lie here leave as one parcel, or lie ready to be fetched when `carrier` is empty.

    Raises NothingToSend when somebody was faster; StillExpected when parts are to come and neither the buyer nor
    `reason` says not to wait for them; KeptTooLong for goods that must be refused instead; orders.LotsStopped.
    """
    order = _lock(order_id)
    here = [part for part in order.parts if part.state == PartState.AT_HUB]
    if not here:
        raise NothingToSend(order.code)
    missing = [part.code for part in order.parts if part.delivery_way in HUB_WAYS and part.state in TO_COME]
    if missing and not reason and session.get(HubWish, order_id) is None:
        raise StillExpected(missing)
    spoilt = [one.part.code for one in hub_day.standing([order])[order.id] if one.is_kept_too_long]
    if spoilt:
        raise KeptTooLong(spoilt)
    number = len(session.scalars(select(HubParcel.id).where(HubParcel.order_id == order_id)).all()) + 1
    parcel = HubParcel(
        code=f"{order.code}-G{number}",
        order_id=order_id,
        number=number,
        hub_id=hub.id,
        carrier=carrier,
        tracking=tracking,
        reason=reason if missing else "",
        by_id=by,
        at=clock.now(),
    )
    session.add(parcel)
    session.flush()
    for part in here:
        orders.move_part(part, PartState.SHIPPED, by=by)
        part.tracking = tracking
        session.get_one(HubArrival, part.id).hub_parcel_id = parcel.id
        if carrier:
            session.add(CarriedParcel(cooperative_order_id=part.id, carrier=carrier, at=clock.now()))
    session.flush()
    audit.record(
        "fulfilment:hub_parcel:send", subject="hub_parcel", subject_id=parcel.id, by=by,
        province_code=hub.province_code, reason=parcel.reason, code=parcel.code, parts=[part.code for part in here],
        missing=missing,
    )  # fmt: skip
    return parcel


def hand_out(parcel: HubParcel, *, by: int) -> None:
    """The buyer has it, from the carrier or over the counter. Raises NothingToSend the second time."""
    order = _lock(parcel.order_id)
    inside = set(session.scalars(select(HubArrival.cooperative_order_id).where(HubArrival.hub_parcel_id == parcel.id)))
    parts = [part for part in order.parts if part.id in inside]
    if not any(part.state == PartState.SHIPPED for part in parts):
        raise NothingToSend(parcel.code)
    for part in parts:
        if part.state == PartState.SHIPPED:
            orders.move_part(part, PartState.DELIVERED, by=by)


def refuse(hub: Hub, order_id: int, *, part_code: str, reason: str, by: int) -> None:
    """A part that came spoilt or wrong goes back to its cooperative; the buyer gets its price and its share of the fee.

    Raises NotForThisHub, and orders.MoveRefused when it has left.
    """
    order = _lock(order_id)
    part = next((one for one in order.parts if one.code == part_code and one.delivery_way in HUB_WAYS), None)
    if part is None:
        raise NotForThisHub(part_code)
    if part.state != PartState.AT_HUB:
        raise MoveRefused(part.code, part.state, PartState.REFUSED)
    orders.move_part(part, PartState.REFUSED, by=by, reason=reason)
    audit.record(
        "fulfilment:hub_part:refuse", subject="cooperative_order", subject_id=part.id, by=by,
        province_code=hub.province_code, reason=reason, code=part.code,
    )  # fmt: skip


def wait_no_longer(order: Order) -> bool:
    """The buyer wants what has come without the rest. False when he said so before."""
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    wished = session.execute(
        insert(HubWish)
        .values(order_id=order.id, at=clock.now())
        .on_conflict_do_nothing(index_elements=["order_id"])
        .returning(HubWish.order_id)
    ).one_or_none()
    return wished is not None


def _lock(order_id: int) -> Order:
    order = session.get_one(Order, order_id)
    payments.lock(order.code)
    session.execute(select(Order.id).where(Order.id == order_id).with_for_update())
    session.refresh(order)
    for part in order.parts:
        session.refresh(part)
    return order
