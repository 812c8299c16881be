"""Cards from the buyer's click to the ledger, over HTTP: notices lost, doubled, late and forged; time and stock run out."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text, update

from marketplace import wiring
from marketplace.foundation import clock, jobs
from marketplace.foundation.database import is_sqlite, session, transaction
from marketplace.ledger import queries as ledger
from marketplace.ledger.rules import BANK, ORDER_CLEARING, REFUND_DUE, STRIPE_RECEIVABLE, SUSPENSE
from marketplace.orders import actions as orders
from marketplace.orders import tasks as orders_tasks
from marketplace.orders.errors import RefundRefused
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import OrderState, PartState
from marketplace.payments import actions as payments
from marketplace.payments import providers, tasks
from marketplace.payments.models import Payment, ProviderNotice, Refund
from marketplace.payments.providers import RefundStanding, find_gateway
from marketplace.payments.providers.stripe import StripeGateway
from marketplace.payments.queries import payment_of
from marketplace.payments.states import Method, NoticeState, PaymentState, RefundState
from marketplace.traceability.models import Lot
from tests.factories.accounts import make_person
from tests.fakes.stripe import state as fake
from tests.fakes.stripe.process import KEY, WEBHOOK_SECRET
from tests.fakes.stripe.state import post_signed
from tests.load.server import Buyer, running
from tests.payments.conftest import CardMarket, PlacedOrder
from tests.servers import free_port

pytestmark = pytest.mark.xdist_group("load")


def holds() -> None:
    """Every rule that `check-invariants` knows."""
    session.rollback()
    session.expire_all()
    assert {name: found for name, rule in wiring.INVARIANTS.items() if (found := rule())} == {}


def payment(order: PlacedOrder) -> Payment:
    session.rollback()
    session.expire_all()
    return payment_of(order.code)


def settled(order: PlacedOrder) -> tuple[bool, PaymentState, int]:
    """(is the order paid, the payment's state, how much the ledger holds for it)."""
    row = order.row()
    return row.paid_at is not None, payment(order).state, -ledger.balance(ORDER_CLEARING, reference=order.code)


def wait_until_settled(order: PlacedOrder) -> None:
    deadline = time.monotonic() + 15
    while order.row().paid_at is None and time.monotonic() < deadline:
        time.sleep(0.02)


def wait_for_jobs() -> None:
    """Until the worker has done all that is due."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        session.rollback()
        if not session.query(jobs.Job).filter(jobs.Job.state.in_(["queued", "running"])).count():
            return
        time.sleep(0.02)


def move(order: PlacedOrder, to: PartState) -> None:
    part_id = order.row().parts[0].id
    with transaction():
        orders.move_part(session.get_one(CooperativeOrder, part_id), to, by=None, reason="Hết hàng")


def later(**ahead: int) -> object:
    return clock.moved_to(clock.now() + timedelta(**ahead))


def test_a_paid_card_pays_the_order_once_however_often_it_is_told(card_market: CardMarket) -> None:
    order = card_market.order()
    where = order.pay()
    status, _, back = order.buyer.ask("GET", where)
    assert (status, back) == (302, order.page + "&cho=1")
    wait_until_settled(order)
    assert settled(order) == (True, PaymentState.CONFIRMED, payment(order).amount_dong)
    card_market.stripe.wait_for_deliveries(2)
    event = next(e for e in card_market.stripe.look()["events"] if e["type"] == "checkout.session.completed")
    gate, statuses = threading.Barrier(20), []

    def tell() -> None:
        gate.wait()
        at = int(time.time())
        url = f"http://127.0.0.1:{card_market.port}/webhooks/stripe"
        statuses.append(post_signed(url, json.dumps(event), WEBHOOK_SECRET, at))

    crowd = [threading.Thread(target=tell) for _ in range(20)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert statuses == [200] * 20
    assert ledger.balance(STRIPE_RECEIVABLE) == payment(order).amount_dong
    assert "Đã thanh toán" in order.buyer.ask("GET", order.page)[1]
    holds()


def test_a_notice_alone_pays_the_order_though_the_buyer_never_comes_back(card_market: CardMarket) -> None:
    order = card_market.order()
    order.pay()
    wait_until_settled(order)
    assert settled(order) == (True, PaymentState.CONFIRMED, payment(order).amount_dong)
    holds()


def test_with_every_notice_lost_the_job_settles(card_market: CardMarket) -> None:
    card_market.stripe.control(drop=10)
    order = card_market.order()
    order.pay()
    tasks.reconcile()
    assert settled(order)[0] is False, "nothing is asked of the provider within the first minutes"
    with later(minutes=4):
        tasks.reconcile()
        tasks.reconcile()
    assert settled(order) == (True, PaymentState.CONFIRMED, payment(order).amount_dong)
    holds()


def test_notice_return_page_and_job_at_once_make_one_journal(card_market: CardMarket) -> None:
    card_market.stripe.control(hold=10)
    order = card_market.order()
    where, payment_id = order.pay(), payment(order).id
    session.remove()
    gate = threading.Barrier(3)

    def come_back() -> None:
        gate.wait()
        order.buyer.ask("GET", where)

    def tell() -> None:
        gate.wait()
        card_market.stripe.control(release=True)

    crowd = [threading.Thread(target=come_back), threading.Thread(target=tell)]
    for one in crowd:
        one.start()
    gate.wait()
    tasks.exchanges.sync(payment_id)
    for one in crowd:
        one.join()
    card_market.stripe.wait_for_deliveries(2)
    wait_for_jobs()
    assert settled(order) == (True, PaymentState.CONFIRMED, payment(order).amount_dong)
    assert ledger.balance(STRIPE_RECEIVABLE) == payment(order).amount_dong
    holds()


@pytest.mark.parametrize("card", [fake.DECLINED, fake.NO_FUNDS])
def test_a_declined_card_leaves_the_page_open_for_another(card_market: CardMarket, card: str) -> None:
    order = card_market.order()
    assert card_market.stripe.pay(order.pay_url, card)[0] == 402
    assert settled(order)[:2] == (False, PaymentState.PENDING)
    assert card_market.stripe.pay(order.pay_url, fake.ASKS_TO_CONFIRM)[0] == 200
    order.pay(fake.ASKS_TO_CONFIRM, "yes")
    wait_until_settled(order)
    assert settled(order)[0] is True


def test_two_clicks_and_two_tabs_open_one_page(card_market: CardMarket) -> None:
    order = card_market.order()
    assert {order.open_card_page() for _ in range(3)} == {order.pay_url}
    assert card_market.stripe.look()["calls"].count("POST /v1/checkout/sessions") == 1


def test_an_answer_that_is_lost_on_the_way_is_asked_again_and_makes_one_page(card_market: CardMarket) -> None:
    card_market.stripe.control(answer=4, answer_status=500)
    assert card_market.order().pay_url.startswith(card_market.stripe.url)
    card_market.stripe.control(answer=1, answer_status=429)
    assert card_market.order().pay_url.startswith(card_market.stripe.url)
    card_market.stripe.control(answer=1, answer_status=402)
    refused = card_market.order()
    assert refused.pay_url == refused.page, "the buyer is back at his order"
    assert "không mở được trang trả thẻ" in refused.buyer.ask("GET", refused.page)[1]
    assert refused.open_card_page().startswith(card_market.stripe.url)


def test_time_runs_out_the_page_is_closed_first_and_the_goods_come_back(card_market: CardMarket) -> None:
    order = card_market.order()
    with later(minutes=40):
        card_market.stripe.control(answer=20, answer_status=500)
        orders_tasks.close_overdue()
        assert order.row().state == OrderState.OPEN, "as long as the buyer can pay, the goods are held"
        card_market.stripe.control(answer=0)
        orders_tasks.close_overdue()
    assert (order.row().state, payment(order).state) == (OrderState.CANCELLED, PaymentState.EXPIRED)
    assert session.query(Lot).one().reserved == 0
    assert card_market.stripe.pay(order.pay_url)[0] == 410
    holds()


def test_paid_in_the_last_second_is_paid(card_market: CardMarket) -> None:
    card_market.stripe.control(drop=10)
    order = card_market.order()
    order.pay()
    with later(minutes=40):
        orders_tasks.close_overdue()
    assert settled(order) == (True, PaymentState.CONFIRMED, payment(order).amount_dong)
    assert order.row().state == OrderState.OPEN
    holds()


def test_money_for_an_order_that_was_cancelled_goes_back_by_itself(card_market: CardMarket) -> None:
    order = card_market.order()
    move(order, PartState.CANCELLED)
    where = order.pay()
    order.buyer.ask("GET", where)
    card_market.stripe.wait_for_deliveries(2)
    wait_for_jobs()
    refund = session.query(Refund).one()
    session.refresh(refund)
    assert (refund.state, refund.amount_dong) == (RefundState.DONE, payment(order).amount_dong)
    assert settled(order)[::2] == (False, 0)
    assert ledger.trial_balance() == {}
    holds()


def test_a_part_that_is_refused_after_paying_is_refunded_and_a_refund_may_come_back(card_market: CardMarket) -> None:
    order = card_market.order()
    order.buyer.ask("GET", order.pay(fake.REFUND_FAILS))
    wait_until_settled(order)
    amount = payment(order).amount_dong
    move(order, PartState.REFUSED)
    wait_for_jobs()
    refund = session.query(Refund).one()
    session.refresh(refund)
    assert refund.state == RefundState.DONE
    assert ledger.trial_balance() == {}
    before = len(card_market.stripe.look()["deliveries"])
    card_market.stripe.control(settle=True)
    card_market.stripe.wait_for_deliveries(before + 1)
    wait_for_jobs()
    session.rollback()
    session.refresh(refund)
    assert refund.state == RefundState.FAILED
    assert ledger.trial_balance() == {STRIPE_RECEIVABLE: amount, REFUND_DUE: -amount}
    holds()
    with transaction():
        assert payments.sent_by_transfer(session.get_one(Refund, refund.id), key="bank:1", by=None)
    assert ledger.trial_balance() == {STRIPE_RECEIVABLE: amount, BANK: -amount}
    holds()


def test_a_refund_made_on_the_providers_pages_is_noticed(card_market: CardMarket) -> None:
    order = card_market.order()
    order.buyer.ask("GET", order.pay())
    wait_until_settled(order)
    seen = len(card_market.stripe.wait_for_deliveries(2))
    card_market.stripe.control(refund=payment(order).charge_id, amount=10_000)
    card_market.stripe.wait_for_deliveries(seen + 1)
    wait_for_jobs()
    session.rollback()
    external = session.query(Refund).one()
    assert (external.state, external.amount_dong, payment(order).refunded_dong) == (
        RefundState.EXTERNAL, 10_000, 10_000,
    )  # fmt: skip


@pytest.mark.parametrize("change", ["amount", "reference"])
def test_money_that_is_not_what_was_asked_pays_nothing_and_is_kept_apart(card_market: CardMarket, change: str) -> None:
    order = card_market.order()
    asked = payment(order)
    amount = asked.amount_dong
    with transaction():
        row = session.get_one(Payment, asked.id)
        if change == "amount":
            row.amount_dong -= 1_000
        else:
            row.reference = "HTXANOTHER"
    order.pay()
    card_market.stripe.wait_for_deliveries(2)
    wait_for_jobs()
    session.rollback()
    found = session.query(Payment).one()
    session.refresh(found)
    assert found.state == PaymentState.MISMATCH
    assert order.row().paid_at is None
    assert ledger.trial_balance() == {STRIPE_RECEIVABLE: amount, SUSPENSE: -amount}


def test_who_pays_by_card_after_choosing_a_transfer_cannot_the_page_is_closed(card_market: CardMarket) -> None:
    order = card_market.order()
    _, body, _ = order.buyer.ask("GET", order.page)
    token = body.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    switch = order.page.replace("?", "/doi-cach-tra?")
    status, _, _ = order.buyer.ask("POST", switch, {"csrf_token": token, "method": "vietqr"})
    assert status == 303
    deadline = time.monotonic() + 15
    while payment(order).method == "card" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert card_market.stripe.pay(order.pay_url)[0] == 410
    assert (payment(order).method, payment(order).state) == ("vietqr", PaymentState.PENDING)
    assert order.row().state == OrderState.OPEN
    transfer_id = payment(order).id
    with transaction():
        row = session.get_one(Payment, transfer_id)
        payments.receive(row, amount_dong=row.amount_dong, key="bank:7")
    assert settled(order)[0] is True
    holds()


def test_two_people_who_refund_the_last_pack_at_once_give_the_card_back_once(
    card_market: CardMarket, app: Flask
) -> None:
    order = card_market.order()
    order.pay()
    wait_until_settled(order)
    for to in (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED):
        move(order, to)
    (part,), by, gate, done = order.row().parts, make_person().id, threading.Barrier(4), []
    part_id, packs = part.id, {part.lines[0].id: 1}
    session.remove()

    def refund() -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    row = session.get_one(CooperativeOrder, part_id)
                    order_row = session.get_one(Order, row.order_id)
                    done.append(orders.refund_lines(row, order_row, packs=packs, reason="Dập", by=by))
            except RefundRefused:
                done.append(0)

    people = [threading.Thread(target=refund) for _ in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join(30)
    goods = max(done)
    assert sorted(done) == [0, 0, 0, goods]
    wait_for_jobs()
    gateway = find_gateway(Method.CARD)
    assert gateway is not None
    told = gateway.sync(payment(order).provider_id or "")
    assert [(one.amount_dong, one.standing) for one in told.refunds] == [(goods, RefundStanding.DONE)]
    assert ledger.balance(STRIPE_RECEIVABLE) == payment(order).amount_dong - goods
    holds()


def test_while_a_secret_is_changed_both_are_believed_and_then_only_the_new_one(
    card_market: CardMarket, tmp_path: Path
) -> None:
    notice = {"object": "event", "type": "x", "livemode": False, "data": {"object": {}}}

    def answers(secrets: str) -> list[int]:
        environment = card_market.environment | {"HTX_STRIPE_WEBHOOK_SECRETS": secrets, "HTX_VAR": str(tmp_path)}
        with running("marketplace.app.wsgi", environment, workers=1) as port:
            url = f"http://127.0.0.1:{port}/webhooks/stripe"
            return [
                post_signed(url, json.dumps(notice | {"id": f"evt_{secrets}_{by}"}), by, int(time.time()))
                for by in ("whsec_old", "whsec_new", "whsec_other")
            ]

    assert answers("whsec_old whsec_new") == [200, 200, 400]
    assert answers("whsec_new") == [400, 200, 400]


def test_with_the_provider_cut_off_goods_stay_held_and_the_page_opens_when_it_is_back(card_market: CardMarket) -> None:
    there = find_gateway(Method.CARD)
    assert there is not None
    providers.use({Method.CARD: StripeGateway(KEY, (WEBHOOK_SECRET,), f"http://127.0.0.1:{free_port()}")})
    buyer = Buyer(card_market.port, 777)
    fields = buyer.go_to_checkout(card_market.variant_id) | {"payment": "card"}
    _, _, where = buyer.ask("POST", "/dat-hang", fields)
    _, _, waits = buyer.ask("GET", where)
    assert "Hàng đã được giữ cho bạn" in buyer.ask("GET", waits)[1]
    deadline = time.monotonic() + 40
    while not tried() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert tried(), "the worker has asked, and nobody was there"
    assert session.query(Lot).one().reserved == 1_000
    assert buyer.ask("GET", "/san-pham")[0] == 200
    providers.use({Method.CARD: there})
    with transaction():
        session.execute(update(jobs.Job).values(run_at=clock.now()))
    order = PlacedOrder(card_market, buyer, where.split("/")[2].split("?")[0], where.replace("/tra-the?", "?"))
    order.pay_url = order.open_card_page()
    order.pay()
    wait_until_settled(order)
    assert settled(order)[0] is True
    holds()


def tried() -> bool:
    session.rollback()
    return session.query(jobs.Job).filter(jobs.Job.state == jobs.JobState.QUEUED, jobs.Job.attempts > 0).count() > 0


def test_forged_old_and_unreadable_notices_are_refused(card_market: CardMarket) -> None:
    url = f"http://127.0.0.1:{card_market.port}/webhooks/stripe"
    now = int(time.time())
    good = json.dumps({"id": "evt_1", "object": "event", "type": "x", "livemode": False, "data": {"object": {}}})
    assert post_signed(url, good, "whsec_wrong", now) == 400
    assert post_signed(url, good, WEBHOOK_SECRET, now - 301) == 400
    assert post_signed(url, "no json", WEBHOOK_SECRET, now) == 400
    assert post_signed(url, good.replace("false", "true"), WEBHOOK_SECRET, now) == 400
    assert post_signed(url, " " * 500_000, WEBHOOK_SECRET, now) == 413
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(url, data=good.encode(), method="POST"))
    refused.value.close()
    assert refused.value.code == 400
    session.rollback()
    assert session.query(ProviderNotice).count() == 0
    assert post_signed(url, good, WEBHOOK_SECRET, now) == 200
    wait_for_jobs()
    session.expire_all()
    assert session.query(ProviderNotice).one().state == NoticeState.IGNORED


def open_transactions() -> int:
    """Those of others; on SQLite the write that follows finds out."""
    session.rollback()
    if is_sqlite():
        return 0
    others = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
    )
    return int(session.execute(others).scalar_one())


def test_a_provider_that_hangs_holds_no_transaction_and_no_other_buyer(card_market: CardMarket) -> None:
    card_market.stripe.control(hang=1, hang_seconds=12)
    waiting = threading.Thread(target=card_market.order)
    waiting.start()
    deadline = time.monotonic() + 8
    while "POST /v1/checkout/sessions" not in card_market.stripe.look()["calls"] and time.monotonic() < deadline:
        time.sleep(0.02)
    session.rollback()
    # A page that asks how it stands may be reading at this very moment; what is held for the provider stays for as long
    # as it hangs.
    while open_transactions():
        assert time.monotonic() < deadline, "a transaction stays open"
    assert waiting.is_alive(), "the provider still hangs"
    session.rollback()
    with transaction():  # on SQLite: nobody holds the one lock there is
        session.execute(text("UPDATE payment SET note = 'seen'"))
    assert card_market.order("cod").row().state == OrderState.OPEN
    assert waiting.is_alive(), "the other order was placed while the provider hung"
    waiting.join(30)
