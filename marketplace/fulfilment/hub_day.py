"""What a collecting place expects, has and has sent on, and what a cooperative has to bring where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of
from marketplace.catalogue.models import Product
from marketplace.catalogue.states import StorageClass
from marketplace.checkout.models import Hub, HubPromise
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.fulfilment import rules
from marketplace.fulfilment.models import HubArrival, HubParcel, HubWish
from marketplace.orders.models import CooperativeOrder, Order, OrderLine
from marketplace.orders.rules import HUB_WAYS
from marketplace.orders.states import GOODS_GIVEN_BACK, HAS_ARRIVED, HAS_LEFT, PartState

TO_COME = frozenset({PartState.PENDING, PartState.CONFIRMED, PartState.PACKED})
_AT_WORK = TO_COME | {PartState.AT_HUB, PartState.SHIPPED}

MOST_ORDERS = 100  # on one page


@dataclass(frozen=True)
class HubPart:
    """A part that goes over a collecting place: whether it has come, until when it may lie there, and in which parcel it
    went on."""

    part: CooperativeOrder
    arrived_at: datetime | None
    keep_until: datetime | None
    parcel: HubParcel | None
    is_cold: bool

    @property
    def is_here(self) -> bool:
        return self.part.state == PartState.AT_HUB

    @property
    def is_to_come(self) -> bool:
        return self.part.state in TO_COME

    @property
    def is_kept_too_long(self) -> bool:
        return self.is_here and self.keep_until is not None and self.keep_until < clock.now()


@dataclass(frozen=True)
class HubOrder:
    """An order whose parts meet at a collecting place."""

    order: Order
    promise: HubPromise
    hub: Hub
    parts: list[HubPart]
    wishes_no_wait: bool

    @property
    def is_fetched(self) -> bool:
        return any(one.part.delivery_way == "hub_pickup" for one in self.parts)

    @property
    def here(self) -> list[HubPart]:
        return [one for one in self.parts if one.is_here]

    @property
    def to_come(self) -> list[HubPart]:
        return [one for one in self.parts if one.is_to_come]

    @property
    def parcels(self) -> list[HubParcel]:
        found = {one.parcel.id: one.parcel for one in self.parts if one.parcel is not None}
        return [found[key] for key in sorted(found)]

    @property
    def open_parcels(self) -> list[HubParcel]:
        """On the way, or waiting for the buyer."""
        under_way = {one.parcel.id for one in self.parts if one.parcel and one.part.state == PartState.SHIPPED}
        return [parcel for parcel in self.parcels if parcel.id in under_way]

    @property
    def is_late(self) -> bool:
        return bool(self.to_come) and self.promise.bring_by < clock.now()

    def inside(self, parcel: HubParcel) -> list[HubPart]:
        return [one for one in self.parts if one.parcel is parcel and one.part.state not in GOODS_GIVEN_BACK]

    def cash_of(self, parts: Collection[HubPart]) -> int:
        """What the carrier collects for these parts together."""
        return sum(rules.cash_of(one.part, self.order) for one in parts)


def orders_at(hub: Hub) -> list[HubOrder]:
    """Orders that are expected, there or on their way from there, those that are to be complete first on top."""
    at_work = select(CooperativeOrder.order_id).where(
        CooperativeOrder.delivery_way.in_(HUB_WAYS), CooperativeOrder.state.in_(_AT_WORK)
    )
    return _read(
        select(Order, HubPromise, Hub)
        .join(HubPromise, HubPromise.order_id == Order.id)
        .join(Hub, Hub.id == HubPromise.hub_id)
        .where(HubPromise.hub_id == hub.id, Order.id.in_(at_work))
        .order_by(HubPromise.bring_by, Order.id)
        .limit(MOST_ORDERS)
    )


def find_order(order_code: str) -> HubOrder | None:
    """For whoever may read the order."""
    found = _read(_orders().where(Order.code == order_code))
    return found[0] if found else None


def find_order_at(hub: Hub, order_code: str) -> HubOrder | None:
    found = _read(_orders().where(Order.code == order_code, HubPromise.hub_id == hub.id))
    return found[0] if found else None


def find_parcel(person: Person, code: str) -> HubParcel | None:
    """One of a collecting place of his provinces."""
    return session.scalar(
        select(HubParcel)
        .join(Hub, Hub.id == HubParcel.hub_id)
        .where(HubParcel.code == code, in_provinces_of(person, Hub.province_code))
    )


def to_bring(cooperative_id: int) -> list[tuple[HubOrder, HubPart]]:
    """What this cooperative still has to bring, the earliest first."""
    mine = select(CooperativeOrder.order_id).where(
        CooperativeOrder.cooperative_id == cooperative_id,
        CooperativeOrder.delivery_way.in_(HUB_WAYS),
        CooperativeOrder.state.in_(TO_COME),
    )
    rows = _read(_orders().where(Order.id.in_(mine)).order_by(HubPromise.bring_by, Order.id).limit(MOST_ORDERS))
    return [
        (row, one) for row in rows for one in row.parts if one.part.cooperative_id == cooperative_id and one.is_to_come
    ]


def _orders() -> Select[Order, HubPromise, Hub]:
    return (
        select(Order, HubPromise, Hub)
        .join(HubPromise, HubPromise.order_id == Order.id)
        .join(Hub, Hub.id == HubPromise.hub_id)
    )


def _read(query: Select[Order, HubPromise, Hub]) -> list[HubOrder]:
    rows = session.execute(query).all()
    parts = standing([order for order, _promise, _hub in rows])
    wishes = set(session.scalars(select(HubWish.order_id).where(HubWish.order_id.in_(parts))))
    return [HubOrder(order, promise, hub, parts[order.id], order.id in wishes) for order, promise, hub in rows]


def standing(orders: Collection[Order]) -> dict[int, list[HubPart]]:
    """How each part that goes over a collecting place stands, by order."""
    parts = [part for order in orders for part in order.parts if part.delivery_way in HUB_WAYS]
    ids = [part.id for part in parts]
    arrivals = {
        arrival.cooperative_order_id: (arrival, parcel)
        for arrival, parcel in session.execute(
            select(HubArrival, HubParcel)
            .outerjoin(HubParcel, HubParcel.id == HubArrival.hub_parcel_id)
            .where(HubArrival.cooperative_order_id.in_(ids))
        )
    }
    storages: defaultdict[int, set[StorageClass]] = defaultdict(set)
    lives: defaultdict[int, list[int]] = defaultdict(list)
    for part_id, storage, days in session.execute(
        select(OrderLine.cooperative_order_id, Product.storage, Product.shelf_life_days)
        .join(Product, Product.id == OrderLine.product_id)
        .where(OrderLine.cooperative_order_id.in_(ids))
    ):
        storages[part_id].add(storage)
        lives[part_id].append(days)
    found: dict[int, list[HubPart]] = {order.id: [] for order in orders}
    for part in parts:
        arrival, parcel = arrivals.get(part.id, (None, None))
        is_cold = bool(storages[part.id] - {StorageClass.AMBIENT})
        hours = rules.hours_at_hub(is_cold=is_cold, shelf_life_days=min(lives[part.id]))
        keep_until = arrival.at + timedelta(hours=hours) if arrival and hours is not None else None
        found[part.order_id].append(HubPart(part, arrival.at if arrival else None, keep_until, parcel, is_cold))
    return found


def parts_out_of_step() -> list[str]:
    """Invariant: what lies at a collecting place was received there, and what went on from one lies in a parcel."""
    went_on = CooperativeOrder.state.in_(HAS_LEFT | HAS_ARRIVED)
    rows = session.scalars(
        select(CooperativeOrder.code)
        .outerjoin(HubArrival, HubArrival.cooperative_order_id == CooperativeOrder.id)
        .where(
            CooperativeOrder.delivery_way.in_(HUB_WAYS),
            or_(
                and_(CooperativeOrder.state == PartState.AT_HUB, HubArrival.cooperative_order_id.is_(None)),
                and_(CooperativeOrder.state == PartState.AT_HUB, HubArrival.hub_parcel_id.is_not(None)),
                and_(went_on, HubArrival.hub_parcel_id.is_(None)),
                and_(CooperativeOrder.state.in_(TO_COME), HubArrival.cooperative_order_id.is_not(None)),
            ),
        )
        .order_by(CooperativeOrder.id)
    )
    return [f"part {code} is not where the collecting place says" for code in rows]
