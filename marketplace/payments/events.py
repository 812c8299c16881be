"""What happened to payments."""

from dataclasses import dataclass


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
class RefundAccountNeeded:
    """Money is owed back that no rail returns by itself, and the buyer has not said where he wants it.

    `came_back` when it was sent, to an account that did not take it.
    """

    refund_id: int
    reference: str
    came_back: bool


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
    refund_id: int
    payment_id: int
    reference: str
    state: str
