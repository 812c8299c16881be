"""What happened to payments."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PaymentAsked:
    """The buyer is asked for money, until `expires_at` if that is set."""

    payment_id: int
    reference: str
    method: str
    expires_at: datetime | None


@dataclass(frozen=True)
class PaymentConfirmed:
    """The money for `reference` is there."""

    payment_id: int
    reference: str
    amount_dong: int
    by: int | None


@dataclass(frozen=True)
class PaymentPartlyReceived:
    """Some of the money for `reference` is there, and the rest is waited for."""

    payment_id: int
    reference: str
    received_dong: int
    missing_dong: int


@dataclass(frozen=True)
class PaymentLapsed:
    """The time to pay is over, and the provider no longer takes the money."""

    payment_id: int
    reference: str


@dataclass(frozen=True)
class PaymentDisagrees:
    """Money came that is not what was asked; somebody has to look."""

    payment_id: int
    reference: str
    note: str


@dataclass(frozen=True)
class MoneyWithdrawn:
    """A provider has taken money of `reference` back; what nobody has been paid of it stays here until it is decided."""

    withdrawal_id: int
    reference: str


@dataclass(frozen=True)
class WithdrawalEnded:
    """The money came back, or somebody has said who bears it."""

    withdrawal_id: int
    reference: str


@dataclass(frozen=True)
class ApprovalAsked:
    """Much money is to be moved by hand, and a second person has to look first."""

    approval_id: int


@dataclass(frozen=True)
class RefundDecided:
    """Money is owed back to the buyer; `reason` says why: overpaid, too_late, not_sent, or somebody's own words."""

    refund_id: int
    payment_id: int
    reference: str


@dataclass(frozen=True)
class RefundMoved:
    refund_id: int
    payment_id: int
    reference: str
    state: str
