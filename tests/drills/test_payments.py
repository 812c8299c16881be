"""Money whose notice, question or answer meets a killed process: it is told again, asked again, and counted once."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.ledger import queries as ledger
from marketplace.ledger.rules import BANK, ORDER_CLEARING, STRIPE_RECEIVABLE
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments.models import Payment, Refund
from marketplace.payments.providers.bank_notices import VIETNAM, sign_for_sepay
from marketplace.payments.queries import payment_of
from marketplace.payments.states import Method, PaymentState, RefundState
from tests.drills.conftest import Drill, broken, let_claims_lapse, waiting_jobs
from tests.drills.marked import places
from tests.factories.orders import make_sold_product
from tests.fakes.dying import ANSWERED
from tests.fakes.dying.worker import WHERE as WORKER
from tests.fakes.stripe.process import KEY, WEBHOOK_SECRET, FakeStripe
from tests.load.server import Buyer
from tests.servers import free_port

pytestmark = pytest.mark.xdist_group("load")

CARD, BANKS = "/webhooks/stripe", "/webhooks/bank/sepay"
BANK_SECRET = "bank-secret-for-drills"


@dataclass
class Till:
    """A drilled market that takes cards and transfers."""

    drill: Drill
    stripe: FakeStripe
    variant_id: int
    buyers: int = 0
    transfers: int = 0
    card_page: str = ""

    def passages(self, where: str, story: Callable[[Till], str]) -> list[str]:
        """Every marked place that the story passes there, in this order."""
        name = self.kill(where)
        story(self)
        until(self, self.is_quiet)
        return self.drill.passed(name)

    def kill(self, where: str, *at: int) -> str:
        """As the drill's, once nothing of an older story is under way that would meet it."""
        until(self, self.is_quiet)
        return self.drill.kill(where, *at)

    def is_quiet(self) -> bool:
        """No job waits and no notice is on its way: a place that is to be killed is not met by an older story."""
        seen = self.stripe.look()
        taken = {one["event"] for one in seen["deliveries"] if one["status"] == 200}
        return waiting_jobs() == 0 and taken == {event["id"] for event in seen["events"]}

    def tell(self, path: str, body: bytes, headers: dict[str, str]) -> int | None:
        """The status that a messenger is answered; None when the connection broke off."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.drill.port, timeout=30)) as connection:
            try:
                connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
                return connection.getresponse().status
            except (OSError, http.client.HTTPException):
                return None

    def order(self, method: str) -> tuple[Buyer, str, str]:
        """(buyer, the order's code, where he is sent)."""
        self.drill.wait_for_workers()
        self.buyers += 1
        buyer = Buyer(self.drill.port, self.buyers)
        fields = buyer.go_to_checkout(self.variant_id) | {"payment": method}
        status, body, where = buyer.ask("POST", "/dat-hang", fields)
        assert status == 303, body[-2000:]
        return buyer, where.split("/don-hang/")[1].split("/")[0].split("?")[0], where

    def pay_by_card(self) -> str:
        """Order, wait for the provider's page and pay there; gives the order's code."""
        _, code, _ = self.open_card_page()
        assert self.stripe.pay(self.card_page)[0] == 303
        return code

    def open_card_page(self) -> tuple[Buyer, str, str]:
        """Order and wait, as the waiting page does, for the provider's page."""
        buyer, code, where = self.order("card")
        buyer.ask("GET", where)
        until(self, lambda: payment(code).pay_url is not None)
        self.card_page = payment(code).pay_url or ""
        return buyer, code, where.replace("/tra-the?", "?")


@pytest.fixture
def till(drilled: Any) -> Iterator[Till]:
    port = free_port()
    stripe = FakeStripe(f"http://127.0.0.1:{port}{CARD}")
    variant_id = make_sold_product(quantity=1_000_000).variants[0].id
    try:
        with drilled(
            "tests.fakes.dying.wsgi",
            worker=True,
            port=port,
            HTX_STRIPE_KEY=KEY,
            HTX_STRIPE_WEBHOOK_SECRETS=WEBHOOK_SECRET,
            HTX_STRIPE_BASE=stripe.url,
            HTX_STRIPE_PAGE=stripe.url,
            HTX_SEPAY_SECRET=BANK_SECRET,
        ) as drill:
            yield Till(drill, stripe, variant_id)
    finally:
        stripe.stop()


def payment(code: str) -> Payment:
    session.rollback()
    session.expire_all()
    return payment_of(code)


def until(till: Till, holds: Callable[[], bool]) -> None:
    """Wait for it; jobs that a dead worker had claimed come to their time meanwhile."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        if till.drill.has_killed():
            session.rollback()
            let_claims_lapse()
        time.sleep(0.02)


def refunds(code: str) -> list[tuple[RefundState, int]]:
    session.rollback()
    session.expire_all()
    found = session.scalars(select(Refund).join(Payment).where(Payment.reference == code))
    return [(refund.state, refund.amount_dong) for refund in found]


def pay_and_give_back(till: Till) -> str:
    """A buyer pays by card, then the cooperative has nothing left."""
    code = till.pay_by_card()
    until(till, lambda: payment(code).state == PaymentState.CONFIRMED)
    with transaction():
        order = session.scalars(select(Order).where(Order.code == code)).one()
        orders.move_part(session.get_one(CooperativeOrder, order.parts[0].id), PartState.REFUSED, by=None, reason="Hết")
    amount = payment(code).amount_dong
    until(till, lambda: refunds(code) == [(RefundState.DONE, amount)])
    return code


def choose_a_transfer_instead(till: Till) -> str:
    """A buyer stands on the card's page and changes his mind."""
    buyer, code, page = till.open_card_page()
    _, body, _ = buyer.ask("GET", page)
    token = body.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    status, _, _ = buyer.ask("POST", page.replace("?", "/doi-cach-tra?"), {"csrf_token": token, "method": "vietqr"})
    assert status == 303
    until(till, lambda: payment(code).method == Method.VIETQR)
    return code


def tell_of_transfer(till: Till, content: str, amount_dong: int) -> int | None:
    """What the bank's messenger is answered; None when the connection broke off."""
    till.transfers += 1
    body = {
        "id": till.transfers, "gateway": "Co-opBank", "accountNumber": "9990000012345", "content": content,
        "transactionDate": f"{clock.now().astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}", "transferType": "in",
        "transferAmount": amount_dong, "referenceCode": f"FT{till.transfers}",
    }  # fmt: skip
    data = json.dumps(body).encode()
    return till.tell(BANKS, data, sign_for_sepay(data, BANK_SECRET, clock.now()))


def test_a_worker_killed_anywhere_takes_a_card_once_and_gives_back_once(till: Till) -> None:
    passed = till.passages(WORKER, pay_and_give_back)
    for number, place in enumerate(passed, start=1):
        till.kill(WORKER, number)
        code = pay_and_give_back(till)
        assert ledger.balance(ORDER_CLEARING, reference=code) == 0, place
        assert ledger.balance(STRIPE_RECEIVABLE) == 0, place
    until(till, till.is_quiet)
    # Two notices of one payment come in any order, so that a story may be a few places shorter than the first was.
    assert till.drill.kills >= 0.8 * len(passed)
    assert broken() == {}


def test_a_worker_killed_anywhere_closes_the_card_before_a_transfer_is_asked(till: Till) -> None:
    passed = till.passages(WORKER, choose_a_transfer_instead)
    for number, place in enumerate(passed, start=1):
        till.kill(WORKER, number)
        code = choose_a_transfer_instead(till)
        assert payment(code).state == PaymentState.PENDING, place
        assert till.stripe.pay(till.card_page)[0] == 410, place
    until(till, till.is_quiet)
    assert till.drill.kills >= 0.8 * len(passed)
    assert broken() == {}


def test_a_killed_page_worker_loses_no_card_notice(till: Till) -> None:
    def pay(till: Till) -> str:
        code = till.pay_by_card()
        until(till, lambda: payment(code).state == PaymentState.CONFIRMED)
        return code

    passed = till.passages(CARD, pay)
    first = passed[: passed.index(ANSWERED) + 1]
    for number, place in enumerate(first, start=1):
        till.kill(CARD, number)
        code = pay(till)
        assert -ledger.balance(ORDER_CLEARING, reference=code) == payment(code).amount_dong, place
    until(till, till.is_quiet)
    assert till.drill.kills == len(first)
    assert broken() == {}


def test_a_killed_page_worker_loses_no_transfer_and_counts_none_twice(till: Till) -> None:
    def transfer(till: Till) -> str:
        _, code, _ = till.order("vietqr")
        asked = payment(code)
        if tell_of_transfer(till, str(asked.transfer_code), asked.amount_dong) is None:
            till.transfers -= 1  # the same once more
            till.drill.wait_for_workers()
            assert tell_of_transfer(till, str(asked.transfer_code), asked.amount_dong) == 200
        return code

    passed = till.passages(BANKS, transfer)
    total = ledger.balance(BANK)
    for number, place in enumerate(passed, start=1):
        till.kill(BANKS, number)
        code = transfer(till)
        total += payment(code).amount_dong
        assert payment(code).state == PaymentState.CONFIRMED, place
        assert ledger.balance(BANK) == total, place
    assert till.drill.kills == len(passed)
    assert broken() == {}


def test_every_marked_place_is_passed_by_one_of_these_drills(till: Till) -> None:
    """A place marked in the code is drilled from the day it stands there."""
    passed = set(till.passages("/dat-hang", lambda till: till.order("cod")[1]))
    passed |= set(till.passages(WORKER, pay_and_give_back)) | set(till.passages(WORKER, choose_a_transfer_instead))
    passed |= set(till.passages(CARD, pay_and_give_back))
    name = till.kill(BANKS)
    _, code, _ = till.order("vietqr")
    assert tell_of_transfer(till, str(payment(code).transfer_code), 1_000) == 200
    assert passed | set(till.drill.passed(name)) == set(places()) | {ANSWERED}
    assert len(places()) == len(set(places())), "each place has a name of its own"
