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
    AT_HUB = "at_hub"  # brought to a collecting place of the alliance, from where it goes on with other parts
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    LOST = "lost"  # left the house and never arrived; nobody pays for it, and nothing goes back on sale


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
    PartState.PACKED: frozenset({PartState.AT_HUB, PartState.SHIPPED, PartState.REFUSED}),
    PartState.AT_HUB: frozenset({PartState.SHIPPED, PartState.REFUSED}),
    PartState.SHIPPED: frozenset({PartState.DELIVERED, PartState.LOST}),
    PartState.DELIVERED: frozenset({PartState.COMPLETED}),
    PartState.COMPLETED: frozenset(),
    PartState.CANCELLED: frozenset(),
    PartState.REFUSED: frozenset(),
    PartState.LOST: frozenset(),
}

OVER = frozenset({PartState.COMPLETED, PartState.CANCELLED, PartState.REFUSED, PartState.LOST})
GOODS_GIVEN_BACK = frozenset({PartState.CANCELLED, PartState.REFUSED})
NOT_PAID_FOR = GOODS_GIVEN_BACK | {PartState.LOST}
# Goods are weighed from when they are taken in hand until they leave.
CAN_BE_WEIGHED = frozenset({PartState.CONFIRMED, PartState.PACKED})
# Nothing is promised, packed or sent from a lot that was held or recalled after it was ordered.
NEEDS_GOOD_LOTS = frozenset({PartState.CONFIRMED, PartState.PACKED, PartState.AT_HUB, PartState.SHIPPED})
CAN_TAKE_OTHER_LOTS = frozenset({PartState.PENDING, PartState.CONFIRMED, PartState.PACKED})
# Goods leave the house only when it is settled what they cost.
LEAVES_HOUSE = frozenset({PartState.AT_HUB, PartState.SHIPPED})
HAS_LEFT = frozenset({PartState.SHIPPED, PartState.DELIVERED, PartState.COMPLETED, PartState.LOST})
HAS_ARRIVED = frozenset({PartState.DELIVERED, PartState.COMPLETED})
