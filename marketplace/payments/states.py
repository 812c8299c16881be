"""States of a payment with their moves, and the ways to pay."""

from enum import StrEnum


class Method(StrEnum):
    CASH_ON_DELIVERY = "cod"
    VIETQR = "vietqr"


class PaymentState(StrEnum):
    CREATED = "created"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"


MOVES: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.CREATED: frozenset({PaymentState.PENDING, PaymentState.CONFIRMED, PaymentState.CANCELED}),
    PaymentState.PENDING: frozenset(
        {PaymentState.CONFIRMED, PaymentState.FAILED, PaymentState.CANCELED, PaymentState.EXPIRED}
    ),
    # Money is a fact: it may still come in after the end.
    PaymentState.EXPIRED: frozenset({PaymentState.CONFIRMED}),
    PaymentState.CANCELED: frozenset({PaymentState.CONFIRMED}),
    PaymentState.FAILED: frozenset({PaymentState.CONFIRMED}),
    PaymentState.CONFIRMED: frozenset(),
}

UNPAID = frozenset({PaymentState.CREATED, PaymentState.PENDING})
