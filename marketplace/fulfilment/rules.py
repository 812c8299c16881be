"""What a cooperative may do next with its part of an order, and what its carrier collects."""

from __future__ import annotations

import re
from collections.abc import Sequence

from marketplace.foundation import quantities
from marketplace.foundation.money import split_dong
from marketplace.foundation.quantities import BaseUnit
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import HUB_WAYS, is_likely
from marketplace.orders.states import NOT_PAID_FOR, PartState
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


# domain.md 6.4: what is cold may be away from home for a day, fresh goods for two.
_COLD_HOURS, _FRESH_HOURS = 24, 48
_FRESH_DAYS = 12  # goods that keep no longer than this are fresh


def hours_at_hub(*, is_cold: bool, shelf_life_days: int) -> int | None:
    """How long goods may lie at a collecting place; None when that does not matter."""
    if is_cold:
        return _COLD_HOURS
    return _FRESH_HOURS if shelf_life_days <= _FRESH_DAYS else None


def share_remittance(
    parts: Sequence[tuple[CooperativeOrder, Order]], *, collected_dong: int, shipping_dong: int, fee_dong: int
) -> list[tuple[int, int, int]]:
    """(collected, shipping, fee) of each part of one parcel, by largest remainder so that they add up to what was paid.

    Cash that is what we expect is each part's own; shipping goes by what the market took for carrying.
    """
    wanted = [cash_of(part, order) for part, order in parts]
    totals = [max(1, part.total_dong) for part, _order in parts]
    carriage = [part.carriage_dong for part, _order in parts]
    cash = wanted if sum(wanted) == collected_dong else split_dong(collected_dong, totals)
    shipping = split_dong(shipping_dong, carriage if sum(carriage) else totals)
    return list(zip(cash, shipping, split_dong(fee_dong, totals), strict=True))


def cash_of(part: CooperativeOrder, order: Order) -> int:
    """What whoever brings the goods to the buyer collects in cash for this part."""
    if part.state in NOT_PAID_FOR:
        return 0
    return part.total_dong if order.payment_method == Method.CASH_ON_DELIVERY else 0


def taken_for_carrying(part: CooperativeOrder) -> int:
    """What stands ready to pay the carrier once this part has arrived (docs/decisions/delivery.md)."""
    return 0 if part.state in NOT_PAID_FOR else part.carriage_dong


def collected_dong(part: CooperativeOrder, order: Order) -> int:
    """What is collected for the cooperative's own parcel; over a collecting place it is collected for all together."""
    return 0 if part.delivery_way in HUB_WAYS else cash_of(part, order)
