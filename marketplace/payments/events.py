"""What happened to payments."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PaymentConfirmed:
    """The money for `reference` is there."""

    payment_id: int
    reference: str
    amount_dong: int
    by: int | None
