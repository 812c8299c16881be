"""A cooperative works its orders off: each step once, nobody else's orders, no goods before the money."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace.foundation.database import session, transaction
from marketplace.orders import queries as orders_read
from marketplace.orders.models import Order, OrderStep
from marketplace.orders.states import OrderState, PartState
from marketplace.payments.models import Refund
from marketplace.payments.queries import payment_of
from marketplace.payments.states import Method, PaymentState
from marketplace.traceability.models import Lot
from marketplace.traceability.queries import invariants as lots
from marketplace.wiring import INVARIANTS
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative, make_staff
from tests.factories.orders import make_order, make_sold_product, move, now, only_part, pay

OWNER, STRANGER = "+84901234567", "+84907654321"


class Desk:
    """A cooperative with an owner who is signed in."""

    def __init__(self, browser: Browser) -> None:
        self.cooperative = make_cooperative(owner=make_person(phone=OWNER))
        self.home = f"/htx-cua-toi/{self.cooperative.slug}/don-hang"
        self.product = make_sold_product(self.cooperative)
        self.browser = browser

    def open(self, order: Order) -> str:
        return f"{self.home}/{order.parts[0].code}"


@pytest.fixture
def desk(browser: Browser) -> Desk:
    made = Desk(browser)
    browser.sign_in(OWNER)
    return made


def state(order: Order) -> PartState:
    return now(order).parts[0].state


def test_an_order_goes_from_new_to_done_by_one_button_a_page(desk: Desk) -> None:
    order, browser = make_order(desk.product), desk.browser
    browser.get(desk.home)
    assert only_part(order).code in browser.text
    lot = only_part(order).lines[0].lots[0].lot_code
    browser.get(desk.open(order))
    for words in (lot, "Hoàng Thị Mua", "0912 345 678", "Gọi trước khi giao", "125.000"):
        assert words in browser.text
    assert 'href="tel:+84912345678"' in browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    for step, reached in (
        ("xac-nhan", PartState.CONFIRMED),
        ("dong-goi", PartState.PACKED),
        ("giao", PartState.SHIPPED),
        ("da-nhan", PartState.DELIVERED),
        ("xong", PartState.COMPLETED),
    ):
        browser.submit(desk.open(order), {"tracking": "VN 1234"} if step == "giao" else None, action=f"/{step}")
        assert state(order) == reached
    done = now(order)
    assert (done.state, only_part(done).tracking) == (OrderState.COMPLETED, "VN 1234")
    assert payment_of(order.code).state == PaymentState.CONFIRMED
    assert session.query(OrderStep).count() == 6
    browser.get(f"{desk.home}?muc=da-giao")
    assert only_part(order).code in browser.text


def test_a_second_click_says_so_and_changes_nothing(desk: Desk, browsers: Callable[[], Browser]) -> None:
    order = make_order(desk.product)
    colleague = browsers()
    colleague.sign_in(OWNER)
    desk.browser.get(desk.open(order))
    colleague.submit(desk.open(order), action="/xac-nhan")
    desk.browser.send(action="/xac-nhan")
    assert "đã làm rồi" in desk.browser.text
    assert state(order) == PartState.CONFIRMED
    assert session.query(OrderStep).filter_by(to_state=PartState.CONFIRMED).count() == 1


def test_who_clicks_after_the_buyer_cancelled_is_told_not_to_send(desk: Desk) -> None:
    order = make_order(desk.product)
    desk.browser.get(desk.open(order))
    move(order, PartState.CANCELLED)
    desk.browser.send(action="/xac-nhan")
    assert "vừa bị hủy" in desk.browser.text
    assert state(order) == PartState.CANCELLED


def test_nothing_is_packed_before_a_transfer_has_come(desk: Desk) -> None:
    order, browser = make_order(desk.product, method=Method.VIETQR), desk.browser
    browser.submit(desk.open(order), action="/xac-nhan")
    assert "Khoan đóng gói" in browser.text
    token = browser.forms()[0]["fields"]["csrf_token"]
    browser.post(f"{desk.open(order)}/dong-goi", {"csrf_token": token})
    assert "Khoan đóng gói" in browser.text
    assert state(order) == PartState.CONFIRMED
    pay(order)
    browser.submit(desk.open(order), action="/dong-goi")
    assert state(order) == PartState.PACKED


def test_refusing_needs_a_reason_and_gives_the_goods_back(desk: Desk) -> None:
    order, browser = make_order(desk.product), desk.browser
    page = browser.submit(desk.open(order), {"reason": "  "}, action="/tu-choi")
    assert page.status_code == 422
    assert state(order) == PartState.PENDING
    browser.submit(desk.open(order), {"reason": "Vườn bị ngập"}, action="/tu-choi")
    assert only_part(now(order)).reason == "Vườn bị ngập"
    assert [(lot.available, lot.reserved) for lot in session.query(Lot)] == [(100_000, 0)]


@pytest.mark.parametrize(
    "beside", ["", "/phieu", "/xac-nhan", "/dong-goi", "/giao", "/da-nhan", "/xong", "/tu-choi", "/da-nhan-tien"]
)
def test_another_cooperatives_order_is_not_there(desk: Desk, beside: str) -> None:
    order, browser = make_order(make_sold_product(), method=Method.VIETQR), desk.browser
    browser.get(desk.home)
    assert order.code not in browser.text
    address = f"{desk.open(order)}{beside}"
    if beside in ("", "/phieu"):
        assert browser.get(address).status_code == 404
    else:
        token = browser.get("/tai-khoan") and browser.forms()[-1]["fields"]["csrf_token"]
        assert browser.post(address, {"csrf_token": token, "reason": "x"}).status_code == 404
    assert state(order) == PartState.PENDING
    assert payment_of(order.code).state == PaymentState.PENDING


def test_a_stranger_does_not_get_in(desk: Desk, browsers: Callable[[], Browser]) -> None:
    make_person(phone=STRANGER)
    stranger = browsers()
    stranger.sign_in(STRANGER)
    assert stranger.get(desk.home).status_code == 404


def test_a_cooperative_never_confirms_money_that_comes_to_the_market(desk: Desk) -> None:
    own = make_order(desk.product, method=Method.VIETQR)
    desk.browser.get(desk.open(own))
    assert "Chợ báo cho bạn ngay khi tiền về" in desk.browser.text
    token = desk.browser.forms()[0]["fields"]["csrf_token"]
    assert desk.browser.post(f"{desk.open(own)}/da-nhan-tien", {"csrf_token": token}).status_code == 404
    assert now(own).paid_at is None


def test_the_owner_gives_money_back_for_packs_that_arrived_spoilt_and_for_no_more(
    desk: Desk, browsers: Callable[[], Browser]
) -> None:
    order = make_order(desk.product, quantity=3, method=Method.VIETQR)
    pay(order)
    move(order, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED)
    line = only_part(order).lines[0]
    fields = {f"packs-{line.id}": "2", "reason": "Dập nát"}
    desk.browser.get(desk.open(order))
    assert "Trả lại tiền" not in desk.browser.text
    move(order, PartState.DELIVERED)
    desk.browser.submit(desk.open(order), fields, action="/tra-tien")
    assert "100.000" in desk.browser.text
    desk.browser.submit(desk.open(order), fields, action="/tra-tien")
    assert "chỉ còn trả được tiền cho 1 gói" in desk.browser.text
    session.rollback()
    assert [(row.amount_dong, row.reason) for row in session.query(Refund)] == [(100_000, "Dập nát")]
    staff = browsers()
    staff.sign_in(session.merge(make_staff(desk.cooperative)).contacts[0])
    staff.get(desk.open(order))
    token = staff.forms()[0]["fields"]["csrf_token"]
    assert staff.post(f"{desk.open(order)}/tra-tien", {"csrf_token": token, **fields}).status_code == 403


def test_the_slip_names_lot_address_and_cash(desk: Desk) -> None:
    order = make_order(desk.product)
    desk.browser.get(f"{desk.open(order)}/phieu")
    for words in (only_part(order).lines[0].lots[0].lot_code, "Số 5 ngõ Vườn", "125.000"):
        assert words in desk.browser.text


def test_heaps_hold_twenty_and_go_on(desk: Desk) -> None:
    orders = [make_order(desk.product) for _number in range(21)]
    desk.browser.get(f"{desk.home}?muc=cho-xac-nhan")
    assert orders[0].code in desk.browser.text
    assert orders[-1].code not in desk.browser.text
    desk.browser.get(f"{desk.home}?muc=cho-xac-nhan&trang=2")
    assert orders[-1].code in desk.browser.text
    for address in (f"{desk.home}?muc=xxx&trang=-1", f"{desk.home}?muc=da-huy&trang=abc"):
        assert desk.browser.get(address).status_code == 200


def breaches() -> dict[str, int]:
    session.rollback()
    return {name: found for name, check in RULES.items() if (found := len(check()))}


RULES = {
    check.__name__: check
    for check in (
        orders_read.totals_that_disagree,
        orders_read.lines_without_their_lots,
        orders_read.lots_sold_otherwise,
        lots.counters_that_disagree,
    )
}


def test_what_must_always_hold_holds_after_all_of_it(app: Flask) -> None:
    product = make_sold_product()
    orders = [make_order(product, make_sold_product()) for _number in range(3)]
    move(orders[0], PartState.CANCELLED)
    move(orders[1], PartState.CONFIRMED, PartState.PACKED, PartState.REFUSED, reason="x")
    assert breaches() == {}
    assert set(RULES.values()) <= set(INVARIANTS.values())


@pytest.mark.parametrize(
    ("harm", "missed"),
    [
        ("UPDATE cooperative_order SET goods_dong = goods_dong + 1", {"totals_that_disagree": 2}),
        ("UPDATE order_line SET price_dong = price_dong + 1", {"totals_that_disagree": 1}),
        ("UPDATE order_line_lot SET quantity = 1000", {"lines_without_their_lots": 1, "lots_sold_otherwise": 1}),
        ("DELETE FROM order_line_lot", {"lines_without_their_lots": 1, "lots_sold_otherwise": 1}),
        ("UPDATE lot SET produced = produced + 1", {"counters_that_disagree": 1}),
    ],
)
def test_a_breach_is_found(app: Flask, harm: str, missed: dict[str, int]) -> None:
    make_order(make_sold_product())
    with transaction() as current:
        current.execute(text(harm))
    assert breaches() == missed
