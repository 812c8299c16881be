"""The rows that one order's changes wait for, in the order in which everybody takes them: its payments, then itself."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.foundation.database import session
from marketplace.orders.models import Order
from marketplace.payments import actions as payments


def lock(order_id: int) -> Order:
    """The order as it is now, which nobody else changes until the transaction ends."""
    order = session.get_one(Order, order_id)
    payments.lock(*order.references)
    return lock_row(order)


def lock_row(order: Order) -> Order:
    """For callers that hold the payment that they are about. Parts, lines and lots are read again with the order: what was
    read before waiting is what somebody else has changed meanwhile."""
    query = select(Order).where(Order.id == order.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()
