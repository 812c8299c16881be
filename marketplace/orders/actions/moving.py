"""Moving an order's parts through their lives, with their goods and their money."""

from __future__ import annotations

from sqlalchemy import select, update

from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.inventory import actions as inventory
from marketplace.inventory import queries as inventory_read
from marketplace.orders import rules
from marketplace.orders.actions import money, weighing
from marketplace.orders.actions.locking import lock
from marketplace.orders.errors import LotsStopped, MoveRefused, NotPaidYet, NotWeighedYet, SurplusIsOpen
from marketplace.orders.events import OrderLapsed, PartMoved
from marketplace.orders.models import CooperativeOrder, Order, OrderLine, OrderLineLot, OrderStep
from marketplace.orders.states import (
    GOODS_GIVEN_BACK,
    LEAVES_HOUSE,
    MOVES,
    NEEDS_GOOD_LOTS,
    NOT_PAID_FOR,
    SURPLUS_OPEN,
    OrderState,
    PartState,
)
from marketplace.payments import actions as payments
from marketplace.payments import queries as payments_read
from marketplace.payments.states import Method
from marketplace.traceability import actions as traceability
from marketplace.traceability.actions import balance
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState, MovementKind


def move_part(part: CooperativeOrder, to: PartState, *, by: int | None, reason: str = "") -> None:
    """Move one part; goods of a cancelled or refused part go back on sale and are no longer asked money for.

    Announces PartMoved; raises MoveRefused, NotPaidYet when goods would be packed before they are paid, NotWeighedYet
    before they are weighed, SurplusIsOpen when they would leave before it is settled what they cost, and LotsStopped when
    goods to be packed or sent were held or recalled.
    The second of two clicks, or the slower of two people, changes nothing and is refused.
    """
    # One order's parts move one after the other: the order's state follows from all of them.
    order = lock(part.order_id)
    from_state = part.state
    if not rules.may_move(part.delivery_way, from_state, to):
        raise MoveRefused(part.code, from_state, to)
    if to == PartState.PACKED and order.waits_for_money:
        raise NotPaidYet(order.code)
    if to == PartState.PACKED and part.waits_for_scales:
        raise NotWeighedYet(part.code, from_state, to)
    if to in LEAVES_HOUSE and part.surplus in SURPLUS_OPEN:
        raise SurplusIsOpen(part.code, from_state, to)
    moved = session.execute(
        update(CooperativeOrder)
        .where(CooperativeOrder.id == part.id, CooperativeOrder.state == from_state)
        .values(state=to, reason=reason or CooperativeOrder.reason)
        .returning(CooperativeOrder.id)
    ).one_or_none()
    session.refresh(part)
    if moved is None:
        raise MoveRefused(part.code, part.state, to)
    session.add(
        OrderStep(
            order_id=part.order_id,
            cooperative_order_id=part.id,
            from_state=from_state,
            to_state=to,
            by_id=by,
            reason=reason,
            at=clock.now(),
        )
    )
    if to in GOODS_GIVEN_BACK:
        _give_back(part, rules.buyer_digest(order.phone), by=by)
        weighing.end_surplus(part, by=by)
    if to in NOT_PAID_FOR:
        money.give_back_unused(order, by=by)
    if to in NEEDS_GOOD_LOTS:
        _refuse_stopped_lots(part)
    if to == PartState.SHIPPED:
        _hand_over(part, by=by)
    if to == PartState.DELIVERED:
        traceability.deliver_units(_line_ids(part), by=by)
        money.earn_part(part, order, by=by)
    _follow_parts(part.order_id, by=by)
    announce(PartMoved(part.order_id, part.id, from_state, to, by))


def _give_back(part: CooperativeOrder, buyer_digest: str, *, by: int | None) -> None:
    inventory.lock_offers([line.session_offer_id for line in part.lines if line.session_offer_id is not None])
    for line in sorted(part.lines, key=lambda line: (line.product_id, line.id)):
        for some in line.lots:
            inventory.give_back(
                lot_id=some.lot_id,
                product_id=line.product_id,
                quantity=some.quantity,
                reference=line.hold_reference,
                by=by,
            )
        offer = inventory_read.find_offer(line.session_offer_id) if line.session_offer_id is not None else None
        if offer is not None:
            inventory.put_back(
                offer, packs=line.quantity, buyer_digest=buyer_digest, reference=line.hold_reference, by=by
            )
    traceability.unpack_units(_line_ids(part))


def _hand_over(part: CooperativeOrder, *, by: int | None) -> None:
    for some, line in sorted(_filled(part), key=lambda pair: pair[0].lot_id):
        inventory.hand_over(lot_id=some.lot_id, quantity=some.quantity, reference=line.hold_reference, by=by)
    traceability.ship_units(_line_ids(part), by=by)


def take_pack_of_other_lot(line: OrderLine, *, lot: Lot, instead_of: int, reference: str, by: int | None) -> bool:
    """One pack of the line comes from `lot` instead of the one that was held for it: that is what lay at hand.

    False, and nothing written, when the lot has no pack to spare or is not on sale. Needs the order's row held.
    """
    session.execute(select(Lot.id).where(Lot.id.in_((lot.id, instead_of))).order_by(Lot.id).with_for_update())
    if not balance.change(lot.id, MovementKind.RESERVED, line.content, reference=reference, by=by):
        return False
    inventory.give_back(
        lot_id=instead_of, product_id=line.product_id, quantity=line.content, reference=reference, by=by
    )
    _count_in(line, lot, line.content)
    held = session.get_one(OrderLineLot, (line.id, instead_of), populate_existing=True)
    held.quantity -= line.content
    if not held.quantity:
        session.delete(held)
    session.flush()
    session.expire(line, ["lots"])
    return True


def _count_in(line: OrderLine, lot: Lot, quantity: int) -> None:
    row = session.get(OrderLineLot, (line.id, lot.id), populate_existing=True)
    if row is None:
        session.add(OrderLineLot(order_line_id=line.id, lot_id=lot.id, lot_code=lot.code, quantity=quantity))
    else:
        row.quantity += quantity


def _line_ids(part: CooperativeOrder) -> list[int]:
    return [line.id for line in part.lines]


def _filled(part: CooperativeOrder) -> list[tuple[OrderLineLot, OrderLine]]:
    return [(some, line) for line in part.lines for some in line.lots]


def _refuse_stopped_lots(part: CooperativeOrder) -> None:
    stopped = session.scalars(
        select(Lot.code)
        .where(Lot.id.in_([some.lot_id for some, _ in _filled(part)]), Lot.state != LotState.PUBLISHED)
        .order_by(Lot.id)
    ).all()
    if stopped:
        raise LotsStopped(part.code, list(stopped))


def _follow_parts(order_id: int, *, by: int | None) -> None:
    session.flush()
    order = session.get_one(Order, order_id, populate_existing=True)
    order.state = rules.order_state([part.state for part in order.parts])
    payment = payments_read.payment_of(order.code)
    if order.state == OrderState.CANCELLED:
        payments.cancel(payment)
        money.give_back_unused(order, by=by)
    elif order.live_dong < payment.amount_dong:
        payments.ask_less(payment, amount_dong=order.live_dong)
    if order.state == OrderState.COMPLETED and order.payment_method == Method.CASH_ON_DELIVERY:
        payments.confirm_collected(payment, by=by)  # whoever brought the goods has the cash of each part


def give_up(order: Order, *, reason: str) -> None:
    """The money did not come in time: nothing of the order is sent, and its goods go back on sale. Announces OrderLapsed."""
    lock(order.id)
    order.lapsed_at = clock.now()
    for part in list(order.parts):
        if PartState.CANCELLED in MOVES[part.state]:
            move_part(part, PartState.CANCELLED, by=None, reason=reason)
    announce(OrderLapsed(order.id))
