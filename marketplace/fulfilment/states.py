"""The heaps into which a cooperative sorts its orders, and what is ticked off on packing day."""

from enum import StrEnum

from marketplace.orders.states import PartState


class Heap(StrEnum):
    """Values stand in addresses."""

    TO_CONFIRM = "cho-xac-nhan"
    TO_PACK = "can-dong-goi"
    PACKED = "da-dong-goi"
    ON_THE_WAY = "dang-giao"
    DONE = "da-giao"
    CANCELLED = "da-huy"


HEAPS: dict[Heap, frozenset[PartState]] = {
    Heap.TO_CONFIRM: frozenset({PartState.PENDING}),
    Heap.TO_PACK: frozenset({PartState.CONFIRMED}),
    Heap.PACKED: frozenset({PartState.PACKED}),
    Heap.ON_THE_WAY: frozenset({PartState.AT_HUB, PartState.SHIPPED}),
    Heap.DONE: frozenset({PartState.DELIVERED, PartState.COMPLETED}),
    Heap.CANCELLED: frozenset({PartState.CANCELLED, PartState.REFUSED, PartState.LOST}),
}

# Packs are put into the parcel, and taken out again, until it leaves.
CAN_BE_FILLED = frozenset({PartState.PENDING, PartState.CONFIRMED, PartState.PACKED})

# What is worked stands oldest first; what is over, newest first.
OVER = frozenset({Heap.DONE, Heap.CANCELLED})


class Tick(StrEnum):
    """Packs are fetched from their lot for all parcels together, then laid into each parcel."""

    FETCHED = "fetched"
    LAID_IN = "laid_in"


# What goes out today: to be packed, or packed and waiting for whoever takes it along.
OF_THE_DAY = (PartState.CONFIRMED, PartState.PACKED)


class CarrierState(StrEnum):
    """What a carrier says of a parcel, in our words."""

    ON_THE_WAY = "on_the_way"
    DELIVERED = "delivered"
    RETURNED = "returned"


class Outcome(StrEnum):
    """What a row of a carrier's file means for a parcel."""

    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    NUMBER_CHANGED = "number_changed"
    UNCHANGED = "unchanged"
    # Below: nothing of the file is taken in.
    UNKNOWN_PART = "unknown_part"
    NO_NUMBER = "no_number"
    UNKNOWN_STATE = "unknown_state"
    TWICE = "twice"
    NOT_PACKED = "not_packed"
    IS_OVER = "is_over"
    COMES_BACK = "comes_back"
    GOES_OVER_HUB = "goes_over_hub"
    LOT_STOPPED = "lot_stopped"
    MOVED_MEANWHILE = "moved_meanwhile"


FINE = frozenset({Outcome.HANDED_OVER, Outcome.DELIVERED, Outcome.NUMBER_CHANGED, Outcome.UNCHANGED})


class RemittanceState(StrEnum):
    """What a line of a carrier's statement is to us. Those that differ or are unknown wait for an officer."""

    MATCHED = "matched"
    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN = "unknown"
    ALREADY = "already"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


REMITTED = frozenset({RemittanceState.MATCHED, RemittanceState.ACCEPTED})
TO_DECIDE = frozenset({RemittanceState.AMOUNT_DIFFERS, RemittanceState.UNKNOWN})
