"""What can be wrong with a payment."""


class PaymentMoveRefused(Exception):
    """The payment or refund is in a state from which it cannot go where it was sent."""


class RefundTooLarge(Exception):
    """More would go back than came in and is not on its way back already."""

    def __init__(self, payment_id: int, *, asked_dong: int, left_dong: int) -> None:
        super().__init__(f"payment {payment_id}: {asked_dong} asked back, {left_dong} left to give back")
        self.payment_id, self.asked_dong, self.left_dong = payment_id, asked_dong, left_dong


class AccountMissing(Exception):
    """The buyer has not said yet where he wants his money."""


class ApprovalOver(Exception):
    """Somebody granted or refused this before."""


class PayoutRefused(Exception):
    """`reason` is known (this number is booked) or more_than_held (`held_dong` is all that the provider holds)."""

    def __init__(self, reason: str, *, held_dong: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.held_dong = reason, held_dong


class MissingChanged(Exception):
    """More or less is missing of the payment than whoever decided has read."""


class MatchRefused(Exception):
    """This movement is matched already, or is none that could pay for this."""
