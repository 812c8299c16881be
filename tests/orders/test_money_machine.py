"""Random lives of orders' money: notices twice, late and out of order, refusals, refunds, cash, payouts. After every step
the ledger agrees with itself, with the orders and with a model that only remembers what people did."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from marketplace.catalogue.models import Product
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.ledger import actions as ledger
from marketplace.ledger import queries as ledger_read
from marketplace.ledger.models import Payout
from marketplace.ledger.queries import payouts
from marketplace.ledger.rules import BANK
from marketplace.ledger.states import PayoutState
from marketplace.orders import actions as orders
from marketplace.orders import queries as orders_read
from marketplace.orders import tasks
from marketplace.orders.errors import MoveRefused, RefundRefused
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments import queries as payments_read
from marketplace.payments.models import Refund
from marketplace.payments.providers.bank_notices import BankNotice, Direction
from marketplace.payments.states import Method, RefundState
from marketplace.traceability.models import Lot
from tests.factories.accounts import make_officer, make_person
from tests.factories.orders import make_order, make_sold_product

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
)
ACCOUNT = "9990000012345"


class Money(RuleBasedStateMachine):
    """`came` and `left` are what really moved on the bank account, told once or often."""

    placed = Bundle("placed")
    notices = Bundle("notices")
    products: list[Product]
    checker: int
    maker: int
    start: datetime
    # One database for all examples: time and the numbers of movements go on from one to the next.
    numbers = count(1)
    offset = timedelta()

    @initialize()
    def open(self) -> None:
        self.came, self.left = ledger_read.balance(BANK), 0
        self.told: set[int] = set()

    @rule(target=placed, both=st.booleans(), by_transfer=st.booleans(), packs=st.integers(1, 4))
    def place(self, both: bool, by_transfer: bool, packs: int) -> str:
        with clock.moved_to(self.start + self.offset):
            wanted = self.products if both else self.products[:1]
            method = Method.VIETQR if by_transfer else Method.CASH_ON_DELIVERY
            return make_order(*wanted, quantity=packs, method=method).code

    @rule(target=notices, code=placed, part=st.sampled_from(["whole", "half", "more"]))
    def transfer(self, code: str, part: str) -> tuple[int, str, int]:
        """The buyer transfers; who is told of it, and when, is another matter."""
        payment = payments_read.payment_of(code)
        session.rollback()
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
            except MoveRefused:
                pass

    @rule(code=placed, number=st.integers(0, 1))
    def deliver(self, code: str, number: int) -> None:
        """The usual way, so that there is something to earn."""
        order = self._order(code)
        if order.payment_method == Method.VIETQR and order.paid_at is None:
            return
        for to in (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED):
            self.move(code, number, to)

    @rule(code=placed, number=st.integers(0, 1), packs=st.integers(1, 3))
    def refund(self, code: str, number: int, packs: int) -> None:
        with clock.moved_to(self.start + self.offset):
            try:
                with transaction():
                    part = self._part(code, number)
                    order = session.get_one(Order, part.order_id)
                    orders.refund_lines(part, order, packs={part.lines[0].id: packs}, reason="x", by=self.maker)
            except RefundRefused:
                pass

    @rule()
    def send_refunds(self) -> None:
        with clock.moved_to(self.start + self.offset):
            for refund_id, amount in session.query(Refund.id, Refund.amount_dong).filter(
                Refund.state == RefundState.CREATED
            ):
                session.rollback()
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
            tasks.close_overdue()
            tasks.release_parts()

    @rule(works=st.booleans())
    def pay_out(self, works: bool) -> None:
        with clock.moved_to(self.start + self.offset):
            with transaction():
                ids = {product.cooperative_id for product in self.products}
                batch = ledger.open_batch(cooperative_ids=ids, by=self.maker)
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

    def _order(self, code: str) -> Order:
        found = orders_read.find_order(code)
        assert found is not None
        return found

    def _part(self, code: str, number: int) -> CooperativeOrder:
        parts = self._order(code).parts
        return parts[number % len(parts)]


def test_money_agrees_whatever_happens_to_orders_notices_refunds_and_payouts(app: Flask) -> None:
    with transaction():
        orders.set_fee_rate(valid_from=date(2020, 1, 1), basis_points=750, by=None)
    products = [make_sold_product(quantity=4_000_000), make_sold_product(quantity=4_000_000)]
    maker, checker = make_officer("33").id, make_person().id
    with transaction():
        # What an example may do must not hang on how far the clock went in the ones before.
        session.execute(update(Lot).values(best_before=clock.today() + timedelta(days=36_500)))
        for product in products:
            row = ledger.propose_account(
                cooperative_id=product.cooperative_id, bank_bin="970446", number="1", holder="X", by=checker
            )
            ledger.approve_account(row, by=maker, province_code=None)
    run_state_machine_as_test(
        type("Run", (Money,), {"products": products, "maker": maker, "checker": checker, "start": clock.now()}),
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
