"""What an order's money becomes: earned when goods arrive, given back when they do not, released after a while.

Every function books in the journal of the event itself (payments.md 3.4), once, whatever is repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select, update

from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.inventory.errors import NotEnoughStock, OfferNotOpen, OfferSoldOut, OverBuyersLimit
from marketplace.ledger import actions as ledger
from marketplace.ledger import queries as ledger_read
from marketplace.ledger import rules as accounts
from marketplace.ledger.rules import Leg, share_of_nth, split_legs
from marketplace.ledger.states import Event
from marketplace.orders import rules
from marketplace.orders.actions import writing
from marketplace.orders.actions.locking import lock
from marketplace.orders.actions.withdrawing import frozen_key
from marketplace.orders.errors import RefundRefused
from marketplace.orders.events import LinesRefunded, OrderPaid
from marketplace.orders.models import CooperativeOrder, FeeRate, LineRefund, Order, OrderLine, OrderStep
from marketplace.orders.states import HAS_ARRIVED, OrderState, PartState
from marketplace.payments import actions as payments
from marketplace.payments import queries as payments_read
from marketplace.payments.models import Payment
from marketplace.payments.states import UNDECIDED, Deed, Method, PaymentState


def settle(reference: str, payment_id: int) -> None:
    """The money of one payment is there: the order is paid, or what it cannot use goes back (payments.md 2.3).

    An order that was given up for want of money is taken up again if all its goods can still be had. Announces
    OrderPaid, once.
    """
    order = session.scalars(select(Order).where(Order.code == reference).with_for_update()).one()
    session.refresh(order)
    payment = session.get_one(Payment, payment_id)
    is_extra = order.paid_at is not None
    if not is_extra and order.lapsed_at is not None and order.state == OrderState.CANCELLED:
        _take_up_again(order)
    if not is_extra and order.state != OrderState.CANCELLED:
        order.paid_at = clock.now()
        announce(OrderPaid(order.id))
    _give_back_unused(payment, order, by=None)


def _take_up_again(order: Order) -> None:
    try:
        with session.begin_nested():
            writing.fill_again(order, by=None)
    except (NotEnoughStock, OfferNotOpen, OfferSoldOut, OverBuyersLimit):
        # Session goods too: once the price is over nobody buys at it, late money goes back (docs/decisions/session-selling.md).
        session.refresh(order)
        return
    for part in order.parts:
        if part.state == PartState.CANCELLED:
            part.state, part.reason = PartState.PENDING, ""
            session.add(
                OrderStep(
                    order_id=order.id, cooperative_order_id=part.id, from_state=PartState.CANCELLED,
                    to_state=PartState.PENDING, at=clock.now(),
                )
            )  # fmt: skip
    order.state, order.lapsed_at = OrderState.OPEN, None
    session.flush()


def _give_back_unused(payment: Payment, order: Order, *, by: int | None, reason: str = "not_sent") -> None:
    """Owe back what came in for an order and no live part of it needs. Cash is not meant: it changes hands with goods."""
    if payment.method == Method.CASH_ON_DELIVERY:
        return
    session.flush()
    held = -ledger_read.balance(accounts.ORDER_CLEARING, reference=order.code)
    waiting = sum(part.total_dong for part in order.parts if part.state in rules.WAITS_FOR_GOODS)
    unused = min(held - waiting, payment.received_dong - payment.refunded_dong)
    if unused <= 0 or (payment.state != PaymentState.CONFIRMED and order.state != OrderState.CANCELLED):
        return
    payments.request_refund(
        payment,
        amount_dong=unused,
        key=f"unused:{payment.id}:{payment.refunded_dong}",
        reason=reason if order.paid_at else "too_late",
        taken_from=[Leg(accounts.ORDER_CLEARING, unused, order.code)],
        by=by,
    )


def give_back_unused(order: Order, *, by: int | None = None, reason: str = "not_sent") -> None:
    """Owe back what no live part of the order needs: the price of one that will not be sent, with the fee to bring it;
    or the difference to the estimate when `reason` says that goods are lighter."""
    for payment in payments_read.payments_of(*order.references):
        _give_back_unused(payment, order, by=by, reason=reason)


def earn_part(part: CooperativeOrder, order: Order, *, by: int | None) -> None:
    """The goods have arrived: their price is the cooperative's, less the market's fee.

    Cash that a parcel service collected is asked of it; cash that the cooperative took itself stays with it, and it owes
    the fee.
    """
    part.delivered_at = clock.now()
    if order.payment_method == Method.CASH_ON_DELIVERY:
        payments.collect(payments_read.payment_of(order.code), amount_dong=part.total_dong)
        if part.delivery_way not in rules.MARKETS_WAYS:
            part.released_at = part.delivered_at
            _post_fee_on_own_cash(part, order, by=by)
            return
        ledger.post(
            key=f"part:{part.id}:collected",
            event=Event.CARRIER_DELIVERED,
            legs=[
                Leg(accounts.carrier_receivable(rules.CARRIER), part.total_dong),
                Leg(accounts.ORDER_CLEARING, -part.total_dong, order.code),
            ],
            reference=order.code,
            by=by,
        )
    legs = [
        Leg(accounts.ORDER_CLEARING, part.total_dong, order.code),
        *_earned(part),
        Leg(accounts.PLATFORM_FEE, -part.fee_dong),
        Leg(accounts.SHIPPING_CLEARING, -part.carriage_dong),
    ]
    ledger.post(
        key=f"part:{part.id}:earned",
        event=Event.PART_DELIVERED,
        legs=[leg for leg in legs if leg.amount_dong],
        reference=order.code,
        by=by,
    )


def _earned(part: CooperativeOrder) -> list[Leg]:
    """What the cooperative gets: goods and delivery as the buyer paid them, less the fee and what carrying costs.

    Who lets the market carry below the market's tariff bears the difference, be it more than the goods bring.
    """
    earned = part.total_dong - part.fee_dong - part.carriage_dong
    if earned < 0:
        return ledger.take_from_cooperative(part.cooperative_id, -earned, reference=part.code)
    return [Leg(accounts.cooperative_pending(part.cooperative_id), -earned, part.code)]


def _post_fee_on_own_cash(part: CooperativeOrder, order: Order, *, by: int | None) -> None:
    if part.fee_dong:
        ledger.post(
            key=f"part:{part.id}:earned",
            event=Event.PART_DELIVERED,
            legs=[
                *ledger.take_from_cooperative(part.cooperative_id, part.fee_dong, reference=part.code),
                Leg(accounts.PLATFORM_FEE, -part.fee_dong),
            ],
            reference=order.code,
            by=by,
        )


def remit_part(part_id: int, *, collected_dong: int, shipping_dong: int, fee_dong: int) -> bool:
    """The parcel service has handed over the cash of a part, less its own charges. False when it was booked before.

    What it asks for the way, more or less than the market has taken for carrying, is the market's.
    """
    part = session.get_one(CooperativeOrder, part_id)
    order = session.get_one(Order, part.order_id)
    margin = part.carriage_dong - shipping_dong
    legs = [
        Leg(accounts.BANK, collected_dong - shipping_dong - fee_dong),
        Leg(accounts.SHIPPING_CLEARING, part.carriage_dong),
        Leg(accounts.COD_FEE, fee_dong),
        Leg(accounts.carrier_receivable(rules.CARRIER), -collected_dong),
        Leg(accounts.SHIPPING_MARGIN if margin > 0 else accounts.SHIPPING_SUBSIDY, -margin),
    ]
    return ledger.post(
        key=_remitted(part_id),
        event=Event.CARRIER_REMITTED,
        legs=[leg for leg in legs if leg.amount_dong],
        reference=order.code,
    )


def _remitted(part_id: int) -> str:
    return f"part:{part_id}:remitted"


def release_part(part: CooperativeOrder) -> bool:
    """The time to complain is over: what the cooperative has earned with this part may be paid out. Once.

    Cash that a parcel service collected must have been handed over first (payments.md 3.3), money that a provider took
    back must be decided on, and nothing about the part may be unsettled (keep_back).
    """
    order = session.get_one(Order, part.order_id)
    payments.lock(*order.references)
    if any(row.state in UNDECIDED for row in payments_read.withdrawals_of(*order.references)):
        return False
    is_carriers_cash = order.payment_method == Method.CASH_ON_DELIVERY and part.delivery_way in rules.MARKETS_WAYS
    if is_carriers_cash and not ledger.is_posted(_remitted(part.id)):
        return False
    released = session.execute(
        update(CooperativeOrder)
        .where(
            CooperativeOrder.id == part.id,
            CooperativeOrder.released_at.is_(None),
            CooperativeOrder.held_because == "",
        )
        .values(released_at=clock.now())
        .returning(CooperativeOrder.id)
    ).one_or_none()
    session.refresh(part)
    if released is None:
        return False
    earned = -ledger_read.balance(accounts.cooperative_pending(part.cooperative_id), reference=part.code)
    if earned > 0:
        # Released anew after each time that it was frozen.
        withdrawals = payments_read.withdrawals_of(*order.references)
        frozen = sum(ledger.is_posted(frozen_key(part, row.id)) for row in withdrawals)
        key = f"part:{part.id}:released" + (f":{frozen}" if frozen else "")
        ledger.release(part.cooperative_id, earned, key=key, reference=part.code)
    return True


def refund_lines(
    part: CooperativeOrder,
    order: Order,
    *,
    packs: Mapping[int, int],
    reason: str,
    by: int,
    province_code: str | None = None,
    second: int | None = None,
    cause: str = "",
) -> int:
    """Give back the price of some packs that arrived: so many of each line (by id); gives the sum in đồng.

    The market gives its fee on them back, the cooperative the rest. Never more packs than were sent, whoever asks at the
    same time: raises RefundRefused, and then nothing is given back. Zero when so much of this part would have gone back
    that a second person has to look first. Announces LinesRefunded.
    """
    lock(order.id)
    session.refresh(part)
    if part.state not in HAS_ARRIVED:
        raise RefundRefused(part.code, "not_arrived")
    wanted = {line.id: line for line in part.lines if packs.get(line.id, 0) > 0}
    if second is None and _must_wait(
        part, wanted, packs, reason=reason, by=by, province_code=province_code, cause=cause
    ):
        return 0
    amount = fee = 0
    for line_id, line in sorted(wanted.items()):
        row = _refund_line(line, packs[line_id], reason=reason, by=by, cause=cause)
        amount, fee = amount + row.amount_dong, fee + row.fee_dong
    if not amount:
        raise RefundRefused(part.code, "nothing_chosen")
    legs = ledger.take_from_cooperative(part.cooperative_id, amount - fee, reference=part.code)
    if fee:
        legs.append(Leg(accounts.PLATFORM_FEE, fee))
    refunded = session.scalars(select(LineRefund.id).order_by(LineRefund.id.desc()).limit(1)).one()
    _owe(_paid_with(part, order), amount, key=f"lines:{refunded}", reason=reason, taken_from=legs, by=by)
    announce(LinesRefunded(order.id, part.id, cause, amount))
    return amount


def _paid_with(part: CooperativeOrder, order: Order) -> list[Payment]:
    """The payment of the order, and what was paid on top for heavier goods of this part."""
    main = payments_read.paid_payment_of(order.code) or payments_read.payment_of(order.code)
    return [main, *(one for one in payments_read.payments_of(part.code) if one.state == PaymentState.CONFIRMED)]


def _owe(
    sources: Sequence[Payment], amount_dong: int, *, key: str, reason: str, taken_from: Sequence[Leg], by: int | None
) -> None:
    """Give so much back of these payments, the first one first; raises RefundTooLarge when they hold less."""
    for number, payment in enumerate(sources):
        is_last = number == len(sources) - 1
        share = amount_dong if is_last else min(amount_dong, payment.received_dong - payment.refunded_dong)
        if not share:
            continue
        taken, taken_from = split_legs(taken_from, share)
        payments.request_refund(
            payment,
            amount_dong=share,
            key=f"{key}:{number}" if number else key,
            reason=reason,
            taken_from=taken,
            by=by,
        )
        amount_dong -= share


def _must_wait(
    part: CooperativeOrder,
    wanted: Mapping[int, OrderLine],
    packs: Mapping[int, int],
    *,
    reason: str,
    by: int,
    province_code: str | None,
    cause: str,
) -> bool:
    """Counted with what was given back of this part before, so that many small refunds are one large one."""
    for line_id, line in wanted.items():
        if line.refunded_packs + packs[line_id] > line.quantity:
            raise RefundRefused(line.product_name, "more_than_sent", left=line.quantity - line.refunded_packs)
    asked = sum(
        line.dong_of_packs(line.refunded_packs + packs[line_id]) - line.dong_of_packs(line.refunded_packs)
        for line_id, line in wanted.items()
    )
    return bool(asked) and payments.must_wait(
        Deed.REFUND_LINES,
        subject_id=part.id,
        amount_dong=asked + sum(line.dong_of_packs(line.refunded_packs) for line in part.lines),
        reference=part.code,
        reason=reason,
        by=by,
        province_code=province_code,
        details={"packs": {str(line_id): packs[line_id] for line_id in wanted}, "cause": cause},
    )


def _refund_line(line: OrderLine, packs: int, *, reason: str, by: int, cause: str) -> LineRefund:
    counted = session.execute(
        update(OrderLine)
        .where(OrderLine.id == line.id, OrderLine.refunded_packs + packs <= OrderLine.quantity)
        .values(refunded_packs=OrderLine.refunded_packs + packs)
        .returning(OrderLine.refunded_packs)
    ).one_or_none()
    if counted is None:
        session.refresh(line)
        raise RefundRefused(line.product_name, "more_than_sent", left=line.quantity - line.refunded_packs)
    before, after = counted.refunded_packs - packs, counted.refunded_packs
    row = LineRefund(
        order_line_id=line.id,
        packs=packs,
        amount_dong=line.dong_of_packs(after) - line.dong_of_packs(before),
        # The difference of running shares, so that the last pack closes to the đồng (payments.md 3.5).
        fee_dong=sum(share_of_nth(line.fee_dong, number, line.quantity) for number in range(before + 1, after + 1)),
        reason=reason,
        cause=cause,
        by_id=by,
        at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def pay_otherwise(order: Order, method: Method) -> Payment:
    """Ask for the money in another way. What a provider was asked before has been closed by the caller."""
    payments.lock(order.code)
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update())
    session.refresh(order)
    payment = payments_read.payment_of(order.code)
    if order.state != OrderState.OPEN or order.paid_at is not None or payment.received_dong:
        return payment
    if payment.expires_at is not None and payment.expires_at <= clock.now():
        return payment  # its goods are about to go to somebody else
    payments.cancel(payment)
    order.payment_method = method
    return payments.ask(
        reference=order.code,
        method=method,
        amount_dong=order.live_dong,
        context=payment.context,
        held_since=payment.held_since or payment.created_at,
        renewals=payment.renewals,
    )


def renew_hold(order: Order) -> bool:
    """Hold the goods a while longer, as payments.renew."""
    payments.lock(order.code)
    payment = payments_read.payment_of(order.code)
    session.refresh(payment)
    return payments.renew(payment)


def set_fee_rate(*, valid_from: date, basis_points: int, by: int | None) -> None:
    """From this day on the market keeps so much of goods sold; orders placed before keep the rate they were sold at."""
    row = session.get(FeeRate, valid_from) or FeeRate(valid_from=valid_from)
    row.basis_points, row.by_id, row.at = basis_points, by, clock.now()
    session.add(row)
    session.flush()
    audit.record(
        "orders:fee_rate:set", subject="fee_rate", subject_id=None, by=by, valid_from=valid_from.isoformat(),
        basis_points=basis_points,
    )  # fmt: skip
