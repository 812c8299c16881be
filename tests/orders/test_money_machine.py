"""Random lives of orders' money: notices twice, late and out of order, refusals, refunds, cash, payouts. After every step
the ledger agrees with itself, with the orders and with a model that only remembers what people did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.ledger import actions as ledger
from marketplace.ledger import queries as ledger_read
from marketplace.ledger.models import Payout
from marketplace.ledger.queries import payouts
from marketplace.ledger.rules import BANK, STRIPE_RECEIVABLE
from marketplace.ledger.states import PayoutState
from marketplace.orders import actions as orders
from marketplace.orders import exchanges as orders_exchanges
from marketplace.orders import queries as orders_read
from marketplace.orders import tasks
from marketplace.orders.errors import MoveRefused, NotPaidYet, RefundRefused
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments import exchanges as payment_exchanges
from marketplace.payments import providers
from marketplace.payments import queries as payments_read
from marketplace.payments import tasks as payment_tasks
from marketplace.payments.models import Payment, Refund
from marketplace.payments.providers import ProviderRefused, RefundStanding, Standing
from marketplace.payments.providers.bank_notices import BankNotice, Direction
from marketplace.payments.providers.stripe import StripeGateway
from marketplace.payments.states import Method, RefundState
from marketplace.traceability.models import Lot
from tests.factories.accounts import make_officer, make_person
from tests.factories.orders import make_order, make_sold_product, make_weighed_product
from tests.fakes.stripe.process import KEY, WEBHOOK_SECRET, FakeStripe
from tests.fakes.stripe.state import PAYS, REFUND_FAILS, REFUND_PENDING

INVARIANTS = (
    ledger_read.unbalanced_journals,
    ledger_read.balances_that_disagree,
    ledger_read.accounts_on_the_wrong_side,
    payments_read.refunds_that_disagree,
    payments_read.refunds_owed_otherwise,
    payouts.payouts_that_disagree,
    orders_read.orders_settled_otherwise,
    orders_read.totals_that_disagree,
    orders_read.lots_sold_otherwise,
    orders_read.lines_without_their_lots,
    orders_read.goods_weighed_otherwise,
)
ACCOUNT = "9990000012345"
CARDS = st.sampled_from([PAYS, REFUND_PENDING, REFUND_FAILS])
# Of a chicken of about 1,6 kg, of which at most 1,84 are charged.
WEIGHTS = st.sampled_from([1_401, 1_600, 1_725, 2_000])
OWED = (RefundState.CREATED, RefundState.FAILED)


class Money(RuleBasedStateMachine):
    """`came` and `left` are what really moved on the bank account, told once or often."""

    placed = Bundle("placed")
    notices = Bundle("notices")
    products: list[Product]
    chicken: Product
    stripe: FakeStripe
    gateway: StripeGateway
    checker: int
    maker: int
    # One database for all examples: time and the numbers of movements go on from one to the next.
    numbers = count(1)
    offset = timedelta()

    @property
    def start(self) -> datetime:
        """The card provider's clock runs on while a slow machine works."""
        return clock.now()

    @initialize(target=placed, card=CARDS)
    def open(self, card: str) -> MultipleResults[str]:
        """One order of each kind is delivered and one is only placed, so that every life has something to go wrong."""
        self.came, self.left = ledger_read.balance(BANK), 0
        self.told: set[int] = set()
        bought = [self.buy(method, card, packs=3) for method in Method]
        return multiple(*bought, *(self.place(both=True, method=method, packs=2) for method in Method))

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
        with clock.moved_to(self.start + self.offset):
            # Every second order holds goods that are sold by weight, too.
            wanted = [*(self.products if both else self.products[:1]), *([self.chicken] if packs % 2 else [])]
            return make_order(*wanted, quantity=packs, method=method, carriage_dong=carriage, way=way).code

    @rule(target=placed, method=st.sampled_from(list(Method)), card=CARDS, packs=st.integers(1, 4))
    def buy(self, method: Method, card: str, packs: int) -> str:
        """The usual way: ordered, paid, heard of and delivered, by both cooperatives."""
        code = self.place(both=True, method=method, packs=packs)
        if method == Method.CARD:
            self.pay_by_card(code, card)
            self.hear_of_card(code)
        elif method == Method.VIETQR:
            self.tell(self.transfer(code, "whole"))
        self.deliver(code, 0)
        self.deliver(code, 1)
        return code

    @rule(code=placed, card=CARDS)
    def pay_by_card(self, code: str, card: str) -> None:
        """The buyer goes to the provider's page, as long as there is one, and pays; nobody tells us."""
        payment_id = self._card_payment(code)
        if payment_id is None:
            return
        with clock.moved_to(self.start + self.offset):
            page = orders_exchanges.start_payment(payment_id)
        if page is not None:
            self.stripe.pay(page, card)

    @rule(code=placed)
    def hear_of_card(self, code: str) -> None:
        """A notice arrives: the first of its kind or the fifth, early or late, in any order. It says only whom to ask."""
        payment_id = self._card_payment(code)
        if payment_id is not None:
            with clock.moved_to(self.start + self.offset):
                payment_exchanges.sync(payment_id)

    @rule()
    def slow_refunds_settle(self) -> None:
        self.stripe.control(settle=True)

    def _card_payment(self, code: str) -> int | None:
        payment = payments_read.payment_of(code)
        session.rollback()
        return payment.id if payment.method == Method.CARD else None

    @rule(target=notices, code=placed, part=st.sampled_from(["whole", "half", "more"]))
    def transfer(self, code: str, part: str) -> tuple[int, str, int]:
        """The buyer transfers; who is told of it, and when, is another matter."""
        payment = payments_read.payment_of(code)
        session.rollback()
        return self._notice(payment, part)

    def _notice(self, payment: Payment, part: str) -> tuple[int, str, int]:
        amount = {"whole": payment.amount_dong, "half": payment.amount_dong // 2, "more": payment.amount_dong + 7_000}
        return next(self.numbers), payment.transfer_code or "KHONG CO MA", amount[part]

    @rule(notice=notices)
    def tell(self, notice: tuple[int, str, int]) -> None:
        number, memo, amount = notice
        self._note(BankNotice(str(number), ACCOUNT, Direction.IN, amount, memo, f"FT{number}", clock.now()))
        if number not in self.told:
            self.told.add(number)
            self.came += amount

    def _note(self, notice: BankNotice) -> None:
        with clock.moved_to(self.start + self.offset), transaction():
            payments.note_transaction("sepay", notice, our_account=ACCOUNT)

    @rule(code=placed, number=st.integers(0, 1), to=st.sampled_from(list(PartState)))
    def move(self, code: str, number: int, to: PartState) -> None:
        with clock.moved_to(self.start + self.offset):
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
            with clock.moved_to(self.start + self.offset):
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
        with clock.moved_to(self.start + self.offset), transaction():
            part = self._part(code, number)
            if self._order(code).payment_method != Method.CASH_ON_DELIVERY:
                orders.ask_for_surplus(part, method=method, by=self.maker)

    @rule(code=placed, number=st.integers(0, 1), is_buyer=st.booleans())
    def give_surplus_up(self, code: str, number: int, is_buyer: bool) -> None:
        with clock.moved_to(self.start + self.offset), transaction():
            if is_buyer:
                orders.decline_surplus(self._part(code, number), by=None)
            else:
                orders.waive_surplus(self._part(code, number), by=self.maker)

    @rule(target=notices, code=placed, number=st.integers(0, 1), part=st.sampled_from(["whole", "half", "more"]))
    def transfer_surplus(self, code: str, number: int, part: str) -> tuple[int, str, int]:
        """What is asked on top, or what somebody thinks that he was asked."""
        asked = [one for one in payments_read.payments_of(self._part(code, number).code) if one.transfer_code]
        session.rollback()
        return self._notice(asked[-1], part) if asked else (next(self.numbers), "KHONG CO MA", 12_000)

    @rule(code=placed, number=st.integers(0, 1), card=CARDS, hears=st.booleans())
    def pay_surplus_by_card(self, code: str, number: int, card: str, hears: bool) -> None:
        reference = self._part(code, number).code
        ids = [one.id for one in payments_read.payments_of(reference) if one.method == Method.CARD]
        session.rollback()
        for payment_id in ids:
            with clock.moved_to(self.start + self.offset):
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
        with clock.moved_to(self.start + self.offset):
            try:
                with transaction():
                    part = self._part(code, number)
                    order = session.get_one(Order, part.order_id)
                    orders.refund_lines(part, order, packs={part.lines[line].id: packs}, reason="x", by=self.maker)
            except RefundRefused:
                pass

    @rule()
    def send_refunds(self) -> None:
        with clock.moved_to(self.start + self.offset):
            waiting = session.query(Refund.id, Refund.amount_dong, Payment.method, Refund.state).join(Payment)
            for refund_id, amount, method, state in waiting.filter(Refund.state.in_(OWED)).all():
                session.rollback()
                if method == Method.CARD and state != RefundState.FAILED:
                    payment_exchanges.send_refund(refund_id)
                    continue
                for _ in range(2):
                    with transaction():
                        refund = session.get_one(Refund, refund_id)
                        payments.sent_by_transfer(refund, key=f"out:{refund_id}", by=self.maker)
                self.left += amount

    @rule(code=placed, number=st.integers(0, 1))
    def remit(self, code: str, number: int) -> None:
        order = self._order(code)
        part = self._part(code, number)
        if order.payment_method != Method.CASH_ON_DELIVERY or part.delivered_at is None:
            return
        total, part_id = part.total_dong, part.id
        session.rollback()
        for _ in range(2):
            with transaction():
                if orders.remit_part(part_id, collected_dong=total, shipping_dong=20_000, fee_dong=1_000):
                    self.came += total - 21_000

    @rule(hours=st.sampled_from([2, 25, 80]))
    def time_passes(self, hours: int) -> None:
        type(self).offset += timedelta(hours=hours)
        with clock.moved_to(self.start + self.offset):
            self.stripe.control(clock=hours * 3600)
            payment_tasks.reconcile()
            tasks.close_overdue()
            tasks.release_parts()

    @rule(works=st.booleans())
    def pay_out(self, works: bool) -> None:
        with clock.moved_to(self.start + self.offset):
            with transaction():
                ids = {product.cooperative_id for product in self.products}
                batch = ledger.open_batch(cooperative_ids=ids, by=self.maker, reason="hằng tuần")
                if batch is not None:
                    ledger.approve_batch(batch, by=self.checker)
            for payout_id, amount in session.query(Payout.id, Payout.amount_dong).filter(
                Payout.state == PayoutState.OPEN
            ):
                session.rollback()
                with transaction():
                    payout = session.get_one(Payout, payout_id)
                    if works:
                        ledger.confirm_payout(payout, key=f"paid:{payout_id}", by=self.checker)
                    else:
                        ledger.fail_payout(payout, reason="x", by=self.checker)
                self.left += amount if works else 0

    @invariant()
    def everything_agrees(self) -> None:
        if not hasattr(self, "came"):
            return
        session.rollback()
        session.expire_all()
        assert {check.__name__: found for check in INVARIANTS if (found := check())} == {}
        assert ledger_read.balance(BANK) == self.came - self.left
        session.rollback()

    def teardown(self) -> None:
        """At last everything has been asked again: the card provider and the ledger tell the same sum."""
        ids = [one for (one,) in session.query(Payment.id).filter(Payment.provider_id.is_not(None))]
        session.rollback()
        at_provider = 0
        for payment_id in ids:
            with clock.moved_to(self.start + self.offset):
                payment_exchanges.sync(payment_id)
            state = self.gateway.sync(session.get_one(Payment, payment_id).provider_id or "")
            session.rollback()
            if state.standing == Standing.PAID:
                given_back = [one.amount_dong for one in state.refunds if one.standing == RefundStanding.DONE]
                at_provider += state.amount_dong - sum(given_back)
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


@pytest.fixture
def stripe() -> Iterator[FakeStripe]:
    """The card provider's stand-in, whose notices reach nobody: the machine says when we hear of something."""
    fake = FakeStripe("http://127.0.0.1:9/nobody")
    fake.control(drop=1_000_000)
    providers.use({Method.CARD: StripeGateway(KEY, (WEBHOOK_SECRET,), fake.url)})
    yield fake
    providers.use({})
    fake.stop()


def test_money_agrees_whatever_happens_to_orders_notices_refunds_and_payouts(app: Flask, stripe: FakeStripe) -> None:
    with transaction():
        orders.set_fee_rate(valid_from=date(2020, 1, 1), basis_points=750, by=None)
    products = [make_sold_product(quantity=4_000_000), make_sold_product(quantity=4_000_000)]
    chicken = make_weighed_product(session.get_one(Cooperative, products[0].cooperative_id), quantity=4_000_000)
    maker, checker = make_officer("33").id, make_person().id
    with transaction():
        # What an example may do must not hang on how far the clock went in the ones before.
        session.execute(update(Lot).values(best_before=clock.today() + timedelta(days=36_500)))
        for product in products:
            row = ledger.propose_account(
                cooperative_id=product.cooperative_id, bank_bin="970446", number="1", holder="X", by=checker
            )
            ledger.approve_account(row, by=maker, province_code=None)
    market = {
        "products": products,
        "chicken": chicken,
        "maker": maker,
        "checker": checker,
        "stripe": stripe,
        "gateway": providers.find_gateway(Method.CARD),
    }
    run_state_machine_as_test(
        type("Run", (Money,), market),
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            # A failing life is long; what it is made of says enough, and shrinking it takes minutes.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
