"""What the law wants told before ordering stands there before ordering, and is kept with the order as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session, transaction
from marketplace.foundation.dates import format_day
from marketplace.foundation.money import format_dong
from marketplace.orders import rules
from marketplace.orders.models import Order
from tests.checkout.test_ordering import TYPED, put_in
from tests.client import Browser
from tests.factories.orders import make_order, make_sold_product


def link(app: Flask, order: Order, beside: str = "/thong-tin-dat-hang") -> str:
    return f"/don-hang/{order.code}{beside}?k={rules.access_key(order.code, str(app.secret_key))}"


@pytest.fixture
def bought(app: Flask, browser: Browser) -> Order:
    """Ordered over the pages, from the last step."""
    product = make_sold_product()
    put_in(browser, product, 2)
    browser.submit("/dat-hang?tinh=33", {**TYPED, "go": "giao-hang"}, action="/dat-hang")
    browser.send({"go": "thanh-toan"}, action="/dat-hang")
    for said in ("Hạn dùng", "Xuất xứ hàng", "mã số thuế", "Điều khoản đổi, trả hàng", "0900 000 001", "ngày"):
        assert said in browser.text, said
    browser.send({"go": None}, action="/dat-hang")
    session.rollback()
    return session.query(Order).one()


def test_all_of_it_is_kept_as_it_was_whatever_changes_later(app: Flask, browser: Browser, bought: Order) -> None:
    with transaction():
        session.query(Product).one().shelf_life_days = 999
        cooperative = session.query(Cooperative).one()
        before = cooperative.legal_name
        cooperative.legal_name, cooperative.tax_code = "Hợp tác xã Khác", "9900000999"
    part, line = bought.parts[0], bought.parts[0].lines[0]
    assert part.seller["name"] == before
    assert {"name", "tax_code", "address", "phone", "representative", "vat_method"} <= set(part.seller)
    assert line.facts is not None
    assert {"origin", "shelf_life_days", "storage"} <= set(line.facts)
    assert (part.days_from, part.days_to) == (1, 2)
    browser.get(link(app, bought))
    for said in (
        before, part.seller["tax_code"], "Xuất xứ", f"{line.facts['shelf_life_days']} ngày", "1 đến 2 ngày",
        "trong 48 giờ", "trong 7 ngày", "trong 30 ngày", f"bản ngày {format_day(rules.TERMS[-1].version)}",
        "tiền mặt", " ".join(format_dong(bought.total_dong).split()),
    ):  # fmt: skip
        assert said in browser.text, said
    assert "999 ngày" not in browser.text
    browser.get(link(app, bought, ""))
    assert "Thông tin khi đặt hàng" in browser.text


def test_an_order_of_before_tells_what_it_has(app: Flask, browser: Browser) -> None:
    order = make_order(make_sold_product())
    with transaction():
        session.get_one(Order, order.id).terms = None
    assert browser.get(link(app, order)).status_code == 200
    assert order.parts[0].seller["tax_code"] in browser.text
    assert "bản ngày" not in browser.text


def test_nobody_else_reads_it(app: Flask, browsers: Callable[[], Browser]) -> None:
    order, other = make_order(make_sold_product()), make_order(make_sold_product())
    key = rules.access_key(other.code, str(app.secret_key))
    for query in ("", f"?k={key}"):
        assert browsers().get(f"/don-hang/{order.code}/thong-tin-dat-hang{query}").request.path == "/don-hang"


def test_the_version_is_the_one_that_the_terms_name(browser: Browser) -> None:
    browser.get("/dieu-khoan")
    assert f"Bản ngày {format_day(rules.TERMS[-1].version)}" in browser.text
