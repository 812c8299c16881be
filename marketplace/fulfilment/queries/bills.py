"""What carriers ask for parcels without cash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import and_, select

from marketplace.checkout.states import Way
from marketplace.foundation.database import session
from marketplace.fulfilment.models import (
    CarrierBill,
    CarrierBillLine,
    HubArrival,
    HubParcel,
)
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import HAS_LEFT
from marketplace.payments.states import Method


def billable_parts(parcel_codes: Collection[str]) -> dict[str, list[CooperativeOrder]]:
    """What lies in parcels that a service took along and on which it collected nothing, by the code it knows them by: a
    part's own, or that of a collecting place's parcel."""
    has_left = and_(CooperativeOrder.state.in_(HAS_LEFT), Order.payment_method != Method.CASH_ON_DELIVERY)
    alone = (
        select(CooperativeOrder.code, CooperativeOrder)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(CooperativeOrder.code.in_(parcel_codes), CooperativeOrder.delivery_way == Way.CARRIER, has_left)
    )
    together = (
        select(HubParcel.code, CooperativeOrder)
        .join(HubArrival, HubArrival.hub_parcel_id == HubParcel.id)
        .join(CooperativeOrder, CooperativeOrder.id == HubArrival.cooperative_order_id)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(HubParcel.code.in_(parcel_codes), HubParcel.carrier != "", has_left)
        .order_by(CooperativeOrder.id)
    )
    found: defaultdict[str, list[CooperativeOrder]] = defaultdict(list)
    for code, part in [*session.execute(alone), *session.execute(together)]:
        found[code].append(part)
    return dict(found)


def billed_part_ids(part_ids: Collection[int]) -> set[int]:
    query = select(CarrierBillLine.cooperative_order_id).where(CarrierBillLine.cooperative_order_id.in_(part_ids))
    return set(session.scalars(query))


def bills(*, limit: int) -> list[CarrierBill]:
    """Unpaid ones first, then newest first."""
    query = select(CarrierBill).order_by(CarrierBill.bank_transaction_id.is_not(None), CarrierBill.id.desc())
    return list(session.scalars(query.limit(limit)))


def find_bill(bill_id: int) -> CarrierBill | None:
    return session.get(CarrierBill, bill_id)
