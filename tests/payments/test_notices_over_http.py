"""The cases of payments.md 2.5 and 4.6 that nothing else tries over HTTP: the real server, the card provider in a process of
its own, and banks' messengers who sign what they send."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import update

from marketplace.catalogue.models import Variant
from marketplace.foundation import clock, jobs
from marketplace.foundation.database import session, transaction
from marketplace.ledger import queries as ledger
from marketplace.ledger.rules import BANK, DISPUTED_FUNDS, ORDER_CLEARING, STRIPE_RECEIVABLE, SUSPENSE
from marketplace.orders import tasks as orders_tasks
from marketplace.orders.models import Order
from marketplace.orders.states import OrderState
from marketplace.payments.models import BankTransaction, Refund
from marketplace.payments.providers.bank_notices import VIETNAM, sign_for_sepay
from marketplace.payments.queries import payments_of
from marketplace.payments.states import BankState, PaymentState, RefundState
from marketplace.traceability.models import Lot
from tests.payments.conftest import BANK_SECRET, CardMarket, PlacedOrder
from tests.payments.test_card import holds, payment, settled, wait_for_jobs, wait_until_settled

pytestmark = pytest.mark.xdist_group("load")

ACCOUNT = "9990000012345"
_numbers = count(1)


def sepay(market: CardMarket, memo: str, amount: int, *, number: int = 0, is_out: bool = False) -> int:
    number = number or next(_numbers)
    said = {
        "id": number, "transactionDate": f"{clock.now().astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}",
        "accountNumber": ACCOUNT, "content": memo, "transferType": "out" if is_out else "in",
        "transferAmount": amount, "referenceCode": f"FT{number}",
    }  # fmt: skip
    body = json.dumps(said).encode()
    return post(market, "/webhooks/bank/sepay", body, sign_for_sepay(body, BANK_SECRET, clock.now()))


def casso(market: CardMarket, memo: str, amount: int, *, number: int) -> int:
    data = {
        "id": number, "reference": f"FT{number}", "description": memo, "amount": amount, "accountNumber": ACCOUNT,
        "transactionDateTime": f"{clock.now().astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}",
    }  # fmt: skip
    body = json.dumps({"data": data, "error": 0}, sort_keys=True, separators=(",", ":")).encode()
    stamp = str(int(clock.now().timestamp() * 1000))
    digest = hmac.new(BANK_SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha512).hexdigest()
    return post(market, "/webhooks/bank/casso", body, {"X-Casso-Signature": f"t={stamp},v1={digest}"})


def post(market: CardMarket, path: str, body: bytes, headers: dict[str, str]) -> int:
    session.rollback()  # what is read afterwards is read anew
    request = urllib.request.Request(f"http://127.0.0.1:{market.port}{path}", data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


def code(order: PlacedOrder) -> str:
    return str(payment(order).transfer_code)


def press(order: PlacedOrder, action: str, fields: dict[str, str]) -> int:
    """The buyer sends a form of his order page."""
    _, body, _ = order.buyer.ask("GET", order.page)
    token = body.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    return order.buyer.ask("POST", order.page.replace("?", f"/{action}?"), {"csrf_token": token, **fields})[0]


def lapse(order: PlacedOrder) -> None:
    session.rollback()
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        orders_tasks.close_overdue()
    assert (order.row().state, payment(order).state) == (OrderState.CANCELLED, PaymentState.EXPIRED)


def refunds() -> list[tuple[int, str]]:
    session.rollback()
    session.expire_all()
    return [(row.amount_dong, row.reason) for row in session.query(Refund).order_by(Refund.id)]


def test_completed_that_is_told_after_expired_pays_all_the_same(card_market: CardMarket) -> None:
    """One page lapses at the provider, the next one is paid, and the notices come last first."""
    card_market.stripe.control(hold=10)
    order = card_market.order()
    card_market.stripe.control(clock=32 * 60)  # the provider's page ends, our clock does not
    again = order.open_card_page()
    assert again == order.pay_url
    card_market.stripe.control(release=True, hold=0)
    card_market.stripe.wait_for_deliveries(1)
    wait_for_jobs()
    assert settled(order)[:2] == (False, PaymentState.PENDING), "it can be asked anew as long as the goods are held"
    card_market.stripe.control(clock=-32 * 60, hold=10)
    order.pay_url = order.open_card_page()
    assert order.pay_url != again
    order.pay()
    expired = next(one for one in card_market.stripe.look()["events"] if one["type"] == "checkout.session.expired")
    seen = len(card_market.stripe.look()["deliveries"])
    card_market.stripe.control(resend=expired["id"])
    card_market.stripe.wait_for_deliveries(seen + 1)
    card_market.stripe.control(release=True, hold=0)
    card_market.stripe.wait_for_deliveries(seen + 3)
    wait_until_settled(order)
    wait_for_jobs()
    assert settled(order) == (True, PaymentState.CONFIRMED, payment(order).amount_dong)
    holds()


@pytest.mark.parametrize("change", [{"currency": "usd"}, {"livemode": True}])
def test_money_of_another_currency_or_mode_pays_nothing(card_market: CardMarket, change: dict[str, object]) -> None:
    order = card_market.order()
    card_market.stripe.control(change=payment(order).provider_id, to=change)
    order.pay()
    card_market.stripe.wait_for_deliveries(2)
    wait_for_jobs()
    assert settled(order) == (False, PaymentState.MISMATCH, 0)
    in_books = {} if "currency" in change else {STRIPE_RECEIVABLE: payment(order).amount_dong}
    assert {name: amount for name, amount in ledger.trial_balance().items() if name != SUSPENSE} == in_books


def test_a_crowd_that_the_provider_tells_to_wait_pays_in_the_end(card_market: CardMarket) -> None:
    card_market.stripe.control(answer=5, answer_status=429)
    orders: list[PlacedOrder] = []
    crowd = [threading.Thread(target=lambda: orders.append(card_market.order())) for _ in range(3)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
    with transaction():
        session.execute(update(jobs.Job).where(jobs.Job.state == "queued").values(run_at=clock.now()))
    for order in orders:
        order.pay_url = order.open_card_page()
        order.pay()
        wait_until_settled(order)
    assert [settled(order)[0] for order in orders] == [True] * 3
    assert len({order.pay_url for order in orders}) == 3
    holds()


def test_card_and_transfer_both_paid_the_second_goes_back(card_market: CardMarket) -> None:
    order = card_market.order("vietqr")
    memo, amount = code(order), payment(order).amount_dong
    assert press(order, "doi-cach-tra", {"method": "card"}) == 303
    order.pay_url = order.open_card_page()
    order.pay()
    wait_until_settled(order)
    assert [row.method for row in payments_of(order.code)] == ["vietqr", "card"]
    for _ in range(2):
        assert sepay(card_market, memo, amount, number=70_001) == 200
    wait_for_jobs()
    assert [amount for amount, _ in refunds()] == [amount]
    assert (ledger.balance(BANK), ledger.balance(STRIPE_RECEIVABLE)) == (amount, amount)
    assert settled(order)[::2] == (True, amount)
    holds()


def test_two_transfers_pay_and_the_page_asks_for_the_rest_with_a_new_code_to_scan(card_market: CardMarket) -> None:
    order = card_market.order("vietqr")
    amount = payment(order).amount_dong
    assert f"{amount:,}".replace(",", ".") in order.buyer.ask("GET", order.page)[1]
    assert sepay(card_market, code(order), 30_000) == 200
    page = order.buyer.ask("GET", order.page)[1]
    assert f"{amount - 30_000:,}".replace(",", ".") in page
    assert settled(order)[:2] == (False, PaymentState.PENDING)
    assert sepay(card_market, f"IBFT {code(order).lower()} lan 2", amount - 30_000) == 200
    assert settled(order) == (True, PaymentState.CONFIRMED, amount)
    assert "Đã thanh toán" in order.buyer.ask("GET", order.page)[1]
    holds()


def test_too_little_until_the_end_waits_for_somebody_and_keeps_the_goods(card_market: CardMarket) -> None:
    order = card_market.order("vietqr")
    sepay(card_market, code(order), 30_000)
    session.rollback()
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        orders_tasks.close_overdue()
    assert (order.row().state, payment(order).state) == (OrderState.OPEN, PaymentState.PENDING)
    assert ledger.trial_balance()[BANK] == 30_000
    assert press(order, "huy", {"part": str(order.row().parts[0].id)}) in (302, 303)
    assert (refunds(), ledger.trial_balance().get(ORDER_CLEARING)) == ([(30_000, "too_late")], None)
    holds()


def test_too_much_is_owed_back_and_leaves_the_account_once(card_market: CardMarket) -> None:
    order = card_market.order("vietqr")
    amount = payment(order).amount_dong
    sepay(card_market, code(order), amount + 7_000)
    assert settled(order) == (True, PaymentState.CONFIRMED, amount)
    assert refunds() == [(7_000, "overpaid")]
    refund = session.query(Refund).one()
    assert sepay(card_market, code(order), 7_000, is_out=True) == 200
    session.expire_all()
    assert session.query(Refund).one().state == RefundState.CREATED, "an order's code gives nothing back"
    assert ledger.balance(DISPUTED_FUNDS) == 7_000
    assert sepay(card_market, refund.transfer_code, 6_999, is_out=True) == 200
    assert sepay(card_market, refund.transfer_code, 7_000, is_out=True) == 200
    session.expire_all()
    assert session.query(Refund).one().state == RefundState.DONE
    assert ledger.balance(BANK) == amount + 7_000 - 7_000 - 6_999 - 7_000
    holds()


def test_late_money_takes_the_order_up_again_while_there_are_goods(card_market: CardMarket) -> None:
    order = card_market.order("vietqr")
    memo, amount = code(order), payment(order).amount_dong
    lapse(order)
    assert sepay(card_market, memo, amount) == 200
    assert order.row().state == OrderState.OPEN
    assert settled(order) == (True, PaymentState.CONFIRMED, amount)
    holds()


def test_late_money_goes_back_when_the_goods_are_gone(card_market: CardMarket) -> None:
    order = card_market.order("vietqr")
    memo, amount = code(order), payment(order).amount_dong
    lapse(order)
    with transaction():
        session.execute(update(Lot).values(best_before=clock.today() - timedelta(days=1)))
    assert sepay(card_market, memo, amount) == 200
    assert order.row().state == OrderState.CANCELLED
    assert refunds() == [(amount, "too_late")]
    assert settled(order)[::2] == (False, 0)
    holds()


def test_movements_told_by_two_messengers_at_once_are_booked_once(card_market: CardMarket) -> None:
    order = card_market.order("vietqr")
    memo, movements = code(order), range(80_001, 80_007)
    gate, answers = threading.Barrier(2 * len(movements)), []

    def tell(by: Callable[..., int], number: int) -> None:
        gate.wait()
        answers.append(by(card_market, memo, 5_000, number=number))

    crowd = [threading.Thread(target=tell, args=(by, number)) for number in movements for by in (sepay, casso)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(30)
    assert answers == [200] * len(crowd)
    assert payment(order).received_dong == ledger.balance(BANK) == 5_000 * len(movements)
    states = sorted(row.state for row in session.query(BankTransaction))
    assert states == [BankState.DUPLICATE] * len(movements) + [BankState.MATCHED] * len(movements)
    holds()


def test_a_code_of_nobody_waits_and_moves_no_order(card_market: CardMarket) -> None:
    order = card_market.order("vietqr")
    amount = payment(order).amount_dong
    assert sepay(card_market, "HTX0000000A chuyen tien", amount) == 200
    assert settled(order) == (False, PaymentState.PENDING, 0)
    assert ledger.trial_balance() == {BANK: amount, SUSPENSE: -amount}
    holds()


@pytest.mark.parametrize(("price", "is_open"), [(99_900_000, True), (100_000_000, False)])
def test_a_card_is_not_offered_above_what_its_provider_takes(
    card_market: CardMarket, price: int, is_open: bool
) -> None:
    with transaction():
        session.execute(update(Variant).values(price_dong=price))
    buyer = card_market.buyer()
    fields = buyer.go_to_checkout(card_market.variant_id) | {"payment": "card"}
    status, page, _ = buyer.ask("POST", "/dat-hang", fields)
    session.rollback()
    if is_open:
        assert (status, session.query(Order).count()) == (303, 1)
    else:
        assert (status, session.query(Order).count()) == (422, 0)
        assert ('value="card"' in page, 'value="vietqr"' in page) == (False, True)
