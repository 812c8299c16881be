"""States of payments, refunds and notices with their moves, and the ways to pay."""

from enum import StrEnum


class Method(StrEnum):
    CASH_ON_DELIVERY = "cod"
    VIETQR = "vietqr"
    CARD = "card"


class HoldContext(StrEnum):
    """Where goods are held for a payment; how long follows from it."""

    SHOP = "shop"
    FAIR = "fair"  # many want the same few goods within minutes
    SURPLUS = "surplus"  # goods weigh more than was paid for, and wait for the buyer's answer


class PaymentState(StrEnum):
    CREATED = "created"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"
    MISMATCH = "mismatch"  # paid, but not what was asked: another amount, currency or order


_MONEY_IS_A_FACT = frozenset({PaymentState.CONFIRMED, PaymentState.MISMATCH})

MOVES: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.CREATED: _MONEY_IS_A_FACT | {PaymentState.PENDING, PaymentState.CANCELED, PaymentState.EXPIRED},
    PaymentState.PENDING: _MONEY_IS_A_FACT | {PaymentState.FAILED, PaymentState.CANCELED, PaymentState.EXPIRED},
    # It may still come in after the end.
    PaymentState.EXPIRED: _MONEY_IS_A_FACT,
    PaymentState.CANCELED: _MONEY_IS_A_FACT,
    PaymentState.FAILED: _MONEY_IS_A_FACT,
    PaymentState.MISMATCH: frozenset(),
    PaymentState.CONFIRMED: frozenset(),
}

UNPAID = frozenset({PaymentState.CREATED, PaymentState.PENDING})


class RefundState(StrEnum):
    CREATED = "created"  # decided; nobody has sent it yet
    IN_TRANSIT = "in_transit"
    DONE = "done"
    FAILED = "failed"  # came back; it is still owed and can be sent by transfer
    EXTERNAL = "external"  # made on the provider's own pages; what it is for has to be told
    RETURNED = "returned"  # such a one that came back; nothing is owed for it


REFUND_MOVES: dict[RefundState, frozenset[RefundState]] = {
    RefundState.CREATED: frozenset({RefundState.IN_TRANSIT, RefundState.DONE, RefundState.FAILED}),
    RefundState.IN_TRANSIT: frozenset({RefundState.DONE, RefundState.FAILED}),
    RefundState.FAILED: frozenset({RefundState.DONE}),
    RefundState.DONE: frozenset({RefundState.FAILED}),  # a bank may send it back days later
    RefundState.EXTERNAL: frozenset({RefundState.RETURNED}),
    RefundState.RETURNED: frozenset(),
}


# Decided, and nobody has it yet.
WAITS_FOR_TRANSFER = frozenset({RefundState.CREATED, RefundState.FAILED})


class WithdrawalKind(StrEnum):
    DISPUTE = "dispute"  # the buyer has disputed the charge at his bank
    REFUND = "refund"  # somebody gave the money back on the provider's own pages


class WithdrawalState(StrEnum):
    OPEN = "open"  # the bank has not decided yet
    WON = "won"  # the money came back to us
    LOST = "lost"  # it stays away, and somebody has to say who bears it
    SETTLED = "settled"


UNDECIDED = frozenset({WithdrawalState.OPEN, WithdrawalState.LOST})


class NoticeState(StrEnum):
    RECEIVED = "received"
    DONE = "done"
    IGNORED = "ignored"
    FAILED = "failed"


class BankState(StrEnum):
    """What became of a movement on our account."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"  # its purpose is unknown; somebody has to tell
    DUPLICATE = "duplicate"  # told before by another messenger
    DISCARDED = "discarded"  # not on our account, or booked already by what announced it


class Deed(StrEnum):
    """What somebody does with money by hand, and cannot do alone when it is much."""

    REFUND_LINES = "refund_lines"  # give the price of packs that arrived back; the subject is the part of the order
    REFUND_BEGUN = "refund_begun"  # send a refund to the account that the buyer told
    REFUND_SENT = "refund_sent"  # say that a refund was transferred
    MATCH = "match"  # say for which payment a movement on the account came
    LAY_ASIDE = "lay_aside"  # say that a movement on the account is booked already
    CONFIRM = "confirm"  # say that the money of a payment is on the account
    PROVIDER_PAYOUT = "provider_payout"  # say that a movement on the account is what the card provider paid out


class ApprovalState(StrEnum):
    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
