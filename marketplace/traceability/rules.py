"""Lot codes, what a published lot must say, and what a reader of its label is told first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from marketplace.foundation import codes
from marketplace.traceability.errors import ForeignAddress
from marketplace.traceability.states import LotState, OriginStatus

LARGEST_QUICK_RUN = 500
RANDOM_LENGTH = 9  # 45 random bits and a check character: short enough to type, too many to hit one by guessing


def lot_code(random: str) -> str:
    """A lot's public code: random characters and one that catches typing errors."""
    return random + codes.check_character(random)


def could_be_lot_code(text: str) -> bool:
    """Whether this can be one of ours at all; a forged or mistyped code mostly cannot."""
    return len(text) == RANDOM_LENGTH + 1 and codes.is_checked(text)


def code_in(scanned: str, *, hosts: Collection[str]) -> str:
    """The code in what was typed or scanned: the text itself, or the last part of an address on one of our hosts.

    Raises ForeignAddress: a false label may carry a true code behind somebody else's address.
    """
    if "/" not in scanned:
        return codes.normalise_code(scanned)
    try:
        address = urlsplit(scanned if "://" in scanned or scanned.startswith("/") else f"//{scanned}")
    except ValueError as error:
        raise ForeignAddress(scanned) from error
    if address.netloc and address.netloc.lower() not in hosts:
        raise ForeignAddress(address.netloc)
    return codes.normalise_code(address.path.rstrip("/").rsplit("/", 1)[-1])


@dataclass(frozen=True)
class Readiness:
    """What of the obligatory content is there."""

    has_product_name: bool
    has_picture: bool
    has_producer: bool
    has_address: bool
    has_place: bool
    has_stage: bool

    def missing(self) -> list[str]:
        """Keys of domain.md 4.2 that are missing, in the order in which they are shown."""
        there = {
            "product_name": self.has_product_name,
            "images": self.has_picture,
            "producer_name": self.has_producer,
            "producer_address": self.has_address,
            "place": self.has_place,
            "stages": self.has_stage,
        }
        return [key for key, is_there in there.items() if not is_there]


def origin_status(*, state: LotState, best_before: date, on: date, lapsed_since_harvest: bool) -> OriginStatus:
    """The most serious thing comes first: a recall outweighs a hold, that outweighs an old date."""
    if state == LotState.RECALLED:
        return OriginStatus.RECALLED
    if state == LotState.ON_HOLD:
        return OriginStatus.ON_HOLD
    if best_before < on:
        return OriginStatus.EXPIRED
    if lapsed_since_harvest:
        return OriginStatus.CERTIFICATE_EXPIRED
    return OriginStatus.VALID


def usual_best_before(harvested_on: date, shelf_life_days: int) -> date:
    """The best-before date when nobody names another."""
    return harvested_on + timedelta(days=shelf_life_days)


def is_large_run(count: int) -> bool:
    """Whether drawing so many labels takes longer than somebody waits for a page."""
    return count > LARGEST_QUICK_RUN


def labels_left(*, quantity: int, labelled: int, content: int) -> int:
    """Packs of `content` that can still get a label."""
    return max(quantity - labelled, 0) // content
