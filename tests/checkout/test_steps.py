"""The three steps of ordering: each asks for its own, and what was typed is never lost or asked twice."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask

from marketplace.catalogue.models import Product
from marketplace.checkout import actions as checkout
from marketplace.checkout.routes.ordering import LONGEST_DRAFT
from marketplace.checkout.rules import Terms
from marketplace.foundation.database import transaction
from tests.checkout.test_ordering import TYPED, longan, orders, put_in
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product
from tests.factories.traceability import make_lot

__all__ = ["longan"]

ADDRESS, DELIVERY, PAYMENT = "nguoi-nhan", "giao-hang", "thanh-toan"


def go(browser: Browser, to: str, **typed: Any) -> Any:
    return browser.send({"go": to, **typed}, action="/dat-hang")


def step(browser: Browser) -> str:
    """The name of the step on the page now open."""
    assert browser.page is not None
    found = re.search(r'aria-current="step">.*?<span>([^<]+)</span></li>', browser.page.get_data(as_text=True))
    assert found is not None
    return unescape(found[1])


def fields(browser: Browser) -> dict[str, str]:
    (form,) = [form for form in browser.forms() if form["action"].endswith("/dat-hang")]
    found: dict[str, str] = form["fields"]
    return found


def test_each_step_asks_for_its_own_and_the_last_one_orders(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=33")
    assert (step(browser), "Đặt hàng ngay" in browser.text) == ("Người nhận", False)
    page = go(browser, DELIVERY, **TYPED)
    assert (page.request.method, page.request.args["buoc"], step(browser)) == ("GET", DELIVERY, "Giao hàng")
    assert [words in browser.text for words in ("Trần Thị Mua", "0912 345 678", "Thôn Đông")] == [True] * 3
    assert "Xin xem lại" not in browser.text
    go(browser, PAYMENT, note="Gọi trước khi giao")
    assert "Xin xem lại" not in browser.text
    assert step(browser) == "Thanh toán"
    assert fields(browser)["payment"] == "cod"
    browser.send({"payment": "vietqr"}, action="/dat-hang")
    (placed,) = orders()
    assert (placed.buyer_name, placed.note) == ("Trần Thị Mua", "Gọi trước khi giao")
    assert placed.payment_method == "vietqr"


def test_a_name_of_several_places_is_asked_once(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=01")
    asked = go(browser, DELIVERY, **{**TYPED, "province": "01", "commune": "hoan kiem"})
    assert (asked.status_code, step(browser)) == (422, "Người nhận")
    assert "Nơi nào đúng?" in browser.text
    go(browser, DELIVERY, commune=["hoan kiem", "00070"])  # as a browser sends it: the box, then the choice
    assert step(browser) == "Giao hàng"
    assert "Phường Hoàn Kiếm" in browser.text


def test_going_back_and_a_new_start_find_what_was_typed(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=33")
    go(browser, DELIVERY, **TYPED)
    go(browser, PAYMENT, note="Cổng xanh")
    go(browser, ADDRESS)
    assert (step(browser), fields(browser)["note"]) == ("Người nhận", "Cổng xanh")
    go(browser, DELIVERY, name="Lê Văn Khác")
    browser.get("/gio-hang")
    browser.get("/dat-hang")
    assert (fields(browser)["name"], fields(browser)["phone"]) == ("Lê Văn Khác", "0912 345 678")


@pytest.mark.parametrize(
    ("wrong", "at", "words"),
    [
        ({"phone": "12345"}, "Người nhận", "Nhập số điện thoại Việt Nam"),
        ({"commune": "Xã Không Có"}, "Người nhận", "Không tìm thấy xã"),
        ({"address_line": " "}, "Người nhận", "Hãy điền mục này"),
    ],
)
def test_what_is_wrong_keeps_its_step(
    browser: Browser, longan: Product, wrong: dict[str, str], at: str, words: str
) -> None:
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=33")
    page = go(browser, PAYMENT, **{**TYPED, "email": "ai đó", **wrong})
    assert (page.status_code, step(browser)) == (422, at)
    assert words in browser.text
    assert "không phải địa chỉ thư" not in browser.text, "nobody has been asked for it yet"
    assert fields(browser)["email"] == "ai đó"


def test_an_error_of_the_last_step_is_said_there(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=33")
    go(browser, DELIVERY, **TYPED)
    go(browser, PAYMENT)
    page = browser.send({"email": "ai đó"}, action="/dat-hang")
    assert (page.status_code, step(browser)) == (422, "Thanh toán")
    assert "không phải địa chỉ thư" in browser.text
    assert orders() == []


@pytest.mark.parametrize("asked", [DELIVERY, PAYMENT, "xxx", ""])
def test_no_step_is_skipped(browser: Browser, longan: Product, asked: str) -> None:
    put_in(browser, longan)
    browser.get(f"/dat-hang?buoc={asked}")
    assert step(browser) == "Người nhận"
    assert "Xin xem lại" not in browser.text


def test_another_province_asks_for_its_commune_and_knows_its_fees(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=33")
    go(browser, DELIVERY, **TYPED)
    go(browser, ADDRESS)
    browser.send({"province": "01", "change_province": "1"}, action="/dat-hang")
    assert step(browser) == "Người nhận"
    kept = fields(browser)
    assert (kept["province"], kept["commune"], kept["name"]) == ("01", "", "Trần Thị Mua")
    go(browser, DELIVERY, commune="Phường Hoàn Kiếm")
    assert "32.000" in browser.text


def test_the_next_order_begins_anew_with_an_order_of_its_own(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=33")
    go(browser, DELIVERY, **TYPED)
    go(browser, PAYMENT)
    old = fields(browser)
    with browser.client.session_transaction() as remembered:
        draft = remembered["checkout"]
    browser.send(action="/dat-hang")
    put_in(browser, longan)
    with browser.client.session_transaction() as remembered:
        assert "checkout" not in remembered
        remembered["checkout"] = draft  # the answer to the order was lost on the way
    browser.get("/dat-hang?buoc=thanh-toan")
    assert fields(browser)["checkout_token"] != old["checkout_token"]
    assert (step(browser), len(orders())) == ("Người nhận", 1)


def test_a_long_draft_goes_on_in_the_page_alone(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=33")
    long = {"note": "ấ" * 300, "company": "ộ" * 200, "company_address": "ữ" * 200, "address_line": "ề" * 160}
    assert sum(len(value.encode()) for value in long.values()) > LONGEST_DRAFT
    page = go(browser, PAYMENT, **{**TYPED, **long})
    assert (page.status_code, page.request.method, step(browser)) == (200, "POST", "Thanh toán")
    browser.send(action="/dat-hang")
    assert orders()[0].note == long["note"]


def test_a_signed_in_buyer_finds_where_his_last_order_went(browser: Browser, longan: Product) -> None:
    put_in(browser, longan)
    buyer = make_person(phone="+84912345678")
    contact = buyer.contacts[0]
    make_order(make_sold_product(), person_id=buyer.id)
    browser.sign_in(contact)
    browser.get("/dat-hang")
    known = fields(browser)
    assert (known["province"], known["commune"], known["address_line"]) == ("33", "Xã Tân Hưng", "Số 5 ngõ Vườn")
    go(browser, DELIVERY)
    assert step(browser) == "Giao hàng"
    browser.get("/dat-hang?tinh=01")
    assert (fields(browser)["province"], fields(browser)["address_line"]) == ("01", "Số 5 ngõ Vườn")


@pytest.fixture
def milk(app: Flask) -> Product:
    """Cold goods of a cooperative without a van: whoever lives far away can only come for them."""
    cooperative = make_cooperative()
    product = make_product(cooperative, name="Sữa chua", storage="cool", shelf_life_days=10)
    make_lot(product, quantity=20_000)
    with transaction():
        checkout.change_terms(
            cooperative_id=cooperative.id, terms=Terms(has_pickup=True, pickup_address="Nhà đóng gói, 7–17 giờ")
        )
    return product


FAR = {**TYPED, "province": "01", "commune": "Phường Hoàn Kiếm"}


def test_who_can_only_fetch_goods_is_told_so_and_ticks_it_himself(browser: Browser, milk: Product) -> None:
    put_in(browser, milk)
    key = f"way-{milk.cooperative_id}"
    browser.get("/dat-hang?tinh=01")
    go(browser, DELIVERY, **FAR)
    assert "HTX này không giao đến Thành phố Hà Nội; chỉ có thể đến lấy tại:" in unescape(browser.text)
    assert "Nhà đóng gói, 7–17 giờ · Thôn Đông, xã Tân Hưng, tỉnh Hưng Yên" in unescape(browser.text)
    assert key not in fields(browser)
    page = go(browser, PAYMENT)
    assert (page.status_code, step(browser)) == (422, "Giao hàng")
    assert "Hãy đánh dấu chọn đến lấy hàng" in unescape(browser.text)
    page = go(browser, PAYMENT, **{key: "pickup"})
    assert (page.status_code, step(browser)) == (200, "Thanh toán")
    browser.send({"payment": "cod"}, action="/dat-hang")
    (placed,) = orders()
    (part,) = placed.parts
    assert (part.delivery_way, part.delivery_place) == (
        "pickup", "Nhà đóng gói, 7–17 giờ · Thôn Đông, xã Tân Hưng, tỉnh Hưng Yên",
    )  # fmt: skip
    assert "Phường Hoàn Kiếm" not in browser.text


def test_nothing_is_ordered_before_it_is_ticked(browser: Browser, milk: Product) -> None:
    put_in(browser, milk)
    browser.get("/dat-hang?tinh=01")
    page = browser.send({**FAR, "payment": "cod"}, action="/dat-hang")
    assert (page.status_code, step(browser), orders()) == (422, "Giao hàng", [])


def test_a_way_that_brings_goods_is_ticked_beside_one_to_fetch_them(browser: Browser, longan: Product) -> None:
    with transaction():
        checkout.change_terms(cooperative_id=longan.cooperative_id, terms=Terms(has_pickup=True))
    put_in(browser, longan)
    browser.get("/dat-hang?tinh=01")
    go(browser, DELIVERY, **FAR)
    assert fields(browser)[f"way-{longan.cooperative_id}"] == "carrier"
    assert "không giao đến" not in browser.text
