"""How long goods are held for a payment: by context, lengthened a few times, and decided once at the second of the end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace import wiring
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.orders import actions as orders
from marketplace.orders import rules, tasks
from marketplace.orders.models import Order
from marketplace.orders.states import OrderState
from marketplace.payments import actions as payments
from marketplace.payments.models import Payment
from marketplace.payments.queries import payment_of
from marketplace.payments.rules import FACE_ABOVE_DONG, hold, holds_on
from marketplace.payments.states import HoldContext, Method, PaymentState
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, sign_in_officer
from tests.factories.orders import make_order, make_sold_product, now

TODAY = date(2026, 11, 29)
SECOND = timedelta(seconds=1)


def link(app: Flask, order: Order, beside: str = "") -> str:
    return f"/don-hang/{order.code}{beside}?k={rules.access_key(order.code, str(app.secret_key))}"


def asked(context: HoldContext = HoldContext.SHOP, method: Method = Method.VIETQR, amount: int = 100_000) -> Payment:
    with transaction():
        return payments.ask(reference="HTX-x", method=method, amount_dong=amount, context=context)


def unpaid() -> Order:
    return make_order(make_sold_product(), method=Method.VIETQR)


def end(order: Order) -> timedelta:
    """How long from now the goods are held."""
    session.rollback()
    session.expire_all()
    ends = payment_of(order.code).expires_at
    assert ends is not None
    return ends - clock.now()


def holds() -> None:
    session.rollback()
    session.expire_all()
    assert {name: found for name, rule in wiring.INVARIANTS.items() if (found := rule())} == {}


@pytest.mark.parametrize(
    ("context", "method", "amount", "length"),
    [
        (HoldContext.SHOP, Method.VIETQR, 100_000, timedelta(hours=24)),
        (HoldContext.SHOP, Method.VIETQR, FACE_ABOVE_DONG, timedelta(hours=24)),
        (HoldContext.SHOP, Method.VIETQR, FACE_ABOVE_DONG + 1, timedelta(hours=48)),
        (HoldContext.SHOP, Method.CARD, 100_000, timedelta(minutes=31)),
        (HoldContext.FAIR, Method.VIETQR, 100_000, timedelta(minutes=15)),
        (HoldContext.FAIR, Method.VIETQR, FACE_ABOVE_DONG + 1, timedelta(minutes=15)),
    ],
)
def test_how_long_follows_from_where_it_is_ordered(
    app: Flask, context: HoldContext, method: Method, amount: int, length: timedelta
) -> None:
    payment = asked(context, method, amount)
    assert payment.expires_at == payment.created_at + length


def test_cash_has_no_end_and_every_rule_can_be_reached() -> None:
    assert hold(HoldContext.SHOP, Method.CASH_ON_DELIVERY, 1, TODAY) is None
    assert all(one.length + one.times * one.more >= one.length <= one.longest for one in holds_on(TODAY))


def test_more_time_is_given_so_often_and_never_past_the_longest(app: Flask, browser: Browser) -> None:
    order = unpaid()
    seen = []
    for _ in range(4):
        browser.get(link(app, order))
        if "/them-gio" in browser.page.get_data(as_text=True):  # type: ignore[union-attr]
            browser.send({}, action=f"/them-gio?k={rules.access_key(order.code, str(app.secret_key))}")
        seen.append(round(end(order) / timedelta(hours=1)))
    assert seen == [36, 48, 48, 48]
    assert "/them-gio" not in browser.page.get_data(as_text=True)  # type: ignore[union-attr]


def test_a_fair_gives_five_minutes_once(app: Flask) -> None:
    payment = asked(HoldContext.FAIR)
    with transaction():
        row = session.get_one(Payment, payment.id)
        assert [payments.renew(row), payments.renew(row)] == [True, False]
    assert row.expires_at == row.created_at + timedelta(minutes=20)


def test_nothing_is_lengthened_once_it_is_over(app: Flask, browser: Browser) -> None:
    order = unpaid()
    browser.get(link(app, order))
    ends = payment_of(order.code).expires_at
    assert ends is not None
    with clock.moved_to(ends):
        browser.send({}, action=f"/them-gio?k={rules.access_key(order.code, str(app.secret_key))}")
        assert "Đã hết giờ giữ hàng" in browser.text
        assert "nếu đã chuyển, chúng tôi sẽ xác nhận hoặc hoàn tiền" in browser.text.lower()
        assert end(order) == timedelta()
    with clock.moved_to(ends - SECOND):
        assert "Đã giữ hàng thêm" in browser.submit(
            link(app, order), {}, action=f"/them-gio?k={rules.access_key(order.code, str(app.secret_key))}"
        ).get_data(as_text=True)


def test_changing_the_way_to_pay_wins_no_time_beyond_the_longest_and_revives_nothing(app: Flask) -> None:
    order = unpaid()
    began = clock.now()
    for hours in range(12, 84, 12):
        with clock.moved_to(began + timedelta(hours=hours)), transaction():
            row = session.get_one(Order, order.id)
            way = Method.CARD if row.payment_method == Method.VIETQR else Method.VIETQR
            orders.pay_otherwise(row, way)
            if way == Method.CARD:
                orders.pay_otherwise(row, Method.VIETQR)
    session.rollback()
    ends = payment_of(order.code).expires_at
    assert ends is not None
    assert ends <= began + timedelta(hours=72, seconds=5)
    with clock.moved_to(ends + SECOND), transaction():
        before = payment_of(order.code).id
        assert orders.pay_otherwise(session.get_one(Order, order.id), Method.CARD).id == before


def test_the_page_counts_down_without_script_too(app: Flask, browser: Browser) -> None:
    order = unpaid()
    ends = payment_of(order.code).expires_at
    assert ends is not None
    with clock.moved_to(ends - timedelta(hours=3, minutes=7)):
        page = browser.get(link(app, order))
        assert "Còn 3 giờ 7 phút" in browser.text
        assert "Refresh" not in page.headers
    with clock.moved_to(ends - timedelta(seconds=90)):
        page = browser.get(link(app, order))
        assert ("Còn 1 phút" in browser.text, page.headers["Refresh"]) == (True, "91")
        assert "vietqr.svg" in page.get_data(as_text=True)
    with clock.moved_to(ends):
        page = browser.get(link(app, order))
        assert "vietqr.svg" not in page.get_data(as_text=True)
        assert browser.client.get(link(app, order, "/vietqr.svg")).status_code == 404


def race(app: Flask, deeds: list[Callable[[], object]]) -> list[object]:
    """All at once, each in a thread and a session of its own."""
    start, found = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                found.append(deed())
            finally:
                session.remove()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    session.rollback()
    session.expire_all()
    return found


def renewing(order_id: int) -> Callable[[], object]:
    def deed() -> object:
        with transaction():
            return orders.renew_hold(session.get_one(Order, order_id))

    return deed


def test_twenty_presses_at_once_count_as_often_as_allowed(app: Flask) -> None:
    order = unpaid()
    found = race(app, [renewing(order.id)] * 20)
    assert Counter(found) == {True: 2, False: 18}
    assert round(end(order) / timedelta(hours=1)) == 48


@pytest.mark.parametrize("at", [-SECOND, timedelta()])
def test_at_the_second_of_the_end_it_is_either_lengthened_or_given_up(app: Flask, at: timedelta) -> None:
    order = unpaid()
    ends = payment_of(order.code).expires_at
    assert ends is not None
    payment_id = payment_of(order.code).id

    def give_up() -> object:
        with transaction():
            row = session.get_one(Payment, payment_id)
            payments.lock(row.reference)
            session.refresh(row)
            return payments.expire(row)

    session.rollback()
    with clock.moved_to(ends + at):
        found = race(app, [renewing(order.id), give_up, tasks.close_overdue])
        row, state = payment_of(order.code), now(order).state
    if at:
        assert (row.state, state, row.renewals) == (PaymentState.PENDING, OrderState.OPEN, 1)
        assert True in found
    else:
        assert (row.state, state, row.renewals) == (PaymentState.EXPIRED, OrderState.CANCELLED, 0)
        assert [(lot.available, lot.reserved) for lot in session.query(Lot)] == [(100_000, 0)]
    holds()


@pytest.mark.parametrize("stock", [2_000, 100_000])
def test_money_at_the_second_of_the_end_is_kept_and_the_goods_are_held_once(app: Flask, stock: int) -> None:
    """Whoever is first: the order is paid with its goods, never more than there is, never both given up and kept."""
    order = make_order(make_sold_product(quantity=stock), method=Method.VIETQR)
    payment = payment_of(order.code)
    assert payment.expires_at is not None
    payment_id, amount, ends = payment.id, payment.amount_dong, payment.expires_at

    def receive() -> object:
        with transaction():
            return payments.receive(session.get_one(Payment, payment_id), amount_dong=amount, key="bank:1")

    session.rollback()
    with clock.moved_to(ends):
        race(app, [receive, tasks.close_overdue, receive, renewing(order.id)])
    found = now(order)
    assert (found.state, found.paid_at is not None) == (OrderState.OPEN, True)
    assert payment_of(order.code).state == PaymentState.CONFIRMED
    assert [(lot.available, lot.reserved) for lot in session.query(Lot)] == [(stock - 2_000, 2_000)]
    holds()


def test_admins_read_what_is_hidden_and_why_and_no_secret(app: Flask, browsers: Callable[[], Browser]) -> None:
    settings = app.config["SETTINGS"]
    admin, officer = browsers(), browsers()
    sign_in_officer(admin, make_admin())
    sign_in_officer(officer, make_officer("33"))
    assert officer.get("/lien-minh/cach-tra-tien").status_code == 403
    admin.get("/lien-minh/cach-tra-tien")
    assert "HTX_STRIPE_KEY" in admin.text
    secret = "sk_test_abcdefgh1234"
    app.config["SETTINGS"] = type(settings)(
        **{**vars(settings), "stripe_secret_key": secret, "collecting_account": None}
    )
    try:
        page = admin.get("/lien-minh/cach-tra-tien").get_data(as_text=True)
        assert "HTX_COLLECTING_ACCOUNT" in page
        assert "••••1234" in page
        assert secret not in page
    finally:
        app.config["SETTINGS"] = settings
