"""What an order's money becomes, to the đồng: earned, given back in part or whole, released, owed and remitted."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace import wiring
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.ledger import queries as ledger
from marketplace.ledger.actions import post
from marketplace.ledger.queries import Funds
from marketplace.ledger.rules import (
    BANK,
    ORDER_CLEARING,
    PLATFORM_FEE,
    REFUND_DUE,
    SHIPPING_CLEARING,
    Leg,
    cooperative_payable,
)
from marketplace.ledger.states import Event
from marketplace.orders import actions as orders
from marketplace.orders import tasks
from marketplace.orders.errors import RefundRefused
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import OrderState, PartState
from marketplace.payments import actions as payments
from marketplace.payments.models import Payment, Refund
from marketplace.payments.queries import payment_of
from marketplace.payments.states import Method, PaymentState, RefundState
from marketplace.traceability.models import Lot
from tests.factories.accounts import make_person
from tests.factories.orders import make_order, make_sold_product, move, now, pay

WAY = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)


@pytest.fixture(autouse=True)
def fee(app: Flask) -> None:
    with transaction():
        orders.set_fee_rate(valid_from=date(2026, 1, 1), basis_points=750, by=None)


def holds() -> None:
    session.rollback()
    session.expire_all()
    assert {name: found for name, rule in wiring.INVARIANTS.items() if (found := rule())} == {}


def receive(order: Order, amount: int, key: str) -> bool:
    with transaction():
        return payments.receive(payment_of(order.code), amount_dong=amount, key=key)


def funds(order: Order) -> Funds:
    session.rollback()
    session.expire_all()
    return ledger.funds_of(order.parts[0].cooperative_id)


def paid_and_delivered(quantity: int = 3) -> Order:
    """Goods at 50,000 đồng a pack and 25,000 đồng for the parcel service."""
    order = make_order(make_sold_product(), quantity=quantity, method=Method.VIETQR)
    pay(order)
    move(order, *WAY)
    return order


def test_what_is_delivered_is_earned_less_the_fee_and_released_when_nobody_can_complain(app: Flask) -> None:
    order = paid_and_delivered()
    price = order.parts[0].goods_dong
    fee_dong = (price * 750 + 5_000) // 10_000
    assert funds(order) == Funds(price - fee_dong, 0, 0, 0)
    assert ledger.trial_balance() == {
        BANK: order.total_dong,
        PLATFORM_FEE: -fee_dong,
        SHIPPING_CLEARING: -25_000,
        f"liab:coop_pending:{order.parts[0].cooperative_id}": fee_dong - price,
    }
    tasks.release_parts()
    assert funds(order).payable_dong == 0
    with clock.moved_to(clock.now() + timedelta(days=3, minutes=1)):
        tasks.release_parts()
        tasks.release_parts()
    assert funds(order) == Funds(0, price - fee_dong, 0, 0)
    holds()


def test_a_later_fee_does_not_touch_what_was_sold_before(app: Flask) -> None:
    order = make_order(make_sold_product(), quantity=3, method=Method.VIETQR)
    with transaction():
        orders.set_fee_rate(valid_from=clock.today(), basis_points=2_000, by=None)
    later = make_order(make_sold_product(), quantity=3, method=Method.VIETQR)
    price = order.parts[0].goods_dong
    assert [one.parts[0].fee_dong for one in (order, later)] == [(price * 750 + 5_000) // 10_000, price // 5]


def test_cash_that_the_cooperative_took_stays_with_it_and_it_owes_the_fee(app: Flask) -> None:
    order = make_order(make_sold_product(), quantity=3)
    with transaction():
        session.get_one(CooperativeOrder, order.parts[0].id).delivery_way = "own_van"
    move(order, *WAY, PartState.COMPLETED)
    assert funds(order) == Funds(0, 0, 0, debt_dong=order.parts[0].fee_dong)
    assert payment_of(order.code).state == PaymentState.CONFIRMED
    holds()


def test_cash_of_a_parcel_service_is_released_only_when_it_was_handed_over(app: Flask) -> None:
    order = make_order(make_sold_product(), quantity=3)
    move(order, *WAY, PartState.COMPLETED)
    with clock.moved_to(clock.now() + timedelta(days=30)):
        tasks.release_parts()
        assert funds(order).payable_dong == 0
        for expected in (True, False):
            with transaction():
                told = {"collected_dong": order.total_dong, "shipping_dong": 23_000, "fee_dong": 1_750}
                assert orders.remit_part(order.parts[0].id, **told) is expected
        tasks.release_parts()
    assert funds(order).payable_dong == order.parts[0].goods_dong - order.parts[0].fee_dong
    assert ledger.balance(BANK) == order.total_dong - 23_000 - 1_750
    holds()


def test_a_part_that_is_cancelled_after_paying_is_owed_back_and_the_other_part_goes_on(app: Flask) -> None:
    order = make_order(make_sold_product(), make_sold_product(), method=Method.VIETQR)
    pay(order)
    move(order, PartState.REFUSED, reason="Hết hàng")
    refund = session.query(Refund).one()
    assert (refund.amount_dong, refund.state) == (order.parts[0].total_dong, RefundState.CREATED)
    assert ledger.balance(ORDER_CLEARING, reference=order.code) == -order.parts[1].total_dong
    holds()


def test_two_transfers_that_sum_up_pay_and_a_third_goes_back(app: Flask) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR)
    assert receive(order, 50_000, "bank:1")
    assert not receive(order, 50_000, "bank:1")
    assert (payment_of(order.code).missing_dong, now(order).paid_at) == (order.total_dong - 50_000, None)
    holds()
    receive(order, order.total_dong - 40_000, "bank:2")
    assert now(order).paid_at is not None
    receive(order, 7_000, "bank:3")
    session.rollback()
    assert sorted(row.amount_dong for row in session.query(Refund)) == [7_000, 10_000]
    assert ledger.balance(REFUND_DUE) == -17_000
    holds()


def test_money_that_comes_after_the_end_takes_the_order_up_again_while_there_is_stock(app: Flask) -> None:
    order = make_order(make_sold_product(quantity=2_000), method=Method.VIETQR)
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        tasks.close_overdue()
        assert now(order).state == OrderState.CANCELLED
        receive(order, order.total_dong, "bank:1")
    late = now(order)
    assert (late.state, late.parts[0].state, late.paid_at is not None) == (OrderState.OPEN, PartState.PENDING, True)
    assert session.query(Lot).one().reserved == 2_000
    holds()
    move(order, PartState.REFUSED)
    assert session.query(Lot).one().reserved == 0
    holds()


def test_money_that_comes_after_the_end_goes_back_when_the_goods_are_gone(app: Flask) -> None:
    product = make_sold_product(quantity=2_000)
    order = make_order(product, method=Method.VIETQR)
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        tasks.close_overdue()
        make_order(product)
        receive(order, order.total_dong, "bank:1")
    assert now(order).state == OrderState.CANCELLED
    assert session.query(Refund).one().amount_dong == order.total_dong
    assert ledger.balance(ORDER_CLEARING) == 0
    holds()


def test_some_packs_are_refunded_to_the_dong_and_never_more_than_were_sent(app: Flask) -> None:
    order, by = paid_and_delivered(), make_person().id
    line = order.parts[0].lines[0]
    for _ in range(3):
        refund(order, {line.id: 1}, by)
    with pytest.raises(RefundRefused, match="more_than_sent"):
        refund(order, {line.id: 1}, by)
    assert funds(order) == Funds(0, 0, 0, 0)
    assert ledger.balance(PLATFORM_FEE) == 0, "the fee went back with the last pack, to the đồng"
    assert sum(row.amount_dong for row in session.query(Refund)) == order.parts[0].goods_dong
    holds()


def test_a_refund_after_the_payout_becomes_the_cooperatives_debt(app: Flask) -> None:
    order, by = paid_and_delivered(), make_person().id
    with clock.moved_to(clock.now() + timedelta(days=4)):
        tasks.release_parts()
    cooperative_id = order.parts[0].cooperative_id
    paid = funds(order).payable_dong
    legs = [Leg(cooperative_payable(cooperative_id), paid), Leg(BANK, -paid)]
    with transaction():
        assert post(key="paid out", event=Event.PAYOUT_CONFIRMED, legs=legs, reference="PO1")
    refund(order, {order.parts[0].lines[0].id: 3}, by)
    assert funds(order).debt_dong == paid
    holds()


def test_two_people_who_refund_the_last_pack_at_once_refund_it_once(app: Flask) -> None:
    order, by = paid_and_delivered(quantity=1), make_person().id
    line_id, gate, done = order.parts[0].lines[0].id, threading.Barrier(4), []

    def try_it() -> None:
        with app.app_context():
            gate.wait()
            try:
                refund(order, {line_id: 1}, by)
                done.append(1)
            except RefundRefused:
                done.append(0)
            finally:
                session.remove()

    session.remove()
    people = [threading.Thread(target=try_it) for _ in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join(30)
    assert sorted(done) == [0, 0, 0, 1]
    assert session.query(Refund).count() == 1
    holds()


def refund(order: Order, packs: dict[int, int], by: int) -> int:
    with transaction():
        part = session.get_one(CooperativeOrder, order.parts[0].id)
        row = session.get_one(Order, order.id)
        return orders.refund_lines(part, row, packs=packs, reason="Dập nát", by=by)


def test_a_refund_is_booked_once_as_sent(app: Flask) -> None:
    order, by = paid_and_delivered(), make_person().id
    refund(order, {order.parts[0].lines[0].id: 1}, by)
    for expected in (True, False):
        with transaction():
            row = session.query(Refund).one()
            assert payments.sent_by_transfer(row, key="bank:9", by=by) is expected
    assert ledger.balance(REFUND_DUE) == 0
    assert session.query(Payment).one().refunded_dong == order.parts[0].lines[0].price_dong
    holds()
