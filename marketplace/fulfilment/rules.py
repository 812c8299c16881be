"""What a cooperative may do next with its part of an order, and what its carrier collects."""

from __future__ import annotations

import re

from marketplace.foundation import quantities
from marketplace.foundation.quantities import BaseUnit
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import is_likely
from marketplace.orders.states import PartState
from marketplace.payments.states import Method

_HAS_UNIT = re.compile(r"[^0-9., ]")


def grams_typed(text: str, content: int) -> int | None:
    """What somebody reads off the scales, for a pack of about `content` grams: "1,45" and "1,45 kg" are kilograms,
    "1450" and "1450 g" grams. None when it is neither, or far from what the pack should weigh.
    """
    typed = text.strip()
    for unit in [""] if _HAS_UNIT.search(typed) else ["kg", "g"]:
        try:
            grams = quantities.parse_quantity(typed + unit, BaseUnit.GRAM)
        except quantities.BadQuantity:
            continue
        if is_likely(grams, content):
            return grams
    return None


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
