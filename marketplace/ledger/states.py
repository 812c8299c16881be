"""What a journal is about, and on which side an account normally stands."""

from enum import StrEnum


class Side(StrEnum):
    DEBIT = "debit"
    CREDIT = "credit"


class Event(StrEnum):
    """The rows of payments.md 3.4 and what may happen beside them."""

    PAYMENT_CONFIRMED = "payment_confirmed"
    UNKNOWN_MONEY = "unknown_money"
    MONEY_MATCHED = "money_matched"
    ORDER_CANCELLED = "order_cancelled"
    PART_DELIVERED = "part_delivered"
    REFUND_DECIDED = "refund_decided"
    REFUND_DONE = "refund_done"
    RETURN_WINDOW_OVER = "return_window_over"
    PROVIDER_PAID_OUT = "provider_paid_out"
    CARRIER_BILLED = "carrier_billed"
    CARRIER_PAID = "carrier_paid"
    CARRIER_DELIVERED = "carrier_delivered"
    CARRIER_REMITTED = "carrier_remitted"
    PAYOUT_OPENED = "payout_opened"
    PAYOUT_CONFIRMED = "payout_confirmed"
    PAYOUT_FAILED = "payout_failed"
    SURPLUS_PAID = "surplus_paid"
    DISPUTE = "dispute"
    REVERSED = "reversed"


class BatchState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"  # a second person has looked; now it may be sent


class PayoutState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
