"""What must always hold of complaints and reviews; each gives a line per breach."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select

from marketplace.care.models import Complaint, ComplaintLine, Review
from marketplace.care.rules import HELD_BECAUSE
from marketplace.care.states import OPEN
from marketplace.catalogue.models import Product
from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder, LineRefund, Order
from marketplace.orders.rules import MARKETS_WAYS
from marketplace.payments.states import Method


def money_released_too_early() -> list[str]:
    """Invariant: the money of a part waits while a complaint about it is open, and for nothing else.

    Cash that the cooperative took at the door never lay with the market.
    """
    is_own_cash = and_(
        Order.payment_method == Method.CASH_ON_DELIVERY, CooperativeOrder.delivery_way.not_in(MARKETS_WAYS)
    )
    rows = session.execute(
        select(CooperativeOrder.code, Complaint.code, CooperativeOrder.held_because)
        .select_from(CooperativeOrder)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .outerjoin(Complaint, and_(Complaint.cooperative_order_id == CooperativeOrder.id, Complaint.state.in_(OPEN)))
        .where(
            or_(
                and_(Complaint.id.is_not(None), CooperativeOrder.held_because != HELD_BECAUSE),
                and_(Complaint.id.is_(None), CooperativeOrder.held_because == HELD_BECAUSE),
                and_(CooperativeOrder.released_at > Complaint.opened_at, ~is_own_cash),
            )
        )
        .order_by(CooperativeOrder.id)
    )
    return [
        f"the money of {part} is held because of “{held}” while complaint {complaint or 'none'} is open"
        for part, complaint, held in rows
    ]


def complaints_paid_otherwise() -> list[str]:
    """Invariant: what complaints count as paid back is what the refunds of their lines say."""
    cause = "complaint:"
    refunds = session.execute(
        select(LineRefund.cause, LineRefund.order_line_id, func.sum(LineRefund.packs), func.sum(LineRefund.amount_dong))
        .where(LineRefund.cause.startswith(cause))
        .group_by(LineRefund.cause, LineRefund.order_line_id)
    )
    refunded: dict[tuple[int, int], int] = {}
    amounts: dict[int, int] = {}
    for name, line_id, packs, amount in refunds:
        complaint_id = int(name.removeprefix(cause))
        refunded[complaint_id, line_id] = int(packs)
        amounts[complaint_id] = amounts.get(complaint_id, 0) + int(amount)
    counted = session.execute(
        select(ComplaintLine.complaint_id, ComplaintLine.order_line_id, ComplaintLine.refunded_packs).where(
            ComplaintLine.refunded_packs > 0
        )
    )
    packs_of = {(complaint_id, line_id): packs for complaint_id, line_id, packs in counted}
    paid = session.execute(select(Complaint.id, Complaint.refunded_dong).where(Complaint.refunded_dong > 0))
    money = {row.id: row.refunded_dong for row in paid}
    return [
        *(
            f"complaint {key[0]} counts {packs_of.get(key, 0)} packs of line {key[1]} as paid back, refunds say"
            f" {refunded.get(key, 0)}"
            for key in sorted(refunded.keys() | packs_of.keys())
            if refunded.get(key, 0) != packs_of.get(key, 0)
        ),
        *(
            f"complaint {one} counts {money.get(one, 0)} đồng as paid back, refunds say {amounts.get(one, 0)}"
            for one in sorted(amounts.keys() | money.keys())
            if amounts.get(one, 0) != money.get(one, 0)
        ),
    ]


def reviews_counted_otherwise() -> list[str]:
    """Invariant: a product counts the reviews that stand there, and their stars."""
    standing = (
        select(Review.product_id, func.count().label("reviews"), func.sum(Review.stars).label("stars"))
        .where(Review.taken_down_at.is_(None))
        .group_by(Review.product_id)
        .subquery()
    )
    reviews, stars = func.coalesce(standing.c.reviews, 0), func.coalesce(standing.c.stars, 0)
    rows = session.execute(
        select(Product.slug, Product.review_count, Product.review_stars, reviews, stars)
        .outerjoin(standing, standing.c.product_id == Product.id)
        .where(or_(Product.review_count != reviews, Product.review_stars != stars))
        .order_by(Product.id)
    )
    return [
        f"product {slug} counts {count} reviews with {sum_} stars, and has {int(has)} with {int(had)}"
        for slug, count, sum_, has, had in rows
    ]
