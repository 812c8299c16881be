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
    Heap.ON_THE_WAY: frozenset({PartState.SHIPPED}),
    Heap.DONE: frozenset({PartState.DELIVERED, PartState.COMPLETED}),
    Heap.CANCELLED: frozenset({PartState.CANCELLED, PartState.REFUSED}),
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
