"""Following an order: who may see it, what stands there, paying and cancelling."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image

from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.orders import rules
from marketplace.orders.models import Order, OrderLineLot
from marketplace.orders.states import OrderState, PartState
from marketplace.payments.queries import payment_of
from marketplace.payments.rules import parse_vietqr
from marketplace.payments.states import Method, PaymentState
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product, move, now, only_part, pay
from tests.traceability.test_qr import drawn_svg, read


def link(app: Flask, order: Order, *, beside: str = "") -> str:
    return f"/don-hang/{order.code}{beside}?k={rules.access_key(order.code, str(app.secret_key))}"


def test_the_link_opens_the_order_with_its_lots_and_tells_no_cache_and_no_search_engine(
    app: Flask, browser: Browser
) -> None:
    order = make_order(make_sold_product(), make_sold_product())
    page = browser.get(link(app, order))
    assert page.status_code == 200
    html = page.get_data(as_text=True)
    for lot in session.query(OrderLineLot):
        assert f'href="/q/{lot.lot_code}"' in html
    for part in order.parts:
        assert part.seller["short_name"] in browser.text
        assert part.seller["tax_code"] in browser.text
    assert "250.000" in browser.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("key", ["", "?k=", "?k=wrong", "?k=ữ", "other"])
def test_without_its_key_an_order_leads_to_the_search_like_one_that_is_not_there(
    app: Flask, browser: Browser, key: str
) -> None:
    order, other = make_order(make_sold_product()), make_order(make_sold_product())
    key = f"?k={rules.access_key(other.code, str(app.secret_key))}" if key == "other" else key
    for code in (order.code, "HTX00000000"):
        answer = browser.client.get(f"/don-hang/{code}{key}")
        assert (answer.status_code, answer.location) == (302, "/don-hang")
        assert browser.client.get(f"/don-hang/{code}/vietqr.svg{key}").status_code == 404


def test_code_and_phone_open_it_however_they_are_typed(browser: Browser) -> None:
    order = make_order(make_sold_product())
    typed = f" {order.code[3:7].lower()} {order.code[7:]}-1 "
    page = browser.submit("/don-hang", {"code": typed, "phone": "0912.345.678"})
    assert (page.status_code, page.request.path) == (200, f"/don-hang/{order.code}")


def test_a_wrong_pair_is_told_alike_whatever_is_wrong_and_stays_as_typed(browser: Browser) -> None:
    order = make_order(make_sold_product())
    said = set()
    for code, phone in ((order.code, "0912 345 679"), ("HTX00000000", "0912 345 678")):
        page = browser.submit("/don-hang", {"code": code, "phone": phone})
        html = page.get_data(as_text=True)
        assert page.status_code == 422
        assert code in html
        said.add(re.search(r'(?s)<div class="error-summary".*?</div>', html)[0])  # type: ignore[index]
    assert len(said) == 1


def test_guessing_is_slowed_down(browser: Browser) -> None:
    answers = {browser.get("/don-hang").status_code for _ in range(61)}
    assert answers == {200, 429}


def test_a_person_sees_his_own_orders_and_nobody_elses(browsers: Callable[[], Browser]) -> None:
    make_person(phone="+84901112222")
    buyer = make_person(phone="+84901113333")
    order = make_order(make_sold_product(), person_id=buyer.id)
    his, theirs = browsers(), browsers()
    his.sign_in("0901113333")
    theirs.sign_in("0901112222")
    his.get("/tai-khoan/don-hang")
    assert order.code in his.text
    assert his.get(f"/don-hang/{order.code}").request.path == f"/don-hang/{order.code}"
    theirs.get("/tai-khoan/don-hang")
    assert order.code not in theirs.text
    assert theirs.get(f"/don-hang/{order.code}").request.path == "/don-hang"


def test_vietqr_says_account_amount_and_code_to_every_scanner(app: Flask, browser: Browser) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR)
    code, account = payment_of(order.code).transfer_code, app.config["SETTINGS"].collecting_account
    browser.get(link(app, order))
    assert code is not None
    assert code in browser.text
    assert account.number in browser.text
    svg = browser.get(link(app, order, beside="/vietqr.svg")).get_data(as_text=True)
    png = browser.get(link(app, order, beside="/vietqr.png")).get_data()
    for image in (drawn_svg(svg), Image.open(io.BytesIO(png))):
        (found,) = read(image)
        said = parse_vietqr(found.text)
        assert (said.bank_bin, said.account) == (account.bank_bin, account.number)
        assert (said.amount_dong, said.memo) == (order.total_dong, code)


def test_a_paid_order_says_so_and_shows_no_code(app: Flask, browser: Browser) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR)
    pay(order)
    browser.get(link(app, order))
    assert "Đã thanh toán" in browser.text
    assert "vietqr.svg" not in browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    assert browser.get(link(app, order, beside="/vietqr.svg")).status_code == 404


def test_cancelling_gives_the_goods_back_and_asks_no_more_money(app: Flask, browser: Browser) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR)
    browser.submit(link(app, order), action=f"/huy?k={rules.access_key(order.code, str(app.secret_key))}")
    assert "Đã hủy" in browser.text
    order = now(order)
    assert (order.state, only_part(order).state) == (OrderState.CANCELLED, PartState.CANCELLED)
    assert payment_of(order.code).state == PaymentState.CANCELED
    assert [(lot.available, lot.reserved) for lot in session.query(Lot)] == [(100_000, 0)]


def test_a_cancelled_part_is_no_longer_asked_for(app: Flask, browser: Browser) -> None:
    order = make_order(make_sold_product(), make_sold_product(), method=Method.VIETQR)
    move(order, PartState.REFUSED, reason="Mưa lớn")
    order = now(order)
    assert order.state == OrderState.OPEN
    assert payment_of(order.code).amount_dong == order.parts[1].total_dong == 125_000
    browser.get(link(app, order))
    assert "Mưa lớn" in browser.text


def test_too_late_to_cancel_tells_whom_to_call_and_changes_nothing(app: Flask, browser: Browser) -> None:
    order = make_order(make_sold_product())
    browser.get(link(app, order))
    move(order, PartState.CONFIRMED, PartState.PACKED)
    browser.send(action=f"/huy?k={rules.access_key(order.code, str(app.secret_key))}")
    assert "0900 000 001" in browser.text
    assert only_part(now(order)).state == PartState.PACKED


def test_a_part_of_another_order_is_not_found(app: Flask, browser: Browser) -> None:
    order, other = make_order(make_sold_product()), make_order(make_sold_product())
    browser.get(link(app, order))
    data = {"part": str(only_part(now(other)).id)}
    page = browser.send(data, action=f"/huy?k={rules.access_key(order.code, str(app.secret_key))}")
    assert page.status_code == 404
    assert only_part(now(other)).state == PartState.PENDING


def test_late_and_unpaid_shows_no_code_any_more(app: Flask, browser: Browser) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR)
    with clock.moved_to(clock.now() + timedelta(hours=24, minutes=1)):
        browser.get(link(app, order))
    assert "vietqr.svg" not in browser.page.get_data(as_text=True)  # type: ignore[union-attr]


@pytest.mark.parametrize("way", ["carrier", "own_van"])
def test_cash_is_asked_of_the_buyer_until_it_came_and_of_the_cooperative_only_when_it_takes_it(
    app: Flask, browsers: Callable[[], Browser], way: str
) -> None:
    owner = make_person()
    contact, cooperative = owner.contacts[0], make_cooperative(owner=owner)
    slug = cooperative.slug
    order = make_order(make_sold_product(cooperative), way=way)
    buyer, seller = browsers(), browsers()
    seller.sign_in(contact)
    buyer.get(link(app, order))
    assert "Bạn chuẩn bị sẵn số tiền này" in buyer.text
    move(order, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
    buyer.get(link(app, order))
    assert "Bạn chuẩn bị sẵn số tiền này" not in buyer.text
    assert "Bằng tiền mặt khi nhận hàng" in buyer.text
    seller.get(f"/htx-cua-toi/{slug}/don-hang/{order.code}-1")
    assert ("nộp tiền thu hộ về chợ" in seller.text) == (way == "carrier")
    assert ("Bấm khi bạn đã nhận đủ tiền mặt" in seller.text) == (way == "own_van")


def test_a_fresh_order_is_thanked_for_with_the_link_to_keep_and_later_no_more(app: Flask, browser: Browser) -> None:
    page = link(app, make_order(make_sold_product()))
    browser.get(page)
    assert "Cảm ơn bạn, đã nhận đơn hàng. Hãy giữ đường dẫn của trang này" in browser.text
    assert browser.text.count("Hãy giữ đường dẫn") == 1
    with clock.moved_to(clock.now() + timedelta(minutes=16)):
        browser.get(page)
    assert "Cảm ơn bạn, đã nhận đơn hàng" not in browser.text
    assert browser.text.count("Hãy giữ đường dẫn") == 1


def test_nobody_is_thanked_for_what_he_has_cancelled(app: Flask, browser: Browser) -> None:
    order = make_order(make_sold_product())
    move(order, PartState.CANCELLED)
    assert "Cảm ơn bạn, đã nhận đơn hàng" not in browser.get(link(app, order)).get_data(as_text=True)
