"""Buying in a session: two taps from the room, held in the cart, ordered at the session price, given back, told to all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import wiring
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import actions, queries
from marketplace.fairs.errors import NotReady
from marketplace.fairs.models import BoothItem, Fair
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.inventory import actions as inventory
from marketplace.inventory import queries as inventory_read
from marketplace.inventory.models import OfferHold, SessionOffer
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import OrderState, PartState
from marketplace.payments import queries as payments
from marketplace.payments.states import HoldContext
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState
from tests.checkout.test_ordering import TYPED
from tests.client import Browser
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import make_booth, make_fair, make_live_fair
from tests.factories.orders import pay
from tests.factories.traceability import make_lot
from tests.fairs.test_room import show


def on_air(**booth: Any) -> str:
    """A fair whose first item stands at its session price; gives the address of its buying page."""
    fair, (slot,) = make_live_fair(**booth)
    slug = fair.slug
    show(fair, slot)
    return f"/phien-cho/{slug}/mua/{session.scalars(select(BoothItem.id)).one()}"


def keep(browser: Browser, address: str, quantity: int | str = 1) -> Any:
    return browser.submit(address, {"quantity": quantity}, action=address)


def order(browser: Browser, **changes: Any) -> Any:
    return browser.submit("/dat-hang?tinh=33", {**TYPED, **changes}, action="/dat-hang")


def fresh() -> None:
    session.rollback()
    session.expire_all()


def offer() -> inventory_read.OfferView:
    fresh()
    offer_id = session.scalars(select(SessionOffer.id)).one()
    return inventory_read.offer_views([offer_id])[offer_id]


def figures() -> tuple[int, int, int]:
    """(sold, held, free) of the only offer."""
    return offer().sold, offer().held, offer().free


def bought() -> list[Order]:
    fresh()
    return list(session.scalars(select(Order).order_by(Order.id)))


def told() -> list[int]:
    fresh()
    return [event.body["free"] for event in queries.news_after(session.query(Fair).one(), 0) if event.kind == "stock"]


def close_price() -> None:
    with transaction():
        actions.close_price(session.query(Fair).one(), session.query(BoothItem).one(), at_once=True, by=1)


def sound() -> None:
    fresh()
    assert {rule: find() for rule, find in wiring.INVARIANTS.items() if find()} == {}


def test_two_taps_and_an_address_buy_at_the_session_price(browser: Browser) -> None:
    address = on_air(packs=20)
    page = browser.get(address)
    assert "40.000" in page.text
    assert "50.000" in page.text
    assert keep(browser, address, 2).request.path == "/dat-hang"
    assert figures() == (0, 2, 18)
    assert order(browser).request.path.startswith("/don-hang/HTX")
    (placed,) = bought()
    (line,) = placed.parts[0].lines
    assert (line.price_dong, line.regular_price_dong, line.quantity, placed.goods_dong) == (40_000, 50_000, 2, 80_000)
    assert line.session_name == "Phiên chợ HTX Hưng Yên"
    assert [some.lot_id for some in line.lots] == [offer().lot_id]
    assert figures() == (2, 0, 18)
    assert payments.payment_of(placed.code).context == HoldContext.FAIR
    assert "Giá phiên chợ" in browser.text
    assert "Phiên chợ HTX Hưng Yên" in browser.text
    sound()


def test_the_room_hears_of_each_hold_sale_and_give_back(browser: Browser) -> None:
    address = on_air(packs=20)
    keep(browser, address, 2)
    order(browser)
    cancel()
    assert told() == [18, 18, 20]


def cancel() -> None:
    fresh()
    with transaction():
        orders.move_part(session.query(CooperativeOrder).one(), PartState.CANCELLED, by=None)


def test_what_is_held_lies_in_the_cart_beside_ordinary_goods(browser: Browser) -> None:
    address = on_air(packs=20)
    other = make_product(make_cooperative(), name="Gạo tám", subgroup="food_raw_grain", shelf_life_days=300)
    make_lot(other, quantity=5000)
    browser.post("/gio-hang/them", {"variant": other.variants[0].id, "quantity": 1})
    keep(browser, address, 2)
    browser.get("/gio-hang")
    assert "Giữ cho bạn" in browser.text
    assert browser.get("/gio-hang/so-luong").get_json() == {"count": 3}
    browser.submit("/gio-hang", {"quantity": 1}, action="/gio-hang/giu")
    assert figures() == (0, 1, 19)
    order(browser)
    (placed,) = bought()
    assert sorted(line.price_dong for part in placed.parts for line in part.lines) == [40_000, 50_000]
    assert figures() == (1, 0, 19)
    sound()


def test_taking_it_out_lets_it_go(browser: Browser) -> None:
    keep(browser, on_air(packs=20), 2)
    browser.submit("/gio-hang", {"remove": "1"}, action="/gio-hang/giu")
    assert figures() == (0, 0, 20)
    assert told() == [18, 20]


@pytest.mark.parametrize("typed", ["0", "3", "-1", "nhiều", "", "9" * 30])
def test_a_wrong_number_is_said_at_the_field_and_holds_nothing(browser: Browser, typed: str) -> None:
    address = on_air(packs=20, per_buyer=2)
    assert keep(browser, address, typed).status_code == 422
    assert "từ 1 đến 2" in browser.text
    assert figures() == (0, 0, 20)


def test_who_comes_late_is_told_what_is_left(browser: Browser, browsers: Callable[[], Browser]) -> None:
    address = on_air(packs=3)
    late = browsers()
    late.get(address)
    keep(browser, address, 2)
    assert late.send({"quantity": 2}, action=address).status_code == 422
    assert "còn 1" in late.text
    assert figures() == (0, 2, 1)


def test_a_lapsed_hold_is_said_and_can_be_kept_again(browser: Browser) -> None:
    address = on_air(packs=20)
    keep(browser, address, 2)
    with clock.moved_to(clock.now() + timedelta(minutes=11)):
        assert browser.get("/dat-hang").request.path == "/gio-hang"
        assert "10 phút đã hết" in browser.text
        browser.send({"again": "1"}, action="/gio-hang/giu")
        assert figures() == (0, 2, 18)
        order(browser)
    assert figures() == (2, 0, 18)


def test_after_closing_the_usual_price_is_the_way_on(browser: Browser) -> None:
    address = on_air(packs=20)
    keep(browser, address, 2)
    browser.get("/dat-hang?tinh=33")
    close_price()
    assert browser.send(TYPED, action="/dat-hang").request.path == "/gio-hang"
    assert bought() == []
    assert "Giá phiên chợ 40.000 ₫ đã hết" in browser.text
    assert "Giá thường là 50.000 ₫" in browser.text
    browser.send({"usual": "1"}, action="/gio-hang/giu")
    order(browser)
    (placed,) = bought()
    (line,) = placed.parts[0].lines
    assert (line.price_dong, line.session_offer_id, offer().sold) == (50_000, None, 0)
    sound()


def test_a_price_that_ends_between_page_and_press_is_never_paid_otherwise(browser: Browser) -> None:
    """Ordinary goods beside it are not ordered alone either: the buyer saw another total."""
    address = on_air(packs=20)
    other = make_product(make_cooperative(), name="Gạo tám", subgroup="food_raw_grain", shelf_life_days=300)
    make_lot(other, quantity=5000)
    browser.post("/gio-hang/them", {"variant": other.variants[0].id, "quantity": 1})
    keep(browser, address, 2)
    browser.get("/dat-hang?tinh=33")
    close_price()
    assert browser.send(TYPED, action="/dat-hang").status_code == 422
    assert bought() == []
    assert figures()[0] == 0


def test_two_browsers_with_one_phone_share_the_limit(browser: Browser, browsers: Callable[[], Browser]) -> None:
    address = on_air(packs=20, per_buyer=2)
    second = browsers()
    keep(browser, address, 2)
    order(browser)
    keep(second, address, 1)
    assert order(second).status_code == 422
    assert "tối đa 2" in second.text
    assert len(bought()) == 1
    assert order(second, phone="0987 654 321").request.path.startswith("/don-hang/")
    assert figures() == (3, 0, 17)
    sound()


def test_pressing_twice_makes_one_order(browser: Browser) -> None:
    address = on_air(packs=20)
    keep(browser, address, 2)
    browser.get("/dat-hang?tinh=33")
    form = next(form for form in browser.forms() if form["action"].endswith("/dat-hang"))
    fields = {**form["fields"], **TYPED}
    first = browser.post("/dat-hang", fields).request.path
    assert browser.post("/dat-hang", fields).request.path == first
    assert figures() == (2, 0, 18)


def test_goods_of_a_recalled_lot_are_not_sold(browser: Browser) -> None:
    keep(browser, on_air(packs=20), 2)
    browser.get("/dat-hang?tinh=33")
    with transaction():
        session.get_one(Lot, session.query(SessionOffer.lot_id).scalar()).state = LotState.RECALLED
    assert browser.send(TYPED, action="/dat-hang").request.path == "/gio-hang"
    assert bought() == []
    assert figures() == (0, 2, 18)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_cancelled_order_gives_back_once(browser: Browser, is_open: bool) -> None:
    keep(browser, on_air(packs=20), 2)
    order(browser)
    if not is_open:
        close_price()
    cancel()
    assert (offer().sold, offer().packs) == ((0, 20) if is_open else (0, 18))
    sound()


@pytest.mark.parametrize("is_open", [True, False])
def test_late_money_buys_while_the_price_stands_and_goes_back_after(browser: Browser, is_open: bool) -> None:
    address = on_air(packs=20)
    keep(browser, address, 2)
    order(browser, payment="vietqr")
    (placed,) = bought()
    with transaction():
        orders.give_up(placed, reason="late")
    assert figures() == (0, 0, 20)
    if not is_open:
        close_price()
    pay(placed)
    (placed,) = bought()
    assert placed.state == (OrderState.OPEN if is_open else OrderState.CANCELLED)
    assert offer().sold == (2 if is_open else 0)
    sound()


def test_sales_are_counted_to_fair_booth_and_slot(browser: Browser) -> None:
    keep(browser, on_air(packs=20), 2)
    order(browser)
    fair = session.query(Fair).one()
    slot = queries.slots_of(fair.id)[0]
    (placed,) = bought()
    (sale,) = queries.session_sales(fair.id)
    assert (sale.booth_id, sale.slot_id, sale.order_code, sale.packs, sale.amount_dong, sale.stands) == (
        slot.booth_id, slot.id, placed.code, 2, 80_000, True,
    )  # fmt: skip
    assert sale.lot_codes == (session.query(Lot.code).scalar(),)


def test_goods_sold_by_weight_get_no_session_price(app: Flask) -> None:
    product = make_product(make_cooperative())
    product_id, cooperative_id = product.id, product.cooperative_id
    with transaction():
        variant = session.merge(product).variants[0]
        variant.kilogram_dong, variant.tolerance_percent = variant.price_dong, 10
    with pytest.raises(NotReady, match="not_weighed"):
        make_booth(
            make_fair(), session.get_one(Cooperative, cooperative_id), product=session.get_one(Product, product_id)
        )


def test_an_item_of_another_fair_is_not_found(browser: Browser) -> None:
    address = on_air(packs=20)
    other = make_fair().slug
    item_id = address.rsplit("/", 1)[1]
    assert browser.get(f"/phien-cho/{other}/mua/{item_id}").status_code == 404
    assert browser.get(address + "0").status_code == 404


def test_old_holds_are_forgotten(browser: Browser) -> None:
    keep(browser, on_air(packs=20), 2)
    with clock.moved_to(clock.now() + timedelta(days=2)), transaction():
        inventory.forget_lapsed_holds()
    assert session.query(OfferHold).count() == 0
