"""States of an order and of its parts, with their moves."""

from enum import StrEnum


class OrderState(StrEnum):
    """Follows its parts: open while any part is under way."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class PartState(StrEnum):
    """The part of an order that one cooperative packs and sends."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


MOVES: dict[PartState, frozenset[PartState]] = {
    PartState.PENDING: frozenset({PartState.CONFIRMED, PartState.CANCELLED, PartState.REFUSED}),
    PartState.CONFIRMED: frozenset({PartState.PACKED, PartState.CANCELLED, PartState.REFUSED}),
    PartState.PACKED: frozenset({PartState.SHIPPED, PartState.REFUSED}),
    PartState.SHIPPED: frozenset({PartState.DELIVERED}),
    PartState.DELIVERED: frozenset({PartState.COMPLETED}),
    PartState.COMPLETED: frozenset(),
    PartState.CANCELLED: frozenset(),
    PartState.REFUSED: frozenset(),
}

OVER = frozenset({PartState.COMPLETED, PartState.CANCELLED, PartState.REFUSED})
GOODS_GIVEN_BACK = frozenset({PartState.CANCELLED, PartState.REFUSED})
# Nothing is packed or sent from a lot that was held or recalled after it was ordered.
NEEDS_GOOD_LOTS = frozenset({PartState.PACKED, PartState.SHIPPED})
HAS_LEFT = frozenset({PartState.SHIPPED, PartState.DELIVERED, PartState.COMPLETED})
HAS_ARRIVED = frozenset({PartState.DELIVERED, PartState.COMPLETED})
