"""Much money is moved by hand by two people: nobody does it alone, twice, in small steps or for another province."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.accounts.models import Person
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.orders import actions as orders
from marketplace.orders.errors import RefundRefused
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments.models import Approval, BankTransaction, Refund
from marketplace.payments.providers.bank_notices import BankNotice, Direction
from marketplace.payments.queries import payment_of
from marketplace.payments.states import ApprovalState, BankState, Method, PaymentState, RefundState
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, make_person, sign_in_officer
from tests.factories.orders import make_order, make_sold_product, move, now, pay
from tests.orders.test_money import holds

PAGE = "/lien-minh/hai-nguoi"
WAY = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)


@pytest.fixture
def signed_in(browsers: Callable[[], Browser]) -> Callable[[Person], Browser]:
    def sign_in(person: Person) -> Browser:
        browser = browsers()
        sign_in_officer(browser, person)
        return browser

    return sign_in


def delivered() -> Order:
    """Sixty packs at 50,000 đồng, paid by transfer."""
    order = make_order(make_sold_product(), quantity=60, method=Method.VIETQR)
    pay(order)
    move(order, *WAY)
    return order


def refund(order: Order, packs: int) -> int:
    by = make_person().id
    with transaction():
        part = session.get_one(CooperativeOrder, order.parts[0].id)
        return orders.refund_lines(
            part, session.get_one(Order, order.id), packs={part.lines[0].id: packs}, reason="Dập nát",
            by=by, province_code="33",
        )  # fmt: skip


def waiting() -> list[Approval]:
    session.rollback()
    return session.query(Approval).filter_by(state=ApprovalState.WAITING).all()


def test_a_large_refund_is_made_when_an_officer_of_the_province_has_looked(
    app: Flask, signed_in: Callable[[Person], Browser]
) -> None:
    order = delivered()
    assert refund(order, 40) == 0
    assert refund(order, 40) == 0, "the second click asks for nothing more"
    (approval,) = waiting()
    approval_id = approval.id
    assert (approval.amount_dong, approval.reason) == (2_000_000, "Dập nát")
    assert session.query(Refund).all() == []
    far = signed_in(make_officer("01"))
    far.get(PAGE)
    assert order.parts[0].code not in far.text
    far.get("/tai-khoan")
    token = far.forms()[-1]["fields"]["csrf_token"]
    assert far.post(f"{PAGE}/{approval_id}", {"csrf_token": token}).status_code == 404
    near, admin = signed_in(make_officer("33")), signed_in(make_admin())
    admin.get(PAGE)
    near.submit(PAGE, action=f"{PAGE}/{approval_id}")
    assert "Đã duyệt và thực hiện" in near.text
    admin.send(action=f"{PAGE}/{approval_id}")
    assert "Không có gì thay đổi thêm" in admin.text
    session.rollback()
    assert [row.amount_dong for row in session.query(Refund)] == [2_000_000]
    tags = [row.tag for row in session.query(AuditEntry).filter_by(subject="approval").order_by(AuditEntry.id)]
    assert tags == ["payments:approval:ask", "payments:approval:grant"]
    holds()


def test_small_refunds_that_add_up_to_much_wait_as_well(app: Flask) -> None:
    order = delivered()
    assert (refund(order, 20), refund(order, 19), refund(order, 1)) == (1_000_000, 950_000, 0)
    (approval,) = waiting()
    assert approval.amount_dong == 2_000_000
    with pytest.raises(RefundRefused):
        refund(order, 30)


def test_what_is_refused_moves_nothing_and_can_be_asked_anew(
    app: Flask, signed_in: Callable[[Person], Browser]
) -> None:
    order = delivered()
    refund(order, 40)
    browser = signed_in(make_officer("33"))
    (approval,) = waiting()
    fields = {"refuse": "1", "answer": " "}
    browser.get(PAGE)
    token = browser.forms()[-1]["fields"]["csrf_token"]
    browser.post(f"{PAGE}/{approval.id}", {"csrf_token": token, **fields})
    assert "Hãy ghi vì sao" in browser.text
    browser.post(f"{PAGE}/{approval.id}", {"csrf_token": token, **fields, "answer": "Chưa có ảnh hàng hỏng"})
    assert "Chưa có ảnh hàng hỏng" in browser.text
    assert (waiting(), session.query(Refund).all()) == ([], [])
    refund(order, 40)
    assert len(waiting()) == 1


def test_nobody_grants_what_he_has_asked_for_himself(app: Flask, signed_in: Callable[[Person], Browser]) -> None:
    order = make_order(make_sold_product(), quantity=60, method=Method.VIETQR)
    payment_id = payment_of(order.code).id
    asker = make_officer("33")
    browser = signed_in(asker)
    home = "/lien-minh/thanh-toan"
    confirm = f"{home}/{payment_id}/xac-nhan"
    browser.submit(home, {"reason": " "}, action=confirm)
    assert "số giao dịch của ngân hàng" in browser.text
    browser.submit(home, {"reason": "FT26328"}, action=confirm)
    assert "cần người thứ hai" in browser.text.lower()
    assert payment_of(order.code).state == PaymentState.PENDING
    (approval,) = waiting()
    browser.get(PAGE)
    token = browser.forms()[-1]["fields"]["csrf_token"]
    browser.post(f"{PAGE}/{approval.id}", {"csrf_token": token})
    assert "Chính bạn đã đề nghị" in browser.text
    second = signed_in(make_officer("33"))
    second.submit(PAGE, action=f"{PAGE}/{approval.id}")
    assert now(order).paid_at is not None
    entry = session.query(AuditEntry).filter_by(tag="payments:payment:confirm").one()
    assert (entry.person_id, entry.reason, entry.details["second_person_id"] is not None) == (asker.id, "FT26328", True)


def test_what_a_statement_has_told_meanwhile_is_not_done_twice(
    app: Flask, signed_in: Callable[[Person], Browser]
) -> None:
    order = make_order(make_sold_product(), quantity=60, method=Method.VIETQR)
    officer, admin = make_officer("33"), make_admin()
    with transaction():
        payments.confirm(payment_of(order.code), by=officer.id, reason="FT1", province_code="33")
    pay(order)
    (approval,) = waiting()
    browser = signed_in(admin)
    browser.submit(PAGE, action=f"{PAGE}/{approval.id}")
    assert "Không thực hiện được nữa" in browser.text
    assert (len(waiting()), payment_of(order.code).received_dong) == (1, order.total_dong)
    holds()


def unknown_money(amount: int) -> BankTransaction:
    notice = BankNotice("n1", "", Direction.IN, amount, "mua hang", "FT77", clock.now())
    with transaction():
        row = payments.note_transaction("statement", notice, our_account="")
    assert row is not None
    return row


@pytest.mark.parametrize("deed", ["match", "lay_aside"])
def test_much_money_of_unknown_purpose_needs_two(app: Flask, deed: str) -> None:
    order = make_order(make_sold_product(), quantity=60, method=Method.VIETQR)
    admin, second = make_admin(), make_officer("33")
    row = unknown_money(order.total_dong)
    with transaction():
        if deed == "match":
            is_done = payments.match_by_hand(row, payment_of(order.code), by=admin.id, reason="Ảnh chuyển khoản")
        else:
            is_done = payments.lay_aside(row, by=admin.id, reason="Bảng đối soát")
    assert not is_done
    assert session.get_one(BankTransaction, row.id).state == BankState.UNMATCHED
    (approval,) = waiting()
    with transaction():
        orders.grant(approval, by=second.id)
    state = session.get_one(BankTransaction, row.id).state
    assert state == (BankState.MATCHED if deed == "match" else BankState.DISCARDED)
    assert (payment_of(order.code).state == PaymentState.CONFIRMED) is (deed == "match")
    holds()


def test_a_large_refund_is_noted_as_sent_by_two(app: Flask, signed_in: Callable[[Person], Browser]) -> None:
    order = make_order(make_sold_product(), quantity=60, method=Method.VIETQR)
    pay(order)
    move(order, PartState.CANCELLED)
    owed_id = session.query(Refund).one().id
    admin, other = make_admin(), make_admin()
    admin_id, other_id = admin.id, other.id
    browser = signed_in(admin)
    with transaction():
        row = session.get_one(Refund, owed_id)
        payments.tell_account(row, bank_bin="970446", account="0123456789", holder="MUA", by=None)
        payments.begin_transfer(row, by=admin_id, reason="Hoàn đơn", second=other_id)
    refunds = "/lien-minh/hoan-tien"
    browser.submit(refunds, {"reason": "VCB 0123"}, action=f"{refunds}/{owed_id}/da-gui")
    assert "Chờ người thứ hai" in browser.text
    session.rollback()
    assert session.get_one(Refund, owed_id).state == RefundState.CREATED
    second = signed_in(make_officer("33"))
    second.submit(PAGE, action=f"{PAGE}/{waiting()[0].id}")
    session.rollback()
    session.expire_all()
    assert session.get_one(Refund, owed_id).state == RefundState.DONE
    holds()
