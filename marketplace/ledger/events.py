"""What happened to the money of cooperatives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PayoutAccountProposed:
    """Somebody has said that a cooperative wants its money on another account."""

    account_id: int
    cooperative_id: int


@dataclass(frozen=True)
class PayoutAccountApproved:
    """A second person has looked at it; it is used from a later time on."""

    account_id: int
    cooperative_id: int


@dataclass(frozen=True)
class PayoutMoved:
    """A payout was opened, stands on the account as a transfer, or came back."""

    payout_id: int
    cooperative_id: int
    state: str
