"""Collecting places, and orders that go over them."""

from __future__ import annotations

from marketplace.catalogue.models import Product
from marketplace.catalogue.states import StorageClass
from marketplace.checkout import actions as checkout
from marketplace.checkout import queries as checkout_read
from marketplace.checkout.models import Hub
from marketplace.checkout.rules import Gathering
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment import actions as fulfilment
from marketplace.fulfilment import hubs
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.payments.states import Method
from tests.factories.accounts import make_person
from tests.factories.orders import detached, make_sold_product


def make_hub(
    *products: Product, province: str = "33", storages: tuple[StorageClass, ...] = (StorageClass.AMBIENT,)
) -> Hub:
    """Open every day from 9 to 18 o'clock; the cooperatives of these products bring goods there."""
    by = make_person().id
    with transaction():
        hub = checkout.keep_hub(
            None,
            province_code=province,
            name="Điểm gom Phố Hiến",
            address="Số 1 phố Hiến",
            phone="+84900000077",
            weekdays=list(range(7)),
            hours=[(9 * 60, 18 * 60)],
            cut_off_hours=12,
            storages=list(storages),
            by=by,
        )
        for product in products:
            checkout.serve_hub(hub, session.get_one(Cooperative, product.cooperative_id))
    session.refresh(hub)
    session.expunge(hub)
    session.rollback()
    return hub


def make_two() -> tuple[Product, Product]:
    return kept(make_sold_product()), kept(make_sold_product())


def kept(product: Product) -> Product:
    """Readable whatever happens to the session later."""
    session.refresh(product)
    for row in (*product.variants, product):
        session.expunge(row)
    session.rollback()
    return product


def gathering(token_digest: str, way: str, province: str = "33") -> Gathering:
    view = checkout_read.cart_view(token_digest, on=clock.today())
    assert view is not None
    return next(one for one in checkout_read.gatherings(view, province, is_island=False) if one.way == way)


def make_gathered(*products: Product, way: str = "hub", method: Method = Method.CASH_ON_DELIVERY) -> Order:
    """Two packs of each product, gathered."""
    token = codes.token_digest(codes.random_token())
    with transaction():
        for product in products:
            checkout.add(token_digest=token, variant_id=product.variants[0].id, packs=2)
        found = gathering(token, way)
        order = checkout.place_order(
            token_digest=token,
            checkout_token=codes.random_token(),
            buyer=checkout.BuyerDetails(
                name="Hoàng Thị Mua", phone="+84912345678", commune_code="11977", address_line="Số 5 ngõ Vườn"
            ),
            ways=dict.fromkeys(found.offers, found.key),
            method=method,
        )
    return detached(session.get_one(Order, order.id))


def bring(hub: Hub, order: Order, *numbers: int, by: int) -> None:
    """These parts are packed and received at the collecting place."""
    for number in numbers:
        with transaction():
            part = session.get_one(CooperativeOrder, order.parts[number].id)
            fulfilment.confirm(part, by=by)
            fulfilment.pack(part, by=by)
            hubs.receive(session.get_one(Hub, hub.id), part_code=part.code, by=by)


def send(hub: Hub, order: Order, *, by: int, carrier: str = "ghn", reason: str = "") -> str:
    """What has come goes on; gives the parcel's code."""
    with transaction():
        parcel = hubs.send_on(
            session.get_one(Hub, hub.id), order.id, carrier=carrier, tracking="GHN1" if carrier else "", reason=reason,
            by=by,
        )  # fmt: skip
        return parcel.code
