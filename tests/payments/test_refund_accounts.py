"""Money back by transfer: the buyer tells his account, somebody sends it, the bank says so, or sends it back."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from marketplace import wiring
from marketplace.foundation import clock, jobs
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.messages import Message
from marketplace.ledger import queries as ledger
from marketplace.ledger.rules import BANK, REFUND_DUE
from marketplace.orders import rules
from marketplace.orders.models import Order
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments import tasks
from marketplace.payments.errors import AccountMissing, PaymentMoveRefused
from marketplace.payments.models import Approval, BankTransaction, Refund
from marketplace.payments.providers.bank_notices import BankNotice, Direction
from marketplace.payments.states import BankState, Method, RefundState
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, sign_in_officer
from tests.factories.orders import make_order, make_sold_product, move, pay

PAGE = "/lien-minh/hoan-tien"
ACCOUNT = {"bank": "970446", "number": "0123 456.789", "holder": "Hoàng Thị Mùa"}


def link(app: Flask, order: Order, beside: str = "/hoan-tien") -> str:
    return f"/don-hang/{order.code}{beside}?k={rules.access_key(order.code, str(app.secret_key))}"


def owed(quantity: int = 2) -> Order:
    """Paid by transfer, then refused by the cooperative."""
    order = make_order(make_sold_product(), quantity=quantity, method=Method.VIETQR)
    pay(order)
    move(order, PartState.REFUSED, reason="Hết hàng")
    return order


def refund() -> Refund:
    session.rollback()
    session.expire_all()
    return session.query(Refund).one()


def tell(app: Flask, browser: Browser, order: Order, **changes: str) -> str:
    browser.submit(link(app, order), {**ACCOUNT, **changes})
    return browser.text


def told() -> list[str]:
    session.rollback()
    jobs.run_all_due()
    return [row.text for row in session.query(Message).order_by(Message.id) if "oàn" in row.text]


def notice(number: str, direction: Direction, content: str, amount: int) -> None:
    with transaction():
        said = BankNotice(number, "", direction, amount, content, f"FT{number}", clock.now())
        payments.note_transaction("statement", said, our_account="")


def holds() -> None:
    session.rollback()
    session.expire_all()
    assert {name: found for name, rule in wiring.INVARIANTS.items() if (found := rule())} == {}


@pytest.fixture
def admin(app: Flask, browsers: Callable[[], Browser]) -> Browser:
    browser = browsers()
    sign_in_officer(browser, make_admin())
    return browser


def press(admin: Browser, deed: str, reason: str = "Hoàn đơn") -> str:
    admin.submit(PAGE, {"reason": reason}, action=f"/{refund().id}/{deed}")
    session.rollback()
    return admin.text


def test_asked_told_sent_and_settled_by_the_banks_own_word(app: Flask, browser: Browser, admin: Browser) -> None:
    order = owed()
    assert len(told()) == 1
    browser.get(link(app, order, ""))
    assert "Báo tài khoản nhận tiền" in browser.text
    assert "Đã ghi" in tell(app, browser, order)
    row = refund()
    assert (row.bank_bin, row.bank_account, row.bank_holder) == ("970446", "0123456789", "HOANG THI MUA")
    assert "0123456789" not in browser.get(link(app, order)).get_data(as_text=True)
    assert "••••6789" in browser.text
    assert admin.get(f"{PAGE}/{row.id}/vietqr.svg").status_code == 404
    press(admin, "bat-dau")
    assert "0123456789" in admin.text
    assert admin.get(f"{PAGE}/{row.id}/vietqr.svg").status_code == 200
    (line,) = csv.DictReader(io.StringIO(admin.get(f"{PAGE}/tep.csv").get_data(as_text=True).removeprefix("\ufeff")))
    assert (line["account"], line["content"], line["amount"]) == ("0123456789", row.transfer_code, str(row.amount_dong))
    for _ in range(2):
        notice("1", Direction.OUT, f"HOAN TIEN {row.transfer_code}", row.amount_dong)
    assert (refund().state, ledger.balance(REFUND_DUE), ledger.balance(BANK)) == (RefundState.DONE, 0, 0)
    assert len(told()) == 2
    browser.get(link(app, order))
    assert "Đã hoàn tiền" in browser.text or "Chuyển lúc" in browser.text
    holds()


@pytest.mark.parametrize(
    "wrong", [{"bank": ""}, {"bank": "123456"}, {"number": "12"}, {"number": "<script>"}, {"holder": " "}]
)
def test_what_is_typed_wrong_is_said_and_nothing_is_kept(app: Flask, browser: Browser, wrong: dict[str, str]) -> None:
    order = owed()
    tell(app, browser, order, **wrong)
    assert browser.page is not None
    assert browser.page.status_code == 422
    assert refund().told_at is None


def test_only_who_has_the_link_tells_and_only_admins_send(
    app: Flask, browser: Browser, browsers: Callable[[], Browser]
) -> None:
    order, other = owed(), make_order(make_sold_product())
    answer = browser.client.get(
        f"/don-hang/{order.code}/hoan-tien?k={rules.access_key(other.code, str(app.secret_key))}"
    )
    assert (answer.status_code, answer.location) == (303, "/don-hang")
    officer = browsers()
    sign_in_officer(officer, make_officer("33"))
    for path in (PAGE, f"{PAGE}/tep.csv", f"{PAGE}/{refund().id}/vietqr.svg"):
        assert officer.get(path).status_code == 403
    browser.get(link(app, other))
    assert "Không có khoản nào" in browser.text


def test_without_an_account_nothing_is_sent_and_while_being_sent_nothing_is_changed(
    app: Flask, browser: Browser, admin: Browser
) -> None:
    order = owed()
    with pytest.raises(AccountMissing), transaction():
        payments.begin_transfer(refund(), by=1, reason="x")
    tell(app, browser, order)
    tell(app, browser, order, number="987654321")
    assert refund().bank_account == "987654321"
    press(admin, "bat-dau")
    with pytest.raises(PaymentMoveRefused), transaction():
        payments.tell_account(refund(), bank_bin="970446", account="1111", holder="X", by=None)
    browser.get(link(app, order))
    assert browser.forms()[-1]["method"].lower() != "post" or "hoan-tien" not in browser.forms()[-1]["action"]
    assert refund().bank_account == "987654321"
    assert "không có gì bị làm hai lần" in press_again(admin).lower()
    press(admin, "chua-gui", "Sai ngày")
    tell(app, browser, order, number="5555666")
    assert refund().bank_account == "5555666"
    tags = [row.tag for row in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert [tag.removeprefix("payments:refund:") for tag in tags if tag.startswith("payments:refund:")] == [
        "create", "tell_account", "tell_account", "begin", "leave", "begin", "leave", "tell_account",
    ]  # fmt: skip


def press_again(admin: Browser) -> str:
    """The same deed from a page that was open before."""
    admin.get(PAGE)
    admin.send({"reason": "x"}, action=f"/{refund().id}/chua-gui")
    admin.get(PAGE)
    admin.send({"reason": "x"}, action=f"/{refund().id}/bat-dau")
    token = admin.forms()[-1]["fields"].get("csrf_token", "")
    admin.post(f"{PAGE}/{refund().id}/bat-dau", {"reason": "x", "csrf_token": token})
    return admin.text


@pytest.mark.parametrize("by_hand", [True, False])
def test_what_the_buyers_bank_sends_back_is_owed_again_asked_anew_and_sent_under_another_code(
    app: Flask, browser: Browser, admin: Browser, by_hand: bool
) -> None:
    order = owed()
    for attempt in range(2):
        tell(app, browser, order)
        press(admin, "bat-dau")
        code, amount = refund().transfer_code, refund().amount_dong
        if by_hand:
            press(admin, "da-gui", f"FT{attempt}")
        else:
            notice(f"out{attempt}", Direction.OUT, code, amount)
        assert (refund().state, ledger.balance(BANK)) == (RefundState.DONE, 0)
        if attempt:
            break
        if by_hand:
            press(admin, "tra-lai", "Sai tên")
        else:
            notice("in", Direction.IN, f"TRA LAI {code}", amount)
            assert {row.state for row in session.query(BankTransaction)} == {BankState.MATCHED}
        row = refund()
        assert (row.state, row.bank_account, row.begun_at) == (RefundState.FAILED, "", None)
        assert row.transfer_code != code
        assert (ledger.balance(BANK), ledger.balance(REFUND_DUE)) == (amount, -amount)
        assert sum("báo lại tài khoản" in text or "bị trả về" in text for text in told()) == 1
        browser.get(link(app, order))
        assert "không chuyển được" in browser.text
        holds()
    assert ledger.balance(REFUND_DUE) == 0
    holds()


def test_much_money_is_begun_by_two_and_not_to_an_account_that_changed_between_them(
    app: Flask, browser: Browser, admin: Browser, browsers: Callable[[], Browser]
) -> None:
    order = owed(quantity=60)
    tell(app, browser, order)
    assert "người thứ hai" in press(admin, "bat-dau")
    assert refund().begun_at is None
    tell(app, browser, order, number="99998888")
    second = browsers()
    sign_in_officer(second, make_admin())
    second.submit("/lien-minh/hai-nguoi", {}, action=f"/{session.query(Approval).one().id}")
    assert refund().begun_at is None
    second.submit(
        "/lien-minh/hai-nguoi",
        {"refuse": "1", "answer": "Đổi tài khoản"},
        action=f"/{session.query(Approval).one().id}",
    )
    press(admin, "bat-dau")
    latest = session.query(Approval).order_by(Approval.id.desc()).first()
    assert latest is not None
    second.submit("/lien-minh/hai-nguoi", {}, action=f"/{latest.id}")
    assert refund().begun_at is not None
    holds()


def test_the_account_changes_or_is_sent_to_never_both(app: Flask, browser: Browser) -> None:
    order = owed()
    tell(app, browser, order)
    refund_id, ended = refund().id, []
    session.rollback()
    start = threading.Barrier(2)

    def run(deed: Callable[[Refund], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    deed(session.get_one(Refund, refund_id))
                ended.append("done")
            except PaymentMoveRefused:
                ended.append("refused")
            finally:
                session.remove()

    deeds: list[Callable[[Refund], object]] = [
        lambda row: payments.begin_transfer(row, by=1, reason="x"),
        lambda row: payments.tell_account(row, bank_bin="970446", account="77778888", holder="X", by=None),
    ]
    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    row = refund()
    assert row.begun_at is not None
    sent_to = session.query(AuditEntry).filter_by(tag="payments:refund:begin").one().details["to"]
    assert sent_to == f"••••{row.bank_account[-4:]}"
    assert ("refused" in ended) == (row.bank_account == "0123456789")


def test_an_account_is_masked_when_nobody_needs_it_any_more(app: Flask, browser: Browser, admin: Browser) -> None:
    order = owed()
    tell(app, browser, order)
    press(admin, "bat-dau")
    press(admin, "da-gui", "FT1")
    for days, kept in ((89, "0123456789"), (91, "••••6789")):
        with clock.moved_to(clock.now() + timedelta(days=days)):
            tasks.mask_accounts(job_id=0)
            tasks.mask_accounts(job_id=0)
        assert refund().bank_account == kept
    assert refund().bank_holder == ""
    holds()
