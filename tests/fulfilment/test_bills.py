"""Bills of carriers: what buyers paid for the way pays them, each parcel once, all rows or none, and paid by a transfer."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment import hubs
from marketplace.fulfilment.models import CarrierBill, CarrierBillLine, HubParcel
from marketplace.ledger.queries import trial_balance
from marketplace.ledger.rules import (
    DISPUTED_FUNDS,
    SHIPPING_CLEARING,
    SHIPPING_MARGIN,
    SHIPPING_SUBSIDY,
    carrier_payable,
)
from marketplace.orders.models import Order
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments.models import BankTransaction
from marketplace.payments.providers.bank_notices import BankNotice, Direction
from marketplace.payments.states import BankState, Method
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, sign_in_officer
from tests.factories.hubs import bring, make_gathered, make_hub, make_two, send
from tests.factories.orders import make_order, make_sold_product, move, only_part, pay

HOME = "/lien-minh/hoa-don-van-chuyen"
ARRIVES = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)


def sent(method: Method = Method.VIETQR) -> Order:
    order = make_order(make_sold_product(), method=method)
    if method == Method.VIETQR:
        pay(order)
    move(order, *ARRIVES)
    return order


@pytest.fixture
def admin(browser: Browser) -> Browser:
    sign_in_officer(browser, make_admin())
    return browser


def take_in(browser: Browser, *rows: str, number: str = "HD-1") -> int:
    file = (io.BytesIO("\n".join(["Mã đơn,Phí vận chuyển", *rows]).encode()), "cuoc.csv")
    fields = {"carrier": "ghn", "number": number, "billed_on": f"{clock.today():%d/%m/%Y}", "table": file}
    return browser.submit(HOME, fields, action="", content_type="multipart/form-data").status_code


def amounts(*accounts: str) -> list[int]:
    session.rollback()
    found = trial_balance()
    return [found.get(account, 0) for account in accounts]


def test_the_worked_example_s8_the_market_bears_what_is_over(app: Flask, admin: Browser) -> None:
    order = sent()
    assert amounts(SHIPPING_CLEARING) == [-25_000]
    assert take_in(admin, f"{only_part(order).code},27.500") == 200
    assert amounts(SHIPPING_CLEARING, SHIPPING_SUBSIDY, carrier_payable("ghn")) == [0, 2_500, -27_500]
    assert "27.500" in admin.text


def test_what_is_under_is_a_gain_and_a_transfer_pays_the_bill(app: Flask, admin: Browser) -> None:
    order = sent()
    take_in(admin, f"{only_part(order).code},20.000")
    assert amounts(SHIPPING_CLEARING, SHIPPING_MARGIN, carrier_payable("ghn")) == [0, -5_000, -20_000]
    with transaction():
        notice = BankNotice("9", "", Direction.OUT, 20_000, "TRA CUOC GHN", "FT9", clock.now())
        row = payments.note_transaction("statement", notice, our_account="")
        assert row is not None
        row_id = row.id
    bill_id = session.query(CarrierBill).one().id
    admin.submit(HOME, {"reason": ""}, action=f"/{bill_id}/{row_id}")
    assert amounts(carrier_payable("ghn")) == [-20_000]
    admin.submit(HOME, {"reason": "đúng số hóa đơn"}, action=f"/{bill_id}/{row_id}")
    assert amounts(carrier_payable("ghn"), DISPUTED_FUNDS) == [0, 0]
    assert session.get_one(BankTransaction, row_id).state == BankState.MATCHED
    before = trial_balance()
    admin.post(f"{HOME}/{bill_id}/{row_id}", {"reason": "lần hai"})
    session.rollback()
    assert trial_balance() == before


def test_who_gives_delivery_away_has_paid_the_bill(app: Flask, admin: Browser) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR, delivery_dong=0, carriage_dong=22_000)
    pay(order)
    move(order, *ARRIVES)
    assert take_in(admin, f"{only_part(order).code},24.000") == 200
    assert amounts(SHIPPING_CLEARING, SHIPPING_SUBSIDY) == [0, 2_000]


def test_a_collecting_places_parcel_is_billed_by_its_code(app: Flask, admin: Browser) -> None:
    products = make_two()
    hub, officer = make_hub(*products), make_officer("33").id
    order = make_gathered(*products, method=Method.VIETQR)
    pay(order)
    bring(hub, order, 0, 1, by=officer)
    code = send(hub, order, by=officer)
    with transaction():
        hubs.hand_out(session.query(HubParcel).one(), by=officer)
    charged = order.delivery_dong + 1_001
    assert take_in(admin, f"{code},{charged}") == 200
    assert amounts(SHIPPING_CLEARING, SHIPPING_SUBSIDY, carrier_payable("ghn")) == [0, 1_001, -charged]
    assert sum(line.charged_dong for line in session.query(CarrierBillLine)) == charged
    assert take_in(admin, f"{code},{charged}", number="HD-2") == 422
    assert session.query(CarrierBillLine).count() == 2


@pytest.mark.parametrize("is_billed_first", [True, False])
def test_the_way_of_a_lost_parcel_is_the_markets(app: Flask, admin: Browser, is_billed_first: bool) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR)
    pay(order)
    move(order, *ARRIVES[:3], *([] if is_billed_first else [PartState.LOST]))
    assert take_in(admin, f"{only_part(order).code},27.500") == 200
    if is_billed_first:
        move(order, PartState.LOST)
    assert amounts(SHIPPING_CLEARING, SHIPPING_SUBSIDY, carrier_payable("ghn")) == [0, 27_500, -27_500]


def test_a_parcel_is_billed_once_and_cash_parcels_never(app: Flask, admin: Browser) -> None:
    paid, cash = sent(), sent(Method.CASH_ON_DELIVERY)
    code = only_part(paid).code
    assert take_in(admin, f"{code},20.000", f"{only_part(cash).code},20.000") == 422
    assert take_in(admin, f"{code},20.000", f"{code},20.000") == 422
    assert amounts(carrier_payable("ghn")) == [0]
    assert session.query(CarrierBill).count() == session.query(CarrierBillLine).count() == 0
    assert take_in(admin, f"{code},20.000") == 200
    assert take_in(admin, f"{code},20.000") == 422, "the same bill again"
    assert take_in(admin, f"{code},20.000", number="HD-2") == 422, "the same parcel on another bill"
    assert amounts(carrier_payable("ghn")) == [-20_000]


def test_bills_are_for_admins(app: Flask, browser: Browser) -> None:
    sign_in_officer(browser, make_officer("33"))
    assert browser.get(HOME).status_code == 403
