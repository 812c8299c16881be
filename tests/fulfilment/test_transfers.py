"""Officers confirm transfers of their provinces, once; what is not paid in time is given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session
from marketplace.orders import tasks
from marketplace.orders.models import Order
from marketplace.orders.states import OrderState, PartState
from marketplace.payments.queries import payment_of
from marketplace.payments.states import Method, PaymentState
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.accounts import make_officer, sign_in_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product, move, now, pay

HOME = "/lien-minh/thanh-toan"


@pytest.fixture
def officer(browser: Browser) -> Browser:
    """An officer of Hưng Yên at work."""
    sign_in_officer(browser, make_officer("33"))
    return browser


def transferred(**kwargs: str) -> Order:
    return make_order(make_sold_product(make_cooperative(**kwargs)), method=Method.VIETQR)


def test_an_officer_confirms_once_and_the_trail_says_who(officer: Browser) -> None:
    order = transferred()
    payment_id = payment_of(order.code).id
    officer.get(HOME)
    token = officer.forms()[-1]["fields"]["csrf_token"]
    officer.send({"reason": "FT1"}, action="/xac-nhan")
    assert "Đã xác nhận tiền" in officer.text
    officer.post(f"{HOME}/{payment_id}/xac-nhan", {"csrf_token": token, "reason": "FT1"})
    assert "đã được xác nhận trước đó" in officer.text
    assert now(order).paid_at is not None
    (entry,) = session.query(AuditEntry).filter_by(tag="payments:payment:confirm")
    assert (entry.province_code, entry.subject_id) == ("33", payment_id)


def test_other_provinces_are_not_there(officer: Browser) -> None:
    order = transferred(province="01", commune="00004")
    code, payment_id = payment_of(order.code).transfer_code, payment_of(order.code).id
    officer.get(HOME)
    assert order.code not in officer.text
    officer.get(f"{HOME}?ma={code}")
    assert order.code not in officer.text
    officer.get("/tai-khoan")
    token = officer.forms()[-1]["fields"]["csrf_token"]
    assert officer.post(f"{HOME}/{payment_id}/xac-nhan", {"csrf_token": token}).status_code == 404
    assert payment_of(order.code).state == PaymentState.PENDING


def test_a_banks_whole_message_finds_the_transfer(officer: Browser) -> None:
    order, other = transferred(), transferred()
    code = payment_of(order.code).transfer_code
    officer.get(HOME, query_string={"ma": f"TK 999 +125,000VND. ND: MBVCB.88.{code}.CT tu NGUYEN VAN A"})
    assert order.code in officer.text
    assert other.code not in officer.text
    officer.get(HOME, query_string={"ma": other.code.lower()})
    assert other.code in officer.text
    officer.get(HOME, query_string={"ma": "chẳng có gì"})
    assert "Không có khoản chuyển nào" in officer.text


def test_money_for_a_cancelled_order_is_noted_and_said_to_go_back(officer: Browser) -> None:
    order = transferred()
    move(order, PartState.CANCELLED)
    officer.get(HOME)
    assert order.code not in officer.text
    officer.submit(f"{HOME}?ma={payment_of(order.code).transfer_code}", {"reason": "FT2"}, action="/xac-nhan")
    assert "hoàn lại tiền" in officer.text
    assert (now(order).state, payment_of(order.code).state) == (OrderState.CANCELLED, PaymentState.CONFIRMED)


def expire() -> None:
    session.rollback()
    tasks.close_overdue()


def test_what_is_not_paid_in_a_day_is_given_up_and_its_goods_come_back(app: Flask) -> None:
    late, paid, cash = transferred(), transferred(), make_order(make_sold_product())
    pay(paid)
    move(late, PartState.CONFIRMED)
    expire()
    assert now(late).state == OrderState.OPEN
    with clock.moved_to(clock.now() + timedelta(hours=24, minutes=1)):
        expire()
        expire()
    late = now(late)
    assert (late.state, late.parts[0].state) == (OrderState.CANCELLED, PartState.CANCELLED)
    assert late.parts[0].reason == "Tiền không về trong thời hạn thanh toán."
    assert payment_of(late.code).state == PaymentState.EXPIRED
    assert now(paid).state == now(cash).state == OrderState.OPEN
    assert sorted(held for (held,) in session.query(Lot.reserved)) == [0, 2000, 2000]
