"""Goods sold by weight: what they really weigh, what they cost then, and who pays for what is over the estimate.

Less than was said goes back to the buyer, or is not collected at the door. More is never taken without a word: at the
door within the tolerance that stood beside the price, of a paid order as a payment of its own, under the part's code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.money import split_dong
from marketplace.inventory import actions as inventory
from marketplace.ledger import actions as ledger
from marketplace.ledger import queries as ledger_read
from marketplace.ledger import rules as accounts
from marketplace.ledger.rules import Leg, fee
from marketplace.ledger.states import Event
from marketplace.orders import rules
from marketplace.orders.actions import money
from marketplace.orders.actions.locking import lock, lock_row
from marketplace.orders.errors import LotTooSmall, MoveRefused, NotPaidYet, UnlikelyWeight, WeighedMeanwhile
from marketplace.orders.events import PartWeighed, SurplusMoved
from marketplace.orders.models import CooperativeOrder, Order, OrderLine, OrderLineLot
from marketplace.orders.states import CAN_BE_WEIGHED, SURPLUS_OPEN, SURPLUS_TO_DECIDE, PartState, Surplus
from marketplace.payments import actions as payments
from marketplace.payments import queries as payments_read
from marketplace.payments.models import Payment
from marketplace.payments.states import HoldContext, Method
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState


def weigh(part: CooperativeOrder, *, weights: Mapping[int, Sequence[int]], seen: int, by: int | None) -> bool:
    """Note what each pack of each weighed line (by id, in the order of its lots) weighs in grams, and what that costs.

    `seen` is how often they were weighed when the page was opened. The same weights again change nothing: False. Ends
    what was asked of the buyer before. Announces PartWeighed; raises MoveRefused, NotPaidYet, UnlikelyWeight, LotTooSmall,
    WeighedMeanwhile; then nothing is written.
    """
    order = lock(part.order_id)
    if part.state not in CAN_BE_WEIGHED:
        raise MoveRefused(part.code, part.state, PartState.PACKED)
    if order.waits_for_money:
        raise NotPaidYet(order.code)
    lines = part.weighed_lines
    _refuse_unlikely(lines, weights)
    if all(line.weights == list(weights[line.id]) for line in lines):
        return False
    if part.weighed_times != seen:
        raise WeighedMeanwhile(part.code)
    end_surplus(part, by=by)
    part.weighed_times += 1
    _hold_what_it_weighs(part, weights, by=by)
    before = part.goods_dong
    _charge(part, order)
    money.give_back_unused(order, by=by, reason="lighter")
    audit.record(
        "orders:part:weigh", subject="cooperative_order", subject_id=part.id, by=by, code=part.code,
        weights={str(line.id): list(weights[line.id]) for line in lines}, before_dong=before,
        goods_dong=part.goods_dong, surplus_dong=part.surplus_dong,
    )  # fmt: skip
    announce(PartWeighed(order.id, part.id))
    return True


def waive_surplus(part: CooperativeOrder, *, by: int) -> bool:
    """The cooperative gives what is over the estimate free. False when there is nothing (any more) to give.

    Money that the buyer has begun to send for it goes back. Announces SurplusMoved.
    """
    order = lock(part.order_id)
    if part.surplus not in SURPLUS_OPEN | {Surplus.AT_THE_DOOR} or part.state not in CAN_BE_WEIGHED:
        return False
    if part.surplus == Surplus.AT_THE_DOOR:
        _set_amounts(part, order, _shared(part, part.estimated_dong))
    else:
        end_surplus(part, by=by)
    _move(part, Surplus.WAIVED, by=by)
    return True


def ask_for_surplus(part: CooperativeOrder, *, method: Method, by: int) -> bool:
    """Ask the buyer of a paid order for what is over the estimate. False when he is asked already, or nothing is open.

    He has a day to pay, and the goods wait for it. Announces SurplusMoved.
    """
    lock(part.order_id)
    if part.surplus not in SURPLUS_TO_DECIDE or part.state not in CAN_BE_WEIGHED:
        return False
    payment = payments.ask(
        reference=part.code, method=method, amount_dong=part.surplus_dong, context=HoldContext.SURPLUS
    )
    part.surplus_payment_id = payment.id
    _move(part, Surplus.ASKED, by=by)
    return True


def decline_surplus(part: CooperativeOrder, *, by: int | None) -> bool:
    """The buyer does not want to pay more; the cooperative sends less, or gives it free. Announces SurplusMoved."""
    lock(part.order_id)
    if part.surplus != Surplus.ASKED or part.state not in CAN_BE_WEIGHED:
        return False
    end_surplus(part, by=by)
    _move(part, Surplus.DECLINED, by=by)
    return True


def lapse_surplus(part: CooperativeOrder, payment_id: int) -> None:
    """The buyer was asked and a day has passed. What comes later is still taken while the goods wait."""
    lock_row(session.get_one(Order, part.order_id))
    if part.surplus == Surplus.ASKED and part.surplus_payment_id == payment_id:
        _move(part, Surplus.LAPSED, by=None)


def settle_surplus(part: CooperativeOrder, payment_id: int) -> None:
    """What was asked on top has come: it is the price of these goods, or goes back when nobody waits for it any more."""
    order = lock_row(session.get_one(Order, part.order_id))
    payment = session.get_one(Payment, payment_id)
    is_waited_for = part.surplus in (Surplus.ASKED, Surplus.LAPSED) and part.state in CAN_BE_WEIGHED
    if not is_waited_for or part.surplus_payment_id != payment_id:
        _give_back(part, payment, by=None)
        return
    ledger.post(
        key=f"part:{part.id}:surplus:{payment.id}",
        event=Event.SURPLUS_PAID,
        legs=[
            Leg(accounts.ORDER_CLEARING, part.surplus_dong, part.code),
            Leg(accounts.ORDER_CLEARING, -part.surplus_dong, order.code),
        ],
        reference=order.code,
    )
    _set_amounts(part, order, _full(part))
    _move(part, Surplus.PAID, by=None)


def end_surplus(part: CooperativeOrder, *, by: int | None) -> None:
    """Nobody is asked any longer. What came in part goes back; what comes later does so when it comes."""
    if part.surplus_payment_id is None or part.surplus == Surplus.PAID:
        return
    payment = session.get_one(Payment, part.surplus_payment_id)
    payments.cancel(payment)
    _give_back(part, payment, by=by)


def _give_back(part: CooperativeOrder, payment: Payment, *, by: int | None) -> None:
    session.flush()
    held = -ledger_read.balance(accounts.ORDER_CLEARING, reference=part.code)
    unused = min(held, payment.received_dong - payment.refunded_dong)
    if unused > 0:
        payments.request_refund(
            payment,
            amount_dong=unused,
            key=f"unused:{payment.id}:{payment.refunded_dong}",
            reason="surplus_not_taken",
            taken_from=[Leg(accounts.ORDER_CLEARING, unused, part.code)],
            by=by,
        )


def _move(part: CooperativeOrder, to: Surplus, *, by: int | None) -> None:
    before, part.surplus = part.surplus, to
    session.flush()
    audit.record(
        f"orders:surplus:{to}", subject="cooperative_order", subject_id=part.id, by=by, code=part.code, before=before,
        amount_dong=part.surplus_dong,
    )  # fmt: skip
    announce(SurplusMoved(part.order_id, part.id, to))


def _refuse_unlikely(lines: Sequence[OrderLine], weights: Mapping[int, Sequence[int]]) -> None:
    for line in lines:
        given = weights.get(line.id, ())
        for number in range(line.quantity):
            if number >= len(given) or not rules.is_likely(given[number], line.content):
                raise UnlikelyWeight(line.id, number)


def _charge(part: CooperativeOrder, order: Order) -> None:
    """At the door everything within the tolerance is collected; of a paid order no more than what is paid for it."""
    amounts = _full(part)
    goods = sum(amounts.values())
    if order.payment_method == Method.CASH_ON_DELIVERY:
        part.surplus_dong = max(0, goods - part.estimated_dong)
        part.surplus = Surplus.AT_THE_DOOR if part.surplus_dong else Surplus.NONE
    else:
        part.surplus_dong = max(0, goods - part.goods_dong)
        part.surplus = Surplus.UNDECIDED if part.surplus_dong else Surplus.NONE
        amounts = _shared(part, part.goods_dong) if part.surplus_dong else amounts
    part.surplus_payment_id = None
    _set_amounts(part, order, amounts)


def _full(part: CooperativeOrder) -> dict[int, int]:
    return {line.id: _full_price(line) for line in part.lines}


def _full_price(line: OrderLine) -> int:
    return line.estimated_dong if line.packed_grams is None else line.dong_for(line.packed_grams)


def _shared(part: CooperativeOrder, goods_dong: int) -> dict[int, int]:
    """Amounts that sum to so much: what is not weighed keeps its price, the rest is shared by what it is worth."""
    full = _full(part)
    weighed = [line.id for line in part.weighed_lines]
    rest = goods_dong - sum(amount for line_id, amount in full.items() if line_id not in weighed)
    return full | dict(zip(weighed, split_dong(rest, [full[line_id] for line_id in weighed]), strict=True))


def _set_amounts(part: CooperativeOrder, order: Order, amounts: Mapping[int, int]) -> None:
    for line in part.weighed_lines:
        line.packed_dong = amounts[line.id]
    change = sum(amounts.values()) - part.goods_dong
    part.goods_dong += change
    order.goods_dong, order.total_dong = order.goods_dong + change, order.total_dong + change
    part.fee_dong = fee(part.goods_dong, part.fee_basis_points)
    shares = split_dong(part.fee_dong, [amounts[line.id] for line in part.lines])
    for line, share in zip(part.lines, shares, strict=True):
        line.fee_dong = share
    session.flush()
    if order.payment_method == Method.CASH_ON_DELIVERY:
        payments.ask_in_cash(payments_read.payment_of(order.code), amount_dong=order.live_dong)


def _hold_what_it_weighs(part: CooperativeOrder, weights: Mapping[int, Sequence[int]], *, by: int | None) -> None:
    lines = sorted(part.weighed_lines, key=lambda line: (line.product_id, line.id))
    # All lots of these goods in one order, before any is changed: two who weigh never wait for each other in a circle,
    # and what is left of a lot stays as it is read here.
    query = select(Lot).where(Lot.product_id.in_({line.product_id for line in lines})).order_by(Lot.id)
    lots = {lot.id: lot for lot in session.scalars(query.with_for_update().execution_options(populate_existing=True))}
    for line in lines:
        packs = _from_lots(
            line, weights[line.id], [lots[lot] for lot in lots if lots[lot].product_id == line.product_id]
        )
        _hold(line, packs, lots, reference=f"line:{line.id}:weighed:{part.weighed_times}", by=by)
        line.packed_grams = sum(weights[line.id])


def _from_lots(line: OrderLine, weights: Sequence[int], lots: Sequence[Lot]) -> dict[int, list[int]]:
    """The weights by lot. Packs stay with their lot; one that it cannot fill any more comes from another lot that can.

    A pack is never cut from two lots, or nobody could say where it comes from.
    """
    held = {some.lot_id: some.quantity for some in line.lots}
    on_sale = {lot.id for lot in lots if lot.state == LotState.PUBLISHED and lot.best_before >= clock.today()}
    room = {lot.id: held.get(lot.id, 0) + (lot.available if lot.id in on_sale else 0) for lot in lots}
    first_ending = [lot.id for lot in sorted(lots, key=lambda lot: (lot.best_before, lot.id))]
    packs: dict[int, list[int]] = {lot_id: [] for lot_id in held}
    given = iter(weights)
    for some in line.lots:
        for _ in range(some.packs(line.content)):
            grams = next(given)
            fitting = [lot_id for lot_id in (some.lot_id, *first_ending) if room[lot_id] >= grams]
            if not fitting:
                raise LotTooSmall(some.lot_code, left_grams=room[some.lot_id])
            room[fitting[0]] -= grams
            packs.setdefault(fitting[0], []).append(grams)
    return packs


def _hold(
    line: OrderLine, packs: Mapping[int, list[int]], lots: Mapping[int, Lot], *, reference: str, by: int | None
) -> None:
    rows = {some.lot_id: some for some in line.lots}
    for lot_id, weights in sorted(packs.items()):
        row = rows.get(lot_id)
        change = sum(weights) - (row.quantity if row else 0)
        if change < 0:
            inventory.give_back(lot_id=lot_id, product_id=line.product_id, quantity=-change, reference=reference, by=by)
        elif change and not inventory.take_more(
            lot_id=lot_id, product_id=line.product_id, quantity=change, reference=reference, by=by
        ):
            raise LotTooSmall(lots[lot_id].code, left_grams=lots[lot_id].available)
        if row is None:
            row = OrderLineLot(order_line_id=line.id, lot_id=lot_id, lot_code=lots[lot_id].code)
            session.add(row)
        row.quantity, row.weights = sum(weights), weights
        if not weights:
            session.delete(row)
    session.flush()
    session.expire(line, ["lots"])
