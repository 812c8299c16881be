"""What can be wrong with a payment."""


class PaymentMoveRefused(Exception):
    """The payment is in a state from which it cannot go where it was sent."""
