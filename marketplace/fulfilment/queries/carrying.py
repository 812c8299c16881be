"""What carriers and coaches take along, and over which collecting place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of
from marketplace.checkout.models import Hub
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.fulfilment.models import (
    CarriedParcel,
    CoachRide,
    HubArrival,
    HubParcel,
)
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import MARKETS_WAYS
from marketplace.orders.states import HAS_LEFT


def parts_by_code(cooperative_id: int, part_codes: Collection[str]) -> dict[str, CooperativeOrder]:
    """This cooperative's only; what is not there is not its own."""
    query = select(CooperativeOrder).where(
        CooperativeOrder.cooperative_id == cooperative_id, CooperativeOrder.code.in_(part_codes)
    )
    return {part.code: part for part in session.scalars(query)}


def find_carried(order_code: str, part_code: str) -> tuple[CooperativeOrder, str] | None:
    """A part of this order that has a number at a carrier, and which carrier; for whoever may read the order."""
    row = session.execute(
        select(CooperativeOrder, CarriedParcel.carrier)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .join(CarriedParcel, CarriedParcel.cooperative_order_id == CooperativeOrder.id)
        .where(Order.code == order_code, CooperativeOrder.code == part_code, CooperativeOrder.tracking != "")
    ).one_or_none()
    return (row[0], row[1]) if row else None


def carriers_of(part_ids: Collection[int]) -> dict[int, str]:
    """By the part, which carrier took it along, where that is known."""
    rows = session.execute(
        select(CarriedParcel.cooperative_order_id, CarriedParcel.carrier).where(
            CarriedParcel.cooperative_order_id.in_(part_ids)
        )
    )
    return {row.cooperative_order_id: row.carrier for row in rows}


def carried_parts(person: Person, part_codes: Collection[str]) -> dict[str, tuple[CooperativeOrder, Order]]:
    """Parts of cooperatives of the officer's provinces that a parcel service took along."""
    rows = session.execute(
        select(CooperativeOrder, Order)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .join(Cooperative, Cooperative.id == CooperativeOrder.cooperative_id)
        .where(
            CooperativeOrder.code.in_(part_codes),
            CooperativeOrder.state.in_(HAS_LEFT),
            CooperativeOrder.delivery_way.in_(MARKETS_WAYS),
            or_(in_provinces_of(person, Cooperative.province_code), went_over_hub_of(person)),
        )
    )
    return {part.code: (part, order) for part, order in rows}


def went_over_hub_of(person: Person) -> ColumnElement[bool]:
    """Parts that a collecting place of his provinces sent on, whatever province they come from."""
    return CooperativeOrder.id.in_(
        select(HubArrival.cooperative_order_id)
        .join(HubParcel, HubParcel.id == HubArrival.hub_parcel_id)
        .join(Hub, Hub.id == HubParcel.hub_id)
        .where(in_provinces_of(person, Hub.province_code))
    )


def parts_of_hub_parcels(
    person: Person, parcel_codes: Collection[str]
) -> dict[str, list[tuple[CooperativeOrder, Order]]]:
    """What lies in parcels of collecting places of his provinces, by the code of the parcel."""
    rows = session.execute(
        select(HubParcel.code, CooperativeOrder, Order)
        .join(HubArrival, HubArrival.hub_parcel_id == HubParcel.id)
        .join(CooperativeOrder, CooperativeOrder.id == HubArrival.cooperative_order_id)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .join(Hub, Hub.id == HubParcel.hub_id)
        .where(HubParcel.code.in_(parcel_codes), in_provinces_of(person, Hub.province_code))
        .order_by(CooperativeOrder.id)
    )
    found: defaultdict[str, list[tuple[CooperativeOrder, Order]]] = defaultdict(list)
    for code, part, order in rows:
        found[code].append((part, order))
    return dict(found)


def province_of_part(part_id: int | None) -> str | None:
    return session.scalar(
        select(Cooperative.province_code)
        .join(CooperativeOrder, CooperativeOrder.cooperative_id == Cooperative.id)
        .where(CooperativeOrder.id == part_id)
    )


def find_ride(part: CooperativeOrder) -> CoachRide | None:
    """The coach that took this part along."""
    return session.get(CoachRide, part.id)


def rides_of(order_code: str) -> list[tuple[CooperativeOrder, CoachRide]]:
    """The coaches that bring parts of this order; for whoever may read it."""
    rows = session.execute(
        select(CooperativeOrder, CoachRide)
        .join(CoachRide, CoachRide.cooperative_order_id == CooperativeOrder.id)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(Order.code == order_code)
        .order_by(CooperativeOrder.id)
    )
    return [(part, ride) for part, ride in rows]
