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


class Surplus(StrEnum):
    """What becomes of the price of goods that weigh more than was said when they were ordered."""

    NONE = "none"
    UNDECIDED = "undecided"  # the cooperative gives it free, or asks the buyer for it
    ASKED = "asked"
    DECLINED = "declined"  # the buyer does not want to pay it
    LAPSED = "lapsed"  # he did not answer in time
    PAID = "paid"
    AT_THE_DOOR = "at_the_door"  # collected with the rest, within what was said when they were ordered
    WAIVED = "waived"


# The cooperative has to say what it does: give it free, ask (again), or weigh other goods.
SURPLUS_TO_DECIDE = frozenset({Surplus.UNDECIDED, Surplus.DECLINED, Surplus.LAPSED})
# Nothing leaves before it is settled.
SURPLUS_OPEN = SURPLUS_TO_DECIDE | {Surplus.ASKED}

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
# Goods are weighed from when they are taken in hand until they leave.
CAN_BE_WEIGHED = frozenset({PartState.CONFIRMED, PartState.PACKED})
# Nothing is promised, packed or sent from a lot that was held or recalled after it was ordered.
NEEDS_GOOD_LOTS = frozenset({PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED})
CAN_TAKE_OTHER_LOTS = frozenset({PartState.PENDING, PartState.CONFIRMED, PartState.PACKED})
HAS_LEFT = frozenset({PartState.SHIPPED, PartState.DELIVERED, PartState.COMPLETED})
HAS_ARRIVED = frozenset({PartState.DELIVERED, PartState.COMPLETED})
