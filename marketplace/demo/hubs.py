"""A collecting place of the demo, the cooperatives that serve it, and gathered orders in every state that matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from marketplace.catalogue.states import StorageClass
from marketplace.checkout import actions as checkout
from marketplace.checkout import queries as checkout_read
from marketplace.checkout.models import Hub
from marketplace.cooperatives.models import Cooperative
from marketplace.demo import transfers
from marketplace.demo.packs import scan_into_parcel
from marketplace.demo.scene import Scene, at
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment import actions as fulfilment
from marketplace.fulfilment import hubs
from marketplace.fulfilment.models import HubParcel
from marketplace.geography.rules import is_near
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.payments.states import Method

_PROVINCE = "31"
_ITEMS = (("Ổi lê Thanh Hà", 0, 1), ("Nước mắm cá nục 30 độ đạm", 0, 1), ("Mật ong hoa nhãn Bến Mơ", 0, 1))


@dataclass(frozen=True)
class GatheredPlan:
    """How many days ago it was ordered, which way, how many of its parts came, and whether they went on and arrived."""

    days_ago: int
    way: str
    come: int
    goes_on: bool = False
    arrives: bool = False
    refused: bool = False


PLANS = (
    GatheredPlan(0, "hub", 0),
    GatheredPlan(1, "hub", 2),
    GatheredPlan(1, "hub", 3),
    GatheredPlan(2, "hub", 3, refused=True),
    GatheredPlan(3, "hub", 3, goes_on=True),
    GatheredPlan(2, "hub_pickup", 3, goes_on=True),
    GatheredPlan(5, "hub", 3, goes_on=True, arrives=True),
)


def gather(scene: Scene) -> None:
    """Open the place, let cooperatives near it choose to serve it, then have orders gathered there."""
    with clock.moved_to(at(scene.today - timedelta(days=30))), transaction():
        hub = checkout.keep_hub(
            None,
            province_code=_PROVINCE,
            name="Điểm gom Lạch Tray (mẫu)",
            address="Số 8 đường Lạch Tray, TP. Hải Phòng",
            phone="+84900000090",
            weekdays=list(range(7)),
            hours=[(9 * 60, 18 * 60)],
            cut_off_hours=18,
            storages=[StorageClass.AMBIENT, StorageClass.COOL],
            by=scene.officer.id,
        )
        hub_id = hub.id
        for cooperative in scene.cooperatives.values():
            if is_near(_PROVINCE, cooperative.province_code):
                checkout.serve_hub(hub, session.get_one(Cooperative, cooperative.id))
    for number, plan in enumerate(PLANS):
        ordered_at = at(scene.today - timedelta(days=plan.days_ago), 7, 5 + number)
        with clock.moved_to(ordered_at):
            order = _place(scene, plan, number)
        _work(scene, order, plan, hub_id, ordered_at)


def _place(scene: Scene, plan: GatheredPlan, number: int) -> Order:
    token = codes.token_digest(codes.random_token())
    with transaction():
        for name, pack, count in _ITEMS:
            checkout.add(token_digest=token, variant_id=scene.products[name].variants[pack].id, packs=count)
        cart = checkout_read.cart_view(token, on=clock.today())
        assert cart is not None, "it was just filled"
        several = checkout_read.gatherings(cart, "33", is_island=False)
        found = next(one for one in several if one.way == plan.way)
        method = Method.VIETQR if number % 2 or plan.way == "hub_pickup" else Method.CASH_ON_DELIVERY
        order = checkout.place_order(
            token_digest=token,
            checkout_token=codes.random_token(),
            buyer=checkout.BuyerDetails(
                name=scene.buyer.full_name,
                phone=f"+849000001{number:02d}",
                commune_code="11977",
                address_line=f"Số {number + 40}, phố Hiến",
                person_id=scene.buyer.id,
            ),
            ways=dict.fromkeys(found.offers, found.key),
            method=method,
            is_demo=True,
        )
        if method == Method.VIETQR:
            transfers.pay(order.code)
    return order


def _work(scene: Scene, order: Order, plan: GatheredPlan, hub_id: int, ordered_at: datetime) -> None:
    part_ids = [part.id for part in order.parts]
    by, order_id = scene.officer.id, order.id

    def later(hours: int, deed: Callable[[Hub], object]) -> None:
        moment = min(ordered_at + timedelta(hours=hours), clock.now())
        with clock.moved_to(moment), transaction():
            deed(session.get_one(Hub, hub_id))

    def pack(_hub: Hub, part_id: int) -> None:
        part = session.get_one(CooperativeOrder, part_id)
        fulfilment.confirm(part, by=by)
        scan_into_parcel(part, by=by)
        fulfilment.pack(part, by=by)

    def come(hub: Hub, part_id: int) -> None:
        hubs.receive(hub, part_code=session.get_one(CooperativeOrder, part_id).code, by=by)

    for part_id in part_ids if plan.come or plan.goes_on else part_ids[:1]:
        later(5, partial(pack, part_id=part_id))
    for part_id in part_ids[: plan.come]:
        later(24, partial(come, part_id=part_id))
    if plan.refused:
        code = session.get_one(CooperativeOrder, part_ids[0]).code
        session.rollback()
        reason = "Thùng bị dập, ướt nước (tình huống mẫu)."
        later(25, lambda hub: hubs.refuse(hub, order_id, part_code=code, reason=reason, by=by))
    if plan.goes_on:
        carrier, number = ("ghn", f"GHNMAU{order_id:06d}") if plan.way == "hub" else ("", "")
        later(26, lambda hub: hubs.send_on(hub, order_id, carrier=carrier, tracking=number, reason="", by=by))
    if plan.arrives:
        later(50, lambda _hub: _hand_out(order_id, by))


def _hand_out(order_id: int, by: int) -> None:
    parcel = session.scalars(select(HubParcel).where(HubParcel.order_id == order_id)).one()
    hubs.hand_out(parcel, by=by)
