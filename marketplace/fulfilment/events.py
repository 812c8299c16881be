"""What happened while orders were worked off."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CashRemitted:
    """A carrier has paid out what it collected for a part, less shipping and its fee. `key` is the same for ever for
    this part, so that nobody books it twice."""

    part_id: int
    carrier: str
    collected_dong: int
    shipping_dong: int
    fee_dong: int
    key: str
