"""What the card provider pays out: fees known only now, booked once, and never more than it holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace import wiring
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.ledger import actions as ledger
from marketplace.ledger.queries import trial_balance
from marketplace.ledger.rules import BANK, ORDER_CLEARING, STRIPE_FEE_FX, STRIPE_RECEIVABLE, SUSPENSE, Leg
from marketplace.ledger.states import Event
from marketplace.payments import actions as payments
from marketplace.payments.models import Approval, BankTransaction, ProviderPayout
from marketplace.payments.providers.bank_notices import BankNotice, Direction
from marketplace.payments.rules import SECOND_PERSON_FROM_DONG
from marketplace.payments.states import BankState
from tests.client import Browser
from tests.factories.accounts import make_admin, sign_in_officer


def captured(amount: int) -> None:
    with transaction():
        ledger.post(
            key="captured", event=Event.PAYMENT_CONFIRMED, reference="HTX1",
            legs=[Leg(STRIPE_RECEIVABLE, amount), Leg(ORDER_CLEARING, -amount, "HTX1")],
        )  # fmt: skip


def arrived(amount: int, name: str = "1") -> int:
    with transaction():
        notice = BankNotice(
            name, "", Direction.IN, amount, "STRIPE PAYOUT", f"FT{name}", clock.now() - timedelta(hours=1)
        )
        row = payments.note_transaction("statement", notice, our_account="")
        assert row is not None
        return row.id


def book(browser: Browser, row_id: int, **typed: str) -> None:
    fields = {"gross": "323.427", "number": "po_1", "reason": "bảng kê tháng 11", **typed}
    browser.submit("/lien-minh/ngan-hang", fields, action=f"/{row_id}/tien-the")


@pytest.fixture
def admin(browser: Browser) -> Browser:
    sign_in_officer(browser, make_admin())
    return browser


def balance() -> dict[str, int]:
    session.rollback()
    return trial_balance()


def test_the_worked_example_s7_over_the_page(app: Flask, admin: Browser) -> None:
    captured(323_427)
    row_id = arrived(309_307)
    book(admin, row_id)
    assert balance() == {BANK: 309_307, STRIPE_FEE_FX: 14_120, ORDER_CLEARING: -323_427}
    payout = session.query(ProviderPayout).one()
    assert (payout.fee_dong, session.get_one(BankTransaction, row_id).state) == (14_120, BankState.MATCHED)
    assert session.query(AuditEntry).filter_by(tag="payments:provider_payout:note").one().reason == "bảng kê tháng 11"
    assert wiring.INVARIANTS["every journal sums to zero"]() == []


@pytest.mark.parametrize("typed", [{"gross": "323.428"}, {"gross": "nhiều"}, {"number": ""}, {"reason": ""}])
def test_what_cannot_be_right_books_nothing(app: Flask, admin: Browser, typed: dict[str, str]) -> None:
    captured(323_427)
    row_id = arrived(309_307)
    before = balance()
    book(admin, row_id, **typed)
    assert balance() == before
    assert (session.query(ProviderPayout).count(), before[SUSPENSE]) == (0, -309_307)


def test_a_payout_number_is_booked_once(app: Flask, admin: Browser) -> None:
    captured(700_000)
    first, second = arrived(309_307), arrived(309_307, "2")
    book(admin, first)
    book(admin, second)
    assert "đã ghi sổ" in admin.text
    assert session.query(ProviderPayout).count() == 1
    assert balance()[SUSPENSE] == -309_307


def test_much_money_waits_for_a_second_person(app: Flask, admin: Browser, browsers: type[Browser]) -> None:
    much = SECOND_PERSON_FROM_DONG + 100_000
    captured(much)
    row_id = arrived(much - 50_000)
    book(admin, row_id, gross=str(much))
    assert "người thứ hai" in admin.text.lower()
    assert balance()[SUSPENSE] == 50_000 - much
    second = browsers()
    sign_in_officer(second, make_admin())
    approval = session.query(Approval).one().id
    second.submit("/lien-minh/hai-nguoi", {}, action=f"/hai-nguoi/{approval}")
    assert balance() == {BANK: much - 50_000, STRIPE_FEE_FX: 50_000, ORDER_CLEARING: -much}
