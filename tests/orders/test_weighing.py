"""Goods sold by weight: what is weighed is what is charged, held of lots, given back and asked for, whoever presses twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace.catalogue.models import Product
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.inventory import queries as stock
from marketplace.ledger import queries as ledger_read
from marketplace.ledger import rules as accounts
from marketplace.orders import actions as orders
from marketplace.orders import tasks
from marketplace.orders.errors import (
    LotTooSmall,
    MoveRefused,
    NotPaidYet,
    NotWeighedYet,
    SurplusIsOpen,
    UnlikelyWeight,
    WeighedMeanwhile,
)
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import access_key
from marketplace.orders.states import PartState, Surplus
from marketplace.payments import actions as payments
from marketplace.payments import queries as payments_read
from marketplace.payments.models import Payment
from marketplace.payments.providers.bank_notices import BankNotice, Direction
from marketplace.payments.states import Method, PaymentState
from marketplace.traceability.models import Lot
from marketplace.wiring import INVARIANTS
from tests.client import Browser
from tests.factories.accounts import make_admin, make_person, sign_in_officer
from tests.factories.orders import make_order, make_weighed_product, move, now, only_part, pay
from tests.factories.traceability import make_lot

A_KILOGRAM = 120_000
ESTIMATE = 192_000  # 1,6 kg
WAYS = (Method.VIETQR, Method.CARD, Method.CASH_ON_DELIVERY)


def assert_all_agrees() -> None:
    session.rollback()
    session.expire_all()
    found = {name: breaches for name, check in INVARIANTS.items() if (breaches := check())}
    assert found == {}
    session.rollback()


def ordered(method: Method, *, quantity: int = 2, stock_grams: int = 100_000) -> Order:
    """So many chickens, paid when they are to be paid first, and confirmed by the cooperative."""
    with transaction():
        orders.set_fee_rate(valid_from=date(2020, 1, 1), basis_points=750, by=None)
    order = make_order(make_weighed_product(quantity=stock_grams), quantity=quantity, method=method)
    if method != Method.CASH_ON_DELIVERY:
        pay(order)
    move(order, PartState.CONFIRMED)
    return now(order)


def weigh(order: Order, *weights: int, seen: int | None = None) -> bool:
    part_id = only_part(order).id
    session.rollback()
    with transaction():
        part = session.get_one(CooperativeOrder, part_id)
        times = part.weighed_times if seen is None else seen
        return orders.weigh(part, weights={part.lines[0].id: weights}, seen=times, by=None)


def with_part(order: Order, deed: Callable[[CooperativeOrder], object]) -> object:
    session.rollback()
    with transaction():
        return deed(session.get_one(CooperativeOrder, only_part(order).id))


def refunds(order: Order) -> list[int]:
    session.rollback()
    codes = [order.code, only_part(order).code]
    found = [
        refund.amount_dong for refund in payments_read.refunds_of([one.id for one in payments_read.payments_of(*codes)])
    ]
    session.rollback()
    return found


def surplus_payment(order: Order) -> Payment:
    payment = payments_read.payment_of(only_part(order).code)
    session.expunge(payment)
    session.rollback()
    return payment


def receive(payment: Payment, amount: int, key: str) -> None:
    with transaction():
        payments.receive(session.get_one(Payment, payment.id), amount_dong=amount, key=key)


@pytest.fixture
def chooser(app: Flask) -> int:
    return make_person().id


@pytest.mark.parametrize("method", WAYS)
def test_lighter_goods_cost_less_and_the_rest_goes_back(app: Flask, method: Method) -> None:
    order = ordered(method)

    assert weigh(order, 1_450, 1_512)

    after = now(order)
    part, line = only_part(after), only_part(after).lines[0]
    price = (2_962 * A_KILOGRAM + 500) // 1_000
    assert (line.packed_grams, line.amount_dong, part.goods_dong, part.surplus) == (2_962, price, price, Surplus.NONE)
    assert part.fee_dong == line.fee_dong == (price * 750 + 5_000) // 10_000
    assert (after.goods_dong, after.total_dong) == (price, price + part.delivery_dong)
    assert [(lot.quantity, lot.weights) for lot in line.lots] == [(2_962, [1_450, 1_512])]
    assert refunds(order) == ([] if method == Method.CASH_ON_DELIVERY else [2 * ESTIMATE - price])
    assert payments_read.payment_of(order.code).amount_dong == (
        price + 25_000 if method == Method.CASH_ON_DELIVERY else 2 * ESTIMATE + 25_000
    )
    assert_all_agrees()
    move(order, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED, PartState.COMPLETED)
    assert_all_agrees()


def test_the_same_weights_again_change_nothing(app: Flask) -> None:
    order = ordered(Method.VIETQR)
    assert weigh(order, 1_500, 1_500, seen=0)

    assert not weigh(order, 1_500, 1_500, seen=0)

    assert refunds(order) == [24_000]
    assert_all_agrees()


def test_whoever_weighs_second_is_told(app: Flask) -> None:
    order = ordered(Method.VIETQR)
    weigh(order, 1_500, 1_500, seen=0)

    with pytest.raises(WeighedMeanwhile):
        weigh(order, 1_400, 1_400, seen=0)

    assert only_part(now(order)).lines[0].packed_grams == 3_000
    assert_all_agrees()


def test_nothing_is_packed_unweighed_or_weighed_unpaid(app: Flask) -> None:
    order = ordered(Method.CASH_ON_DELIVERY)
    with pytest.raises(NotWeighedYet):
        move(order, PartState.PACKED)
    with pytest.raises(UnlikelyWeight):
        weigh(order, 1_600)
    with pytest.raises(UnlikelyWeight):
        weigh(order, 1_600, 3_200)
    with pytest.raises(UnlikelyWeight):
        weigh(order, 1_600, 800)
    unpaid = make_order(make_weighed_product(), method=Method.VIETQR)
    move(unpaid, PartState.CONFIRMED)
    with pytest.raises(NotPaidYet):
        weigh(unpaid, 1_600, 1_600)
    weigh(order, 1_600, 1_600)
    move(order, PartState.PACKED, PartState.SHIPPED)
    with pytest.raises(MoveRefused):
        weigh(order, 1_500, 1_500)
    assert_all_agrees()


def test_cash_at_the_door_rises_up_to_what_was_said_and_no_further(app: Flask) -> None:
    order = ordered(Method.CASH_ON_DELIVERY)

    weigh(order, 1_700, 1_700)
    assert only_part(now(order)).goods_dong == 408_000
    weigh(order, 2_400, 2_400)

    part = only_part(now(order))
    most = 2 * 1_840 * 120  # 15 % more than 1,6 kg
    assert (part.goods_dong, part.surplus, part.surplus_dong) == (most, Surplus.AT_THE_DOOR, most - 2 * ESTIMATE)
    assert part.lines[0].packed_grams == 4_800
    assert payments_read.payment_of(order.code).amount_dong == most + 25_000
    assert_all_agrees()


def test_what_is_too_much_at_the_door_can_be_given_free_once(app: Flask, chooser: int) -> None:
    order = ordered(Method.CASH_ON_DELIVERY)
    weigh(order, 1_700, 1_700)

    assert with_part(order, lambda part: orders.waive_surplus(part, by=chooser))
    assert not with_part(order, lambda part: orders.waive_surplus(part, by=chooser))

    part = only_part(now(order))
    assert (part.goods_dong, part.surplus, part.lines[0].packed_grams) == (2 * ESTIMATE, Surplus.WAIVED, 3_400)
    assert_all_agrees()


def asked(method: Method, chooser: int) -> tuple[Order, Payment]:
    """Two chickens of 1,7 kg: 24.000 ₫ more, which the buyer has been asked for."""
    order = ordered(method)
    weigh(order, 1_700, 1_700)
    assert only_part(now(order)).surplus == Surplus.UNDECIDED
    assert with_part(order, lambda part: orders.ask_for_surplus(part, method=Method.VIETQR, by=chooser))
    assert not with_part(order, lambda part: orders.ask_for_surplus(part, method=Method.VIETQR, by=chooser))
    return order, surplus_payment(order)


@pytest.mark.parametrize("method", [Method.VIETQR, Method.CARD])
def test_heavier_goods_wait_until_the_difference_is_paid(app: Flask, chooser: int, method: Method) -> None:
    order, payment = asked(method, chooser)
    assert (payment.amount_dong, payment.state) == (24_000, PaymentState.PENDING)
    move(order, PartState.PACKED)
    with pytest.raises(SurplusIsOpen):
        move(order, PartState.SHIPPED)
    assert_all_agrees()

    receive(payment, 10_000, "t1")
    assert_all_agrees()
    with pytest.raises(SurplusIsOpen):
        move(order, PartState.SHIPPED)
    receive(payment, 20_000, "t2")
    receive(payment, 20_000, "t2")

    part = only_part(now(order))
    assert (part.goods_dong, part.surplus) == (2 * ESTIMATE + 24_000, Surplus.PAID)
    assert refunds(order) == [6_000]
    assert_all_agrees()
    move(order, PartState.SHIPPED, PartState.DELIVERED)
    assert_all_agrees()


def test_what_a_buyer_declines_or_the_cooperative_waives_is_never_taken(app: Flask, chooser: int) -> None:
    for deed in (orders.decline_surplus, orders.waive_surplus):
        order, payment = asked(Method.VIETQR, chooser)
        receive(payment, 10_000, f"{order.code}:t1")

        assert with_part(order, lambda part, deed=deed: deed(part, by=chooser))  # type: ignore[misc]
        receive(payment, 24_000, f"{order.code}:late")

        part = only_part(now(order))
        assert part.surplus == (Surplus.DECLINED if deed is orders.decline_surplus else Surplus.WAIVED)
        assert part.goods_dong == 2 * ESTIMATE
        assert sorted(refunds(order)) == [10_000, 10_000, 14_000]
        assert_all_agrees()


def test_after_a_day_the_cooperative_decides_and_late_money_is_still_taken(app: Flask, chooser: int) -> None:
    order, payment = asked(Method.VIETQR, chooser)

    with clock.moved_to(clock.now() + timedelta(hours=25)):
        tasks.close_overdue()

    assert only_part(now(order)).surplus == Surplus.LAPSED
    assert_all_agrees()
    receive(payment, 24_000, "late")
    assert only_part(now(order)).surplus == Surplus.PAID
    assert_all_agrees()


def test_after_a_day_other_goods_can_be_weighed(app: Flask, chooser: int) -> None:
    order, payment = asked(Method.VIETQR, chooser)
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        tasks.close_overdue()

    weigh(order, 1_550, 1_600)

    assert only_part(now(order)).surplus == Surplus.NONE
    assert refunds(order) == [6_000]
    receive(payment, 24_000, "much later")
    assert sorted(refunds(order)) == [6_000, 24_000]
    assert_all_agrees()


def test_a_weighed_part_that_is_not_sent_gives_everything_back(app: Flask, chooser: int) -> None:
    lighter = ordered(Method.VIETQR)
    weigh(lighter, 1_500, 1_500)
    move(lighter, PartState.CANCELLED)
    assert sum(refunds(lighter)) == 2 * ESTIMATE + 25_000
    assert_all_agrees()

    paid, payment = asked(Method.CARD, chooser)
    receive(payment, 24_000, "whole")
    move(paid, PartState.PACKED, PartState.REFUSED)
    assert sum(refunds(paid)) == 2 * ESTIMATE + 24_000 + 25_000
    assert_all_agrees()

    waiting, payment = asked(Method.VIETQR, chooser)
    receive(payment, 4_000, "some")
    move(waiting, PartState.CANCELLED)
    receive(payment, 20_000, "rest")
    assert sum(refunds(waiting)) == 2 * ESTIMATE + 24_000 + 25_000
    assert ledger_read.balance(accounts.ORDER_CLEARING) == 0
    assert_all_agrees()


@pytest.mark.parametrize("method", WAYS)
def test_packs_are_refunded_at_what_they_cost_once_weighed(app: Flask, chooser: int, method: Method) -> None:
    order = ordered(method, quantity=3)
    weigh(order, 1_401, 1_500, 1_600)
    move(order, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
    given = []
    for _ in range(3):
        session.rollback()
        with transaction():
            part = session.get_one(CooperativeOrder, only_part(order).id)
            whole = session.get_one(Order, order.id)
            packs = {part.lines[0].id: 1}
            given.append(orders.refund_lines(part, whole, packs=packs, reason="dập", by=chooser))

    price = (4_501 * A_KILOGRAM + 500) // 1_000
    assert sum(given) == price
    assert max(given) - min(given) <= 1
    assert_all_agrees()


def test_a_refund_after_a_paid_surplus_comes_from_both_payments(app: Flask, chooser: int) -> None:
    order, payment = asked(Method.VIETQR, chooser)
    receive(payment, 24_000, "whole")
    # A second chicken much heavier than the delivery fee could hide.
    weigh(order, 1_840, 1_840)
    with_part(order, lambda part: orders.ask_for_surplus(part, method=Method.VIETQR, by=chooser))
    receive(surplus_payment(order), 33_600, "again")
    move(order, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
    session.rollback()
    with transaction():
        part = session.get_one(CooperativeOrder, only_part(order).id)
        whole = session.get_one(Order, order.id)
        amount = orders.refund_lines(part, whole, packs={part.lines[0].id: 2}, reason="hỏng", by=chooser)

    assert amount == sum(refunds(order)) == 2 * 1_840 * 120
    assert refunds(order) == [2 * ESTIMATE + 25_000, 24_000, 2 * 1_840 * 120 - 2 * ESTIMATE - 49_000]
    assert_all_agrees()


def test_lots_give_what_is_weighed_and_take_the_rest_back(app: Flask) -> None:
    order = ordered(Method.CASH_ON_DELIVERY, stock_grams=5_000)
    product_id = only_part(order).lines[0].product_id
    assert stock.packs_left({1: (product_id, 100)}, on=clock.today()) == {1: 18}

    weigh(order, 1_500, 1_500)
    assert stock.packs_left({1: (product_id, 100)}, on=clock.today()) == {1: 20}
    weigh(order, 2_500, 2_500)
    assert stock.packs_left({1: (product_id, 100)}, on=clock.today()) == {1: 0}
    with pytest.raises(LotTooSmall):
        weigh(order, 2_500, 2_501)

    assert only_part(now(order)).lines[0].weights == [2_500, 2_500]
    assert_all_agrees()


def test_a_pack_that_its_lot_cannot_fill_comes_whole_from_another(app: Flask) -> None:
    order = ordered(Method.CASH_ON_DELIVERY, stock_grams=3_300)
    line = only_part(order).lines[0]
    product = session.get_one(Lot, line.lots[0].lot_id).product_id
    session.rollback()
    other = make_lot(product_of(product), quantity=50_000)

    weigh(order, 1_600, 1_800)

    lots = {lot.lot_id: lot.weights for lot in only_part(now(order)).lines[0].lots}
    assert lots == {line.lots[0].lot_id: [1_600], other.id: [1_800]}
    assert_all_agrees()


def product_of(product_id: int) -> Product:
    found = session.get_one(Product, product_id)
    session.expunge(found)
    session.rollback()
    return found


def race(app: Flask, *deeds: Callable[[CooperativeOrder], object], order: Order) -> list[str]:
    """Each deed in a thread of its own, all with the part as it was before any of them; gives how each ended."""
    results: list[str] = []
    barrier = threading.Barrier(len(deeds))

    def work(deed: Callable[[CooperativeOrder], object]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    deed(session.get_one(CooperativeOrder, only_part(order).id))
                results.append("done")
            except (WeighedMeanwhile, MoveRefused) as refused:
                results.append(type(refused).__name__)

    threads = [threading.Thread(target=work, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def weighing(*weights: int) -> Callable[[CooperativeOrder], object]:
    return lambda part: orders.weigh(part, weights={part.lines[0].id: weights}, seen=0, by=None)


def test_of_two_people_at_the_scales_one_is_told(app: Flask) -> None:
    order = ordered(Method.VIETQR)

    results = race(app, weighing(1_500, 1_500), weighing(1_400, 1_450), order=order)

    assert results == ["WeighedMeanwhile", "done"]
    assert len(refunds(order)) == 1
    assert_all_agrees()


def test_whoever_cancels_while_goods_are_weighed_gets_all_of_it_back(app: Flask) -> None:
    for _ in range(4):
        order = ordered(Method.VIETQR)

        results = race(
            app,
            weighing(1_500, 1_450),
            lambda part: orders.move_part(part, PartState.CANCELLED, by=None),
            order=order,
        )

        assert results in (["done", "done"], ["MoveRefused", "done"])
        assert only_part(now(order)).state == PartState.CANCELLED
        assert sum(refunds(order)) == 2 * ESTIMATE + 25_000
        assert_all_agrees()


def test_nothing_leaves_while_its_surplus_is_being_found(app: Flask) -> None:
    for _ in range(4):
        order = ordered(Method.VIETQR)
        weigh(order, 1_600, 1_600)
        move(order, PartState.PACKED)

        race(
            app,
            lambda part: orders.weigh(part, weights={part.lines[0].id: [1_700, 1_700]}, seen=1, by=None),
            lambda part: orders.move_part(part, PartState.SHIPPED, by=None),
            order=order,
        )

        part = only_part(now(order))
        assert (part.state, part.surplus) in (
            (PartState.SHIPPED, Surplus.NONE),
            (PartState.PACKED, Surplus.UNDECIDED),
        )
        assert_all_agrees()


def test_unknown_money_is_compared_with_all_that_is_open_of_an_order_before_it_is_booked(
    app: Flask, chooser: int, browser: Browser
) -> None:
    order, on_top = asked(Method.VIETQR, chooser)
    notice = BankNotice("m1", "", Direction.IN, 30_000, "tien ga", "FT9", clock.now())
    with transaction():
        movement = payments.note_transaction("statement", notice, our_account="")
        assert movement is not None
        movement_id = movement.id
    sign_in_officer(browser, make_admin())
    page = f"/lien-minh/ngan-hang/{movement_id}"
    browser.get(page, query_string={"code": order.code, "reason": "Người mua gọi"})
    open_first = browser.text.index(on_top.reference)
    assert open_first < browser.text.index("Đã đủ tiền"), "what is still waited for comes first"
    assert "Ghi 24.000 ₫ cho khoản này, và 6.000 ₫ sẽ trả lại người mua." in browser.text
    assert "Ghi 0 ₫ cho khoản này, và 30.000 ₫ sẽ trả lại người mua." in browser.text
    seen = {"payment": on_top.id, "seen": "24000", "reason": "Người mua gọi"}

    receive(on_top, 10_000, "meanwhile")
    browser.send(seen, action=page)
    assert "Vừa có thay đổi" in browser.text
    assert refunds(order) == []
    assert "Ghi 14.000 ₫ cho khoản này, và 16.000 ₫ sẽ trả lại người mua." in browser.text

    browser.send({}, action=page)
    assert only_part(now(order)).surplus == Surplus.PAID
    assert refunds(order) == [16_000]
    assert_all_agrees()


def test_a_refund_for_lighter_goods_says_so(app: Flask, browser: Browser) -> None:
    order = ordered(Method.VIETQR)
    weigh(order, 1_450, 1_512)
    browser.get(f"/don-hang/{order.code}/hoan-tien?k={access_key(order.code, str(app.secret_key))}")
    assert "Hàng cân thực tế nhẹ hơn dự kiến" in browser.text
    assert "Hàng không gửi được" not in browser.text
