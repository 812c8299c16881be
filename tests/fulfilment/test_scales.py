"""Goods sold by weight over the desk's and the buyer's pages: weighed, seen, saved, given free or asked for."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import delete, select

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import jobs
from marketplace.foundation.database import session, transaction
from marketplace.foundation.messages import Message
from marketplace.fulfilment import rules
from marketplace.ledger import queries as ledger_read
from marketplace.orders.models import Order
from marketplace.orders.rules import access_key
from marketplace.orders.states import PartState, Surplus
from marketplace.payments import actions as payments
from marketplace.payments import queries as payments_read
from marketplace.payments.models import Payment
from marketplace.payments.states import Method
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_weighed_product, move, now, only_part, pay

OWNER = "+84901234567"


class Desk:
    """A cooperative that sells chickens of about 1,6 kg at 120.000 ₫ a kilogram, and its owner at the desk."""

    def __init__(self, browser: Browser) -> None:
        self.cooperative: Cooperative = make_cooperative(owner=make_person(phone=OWNER))
        self.product = make_weighed_product(self.cooperative)
        self.browser = browser
        browser.sign_in(OWNER)

    def confirmed(self, method: Method = Method.VIETQR, quantity: int = 1) -> Order:
        order = make_order(self.product, quantity=quantity, method=method)
        if method != Method.CASH_ON_DELIVERY:
            pay(order)
        move(order, PartState.CONFIRMED)
        return now(order)

    def page(self, order: Order, path: str = "") -> str:
        return f"/htx-cua-toi/{self.cooperative.slug}/don-hang/{only_part(order).code}{path}"

    def weigh(self, order: Order, *weights: str) -> None:
        """Type what the scales say, look at the new price, and save it."""
        self.type(order, *weights)
        self.browser.send(action="/can")

    def type(self, order: Order, *weights: str) -> None:
        line = only_part(order).lines[0]
        typed = {f"pack-{line.id}-{number}": weight for number, weight in enumerate(weights)}
        self.browser.submit(self.page(order, "/can"), typed, action="/can")


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


@pytest.mark.parametrize(
    ("typed", "grams"),
    [
        ("1,45", 1_450), ("1.45", 1_450), ("1450", 1_450), ("1.450", 1_450), ("1,45 kg", 1_450), ("1450 g", 1_450),
        ("1,5ki", 1_500), (" 1 450 ", 1_450), ("2", 2_000), ("145", None), ("14,5", None), ("", None), ("1,4505", None),
        ("-1,45", None), ("một ký rưỡi", None), ("0,8", None), ("3,2", None), ("1e3", None),
    ],
)  # fmt: skip
def test_scales_are_read_as_people_type_them(typed: str, grams: int | None) -> None:
    assert rules.grams_typed(typed, 1_600) == grams


def refunded(order: Order) -> list[int]:
    session.rollback()
    ids = [one.id for one in payments_read.payments_of(order.code, only_part(order).code)]
    return [refund.amount_dong for refund in payments_read.refunds_of(ids)]


def status(desk: Desk) -> int:
    assert desk.browser.page is not None
    return desk.browser.page.status_code


def test_the_new_price_is_seen_before_anything_is_saved(desk: Desk) -> None:
    order = desk.confirmed()

    desk.type(order, "1,45")
    assert "174.000 ₫" in desk.browser.text.replace("\xa0", " ")
    assert "18.000 ₫" in desk.browser.text.replace("\xa0", " ")
    assert only_part(now(order)).lines[0].packed_grams is None
    desk.browser.send(action="/can")

    assert only_part(now(order)).lines[0].packed_grams == 1_450
    assert refunded(order) == [18_000]
    assert "Đã lưu số cân" in desk.browser.text


def test_a_price_that_nobody_saw_is_not_saved(desk: Desk) -> None:
    order = desk.confirmed()
    desk.type(order, "1,45")

    desk.browser.send({f"pack-{only_part(order).lines[0].id}-0": "1,5"}, action="/can")

    assert only_part(now(order)).lines[0].packed_grams is None
    desk.browser.send(action="/can")
    assert only_part(now(order)).lines[0].packed_grams == 1_500


@pytest.mark.parametrize("typed", ["", "14,5", "một ký rưỡi", "145", "<b>", "9" * 300])
def test_bad_weights_are_told_at_the_field_and_stay_as_typed(desk: Desk, typed: str) -> None:
    order = desk.confirmed(quantity=2)

    desk.type(order, "1,55", typed)

    assert status(desk) == 422
    assert 'value="1,55"' in desk.browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    assert 'aria-invalid="true"' in desk.browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    assert only_part(now(order)).weighed_times == 0
    assert refunded(order) == []


def test_nothing_is_packed_before_it_is_weighed(desk: Desk) -> None:
    order = desk.confirmed()
    desk.browser.get(desk.page(order))
    assert "Cân hàng" in desk.browser.text

    desk.browser.post(desk.page(order, "/dong-goi"), {"csrf_token": desk.browser.forms()[0]["fields"]["csrf_token"]})

    assert only_part(now(order)).state == PartState.CONFIRMED
    assert "Đặt hàng lên cân" in desk.browser.text
    desk.weigh(order, "1600")
    desk.browser.submit(desk.page(order), action="/dong-goi")
    assert only_part(now(order)).state == PartState.PACKED


def test_a_stranger_weighs_nothing(desk: Desk, app: Flask) -> None:
    order = desk.confirmed()
    make_cooperative(owner=make_person(phone="+84901234560"), slug="htx-khac")
    other = Browser(app)
    other.sign_in("+84901234560")
    part = only_part(order)
    for path in (desk.page(order, "/can"), f"/htx-cua-toi/htx-khac/don-hang/{part.code}/can"):
        assert other.get(path).status_code == 404


def test_of_two_open_pages_the_second_is_told(desk: Desk, app: Flask) -> None:
    order = desk.confirmed()
    second = Browser(app)
    second.sign_in(OWNER)
    desk.type(order, "1,5")
    second.submit(desk.page(order, "/can"), {f"pack-{only_part(order).lines[0].id}-0": "1,4"}, action="/can")

    desk.browser.send(action="/can")
    second.send(action="/can")

    assert only_part(now(order)).lines[0].packed_grams == 1_500
    assert "người khác" in second.text
    assert refunded(order) == [12_000]


def test_the_difference_is_given_free_with_one_press(desk: Desk) -> None:
    order = desk.confirmed()
    desk.weigh(order, "1,7")
    assert only_part(now(order)).surplus == Surplus.UNDECIDED

    desk.browser.submit(desk.page(order), action="/can/khong-thu")

    assert only_part(now(order)).surplus == Surplus.WAIVED
    assert only_part(now(order)).goods_dong == 192_000


def buyers_page(order: Order, app: Flask, path: str = "") -> str:
    return f"/don-hang/{order.code}{path}?k={access_key(order.code, str(app.secret_key))}"


def test_a_buyer_is_asked_and_pays_the_difference_by_transfer(desk: Desk, app: Flask) -> None:
    order = desk.confirmed()
    desk.weigh(order, "1,75")
    desk.browser.submit(desk.page(order), action="/can/hoi-khach")
    assert only_part(now(order)).surplus == Surplus.ASKED
    buyer = Browser(app)
    buyer.get(buyers_page(order, app))
    payment = payments_read.payment_of(only_part(order).code)
    payment_id, code = payment.id, str(payment.transfer_code)
    session.rollback()
    assert "18.000" in buyer.text
    assert code in buyer.text
    picture = re.search(r'src="([^"]+vietqr.svg[^"]+)"', buyer.page.get_data(as_text=True))  # type: ignore[union-attr]
    assert picture
    assert buyer.get(picture[1].replace("&amp;", "&")).status_code == 200
    assert buyer.get(buyers_page(order, app, "/vietqr.svg")).status_code == 404

    with transaction():
        payments.receive(session.get_one(Payment, payment_id), amount_dong=18_000, key="bank:1")

    assert only_part(now(order)).surplus == Surplus.PAID
    assert only_part(now(order)).goods_dong == 210_000
    buyer.get(buyers_page(order, app))
    assert "Đã trả thêm" in buyer.text


def test_a_buyer_who_declines_pays_nothing_more_and_twice_is_once(desk: Desk, app: Flask) -> None:
    order = desk.confirmed()
    desk.weigh(order, "1,75")
    desk.browser.submit(desk.page(order), action="/can/hoi-khach")
    buyer, again = Browser(app), Browser(app)
    buyer.get(buyers_page(order, app))
    again.get(buyers_page(order, app))

    buyer.send(action=buyers_page(order, app, "/khong-tra-them"))
    again.send(action=buyers_page(order, app, "/khong-tra-them"))

    assert only_part(now(order)).surplus == Surplus.DECLINED
    assert only_part(now(order)).goods_dong == 192_000
    assert refunded(order) == []
    with transaction():
        assert ledger_read.accounts_on_the_wrong_side() == []


def test_papers_say_what_was_weighed_and_what_is_to_be_collected(desk: Desk) -> None:
    order = desk.confirmed(Method.CASH_ON_DELIVERY)
    desk.weigh(order, "1,4")

    answer = desk.browser.get(desk.page(order, "/phieu.pdf"))

    document = pypdfium2.PdfDocument(answer.get_data())
    words = " ".join(page.get_textpage().get_text_range() for page in document).replace("\xa0", " ")
    assert "193.000" in words  # 1,4 kg and the delivery
    assert "1,4 kg" in words


def test_what_is_weighed_is_not_scanned(desk: Desk) -> None:
    order = desk.confirmed()
    desk.browser.get(desk.page(order))
    assert "Quét" not in desk.browser.text


def letters() -> list[str]:
    """Subjects and texts of what was written since the last look."""
    jobs.run_all_due()
    session.rollback()
    found = [
        f"{row.subject} {row.text}".replace("\xa0", " ")
        for row in session.scalars(select(Message).order_by(Message.id))
    ]
    session.rollback()
    with transaction():
        session.execute(delete(Message))
    return found


def test_everybody_reads_what_was_weighed_asked_and_answered(desk: Desk, app: Flask) -> None:
    lighter, heavier = desk.confirmed(), desk.confirmed()
    with transaction():
        session.get_one(Order, lighter.id).email = "mua@example.org"
    letters()

    desk.weigh(lighter, "1,45")
    way_back, told = letters()
    assert "hoàn 18.000 ₫ cho bạn" in way_back
    assert "đã cân" in told
    assert "1,45 kg thay vì khoảng 1,6 kg, nay 174.000 ₫" in told
    assert "18.000 ₫ được trả lại cho bạn" in told

    desk.weigh(heavier, "1,75")
    assert letters() == []
    desk.browser.submit(desk.page(heavier), action="/can/hoi-khach")
    (asked,) = letters()
    assert "thêm 18.000 ₫ nhé" in asked
    buyer = Browser(app)
    buyer.get(buyers_page(heavier, app))
    buyer.send(action=buyers_page(heavier, app, "/khong-tra-them"))
    (declined,) = letters()
    assert "khách không muốn trả thêm" in declined
    desk.browser.submit(desk.page(heavier), action="/can/khong-thu")
    (given,) = letters()
    assert "đã cân" in given
