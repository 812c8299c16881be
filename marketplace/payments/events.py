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
class HoldRenewed:
    """The buyer was given more time; the goods are held until `expires_at` now."""

    payment_id: int
    reference: str
    method: str
    expires_at: datetime


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
    """Money is owed back to the buyer. Unless it was paid by card, he is to tell to which account it shall go."""

    refund_id: int
    payment_id: int
    reference: str


@dataclass(frozen=True)
class ApprovalRefused:
    """A second person would not have it: what somebody asked for is not done."""

    approval_id: int
    deed: str
    subject_id: int
    cause: str
    by: int
    answer: str


@dataclass(frozen=True)
class RefundMoved:
    """A refund went from `was` to `state`. Failed, it is owed again, and the buyer is to tell an account."""

    refund_id: int
    payment_id: int
    reference: str
    was: str
    state: str
