"""What orders do when money comes."""

from __future__ import annotations

from marketplace.orders import actions
from marketplace.payments.events import PaymentConfirmed


def on_payment_confirmed(event: PaymentConfirmed) -> None:
    actions.mark_paid(event.reference)
