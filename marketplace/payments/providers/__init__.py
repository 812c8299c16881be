"""Ways to pay that need somebody else: what each of them must be able to do. One file for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ProviderUnreachable(Exception):
    """No answer, or one that says nothing: what was asked may or may not have happened. Ask again with the same key."""


class ProviderBusy(ProviderUnreachable):
    """Too many calls at once (429): nothing happened, wait and ask again."""


class ProviderRefused(Exception):
    """The provider said no, and will say so again; `code` is its own word for the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class BadNotice(Exception):
    """A notice without a valid signature, or one that cannot be read. Nothing in it is believed."""


@dataclass(frozen=True)
class AskedLine:
    """What the buyer reads on the provider's page: one line for each cooperative."""

    name: str
    amount_dong: int


@dataclass(frozen=True)
class Asked:
    """A payment as the provider is asked for it; the lines sum to the amount. `attempt` makes the key of a new try."""

    payment_id: int
    attempt: int
    reference: str
    amount_dong: int
    lines: tuple[AskedLine, ...]
    email: str
    language: str
    expires_at: datetime
    success_url: str
    cancel_url: str


@dataclass(frozen=True)
class Started:
    """The provider waits for the buyer at `url`."""

    provider_id: str
    url: str


class Standing(StrEnum):
    """How a payment stands with its provider."""

    OPEN = "open"  # the buyer may still pay
    PROCESSING = "processing"  # he has, and the money is under way
    PAID = "paid"
    CLOSED = "closed"  # he can no longer pay, and has not


class RefundStanding(StrEnum):
    IN_TRANSIT = "in_transit"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class ProviderRefund:
    """A refund as the provider knows it; `refund_id` is ours, None when it was made on the provider's own pages."""

    provider_id: str
    refund_id: int | None
    amount_dong: int
    standing: RefundStanding


class DisputeStanding(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class ProviderDispute:
    """A charge that the buyer disputes at his bank, and whose money is taken from us until that is decided."""

    provider_id: str
    amount_dong: int
    standing: DisputeStanding
    reason: str
    due_at: datetime | None


@dataclass(frozen=True)
class ProviderState:
    """All that the provider says of one payment, read again from it and never taken from a notice."""

    provider_id: str
    charge_id: str | None
    reference: str
    payment_id: int | None
    amount_dong: int
    currency: str
    is_live: bool
    standing: Standing
    url: str | None = None
    refunds: tuple[ProviderRefund, ...] = ()
    disputes: tuple[ProviderDispute, ...] = ()


@dataclass(frozen=True)
class ProviderMovement:
    """What the provider says that it took in for us, above zero, or gave back, below it. `provider_id` is a refund's."""

    charge_id: str
    provider_id: str | None
    amount_dong: int
    at: datetime


class Closing(StrEnum):
    """What became of the wish that the buyer can no longer pay."""

    CLOSED = "closed"
    ALREADY_PAID = "already_paid"


@dataclass(frozen=True)
class Notice:
    """A signed notice: which payment it is about, by the provider's ids. What happened is read again from the provider."""

    event_id: str
    kind: str
    is_live: bool
    provider_ids: tuple[str, ...] = ()
    charge_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoticeRequest:
    """An HTTP request as it came in: the body's own bytes, for signatures are over them."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Gateway(Protocol):
    """A provider reached over the network. No method may be called while a database transaction is open.

    Each raises ProviderUnreachable, ProviderBusy or ProviderRefused. `is_live`: its money is real.
    """

    is_live: bool

    def start(self, asked: Asked) -> Started:
        """Ask for the money; the same payment and attempt again gives the same answer."""

    def sync(self, provider_id: str) -> ProviderState:
        """How the payment stands now."""

    def find(self, charge_id: str) -> str | None:
        """The provider id of the payment to which a charge belongs."""

    def close(self, provider_id: str) -> Closing:
        """From now on the buyer cannot pay it; the goods may be sold to somebody else afterwards, not before."""

    def refund(self, *, charge_id: str, refund_id: int, amount_dong: int) -> ProviderRefund:
        """Give money back, once for each refund of ours."""

    def withdrawn_since(self, moment: datetime) -> list[str]:
        """The charge ids of which money was given or taken back since then, told to us or not."""

    def movements_since(self, moment: datetime) -> list[ProviderMovement]:
        """What it took in and gave back since then, to be compared with our books."""

    def parse_notice(self, request: NoticeRequest) -> Notice:
        """Check the signature and read what the notice is about; raises BadNotice."""


_gateways: dict[str, Gateway] = {}


def use(gateways: Mapping[str, Gateway]) -> None:
    """Set which method is served by which gateway; called once, by wiring."""
    _gateways.clear()
    _gateways.update(gateways)


def find_gateway(method: str) -> Gateway | None:
    """None for methods that need nobody else, and for those that this market has not set up."""
    return _gateways.get(method)
