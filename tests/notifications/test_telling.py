"""Every step that matters is told to whom it concerns, in his language, once, whatever is repeated or killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from marketplace.accounts import actions as accounts
from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, faults, jobs
from marketplace.foundation.database import engine, session, transaction
from marketplace.foundation.jobs import Job, JobState
from marketplace.foundation.messages import Message
from marketplace.fulfilment import actions as fulfilment
from marketplace.invoices import actions as invoices
from marketplace.invoices import tasks as invoice_tasks
from marketplace.invoices.actions import Issued, StoredFile
from marketplace.invoices.models import Invoice
from marketplace.ledger import actions as ledger
from marketplace.ledger.models import Payout, PayoutAccount
from marketplace.ledger.rules import BANK, Leg, cooperative_payable
from marketplace.ledger.states import Event
from marketplace.notifications import actions as notifications
from marketplace.notifications.handlers import TOLD_TO_BUYER
from marketplace.notifications.models import Notice
from marketplace.notifications.states import Topic
from marketplace.notifications.words import NOTICES
from marketplace.orders import tasks as order_tasks
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import access_key
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments.models import Refund
from marketplace.payments.queries import payment_of
from marketplace.payments.rules import SECOND_PERSON_FROM_DONG
from marketplace.payments.states import HoldContext, Method
from marketplace.wiring import JOBS
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, make_person
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative, make_staff
from tests.factories.orders import PHONE, make_order, make_sold_product, move, now, pay
from tests.notifications.reading import Someone, bell_of, forget, letters_to, work


class Shop:
    """A cooperative with an owner and one helper, and a buyer with an account."""

    def __init__(self) -> None:
        owner = make_person(full_name="Nguyễn Thị Lan")
        self.owner, self.buyer = Someone.of(owner), Someone.of(make_person(full_name="Hoàng Thị Mua"))
        self.cooperative: Cooperative = make_cooperative(owner=owner, phone="+84900099999")
        self.helper = Someone.of(make_staff(self.cooperative))
        self.product = make_sold_product(self.cooperative)

    def order(self, method: Method = Method.CASH_ON_DELIVERY, *, as_guest: bool = False, email: str = "") -> Order:
        return make_order(self.product, method=method, person_id=None if as_guest else self.buyer.id, email=email)


@pytest.fixture
def shop(app: Flask) -> Shop:
    return Shop()


def test_a_parcel_is_told_from_the_order_to_the_door(shop: Shop) -> None:
    order = shop.order()
    assert bell_of(shop.buyer) == ["orders/placed"]
    assert bell_of(shop.owner) == bell_of(shop.helper) == ["orders/placed_for_seller"]
    move(order, PartState.CONFIRMED, PartState.PACKED)
    with transaction():
        fulfilment.hand_over(session.get_one(CooperativeOrder, order.parts[0].id), tracking="VN777", by=shop.owner.id)
    move(order, PartState.DELIVERED)
    assert bell_of(shop.buyer)[1:] == [f"orders/part_moved/{state}" for state in ("confirmed", "shipped", "delivered")]
    told = letters_to(PHONE)
    assert len(told) == 4
    assert "VN777" in told[2]
    # Who packed it hears nothing of what he did himself.
    assert bell_of(shop.owner) == ["orders/placed_for_seller"]


def test_goods_to_fetch_are_told_when_they_are_ready(shop: Shop) -> None:
    order = shop.order()
    with transaction():
        part = session.get_one(CooperativeOrder, order.parts[0].id)
        part.delivery_way, part.delivery_place = "pickup", "Nhà đóng gói, thứ Bảy 7–9 giờ"
    move(order, PartState.CONFIRMED, PartState.PACKED)
    assert bell_of(shop.buyer)[-1] == "orders/part_moved/ready"
    assert "thứ Bảy 7–9 giờ" in letters_to(PHONE)[-1]


@pytest.mark.parametrize("way", ["hub", "hub_pickup"])
def test_goods_that_go_by_a_collecting_place_are_told_as_such(shop: Shop, way: str) -> None:
    order = shop.order()
    with transaction():
        part = session.get_one(CooperativeOrder, order.parts[0].id)
        part.delivery_way, part.delivery_place = way, "Điểm gom Khoái Châu, 7–9 giờ"
    forget()
    move(order, PartState.CONFIRMED, PartState.PACKED, PartState.AT_HUB, PartState.SHIPPED)
    last = {"hub": "left_hub", "hub_pickup": "ready_at_hub"}[way]
    assert bell_of(shop.buyer) == [f"orders/part_moved/{one}" for one in ("confirmed", "at_hub", last)]
    assert ("Điểm gom Khoái Châu" in letters_to(PHONE)[-1]) == (way == "hub_pickup")


def test_who_pays_by_card_is_told_of_no_bank_transfer(app: Flask, shop: Shop, browser: Browser) -> None:
    order = shop.order(Method.CARD, email="mua@example.org")
    pay(order)
    told = [*letters_to("mua@example.org"), *letters_to(shop.owner.contact)]
    assert [text for text in told if "chuyển khoản" in text] == []
    assert "Bạn trả bằng thẻ" in told[0]
    browser.get(f"/don-hang/{order.code}?k={access_key(order.code, str(app.secret_key))}")
    assert "Thẻ (Visa, Mastercard, JCB)" in browser.text


def test_every_step_that_is_told_has_words_for_the_bell() -> None:
    assert [state for state in TOLD_TO_BUYER if f"orders/part_moved/{state}" not in NOTICES] == []


def test_a_guest_gets_letters_and_no_bell(shop: Shop) -> None:
    shop.order(as_guest=True)
    assert len(letters_to(PHONE)) == 1
    assert {row.person_id for row in session.query(Notice)} == {shop.owner.id, shop.helper.id}


def receive(order: Order, amount: int, key: str) -> None:
    with transaction():
        payments.receive(payment_of(order.code), amount_dong=amount, key=key)


def test_money_in_parts_too_much_and_back_is_told_step_by_step(shop: Shop) -> None:
    order = shop.order(Method.VIETQR)
    forget()
    receive(order, 40_000, "t1")
    missing = order.total_dong - 40_000
    assert bell_of(shop.buyer) == ["orders/partly_paid"]
    assert f"{missing:,}".replace(",", ".") in letters_to(PHONE)[-1]
    assert bell_of(shop.owner) == []
    receive(order, missing + 7_000, "t2")
    assert sorted(bell_of(shop.buyer)[1:]) == ["orders/paid", "orders/refund_decided"]
    assert bell_of(shop.owner) == ["orders/paid_for_seller"]
    assert any("7.000" in text and "Báo tài khoản" in text for text in letters_to(PHONE))
    with transaction():
        payments.sent_by_transfer(session.query(Refund).one(), key="out1", by=None)
    assert bell_of(shop.buyer)[-1] == "orders/refund_sent"
    before = (letters_to(PHONE), bell_of(shop.buyer))
    receive(order, missing + 7_000, "t2")
    with transaction():
        payments.sent_by_transfer(session.query(Refund).one(), key="out1", by=None)
    assert (letters_to(PHONE), bell_of(shop.buyer)) == before


def test_money_that_a_bank_sends_back_is_asked_about_once_and_told_once_more_when_it_is_sent(shop: Shop) -> None:
    order = shop.order(Method.VIETQR, email="mua@example.org")
    pay(order)
    move(order, PartState.REFUSED, reason="Hết hàng")
    forget()
    send_to("0123456789")
    come_back()
    assert bell_of(shop.buyer) == ["orders/refund_sent", "orders/refund_failed"]
    send_to("9876543210")
    assert bell_of(shop.buyer) == ["orders/refund_sent", "orders/refund_failed", "orders/refund_sent"]
    first, asked, second = letters_to("mua@example.org")
    assert ("••••6789" in first, "••••3210" in second) == (True, True)
    assert session.query(Refund).one().transfer_code in second
    assert "Ngân hàng đã trả tiền lại" in asked
    assert all(f"/don-hang/{order.code}/hoan-tien?k=" in text for text in (first, asked, second))


def test_who_has_told_his_account_meanwhile_is_not_asked_again(shop: Shop) -> None:
    order = shop.order(Method.VIETQR)
    pay(order)
    move(order, PartState.REFUSED, reason="Hết hàng")
    send_to("0123456789")
    forget()
    come_back()
    tell_account("9876543210")
    assert bell_of(shop.buyer) == []


def test_a_card_that_takes_no_money_back_is_told_as_it_is(shop: Shop) -> None:
    order = shop.order(Method.CARD, email="mua@example.org")
    pay(order)
    work()
    move(order, PartState.REFUSED, reason="Hết hàng")
    with transaction():
        payments.refuse_refund(session.query(Refund).one(), reason="card is closed")
    kinds = bell_of(shop.buyer)
    assert [kind for kind in kinds if "refund" in kind] == ["orders/refund_decided", "orders/refund_failed"]
    asked = letters_to("mua@example.org")[-1]
    assert "Thẻ của bạn không nhận được tiền" in asked
    send_to("0123456789")
    assert "••••6789" in letters_to("mua@example.org")[-1]


def tell_account(number: str) -> None:
    with transaction():
        refund = session.query(Refund).one()
        payments.tell_account(refund, bank_bin="970446", account=number, holder="HOANG THI MUA", by=None)


def send_to(number: str) -> None:
    tell_account(number)
    with transaction():
        payments.sent_by_transfer(session.query(Refund).one(), key=f"sent to {number}", by=None)
    work()


def come_back() -> None:
    with transaction():
        payments.come_back(session.query(Refund).one(), by=None, reason="sai tên")


def test_an_invoice_goes_where_its_buyer_wanted_it_and_rings_his_bell(shop: Shop) -> None:
    wanted = {"company": "Công ty Mẫu", "tax_code": "9900000016", "address": "Huế", "email": "ketoan@example.org"}
    order = make_order(shop.product, person_id=shop.buyer.id, invoice=wanted)
    with transaction():
        notifications.choose_ways(shop.buyer.id, {Topic.ORDERS: []})
    forget()
    with clock.moved_to(clock.now() - timedelta(days=8)):
        move(order, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
        forget()
    invoice_tasks.remind_invoices(0)
    assert bell_of(shop.owner) == bell_of(shop.helper) == ["invoices/missing"]
    with transaction():
        issued = Issued("1C26TAA", "12", clock.today())
        invoices.issue(session.query(Invoice).one(), issued, [StoredFile("x.pdf", "x.pdf", "application/pdf")], by=1)
    assert bell_of(shop.buyer) == ["invoices/issued"]
    (letter,) = letters_to("ketoan@example.org")
    assert f"/don-hang/{order.code}/hoa-don?k=" in letter
    assert letters_to(PHONE) == []


def test_what_comes_in_part_for_heavier_goods_is_told_as_well(shop: Shop) -> None:
    code = shop.order(Method.VIETQR).parts[0].code
    forget()
    with transaction():
        asked = payments.ask(reference=code, method=Method.VIETQR, amount_dong=30_000, context=HoldContext.SURPLUS)
        payments.receive(asked, amount_dong=10_000, key="t1")
    assert bell_of(shop.buyer) == ["orders/partly_paid"]
    assert code in letters_to(PHONE)[-1]


def test_late_money_for_sold_goods_is_told_as_going_back(shop: Shop) -> None:
    order = shop.order(Method.VIETQR)
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        order_tasks.close_overdue()
        make_order(shop.product, quantity=shop_stock(shop), method=Method.CASH_ON_DELIVERY, phone="+84912000000")
        forget()
        pay(order)
        assert bell_of(shop.buyer) == ["orders/refund_decided"]
        assert session.query(Refund).one().reason == "too_late"
        assert bell_of(shop.owner) == []


def shop_stock(shop: Shop) -> int:
    """All packs of the shop's one lot, so that nothing is left for who comes late."""
    return 100_000 // shop.product.variants[0].content


def test_a_reminder_comes_once_before_the_end_and_the_end_is_told_once(shop: Shop) -> None:
    order = shop.order(Method.VIETQR)
    forget()
    started = clock.now()
    with clock.moved_to(started + timedelta(hours=20, minutes=50)):
        assert bell_of(shop.buyer) == []
    for minutes in (1, 2):
        with clock.moved_to(started + timedelta(hours=21, minutes=minutes)):
            assert bell_of(shop.buyer) == ["orders/reminder"]
    for hours in (25, 26):
        with clock.moved_to(started + timedelta(hours=hours)):
            order_tasks.close_overdue()
            assert bell_of(shop.buyer) == ["orders/reminder", "orders/lapsed"]
            assert bell_of(shop.owner) == ["orders/cancelled_for_seller/lapsed"]
    assert len(letters_to(PHONE)) == 2
    assert now(order).lapsed_at is not None


def test_who_was_given_more_time_is_reminded_before_its_end(shop: Shop) -> None:
    order = shop.order(Method.VIETQR)
    forget()
    started = clock.now()
    with transaction():
        assert payments.renew(payment_of(order.code))
    for hours, told in ((22, []), (32, []), (34, ["orders/reminder"]), (35, ["orders/reminder"])):
        with clock.moved_to(started + timedelta(hours=hours)):
            assert bell_of(shop.buyer) == told


def test_minutes_at_a_fair_are_no_time_to_be_reminded_in(shop: Shop) -> None:
    reference = shop.order().code
    with transaction():
        payments.cancel(payment_of(reference))
        payments.ask(reference=reference, method=Method.VIETQR, amount_dong=30_000, context=HoldContext.FAIR)
    assert session.query(Job).filter_by(name="remind_of_payment").count() == 0


def test_who_has_paid_is_not_reminded(shop: Shop) -> None:
    order = shop.order(Method.VIETQR)
    pay(order)
    forget()
    with clock.moved_to(clock.now() + timedelta(hours=22)):
        assert bell_of(shop.buyer) == []


def test_a_cancellation_by_the_buyer_reaches_who_would_pack(shop: Shop) -> None:
    order = shop.order(as_guest=True)
    forget()
    move(order, PartState.CANCELLED)
    assert bell_of(shop.owner) == bell_of(shop.helper) == ["orders/cancelled_for_seller/buyer"]
    assert len(letters_to(PHONE)) == 1


def test_who_has_refused_is_not_told_to_pack_what_is_paid(shop: Shop) -> None:
    other = Shop()
    order = make_order(shop.product, other.product, method=Method.VIETQR)
    move(order, PartState.REFUSED, reason="Hết hàng")
    forget()
    pay(order)
    (refused, open_) = (shop, other) if order.parts[0].cooperative_id == shop.cooperative.id else (other, shop)
    assert (bell_of(refused.owner), bell_of(open_.owner)) == ([], ["orders/paid_for_seller"])


def test_letters_speak_the_language_of_each_receiver(shop: Shop) -> None:
    with transaction():
        session.get_one(Person, shop.owner.id).language = "en"
    order = shop.order(Method.VIETQR)
    with transaction():
        session.get_one(Order, order.id).language = "en"
    forget()
    pay(order)
    assert letters_to(PHONE)[0].startswith(f"Chợ HTX: Order {order.code} is paid")
    assert "is paid" in letters_to(shop.owner.contact)[0]
    assert "đã" in letters_to(shop.helper.contact)[0]


def test_a_job_that_is_done_again_tells_nobody_again(shop: Shop) -> None:
    order = shop.order(Method.VIETQR)
    receive(order, order.total_dong + 5_000, "t1")
    work()
    told = [(row.receiver, row.key) for row in session.query(Message).order_by(Message.id)]
    rung = [(row.person_id, row.key) for row in session.query(Notice).order_by(Notice.id)]
    again = [(row.id, row.name, row.arguments) for row in session.query(Job) if row.name.startswith("tell_")]
    assert len(again) >= 3
    session.rollback()
    for job_id, name, arguments in again:
        JOBS[name](job_id=job_id, **arguments)
        with transaction():
            session.execute(update(Job).where(Job.id == job_id).values(state=JobState.QUEUED, run_at=clock.now()))
    work()
    assert [(row.receiver, row.key) for row in session.query(Message).order_by(Message.id)] == told
    assert [(row.person_id, row.key) for row in session.query(Notice).order_by(Notice.id)] == rung


@pytest.mark.parametrize("place", ["about to commit", "committed"])
def test_workers_killed_at_every_commit_tell_everybody_once(shop: Shop, place: str) -> None:
    """A worker that dies at its n-th commit, for every n, until one lives through all the work."""
    order = shop.order(Method.VIETQR)
    receive(order, order.total_dong + 5_000, "t1")
    session.remove()
    engine().dispose()
    deaths, later = 0, timedelta()
    for nth in range(1, 60):
        # Whatever the dead worker had claimed lapses after five minutes.
        with clock.moved_to(clock.now() + later):
            if _ended(_work_until, place, nth):
                break
        deaths, later = deaths + 1, later + jobs.LEASE + timedelta(seconds=1)
    else:
        pytest.fail("no worker ever came to the end")
    assert deaths >= 3
    counts: dict[str, int] = {}
    for row in session.query(Message):
        counts[f"{row.receiver} {row.text}"] = counts.get(f"{row.receiver} {row.text}", 0) + 1
    # The buyer: placed, paid, refund; owner and helper: placed, paid.
    assert sorted(counts.values()) == [1] * 7
    assert bell_of(shop.buyer) != []
    assert {kind: bell_of(shop.buyer).count(kind) for kind in bell_of(shop.buyer)} == {
        "orders/placed": 1, "orders/paid": 1, "orders/refund_decided": 1,
    }  # fmt: skip
    assert sorted(bell_of(shop.owner)) == ["orders/paid_for_seller", "orders/placed_for_seller"]


def _ended(work_: Callable[[str, int], None], place: str, nth: int) -> bool:
    """Whether the work, done in a process of its own, came to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work_(place, nth)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0
    return True


def _work_until(place: str, nth: int) -> None:
    passed = [0]

    def watch(here: str) -> None:
        passed[0] += here == place
        if passed[0] == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    faults.arm(watch)
    jobs.run_all_due()
    session.remove()


def test_waiting_orders_are_told_in_the_morning(shop: Shop) -> None:
    shop.order()
    confirmed = shop.order(Method.VIETQR)
    move(confirmed, PartState.CONFIRMED)  # not paid: nothing to pack yet
    paid = shop.order(Method.VIETQR)
    pay(paid)
    move(paid, PartState.CONFIRMED)
    forget()
    with clock.moved_to(clock.now() + timedelta(hours=11)):
        with transaction():
            jobs.enqueue("remind_of_packing")
        work()
        notice = session.query(Notice).filter_by(person_id=shop.owner.id).one()
    assert (notice.kind, notice.facts["to_confirm"], notice.facts["to_pack"]) == ("orders/to_pack", 1, 1)


def earn(cooperative: Cooperative, amount: int) -> None:
    with transaction():
        ledger.post(
            key=f"earned:{cooperative.id}", event=Event.RETURN_WINDOW_OVER, reference="HD",
            legs=[Leg(BANK, amount), Leg(cooperative_payable(cooperative.id), -amount, "HD-1")],
        )  # fmt: skip


def propose(shop: Shop) -> int:
    with transaction():
        return ledger.propose_account(
            cooperative_id=shop.cooperative.id, bank_bin="970446", number="12345678", holder="X", by=shop.owner.id
        ).id


def test_a_new_bank_account_is_told_where_a_thief_does_not_sit(shop: Shop) -> None:
    officer, elsewhere = make_officer("33"), make_officer("01")
    account_id = propose(shop)
    known = letters_to("+84900099999")
    assert len(known) == 1
    assert "5678" in known[0]
    assert "12345678" not in known[0]
    assert bell_of(shop.owner) == ["ledger/account_proposed"]
    assert bell_of(shop.helper) == []
    assert (bell_of(officer), bell_of(elsewhere)) == (["alliance/waiting/account"], [])
    with transaction():
        row = session.get_one(PayoutAccount, account_id)
        ledger.approve_account(row, by=officer.id, province_code="33")
    assert bell_of(shop.owner)[-1] == "ledger/account_approved"
    assert len(letters_to("+84900099999")) == 2


def test_a_payout_is_told_to_those_who_speak_for_the_cooperative(shop: Shop) -> None:
    officer, admin = make_officer("33"), make_admin()
    account_id = propose(shop)
    earn(shop.cooperative, 900_000)
    with transaction():
        ledger.approve_account(session.get_one(PayoutAccount, account_id), by=officer.id, province_code="33")
    forget()
    with clock.moved_to(clock.now() + timedelta(hours=49)):
        for fails in (True, False):
            with transaction():
                batch = ledger.open_batch(cooperative_ids=[shop.cooperative.id], by=officer.id, reason="tuần")
                assert batch is not None
                ledger.approve_batch(batch, by=admin.id)
                payout = session.query(Payout).filter_by(batch_id=batch.id).one()
                if fails:
                    ledger.fail_payout(payout, reason="Sai tên", by=admin.id)
                else:
                    ledger.confirm_payout(payout, key="paid", by=admin.id)
        kinds = bell_of(shop.owner)
    assert kinds == ["ledger/payout_opened", "ledger/payout_returned", "ledger/payout_opened", "ledger/payout_paid"]
    assert bell_of(shop.helper) == []
    assert any("Sai tên" in row.facts["reason"] for row in session.query(Notice))


def test_officers_hear_of_papers_and_of_much_money(shop: Shop) -> None:
    officer, elsewhere, admin = make_officer("33"), make_officer("01"), make_admin()
    order = make_order(shop.product, quantity=40, method=Method.VIETQR)
    assert order.total_dong >= SECOND_PERSON_FROM_DONG
    with transaction():
        payment = payment_of(order.code)
        assert not payments.confirm(payment, by=officer.id, reason="thấy trên sao kê", province_code="33")
    assert bell_of(admin) == ["alliance/waiting/approval"]
    assert bell_of(officer) == []  # who asked does not look
    make_certificate(shop.cooperative, "Nhãn lồng")
    assert bell_of(elsewhere) == []


def test_a_changed_contact_is_told_to_the_old_one(shop: Shop) -> None:
    old = shop.owner.contact
    with transaction():
        person = session.get_one(Person, shop.owner.id)
        code_id = accounts.ask_to_change_contact(person, contact="+84911222333")
    work()
    code = letters_to("+84911222333")[-1]
    digits = next(word.strip(".") for word in code.split() if word.strip(".").isdigit() and len(word.strip(".")) == 6)
    with transaction():
        assert accounts.change_contact(session.get_one(Person, shop.owner.id), code_id, digits)
    assert "không còn mở tài khoản" in letters_to(old)[-1]
    assert bell_of(shop.owner) == ["accounts/contact_changed"]


def test_the_bell_leads_to_pages_that_exist(shop: Shop, browser: Browser) -> None:
    order = shop.order(Method.VIETQR)
    pay(order)
    move(order, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
    propose(shop)
    work()
    for person in (shop.owner, shop.buyer):
        browser.client.delete_cookie("htx")
        browser.sign_in(person.contact)
        found = session.query(Notice.id).filter_by(person_id=person.id).all()
        assert len(found) >= 3
        for (notice_id,) in found:
            page = browser.get(f"/tai-khoan/thong-bao/{notice_id}")
            assert page.status_code == 200, page.request.path
