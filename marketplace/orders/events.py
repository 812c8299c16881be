"""What happened to orders."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OrderPlaced:
    order_id: int


@dataclass(frozen=True)
class OrderPaid:
    order_id: int


@dataclass(frozen=True)
class PartWeighed:
    """Goods sold by weight were weighed; what they cost, and who pays or gets the difference, stands on the part."""

    order_id: int
    part_id: int


@dataclass(frozen=True)
class SurplusMoved:
    """What becomes of the price of heavier goods has changed."""

    order_id: int
    part_id: int
    surplus: str


@dataclass(frozen=True)
class OrderLapsed:
    """The money did not come in time, and the order was given up. Its parts were cancelled for that."""

    order_id: int


@dataclass(frozen=True)
class PartMoved:
    """One cooperative's part of an order went to another state."""

    order_id: int
    part_id: int
    from_state: str
    to_state: str
    by: int | None


@dataclass(frozen=True)
class LinesRefunded:
    """The price of packs that arrived goes back to the buyer; `cause` is what of another package led to it, if any."""

    order_id: int
    part_id: int
    cause: str
    amount_dong: int
