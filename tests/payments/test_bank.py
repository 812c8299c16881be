"""What moves on the bank account: notices signed and forged, told twice, without a code; statements; matching by hand."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace import wiring
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import Settings
from marketplace.ledger import actions as ledger_actions
from marketplace.ledger import queries as ledger
from marketplace.ledger.models import Payout
from marketplace.ledger.rules import BANK, REFUND_DUE, SUSPENSE, Leg, cooperative_payable
from marketplace.ledger.states import Event, PayoutState
from marketplace.orders.models import Order
from marketplace.payments.models import BankTransaction, Refund
from marketplace.payments.providers.bank_notices import VIETNAM, sign_for_sepay
from marketplace.payments.queries import payment_of
from marketplace.payments.states import BankState, Method, PaymentState, RefundState
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, make_person, sign_in_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product, now

SECRET = "bank-secret-for-tests"
SEPAY, CASSO = "/webhooks/bank/sepay", "/webhooks/bank/casso"


@pytest.fixture(autouse=True)
def secrets(app: Flask) -> Iterator[None]:
    before: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = type(before)(**{**vars(before), "bank_secrets": {"sepay": SECRET, "casso": SECRET}})
    yield
    app.config["SETTINGS"] = before


def holds() -> None:
    session.rollback()
    session.expire_all()
    assert {name: found for name, rule in wiring.INVARIANTS.items() if (found := rule())} == {}


def sepay(app: Flask, content: str, amount: Any, *, at: datetime | None = None, **changes: Any) -> int:
    body = {
        "id": 92704, "gateway": "Co-opBank", "transactionDate": f"{clock.now().astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}",
        "accountNumber": "9990000012345",
        "content": content, "transferType": "in", "transferAmount": amount, "referenceCode": "FT1", **changes,
    }  # fmt: skip
    data = json.dumps(body).encode()
    secret = changes.get("secret", SECRET)
    status = app.test_client().post(SEPAY, data=data, headers=sign_for_sepay(data, secret, at or clock.now()))
    session.rollback()
    session.expire_all()
    return status.status_code


def transferred() -> Order:
    return make_order(make_sold_product(), method=Method.VIETQR)


def code(order: Order) -> str:
    return str(payment_of(order.code).transfer_code)


@pytest.mark.parametrize("shape", ["{0}", "MBVCB.123.{0}.CT tu 01", "thanh toan {1} {2} cam on", "{3}", "XX{0}YY"])
def test_a_transfer_with_its_code_pays_however_the_bank_writes_it(app: Flask, shape: str) -> None:
    order = transferred()
    memo = code(order)
    content = shape.format(memo, memo[:5], memo[5:], memo.lower())
    for _ in range(3):
        assert sepay(app, content, order.total_dong) == 200
    assert now(order).paid_at is not None
    assert ledger.balance(BANK) == order.total_dong
    assert session.query(BankTransaction).one().state == BankState.MATCHED
    holds()


def test_the_same_movement_told_by_two_is_booked_once(app: Flask) -> None:
    order = transferred()
    sepay(app, code(order), order.total_dong)
    body = {
        "error": 0,
        "data": {
            "id": 7, "reference": "FT1", "description": code(order), "amount": order.total_dong,
            "transactionDateTime": "2026-11-24 09:30:00", "accountNumber": "9990000012345",
        },
    }  # fmt: skip
    stamp = str(int(clock.now().timestamp() * 1000))
    said = f"{stamp}.{json.dumps(body, sort_keys=True, separators=(',', ':'))}".encode()
    signature = hmac.new(SECRET.encode(), said, hashlib.sha512).hexdigest()
    headers = {"X-Casso-Signature": f"t={stamp},v1={signature}"}
    assert app.test_client().post(CASSO, data=json.dumps(body), headers=headers).status_code == 200
    assert app.test_client().post(CASSO, data=json.dumps(body | {"error": 1}), headers=headers).status_code == 400
    session.rollback()
    assert sorted(row.state for row in session.query(BankTransaction)) == [BankState.DUPLICATE, BankState.MATCHED]
    assert ledger.balance(BANK) == order.total_dong


def test_forged_old_and_odd_notices_change_nothing(app: Flask) -> None:
    order = transferred()
    assert sepay(app, code(order), order.total_dong, secret="another") == 400
    assert sepay(app, code(order), order.total_dong, at=clock.now() - timedelta(minutes=6)) == 400
    assert sepay(app, code(order), order.total_dong, at=clock.now() + timedelta(minutes=6)) == 400
    for odd in (0, -5, 1.5, "1000", True, None):
        assert sepay(app, code(order), odd) == 400
    assert app.test_client().post(SEPAY, data=b"x" * 300_000).status_code == 413
    assert app.test_client().post(SEPAY, data=b"{}").status_code == 400
    assert app.test_client().post("/webhooks/bank/other", data=b"{}").status_code == 404
    assert session.query(BankTransaction).count() == 0
    assert now(order).paid_at is None


def test_without_a_secret_nobody_is_believed(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = type(settings)(**{**vars(settings), "bank_secrets": {}})
    assert sepay(app, "x", 1000, secret="") == 404


def test_money_on_another_account_is_laid_aside(app: Flask) -> None:
    order = transferred()
    assert sepay(app, code(order), order.total_dong, accountNumber="1112223334") == 200
    assert session.query(BankTransaction).one().state == BankState.DISCARDED
    assert (ledger.trial_balance(), now(order).paid_at) == ({}, None)


def test_under_then_the_rest_then_too_much(app: Flask) -> None:
    order = transferred()
    sepay(app, code(order), 100_000, id=1, referenceCode="A")
    assert payment_of(order.code).state == PaymentState.PENDING
    sepay(app, code(order), order.total_dong - 100_000 + 5_000, id=2, referenceCode="B")
    sepay(app, code(order), order.total_dong, id=3, referenceCode="C")
    assert now(order).paid_at is not None
    assert sorted(row.amount_dong for row in session.query(Refund)) == [5_000, order.total_dong]
    holds()


def test_money_without_a_code_waits_for_somebody_who_knows_and_says_why(app: Flask, browser: Browser) -> None:
    order = transferred()
    sepay(app, "TRAN THI B chuyen tien", order.total_dong)
    assert ledger.trial_balance() == {BANK: order.total_dong, SUSPENSE: -order.total_dong}
    sign_in_officer(browser, make_admin())
    page = browser.get("/lien-minh/ngan-hang").get_data(as_text=True)
    assert f'value="{order.code}"' in page, "the order with this very amount is proposed"
    row = session.query(BankTransaction).one()
    match = f"/lien-minh/ngan-hang/{row.id}"
    browser.get(match, query_string={"code": order.code, "reason": ""})
    assert "Hãy ghi mã đơn hoặc mã chuyển khoản có thật" in browser.text
    browser.get(match, query_string={"code": order.code, "reason": "Người mua gửi ảnh chuyển khoản"})
    assert "Vừa đúng số còn thiếu" in browser.text
    assert now(order).paid_at is None
    browser.send({}, action=match)
    assert now(order).paid_at is not None
    assert SUSPENSE not in ledger.trial_balance()
    entry = session.query(AuditEntry).filter_by(tag="payments:bank_transaction:match").one()
    assert entry.reason == "Người mua gửi ảnh chuyển khoản"
    holds()


def test_money_that_a_statement_of_a_parcel_service_has_booked_is_counted_once(app: Flask, browser: Browser) -> None:
    sepay(app, "GHN TRA TIEN THU HO", 316_750)
    sign_in_officer(browser, make_admin())
    row = session.query(BankTransaction).one()
    aside = f"/lien-minh/ngan-hang/{row.id}/da-ghi"
    browser.submit("/lien-minh/ngan-hang", {"reason": " "}, action=aside)
    assert ledger.trial_balance() == {BANK: 316_750, SUSPENSE: -316_750}
    browser.submit("/lien-minh/ngan-hang", {"reason": "Bảng đối soát GHN 24/11"}, action=aside)
    session.rollback()
    session.expire_all()
    assert ledger.trial_balance() == {}
    assert session.query(BankTransaction).one().state == BankState.DISCARDED
    assert session.query(AuditEntry).filter_by(tag="payments:bank_transaction:lay_aside").count() == 1
    holds()


def test_an_officer_of_a_province_does_not_see_the_markets_account(app: Flask, browser: Browser) -> None:
    sign_in_officer(browser, make_officer("33"))
    assert browser.client.get("/lien-minh/ngan-hang").status_code == 403
    assert browser.client.get("/lien-minh/so-cai").status_code == 403


def test_a_statement_is_read_twice_and_booked_once_and_a_bad_row_stops_all(app: Flask, browser: Browser) -> None:
    order = transferred()
    sign_in_officer(browser, make_admin())
    good = f"ngày,số tiền,nội dung,mã\n2026-11-24 09:30,{order.total_dong},{code(order)},FT5\n"

    def read(text: str) -> str:
        file = (io.BytesIO(text.encode()), "saoke.csv")
        browser.submit("/lien-minh/ngan-hang", {"file": file}, action="/sao-ke", content_type="multipart/form-data")
        return browser.text

    assert "Dòng 3" in read(good + "hôm qua,5000,x,y\n")
    assert session.query(BankTransaction).count() == 0
    assert "trong đó 1 giao dịch mới" in read(good)
    assert "trong đó 0 giao dịch mới" in read(good)
    assert ledger.balance(BANK) == order.total_dong
    holds()


def test_what_leaves_the_account_is_a_refund_or_a_payout_by_its_code(app: Flask) -> None:
    order = transferred()
    sepay(app, code(order), order.total_dong + 9_000, id=1, referenceCode="A")
    refund = session.query(Refund).one()
    sepay(app, refund.transfer_code, 9_000, id=2, referenceCode="B", transferType="out")
    assert (session.query(Refund).one().state, ledger.balance(REFUND_DUE)) == (RefundState.DONE, 0)
    payout = open_payout(200_000)
    sepay(app, f"{payout} chi tra", 200_000, id=3, referenceCode="C", transferType="out")
    assert session.query(Payout).one().state == PayoutState.PAID
    holds()


def open_payout(amount: int) -> str:
    owner, officer, admin = make_person(), make_officer("33"), make_admin()
    cooperative = make_cooperative(owner=owner)
    with transaction():
        ledger_actions.post(
            key="earned", event=Event.RETURN_WINDOW_OVER, reference="HD-9",
            legs=[Leg(BANK, amount), Leg(cooperative_payable(cooperative.id), -amount, "HD-9-1")],
        )  # fmt: skip
        row = ledger_actions.propose_account(
            cooperative_id=cooperative.id, bank_bin="970446", number="1", holder="X", by=owner.id
        )
        ledger_actions.approve_account(row, by=officer.id, province_code=None)
    with clock.moved_to(clock.now() + timedelta(hours=49)), transaction():
        batch = ledger_actions.open_batch(cooperative_ids=[cooperative.id], by=officer.id, reason="hằng tuần")
        assert batch is not None
        ledger_actions.approve_batch(batch, by=admin.id)
    return session.query(Payout).one().code
