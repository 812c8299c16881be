"""From the cart to the order through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.models import Product
from marketplace.checkout.models import CartLine
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.orders.models import Order
from marketplace.payments.models import Payment
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot

TYPED = {
    "phone": "0912 345 678",
    "name": "Trần Thị Mua",
    "province": "33",
    "commune": "Xã Tân Hưng",
    "address_line": "Thôn Đông",
}


@pytest.fixture
def longan(app: Flask) -> Product:
    product = make_product(make_cooperative(), packs=(("Túi 1 kg", 1000, 50_000), ("Hộp 5 kg", 5000, 240_000)))
    make_lot(product, quantity=20_000)
    return product


def put_in(browser: Browser, product: Product, packs: int = 1, *, pack: int = 0) -> None:
    browser.post("/gio-hang/them", {"variant": product.variants[pack].id, "quantity": packs})


def order(browser: Browser, **changes: Any) -> Any:
    return browser.submit("/dat-hang?tinh=33", {**TYPED, **changes}, action="/dat-hang")


def orders() -> list[Order]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Order)))


def left(product: Product) -> int:
    session.rollback()
    session.expire_all()
    return sum(lot.available for lot in session.scalars(select(Lot).where(Lot.product_id == product.id)))


def test_a_guest_orders_from_two_cooperatives(browser: Browser, longan: Product) -> None:
    rice = make_product(
        make_cooperative(province="37", commune="14236"), name="Gạo tám", subgroup="food_raw_grain", shelf_life_days=300
    )
    make_lot(rice, quantity=5_000)
    put_in(browser, longan, 2)
    put_in(browser, rice, 3)
    assert order(browser).request.path.startswith("/don-hang/HTX")
    (placed,) = orders()
    assert [part.goods_dong for part in placed.parts] in ([100_000, 150_000], [150_000, 100_000])
    assert placed.total_dong == 250_000 + placed.delivery_dong
    assert (placed.phone, placed.commune_code, placed.payment_method) == ("+84912345678", "11977", "cod")
    lines = [line for part in placed.parts for line in part.lines]
    assert all(line.lots and sum(lot.quantity for lot in line.lots) == line.content * line.quantity for line in lines)
    assert (left(longan), left(rice)) == (18_000, 2_000)
    assert session.scalars(select(CartLine)).all() == []


def test_pressing_twice_makes_one_order(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=33")
    form = next(form for form in browser.forms() if form["action"].endswith("/dat-hang"))
    fields = {**form["fields"], **TYPED}
    first = browser.post("/dat-hang", fields).request.path
    put_in(browser, longan)
    assert browser.post("/dat-hang", fields).request.path == first
    assert len(orders()) == 1


def test_the_total_that_was_shown_is_the_total_that_is_asked(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=33")
    with transaction():
        session.merge(longan.variants[0]).price_dong = 60_000
    page = browser.send(TYPED, action="/dat-hang")
    assert page.status_code == 422
    assert "85.000" in browser.text
    assert (orders(), left(longan)) == ([], 20_000)
    assert browser.send(TYPED, action="/dat-hang").request.path.startswith("/don-hang/")


def test_what_is_gone_meanwhile_is_said_and_nothing_is_lost(
    browser: Browser, browsers: Callable[[], Browser], longan: Product
) -> None:
    put_in(browser, longan, 15)
    browser.get("/dat-hang?tinh=33")
    other = browsers()
    put_in(other, longan, 10)
    order(other)
    page = browser.send(TYPED, action="/dat-hang")
    assert page.request.path == "/gio-hang"
    assert "Chỉ còn 10" in browser.text
    assert (len(orders()), left(longan)) == (1, 10_000)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"phone": "12345"}, "Nhập số điện thoại Việt Nam"),
        ({"name": " "}, "Hãy điền mục này"),
        ({"commune": "Xã Không Có"}, "Không tìm thấy xã"),
        ({"province": "99"}, "Hãy chọn một mục"),
        ({"address_line": ""}, "Hãy điền mục này"),
        ({"payment": "gold"}, ""),
        ({"email": "ai đó"}, "không phải địa chỉ thư"),
        ({"wants_invoice": "y", "company": "Công ty Mẫu", "company_tax_code": "1234567890"}, "Mã số thuế chưa đúng"),
    ],
)
def test_wrong_input_is_named_and_kept(browser: Browser, longan: Product, change: dict[str, str], words: str) -> None:
    put_in(browser, longan)
    page = order(browser, **change)
    assert page.status_code == 422
    assert words in browser.text
    assert ("Trần Thị Mua" in page.get_data(as_text=True)) == ("name" not in change)
    assert (orders(), left(longan)) == ([], 20_000)


def test_old_names_of_places_are_understood(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    order(browser, commune="xa dong hung, huyen dong hung")
    assert [placed.commune_code for placed in orders()] in (["12688"], [])
    if not orders():
        assert "Nơi nào đúng?" in browser.text


def test_several_places_of_one_name_are_offered(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    page = order(browser, commune="Đông")
    assert page.status_code == 422
    offered = re.findall(r'type="radio" name="commune" value="(\d+)"', page.get_data(as_text=True))
    assert len(offered) > 1
    # The browser sends the box as well, which still holds what was typed.
    order(browser, commune=["Đông", offered[1]])
    assert [placed.commune_code for placed in orders()] == [offered[1]]


def test_a_transfer_waits_for_its_money(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    order(browser, payment="vietqr")
    (placed,) = orders()
    payment = session.scalars(select(Payment)).one()
    assert (payment.reference, payment.amount_dong, payment.state) == (placed.code, placed.total_dong, "pending")
    assert payment.transfer_code


@pytest.mark.parametrize("packs", ["0", "-3", "1000", "99999999999", "1,5", "zwei"])
def test_odd_quantities_never_enter_the_cart(browser: Browser, longan: Product, packs: str) -> None:
    browser.post("/gio-hang/them", {"variant": longan.variants[0].id, "quantity": packs})
    assert "từ 1 đến 999" in browser.text
    assert session.scalars(select(CartLine)).all() == []


def test_what_is_not_on_sale_never_enters_the_cart(browser: Browser, longan: Product) -> None:
    for variant in ("", "0", "999999", str(2**80)):
        assert browser.post("/gio-hang/them", {"variant": variant, "quantity": "1"}).status_code == 200
    assert session.scalars(select(CartLine)).all() == []


def test_a_cart_belongs_to_its_browser(browser: Browser, browsers: Callable[[], Browser], longan: Product) -> None:
    put_in(browser, longan)
    stranger = browsers()
    assert "đang trống" in " ".join(stranger.get("/gio-hang").get_data(as_text=True).split())
    assert stranger.get("/gio-hang/so-luong").get_json() == {"count": 0}
    assert browser.get("/gio-hang/so-luong").get_json() == {"count": 1}


def test_another_site_cannot_fill_a_cart(browser: Browser, longan: Product) -> None:
    answer = browser.post(
        "/gio-hang/them",
        {"variant": longan.variants[0].id, "quantity": "1"},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_lines_change_and_go(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    browser.submit("/gio-hang", {"quantity": "3"}, action="/gio-hang/doi")
    assert browser.get("/gio-hang/so-luong").get_json() == {"count": 3}
    browser.submit("/gio-hang", {"remove": "1"}, action="/gio-hang/doi")
    assert browser.get("/gio-hang/so-luong").get_json() == {"count": 0}


def test_nothing_is_sold_after_its_date(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    with clock.moved_to(clock.now() + timedelta(days=20)):
        assert "Đã hết hàng" in browser.get("/gio-hang").get_data(as_text=True)


def test_the_cart_takes_few_statements_however_full(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    few = int(browser.get("/gio-hang").headers["X-Queries"])
    for number in range(3):
        other = make_product(make_cooperative(), name=f"Món {number}")
        make_lot(other)
        put_in(browser, other)
    assert int(browser.get("/gio-hang").headers["X-Queries"]) == few <= 5
