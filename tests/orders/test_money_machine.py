"""Random lives of orders' money: notices lost, twice, late and out of order; refusals, refunds, complaints, disputes,
cash, payouts.

After every step every rule of `check-invariants` holds, and the ledger agrees with a model that only remembers what people
did.

A life begins on an empty market, at a fixed time, with a provider that knows nothing, and so it runs the same way again.
The suite runs the same few each time. MONEY_LIVES=300 runs so many that nobody has seen, and shortens one that fails.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update
from stripe import WebhookSignature

from marketplace import wiring
from marketplace.care import tasks as care_tasks
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, jobs
from marketplace.foundation.database import engine, session, transaction
from marketplace.foundation.settings import Settings
from marketplace.ledger import actions as ledger
from marketplace.ledger import queries as ledger_read
from marketplace.ledger.models import Payout
from marketplace.ledger.rules import BANK, STRIPE_RECEIVABLE
from marketplace.ledger.states import PayoutState
from marketplace.orders import actions as orders
from marketplace.orders import exchanges as orders_exchanges
from marketplace.orders import queries as orders_read
from marketplace.orders import tasks
from marketplace.orders.actions import most_borne
from marketplace.orders.errors import MoveRefused, NotPaidYet, RefundRefused, SharesRefused
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments import exchanges as payment_exchanges
from marketplace.payments import providers
from marketplace.payments import queries as payments_read
from marketplace.payments import tasks as payment_tasks
from marketplace.payments.errors import RefundTooLarge
from marketplace.payments.models import Payment, Refund, Withdrawal
from marketplace.payments.providers import DisputeStanding, ProviderRefund, ProviderRefused, RefundStanding, Standing
from marketplace.payments.providers.bank_notices import VIETNAM, sign_for_sepay
from marketplace.payments.providers.stripe import StripeGateway
from marketplace.payments.states import Method, RefundState, WithdrawalState
from marketplace.traceability.models import Lot
from tests.conftest import empty
from tests.factories.accounts import make_admin, make_officer
from tests.factories.orders import make_order, make_sold_product, make_weighed_product
from tests.fakes.stripe.process import KEY, WEBHOOK_SECRET, FakeStripe
from tests.fakes.stripe.state import DISPUTED, PAYS, REFUND_FAILS, REFUND_PENDING
from tests.orders.complaining import ANY, Complaining

ACCOUNT = "9990000012345"
BANK_SECRET = "bank-secret-for-lives"
START = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
CARDS = st.sampled_from([PAYS, REFUND_PENDING, REFUND_FAILS, DISPUTED])
# Of a chicken of about 1,6 kg, of which at most 1,84 are charged.
WEIGHTS = st.sampled_from([1_401, 1_600, 1_725, 2_000])
OWED = (RefundState.CREATED, RefundState.FAILED)


@dataclass(frozen=True)
class Movement:
    """On the bank account; who is told of it, and when, is another matter."""

    number: int
    memo: str
    amount_dong: int
    at: datetime
    is_out: bool = False


class Money(Complaining):
    """`came` and `left` are what really moved on the bank account, told once or often."""

    placed = Bundle("placed")
    movements = Bundle("movements")
    app: Flask
    url: str
    stripe: FakeStripe
    gateway: StripeGateway

    @initialize(target=placed, card=CARDS)
    def open(self, card: str) -> MultipleResults[str]:
        """An empty market. One order of each kind is delivered and one is only placed, so that every life has something
        to go wrong."""
        session.remove()
        empty(engine(), self.url)
        self.offset, self.numbers = timedelta(), count(1)
        self.stripe.control(forget=True, drop=1_000_000, at=int(START.timestamp()))
        with self.today():
            self._open_market()
        self.came, self.left = 0, 0
        self.told: set[int] = set()
        bought = [self.buy(method, card, packs=3) for method in Method]
        return multiple(*bought, *(self.place(both=True, method=method, packs=2) for method in Method))

    def _open_market(self) -> None:
        products = [make_sold_product(quantity=4_000_000) for _ in range(2)]
        chicken = make_weighed_product(session.get_one(Cooperative, products[0].cooperative_id), quantity=4_000_000)
        self.products, self.chicken = [product.id for product in products], chicken.id
        self.cooperatives = {product.cooperative_id for product in products}
        self.maker, self.checker = make_officer("33").id, make_admin().id
        with transaction():
            orders.set_fee_rate(valid_from=date(2020, 1, 1), basis_points=750, by=None)
            session.execute(update(Lot).values(best_before=clock.today() + timedelta(days=36_500)))
            for cooperative_id in sorted(self.cooperatives):
                row = ledger.propose_account(
                    cooperative_id=cooperative_id, bank_bin="970446", number="1", holder="X", by=self.checker
                )
                ledger.approve_account(row, by=self.maker, province_code=None)

    def today(self) -> AbstractContextManager[None]:
        """The time of this life; between its steps the clock goes as always."""
        return clock.moved_to(START + self.offset)

    @rule(
        target=placed,
        both=st.booleans(),
        method=st.sampled_from(list(Method)),
        packs=st.integers(1, 4),
        carriage=st.sampled_from([25_000, 0, 40_000, 90_000]),
        way=st.sampled_from(["carrier", "hub"]),
    )
    def place(self, both: bool, method: Method, packs: int, carriage: int = 25_000, way: str = "carrier") -> str:
        """Carried at the tariff, or above or below it: then the cooperative gains or bears the difference."""
        with self.today():
            # Every second order holds goods that are sold by weight, too.
            ids = [*self.products[: 2 if both else 1], *([self.chicken] if packs % 2 else [])]
            wanted = [session.get_one(Product, id) for id in ids]
            return make_order(*wanted, quantity=packs, method=method, carriage_dong=carriage, way=way).code

    @rule(target=placed, method=st.sampled_from(list(Method)), card=CARDS, packs=st.integers(1, 4))
    def buy(self, method: Method, card: str, packs: int) -> str:
        """The usual way: ordered, paid, heard of and delivered, by both cooperatives."""
        code = self.place(both=True, method=method, packs=packs)
        if method == Method.CARD:
            self.pay_by_card(code, card)
            self.come_back(code)
        elif method == Method.VIETQR:
            self.tell(self.transfer(code, "whole"), "sepay")
        self.deliver(code, 0)
        self.deliver(code, 1)
        return code

    @rule(code=placed, card=CARDS)
    def pay_by_card(self, code: str, card: str) -> None:
        """The buyer goes to the provider's page, as long as there is one, and pays; nobody tells us."""
        payment_id = self._card_payment(code)
        if payment_id is None:
            return
        with self.today():
            page = orders_exchanges.start_payment(payment_id)
        if page is not None:
            self.stripe.pay(page, card)

    @rule(code=placed)
    def come_back(self, code: str) -> None:
        """The buyer stands on the page to which the provider leads, once or often, or after anything else."""
        payment_id = self._card_payment(code)
        if payment_id is not None:
            with self.today():
                payment_exchanges.sync(payment_id)

    @rule(code=placed, method=st.sampled_from(list(Method)))
    def pay_otherwise(self, code: str, method: Method) -> None:
        payment = payments_read.payment_of(code)
        session.rollback()
        with self.today():
            tasks.change_method(job_id=0, payment_id=payment.id, method=method)

    @rule(which=ANY, times=st.integers(1, 2))
    def a_card_notice_arrives(self, which: int, times: int) -> None:
        """Any of those that the provider has ever made, early or late, in any order; those that never come are lost."""
        events = self.stripe.look()["events"]
        if not events:
            return
        body = json.dumps(events[which % len(events)])
        for _ in range(times):
            stamp = int(time.time())
            header = WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, stamp)
            self._post("/webhooks/stripe", body.encode(), {"Stripe-Signature": header})

    @rule()
    def the_worker_works(self) -> None:
        """All that waits for it, also the notices that have arrived."""
        with self.today():
            jobs.run_all_due()
        put_off = session.scalars(select(jobs.Job.name).where(jobs.Job.attempts > 0, jobs.Job.state != "done")).all()
        session.rollback()
        assert put_off == []

    @rule()
    def slow_refunds_settle(self) -> None:
        self.stripe.control(settle=True)

    @rule(which=ANY)
    def a_buyer_disputes(self, which: int) -> None:
        """His bank takes the whole charge back from us, whatever has been given back before."""
        if charge_id := self._charge(which, is_disputed=False):
            self.stripe.control(dispute=charge_id)

    @rule(which=ANY, status=st.sampled_from(["won", "lost"]))
    def his_bank_decides(self, which: int, status: str) -> None:
        if charge_id := self._charge(which, is_disputed=True):
            self.stripe.control(decide=charge_id, status=status)

    @rule(which=ANY, share=st.integers(0, 3))
    def somebody_bears_it(self, which: int, share: int) -> None:
        """Of what is lost the first cooperative bears some thirds of what it may be asked for."""
        lost = session.scalars(select(Withdrawal.id).where(Withdrawal.state == WithdrawalState.LOST)).all()
        session.rollback()
        if not lost:
            return
        with self.today():
            try:
                with transaction():
                    row = session.get_one(Withdrawal, lost[which % len(lost)])
                    order = self._order(session.get_one(Payment, row.payment_id).reference)
                    part = order.parts[0]
                    shares = {part.id: min(row.amount_dong, most_borne(part)) * share // 3}
                    orders.settle_withdrawal(row, order, shares=shares, reason="x", by=self.maker)
            except SharesRefused:
                pass

    @rule(which=ANY, amount=st.sampled_from([10_000, 90_000]))
    def somebody_refunds_on_the_providers_pages(self, which: int, amount: int) -> None:
        if charge_id := self._charge(which, is_disputed=False):
            self.stripe.control(refund=charge_id, amount=amount)

    def _charge(self, which: int, *, is_disputed: bool) -> str | None:
        """One of the charges that the provider has made and that are disputed, undecided, or were never disputed."""
        events = self.stripe.look()["events"]
        of = lambda kind, name: [one["data"]["object"][name] for one in events if one["type"] == kind]  # noqa: E731
        disputed = of("charge.dispute.created", "payment_intent")
        decided = of("charge.dispute.closed", "payment_intent")
        found = [one for one in of("payment_intent.succeeded", "id") if (one in disputed) == is_disputed]
        found = [one for one in found if one not in decided]
        return found[which % len(found)] if found else None

    def _card_payment(self, code: str) -> int | None:
        payment = payments_read.payment_of(code)
        session.rollback()
        return payment.id if payment.method == Method.CARD else None

    @rule(target=movements, code=placed, part=st.sampled_from(["whole", "half", "more"]))
    def transfer(self, code: str, part: str) -> Movement:
        """The buyer transfers; nobody tells us."""
        payment = payments_read.payment_of(code)
        session.rollback()
        return self._transfer(payment, part)

    def _transfer(self, payment: Payment, part: str) -> Movement:
        amount = {"whole": payment.amount_dong, "half": payment.amount_dong // 2, "more": payment.amount_dong + 7_000}
        return self._movement(payment.transfer_code or "KHONG CO MA", amount[part])

    def _movement(self, memo: str, amount: int, *, is_out: bool = False) -> Movement:
        return Movement(next(self.numbers), memo, amount, START + self.offset, is_out)

    @rule(movement=movements, by=st.sampled_from(["sepay", "casso"]))
    def tell(self, movement: Movement, by: str) -> None:
        """One of two messengers, both of whom may tell of it, each as often as he likes."""
        local = f"{movement.at.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}"
        reference = f"FT{movement.number}"
        if by == "sepay":
            said = {
                "id": movement.number, "transactionDate": local, "accountNumber": ACCOUNT, "content": movement.memo,
                "transferType": "out" if movement.is_out else "in", "transferAmount": movement.amount_dong,
                "referenceCode": reference,
            }  # fmt: skip
            body = json.dumps(said).encode()
            self._post("/webhooks/bank/sepay", body, sign_for_sepay(body, BANK_SECRET, START + self.offset))
        else:
            amount = -movement.amount_dong if movement.is_out else movement.amount_dong
            data = {
                "id": movement.number, "reference": reference, "description": movement.memo, "amount": amount,
                "transactionDateTime": local, "accountNumber": ACCOUNT,
            }  # fmt: skip
            body = json.dumps({"data": data, "error": 0}, sort_keys=True, separators=(",", ":")).encode()
            stamp = str(int((START + self.offset).timestamp() * 1000))
            digest = hmac.new(BANK_SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha512).hexdigest()
            self._post("/webhooks/bank/casso", body, {"X-Casso-Signature": f"t={stamp},v1={digest}"})
        if movement.number not in self.told:
            self.told.add(movement.number)
            self.left += movement.amount_dong if movement.is_out else 0
            self.came += 0 if movement.is_out else movement.amount_dong

    def _post(self, address: str, body: bytes, headers: dict[str, str]) -> None:
        session.remove()
        with self.today():
            assert self.app.test_client().post(address, data=body, headers=headers).status_code == 200
        session.remove()

    @rule(code=placed, number=st.integers(0, 1), to=st.sampled_from(list(PartState)))
    def move(self, code: str, number: int, to: PartState) -> None:
        with self.today():
            try:
                with transaction():
                    orders.move_part(self._part(code, number), to, by=None)
            except (MoveRefused, NotPaidYet):
                pass

    @rule(code=placed, number=st.integers(0, 1))
    def deliver(self, code: str, number: int) -> None:
        """The usual way, so that there is something to earn."""
        self.move(code, number, PartState.CONFIRMED)
        self.weigh(code, number, 1_500)
        for to in (PartState.PACKED, PartState.AT_HUB, PartState.SHIPPED, PartState.DELIVERED):
            self.move(code, number, to)

    @rule(code=placed, number=st.integers(0, 1), grams=WEIGHTS)
    def weigh(self, code: str, number: int, grams: int) -> None:
        """Each pack weighs as much; noted twice."""
        for _ in range(2):
            with self.today():
                try:
                    with transaction():
                        part = self._part(code, number)
                        weights = {line.id: [grams] * line.quantity for line in part.weighed_lines}
                        if weights:
                            orders.weigh(part, weights=weights, seen=part.weighed_times, by=self.maker)
                except (MoveRefused, NotPaidYet):
                    pass

    @rule(code=placed, number=st.integers(0, 1), method=st.sampled_from([Method.VIETQR, Method.CARD]))
    def ask_for_surplus(self, code: str, number: int, method: Method) -> None:
        with self.today(), transaction():
            part = self._part(code, number)
            if self._order(code).payment_method != Method.CASH_ON_DELIVERY:
                orders.ask_for_surplus(part, method=method, by=self.maker)

    @rule(code=placed, number=st.integers(0, 1), is_buyer=st.booleans())
    def give_surplus_up(self, code: str, number: int, is_buyer: bool) -> None:
        with self.today(), transaction():
            if is_buyer:
                orders.decline_surplus(self._part(code, number), by=None)
            else:
                orders.waive_surplus(self._part(code, number), by=self.maker)

    @rule(target=movements, code=placed, number=st.integers(0, 1), part=st.sampled_from(["whole", "half", "more"]))
    def transfer_surplus(self, code: str, number: int, part: str) -> Movement:
        """What is asked on top, or what somebody thinks that he was asked."""
        asked = [one for one in payments_read.payments_of(self._part(code, number).code) if one.transfer_code]
        session.rollback()
        return self._transfer(asked[-1], part) if asked else self._movement("KHONG CO MA", 12_000)

    @rule(code=placed, number=st.integers(0, 1), card=CARDS, hears=st.booleans())
    def pay_surplus_by_card(self, code: str, number: int, card: str, hears: bool) -> None:
        reference = self._part(code, number).code
        ids = [one.id for one in payments_read.payments_of(reference) if one.method == Method.CARD]
        session.rollback()
        for payment_id in ids:
            with self.today():
                try:
                    page = orders_exchanges.start_payment(payment_id)
                except ProviderRefused:  # less than a card may pay
                    continue
                if page is not None:
                    self.stripe.pay(page, card)
                if hears:
                    payment_exchanges.sync(payment_id)

    @rule(code=placed, number=st.integers(0, 1), packs=st.integers(1, 3), line=st.sampled_from([0, -1]))
    def refund(self, code: str, number: int, packs: int, line: int) -> None:
        with self.today():
            try:
                with transaction():
                    part = self._part(code, number)
                    order = session.get_one(Order, part.order_id)
                    orders.refund_lines(part, order, packs={part.lines[line].id: packs}, reason="x", by=self.maker)
            except (RefundRefused, RefundTooLarge):
                pass

    @rule()
    def send_refunds(self) -> None:
        """The treasurer transfers what no card takes back; the bank tells of it by the code, twice."""
        rows = session.query(Refund.transfer_code, Refund.amount_dong, Payment.method, Refund.state).join(Payment)
        waiting = rows.filter(Refund.state.in_(OWED)).order_by(Refund.id).all()
        session.rollback()
        for memo, amount, method, state in waiting:
            if method != Method.CARD or state == RefundState.FAILED:
                self._tell_twice(self._movement(memo, amount, is_out=True))

    def _tell_twice(self, movement: Movement) -> None:
        self.tell(movement, "sepay")
        self.tell(movement, "casso")

    @rule(code=placed, number=st.integers(0, 1))
    def remit(self, code: str, number: int) -> None:
        order = self._order(code)
        part = self._part(code, number)
        if order.payment_method != Method.CASH_ON_DELIVERY or part.delivered_at is None:
            return
        total, part_id = part.total_dong, part.id
        session.rollback()
        for _ in range(2):
            with self.today(), transaction():
                if orders.remit_part(part_id, collected_dong=total, shipping_dong=20_000, fee_dong=1_000):
                    self.came += total - 21_000

    @rule(hours=st.sampled_from([2, 25, 80]))
    def time_passes(self, hours: int) -> None:
        self.offset += timedelta(hours=hours)
        self.stripe.control(clock=hours * 3600)
        with self.today():
            payment_tasks.reconcile()
            tasks.close_overdue()
            tasks.release_parts()
            care_tasks.escalate_complaints()
        self.the_worker_works()  # nothing that is due lies for hours, however late a notice comes

    @rule()
    def night_falls(self) -> None:
        with self.today():
            payment_tasks.compare_with_provider(job_id=0)

    @rule(works=st.booleans())
    def pay_out(self, works: bool) -> None:
        with self.today():
            with transaction():
                batch = ledger.open_batch(cooperative_ids=self.cooperatives, by=self.maker, reason="hằng tuần")
                if batch is not None:
                    ledger.approve_batch(batch, by=self.checker)
            rows = session.query(Payout.id, Payout.code, Payout.amount_dong).order_by(Payout.id)
            sent = rows.filter(Payout.state == PayoutState.OPEN).all()
            session.rollback()
            for payout_id, memo, amount in sent:
                if works:
                    self._tell_twice(self._movement(memo, amount, is_out=True))
                    continue
                with transaction():
                    ledger.fail_payout(session.get_one(Payout, payout_id), reason="x", by=self.checker)

    @invariant()
    def everything_agrees(self) -> None:
        if not hasattr(self, "came"):
            return
        session.rollback()
        session.expire_all()
        with self.today():
            assert {name: found for name, check in wiring.INVARIANTS.items() if (found := check())} == {}
        assert ledger_read.balance(BANK) == self.came - self.left
        session.rollback()

    def teardown(self) -> None:
        """At last everything has been asked again: the card provider and the ledger tell the same sum."""
        ids = session.scalars(select(Payment.id).where(Payment.provider_id.is_not(None)).order_by(Payment.id)).all()
        session.rollback()
        self.the_worker_works()
        at_provider = 0
        for payment_id in ids:
            with self.today():
                payment_exchanges.sync(payment_id)
            state = self.gateway.sync(session.get_one(Payment, payment_id).provider_id or "")
            session.rollback()
            if state.standing == Standing.PAID:
                given_back = [one.amount_dong for one in state.refunds if is_gone(one)]
                taken_back = [one.amount_dong for one in state.disputes if one.standing != DisputeStanding.WON]
                at_provider += state.amount_dong - sum(given_back) - sum(taken_back)
        session.expire_all()
        assert ledger_read.balance(STRIPE_RECEIVABLE) == at_provider
        self.everything_agrees()

    def _order(self, code: str) -> Order:
        found = orders_read.find_order(code)
        assert found is not None
        return found

    def _part(self, code: str, number: int) -> CooperativeOrder:
        parts = self._order(code).parts
        return parts[number % len(parts)]


def is_gone(refund: ProviderRefund) -> bool:
    """Ours count when they have arrived; those that somebody made on the provider's pages as soon as we see them."""
    if refund.refund_id is None:
        return refund.standing != RefundStanding.FAILED
    return refund.standing == RefundStanding.DONE


@pytest.fixture
def stripe(app: Flask) -> Iterator[FakeStripe]:
    """The card provider's stand-in, whose notices reach nobody: the machine says when we hear of something."""
    fake = FakeStripe("http://127.0.0.1:9/nobody")
    providers.use({Method.CARD: StripeGateway(KEY, (WEBHOOK_SECRET,), fake.url)})
    before: Settings = app.config["SETTINGS"]
    secrets = {"sepay": BANK_SECRET, "casso": BANK_SECRET}
    app.config["SETTINGS"] = type(before)(**{**vars(before), "bank_secrets": secrets})
    yield fake
    app.config["SETTINGS"] = before
    providers.use({})
    fake.stop()


def test_money_agrees_whatever_happens_to_orders_notices_refunds_and_payouts(
    app: Flask, stripe: FakeStripe, database_url: str
) -> None:
    unseen = int(os.environ.get("MONEY_LIVES", "0"))
    market = {"app": app, "url": database_url, "stripe": stripe, "gateway": providers.find_gateway(Method.CARD)}
    run_state_machine_as_test(
        type("Run", (Money,), market),
        settings=settings(
            max_examples=unseen or 12,
            stateful_step_count=30,
            deadline=None,
            derandomize=not unseen,
            # A life that the suite knows needs no shortening: it takes minutes, and what it is made of says enough.
            phases=(Phase.generate, Phase.shrink) if unseen else (Phase.generate,),
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
