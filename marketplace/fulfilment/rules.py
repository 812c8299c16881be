"""What a cooperative may do next with its part of an order, and what its carrier collects."""

from __future__ import annotations

from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments.states import Method

NEXT = {
    PartState.PENDING: PartState.CONFIRMED,
    PartState.CONFIRMED: PartState.PACKED,
    PartState.PACKED: PartState.SHIPPED,
    PartState.SHIPPED: PartState.DELIVERED,
    PartState.DELIVERED: PartState.COMPLETED,
}


def collected_dong(part: CooperativeOrder, order: Order) -> int:
    """What whoever brings the parcel collects in cash."""
    return part.total_dong if order.payment_method == Method.CASH_ON_DELIVERY else 0
