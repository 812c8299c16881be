"""Finding orders: by their buyer, by a cooperative, by an officer; each only his own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_, select, tuple_

from marketplace.foundation.database import session
from marketplace.inventory.models import SessionOffer
from marketplace.inventory.queries import held_for_offers
from marketplace.ledger import queries as ledger
from marketplace.ledger.models import LedgerJournal
from marketplace.ledger.rules import ORDER_CLEARING
from marketplace.orders import rules
from marketplace.orders.models import CooperativeOrder, FeeRate, Order, OrderLine, OrderLineLot, OrderStep
from marketplace.orders.states import (
    GOODS_GIVEN_BACK,
    HAS_LEFT,
    MOVES,
    NOT_PAID_FOR,
    OVER,
    SURPLUS_OPEN,
    OrderState,
    PartState,
    Surplus,
)
from marketplace.payments.models import Payment
from marketplace.payments.queries import is_withdrawn
from marketplace.payments.states import UNPAID, Method
from marketplace.traceability.models import Lot, Unit
from marketplace.traceability.queries.handing import held_for_transfers


def find_order(code: str) -> Order | None:
    """For callers that have checked a signed link, a phone number or the buyer's session."""
    return session.scalar(select(Order).where(Order.code == code))


def find_order_of(reference: str) -> Order | None:
    """The order for which a payment is asked."""
    return find_order(rules.order_code_of(reference))


def find_part_by_code(code: str) -> CooperativeOrder | None:
    return session.scalar(select(CooperativeOrder).where(CooperativeOrder.code == code))


def find_by_token(checkout_token: str) -> Order | None:
    """The order that this checkout page already made."""
    return session.scalar(select(Order).where(Order.checkout_token == checkout_token))


def find_order_by_phone(code: str, phone: str) -> Order | None:
    """The order only if both belong together."""
    return session.scalar(select(Order).where(Order.code == code, Order.phone == phone))


def orders_of(person_id: int, *, limit: int = 50, offset: int = 0) -> list[Order]:
    """Newest first."""
    query = select(Order).where(Order.person_id == person_id).order_by(Order.placed_at.desc(), Order.id.desc())
    return list(session.scalars(query.limit(limit).offset(offset)))


def latest_order_of(person_id: int) -> Order | None:
    return next(iter(orders_of(person_id, limit=1)), None)


def count_orders_of(person_id: int) -> int:
    return session.scalar(select(func.count()).select_from(Order).where(Order.person_id == person_id)) or 0


def find_part_of(order: Order, part_id: int) -> CooperativeOrder | None:
    return next((part for part in order.parts if part.id == part_id), None)


def surplus_payments(order: Order) -> dict[int, Payment]:
    """What is asked on top for heavier goods now, by the id of the part."""
    asked = {part.surplus_payment_id: part.id for part in order.parts if part.surplus == Surplus.ASKED}
    if not asked:
        return {}
    found = session.scalars(select(Payment).where(Payment.id.in_(asked), Payment.state.in_(UNPAID)))
    return {asked[payment.id]: payment for payment in found}


def find_part(cooperative_id: int, code: str) -> tuple[CooperativeOrder, Order] | None:
    """A part through the cooperative that works it."""
    row = session.execute(
        select(CooperativeOrder, Order)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(CooperativeOrder.cooperative_id == cooperative_id, CooperativeOrder.code == code)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def parts_of(
    cooperative_id: int,
    states: Collection[PartState],
    *,
    newest_first: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> list[tuple[CooperativeOrder, Order]]:
    """Oldest first unless told: what waits longest is worked first."""
    rows = session.execute(
        select(CooperativeOrder, Order)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(CooperativeOrder.cooperative_id == cooperative_id, CooperativeOrder.state.in_(states))
        .order_by(*((row.desc() if newest_first else row) for row in (Order.placed_at, CooperativeOrder.id)))
        .limit(limit)
        .offset(offset)
    )
    return [(part, order) for part, order in rows]


def count_parts(cooperative_id: int) -> dict[PartState, int]:
    rows = session.execute(
        select(CooperativeOrder.state, func.count().label("parts"))
        .where(CooperativeOrder.cooperative_id == cooperative_id)
        .group_by(CooperativeOrder.state)
    )
    return {row.state: row.parts for row in rows}


def steps_of(order_id: int) -> list[OrderStep]:
    return list(session.scalars(select(OrderStep).where(OrderStep.order_id == order_id).order_by(OrderStep.id)))


def fee_basis_points(on: date) -> int:
    """What the market keeps of goods sold on this day; nothing before the first rate is set."""
    query = select(FeeRate.basis_points).where(FeeRate.valid_from <= on).order_by(FeeRate.valid_from.desc()).limit(1)
    return session.scalar(query) or 0


def parts_to_release(delivered_before: datetime) -> list[int]:
    """Parts whose buyers can no longer complain and whose money nobody has released; cash that a parcel service
    collected has to be handed over first."""
    return list(
        session.scalars(
            select(CooperativeOrder.id)
            .join(Order, Order.id == CooperativeOrder.order_id)
            .where(
                CooperativeOrder.delivered_at < delivered_before,
                CooperativeOrder.released_at.is_(None),
                CooperativeOrder.held_because == "",
                ~is_withdrawn(Order.code),
                ~is_withdrawn(CooperativeOrder.code),
                or_(
                    Order.payment_method != Method.CASH_ON_DELIVERY,
                    CooperativeOrder.delivery_way.not_in(rules.MARKETS_WAYS),
                    _is_remitted(),
                ),
            )
            .order_by(CooperativeOrder.id)
        )
    )


def _is_remitted() -> ColumnElement[bool]:
    key = literal("part:") + cast(CooperativeOrder.id, String) + literal(":remitted")
    return select(LedgerJournal.id).where(LedgerJournal.key == key).exists()


def open_cash_dong(phone: str) -> int:
    """What this phone's orders have still to pay in cash."""
    rows = session.scalars(
        select(Order).where(
            Order.phone == phone,
            Order.payment_method == Method.CASH_ON_DELIVERY,
            Order.state == OrderState.OPEN,
        )
    )
    return sum(order.live_dong for order in rows)


def orders_settled_otherwise() -> list[str]:
    """Invariant: the ledger holds for an order what is paid for its parts that are still to be brought, no more, and
    nothing once it is over. What a provider took back may stand there until somebody says who bears it."""
    held = dict(ledger.open_references(ORDER_CLEARING))
    paid = session.scalars(select(Order).where(Order.paid_at.is_not(None), Order.state == OrderState.OPEN))
    wanted = {
        order.code: -sum(part.total_dong for part in order.parts if part.state in rules.WAITS_FOR_GOODS)
        for order in paid
        if order.payment_method != Method.CASH_ON_DELIVERY
    }
    partly = select(Payment.reference).where(Payment.received_dong > 0, Payment.state.in_(UNPAID))
    open_codes = set(session.scalars(partly)) | set(session.scalars(select(Order.code).where(is_withdrawn(Order.code))))
    return [
        f"order {code} has {-held.get(code, 0)} in the ledger and needs {-wanted.get(code, 0)}"
        for code in sorted((held.keys() | wanted.keys()) - open_codes)
        if held.get(code, 0) != wanted.get(code, 0)
    ]


def cash_released_unseen() -> list[str]:
    """Invariant: nobody may be paid out of cash that its carrier has not handed over."""
    rows = session.scalars(
        select(CooperativeOrder.code)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(
            CooperativeOrder.released_at.is_not(None),
            CooperativeOrder.delivery_way.in_(rules.MARKETS_WAYS),
            Order.payment_method == Method.CASH_ON_DELIVERY,
            ~_is_remitted(),
        )
        .order_by(CooperativeOrder.id)
    )
    return [f"part {code} is released, and its cash is still with the carrier" for code in rows]


def histories_that_break() -> list[str]:
    """Invariant: each part came to its state by allowed moves, one after the other, and its order follows its parts."""
    before = func.lag(OrderStep.to_state).over(partition_by=OrderStep.cooperative_order_id, order_by=OrderStep.id)
    after = func.lead(OrderStep.id).over(partition_by=OrderStep.cooperative_order_id, order_by=OrderStep.id)
    steps = select(
        OrderStep.cooperative_order_id.label("part_id"),
        OrderStep.from_state,
        OrderStep.to_state,
        before.label("before"),
        after.label("after"),
    ).subquery()
    allowed = [("", PartState.PENDING), (PartState.CANCELLED, PartState.PENDING)]  # placed, or taken up again
    allowed += [(start, end) for start, ends in MOVES.items() for end in sorted(ends)]
    is_broken = or_(
        steps.c.from_state != func.coalesce(steps.c.before, ""),
        tuple_(steps.c.from_state, steps.c.to_state).not_in(allowed),
        and_(steps.c.after.is_(None), steps.c.to_state != cast(CooperativeOrder.state, String)),
    )
    parts = (
        select(CooperativeOrder.code)
        .outerjoin(steps, steps.c.part_id == CooperativeOrder.id)
        .where(or_(steps.c.part_id.is_(None), is_broken))
        .distinct()
        .order_by(CooperativeOrder.code)
    )
    going_on = func.sum(case((CooperativeOrder.state.in_(OVER), 0), else_=1))
    sent = func.sum(case((CooperativeOrder.state.in_(NOT_PAID_FOR), 0), else_=1))
    wanted = case((sent == 0, OrderState.CANCELLED), (going_on == 0, OrderState.COMPLETED), else_=OrderState.OPEN)
    orders = (
        select(Order.code)
        .join(CooperativeOrder, CooperativeOrder.order_id == Order.id)
        .group_by(Order.id, Order.code, Order.state)
        .having(cast(Order.state, String) != wanted)
        .order_by(Order.id)
    )
    return [
        *(f"part {code} did not come to its state by allowed moves" for code in session.scalars(parts)),
        *(f"order {code} does not follow its parts" for code in session.scalars(orders)),
    ]


def totals_that_disagree() -> list[str]:
    """Invariant: an order costs its goods and its delivery, and so do its parts, and so do their lines."""
    parts = (
        select(
            CooperativeOrder.order_id,
            func.sum(CooperativeOrder.goods_dong).label("goods"),
            func.sum(CooperativeOrder.delivery_dong).label("delivery"),
        )
        .group_by(CooperativeOrder.order_id)
        .subquery()
    )
    orders = session.scalars(
        select(Order.code)
        .outerjoin(parts, parts.c.order_id == Order.id)
        .where(
            or_(
                parts.c.order_id.is_(None),
                parts.c.goods != Order.goods_dong,
                parts.c.delivery != Order.delivery_dong,
                Order.total_dong != Order.goods_dong + Order.delivery_dong,
            )
        )
        .order_by(Order.id)
    )
    lines = (
        select(
            OrderLine.cooperative_order_id.label("part_id"),
            func.sum(func.coalesce(OrderLine.packed_dong, OrderLine.price_dong * OrderLine.quantity)).label("goods"),
        )
        .group_by(OrderLine.cooperative_order_id)
        .subquery()
    )
    of_parts = session.scalars(
        select(CooperativeOrder.code)
        .outerjoin(lines, lines.c.part_id == CooperativeOrder.id)
        .where(or_(lines.c.part_id.is_(None), lines.c.goods != CooperativeOrder.goods_dong))
        .order_by(CooperativeOrder.id)
    )
    return [
        *(f"order {code} does not cost what its parts cost" for code in orders),
        *(f"part {code} does not cost what its lines cost" for code in of_parts),
    ]


def goods_weighed_otherwise() -> list[str]:
    """Invariant: goods sold by weight are charged by what they weigh, never above what was said when they were ordered,
    and none leave before they are weighed and the difference is settled."""
    rows = session.execute(
        select(CooperativeOrder, OrderLine)
        .join(OrderLine, OrderLine.cooperative_order_id == CooperativeOrder.id)
        .where(OrderLine.kilogram_dong.is_not(None))
        .order_by(OrderLine.id)
    )
    found = []
    for part, line in rows:
        if part.state in HAS_LEFT and (line.packed_grams is None or part.surplus in SURPLUS_OPEN):
            found.append(
                f"line {line.id} of {part.code} has left and is {part.surplus}, weighed as {line.packed_grams}"
            )
        if line.packed_grams is None:
            continue
        if line.packed_grams != sum(line.weights) or len(line.weights) != line.quantity:
            found.append(f"line {line.id} of {part.code} weighs {line.packed_grams}, its packs {line.weights}")
        if line.amount_dong > line.dong_for(line.packed_grams):
            found.append(f"line {line.id} of {part.code} costs {line.amount_dong} for {line.packed_grams} g")
    return found


def _is_live() -> ColumnElement[bool]:
    return CooperativeOrder.state.not_in(GOODS_GIVEN_BACK)


def lines_without_their_lots() -> list[str]:
    """Invariant: every line that is sent or will be is filled from lots, to the last pack, or gram when it was weighed."""
    filled = func.coalesce(func.sum(OrderLineLot.quantity), 0)
    wanted = func.coalesce(OrderLine.packed_grams, OrderLine.quantity * OrderLine.content)
    rows = session.execute(
        select(CooperativeOrder.code, OrderLine.id, filled, wanted)
        .join(OrderLine, OrderLine.cooperative_order_id == CooperativeOrder.id)
        .outerjoin(OrderLineLot, OrderLineLot.order_line_id == OrderLine.id)
        .where(_is_live())
        .group_by(CooperativeOrder.code, OrderLine.id, OrderLine.quantity, OrderLine.content, OrderLine.packed_grams)
        .having(filled != wanted)
        .order_by(OrderLine.id)
    )
    return [f"line {line} of {code} is filled with {have} instead of {wanted}" for code, line, have, wanted in rows]


def lots_sold_otherwise() -> list[str]:
    """Invariant: what a lot holds for orders, and has sold to them, is what stands in orders that are not given up.

    What it holds for another cooperative that takes goods over, or for a session, is no order's.
    """
    has_left = CooperativeOrder.state.in_(HAS_LEFT)
    ordered = (
        select(
            OrderLineLot.lot_id,
            func.sum(case((has_left, 0), else_=OrderLineLot.quantity)).label("held"),
            func.sum(case((has_left, OrderLineLot.quantity), else_=0)).label("left"),
        )
        .join(OrderLine, OrderLine.id == OrderLineLot.order_line_id)
        .join(CooperativeOrder, CooperativeOrder.id == OrderLine.cooperative_order_id)
        .where(_is_live())
        .group_by(OrderLineLot.lot_id)
        .subquery()
    )
    transfers, offers = held_for_transfers(), held_for_offers()
    held = (
        func.coalesce(ordered.c.held, 0) + func.coalesce(transfers.c.quantity, 0) + func.coalesce(offers.c.quantity, 0)
    )
    left = func.coalesce(ordered.c.left, 0)
    sold = Lot.sold - Lot.bulk_sold - Lot.labelled_sold
    rows = session.execute(
        select(Lot.code, Lot.reserved, held, sold, left)
        .outerjoin(ordered, ordered.c.lot_id == Lot.id)
        .outerjoin(transfers, transfers.c.lot_id == Lot.id)
        .outerjoin(offers, offers.c.lot_id == Lot.id)
        .where(or_(Lot.reserved != held, sold != left))
        .order_by(Lot.id)
    )
    return [
        f"lot {code} holds {reserved} for orders that say {int(wanted)}, and sold {sold} to orders that say {int(sent)}"
        for code, reserved, wanted, sold, sent in rows
    ]


def session_goods_sold_otherwise() -> list[str]:
    """Invariant: orders that stand hold what session offers count as sold, at their prices."""
    bought = (
        select(
            OrderLine.session_offer_id,
            func.sum(OrderLine.quantity).label("packs"),
            func.min(OrderLine.price_dong).label("least"),
            func.max(OrderLine.price_dong).label("most"),
        )
        .join(CooperativeOrder, CooperativeOrder.id == OrderLine.cooperative_order_id)
        .where(_is_live(), OrderLine.session_offer_id.is_not(None))
        .group_by(OrderLine.session_offer_id)
        .subquery()
    )
    packs, price = func.coalesce(bought.c.packs, 0), SessionOffer.price_dong
    rows = session.execute(
        select(SessionOffer.id, SessionOffer.sold, packs, price, bought.c.least, bought.c.most)
        .outerjoin(bought, bought.c.session_offer_id == SessionOffer.id)
        .where(or_(SessionOffer.sold != packs, bought.c.least != price, bought.c.most != price))
        .order_by(SessionOffer.id)
    )
    return [
        f"offer {offer} sold {sold} at {at}; orders say {int(ordered)} at {least} to {most}"
        for offer, sold, ordered, at, least, most in rows
    ]


def packs_packed_otherwise() -> list[str]:
    """Invariant: packs with a serial lie in parcels that are sent, and no more of a lot than the line takes of it."""
    packed = (
        select(Unit.order_line_id, Unit.lot_id, func.sum(Unit.content).label("quantity"))
        .where(Unit.order_line_id.is_not(None))
        .group_by(Unit.order_line_id, Unit.lot_id)
        .subquery()
    )
    rows = session.execute(
        select(packed.c.order_line_id, CooperativeOrder.code, packed.c.quantity, OrderLineLot.quantity)
        .select_from(packed)
        .outerjoin(OrderLine, OrderLine.id == packed.c.order_line_id)
        .outerjoin(CooperativeOrder, CooperativeOrder.id == OrderLine.cooperative_order_id)
        .outerjoin(
            OrderLineLot,
            and_(OrderLineLot.order_line_id == packed.c.order_line_id, OrderLineLot.lot_id == packed.c.lot_id),
        )
        .where(or_(packed.c.quantity > func.coalesce(OrderLineLot.quantity, 0), ~_is_live()))
        .order_by(packed.c.order_line_id)
    )
    return [
        f"line {line} of {code} has packs with {int(packed)} of a lot of which it takes {taken or 0}"
        for line, code, packed, taken in rows
    ]
