"""How an order follows its parts, and which link opens it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.foundation import codes
from marketplace.foundation.settings import Settings
from marketplace.orders.states import MOVES, NOT_PAID_FOR, OVER, OrderState, PartState
from marketplace.payments.states import Method

CODE_PREFIX = "HTX"
CODE_LENGTH = len(CODE_PREFIX) + 8

# Ways over a collecting place of the alliance: sent on from there as one parcel, or fetched there.
HUB_WAYS = frozenset({"hub", "hub_pickup"})
FETCHED_WAYS = frozenset({"pickup", "hub_pickup"})  # the buyer comes for it: what is "sent" lies ready for him
# Ways on which a parcel service carries at the market's cost, and collects cash that it owes the market.
MARKETS_WAYS = frozenset({"carrier", "hub"})
CARRIER = "parcel_service"  # whose name the cash to be remitted stands under in the ledger
# Paid goods of these are still to be brought.
WAITS_FOR_GOODS = frozenset(
    {PartState.PENDING, PartState.CONFIRMED, PartState.PACKED, PartState.AT_HUB, PartState.SHIPPED}
)
FRESH = timedelta(minutes=15)  # how long the page of an order thanks for it
# Banks pass on at once what is below half a billion (payments.md 4.6).
MOST_BY_TRANSFER_DONG = 499_999_999


@dataclass(frozen=True)
class Terms:
    """What a buyer may do after ordering, as /dieu-khoan said it in this version; frozen with the order."""

    version: date
    complain_within_hours: int
    money_back_within_days: int
    end_contract_within_days: int  # when what had to be said before was missing or wrong (Law 19/2023)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "version": self.version.isoformat()}


# Law 19/2023 (in force 1 July 2024) has the seller tell his terms of return before the sale and sets no days for fresh
# food; ours stand on /dieu-khoan.
TERMS = (Terms(date(2026, 11, 23), complain_within_hours=48, money_back_within_days=7, end_contract_within_days=30),)
COMPLAINT_WINDOW = timedelta(hours=TERMS[-1].complain_within_hours)
# What nobody complained about is released a day later, so that who calls in the last hour is still in time.
RETURN_WINDOW = COMPLAINT_WINDOW + timedelta(days=1)


def terms_on(day: date) -> Terms:
    """The version that counts for what is ordered on this day; the first for days before there was any."""
    return max((terms for terms in TERMS if terms.version <= day), key=lambda terms: terms.version, default=TERMS[0])


def weighed_dong(kilogram_dong: int, grams: int) -> int:
    """So many grams at so much a kilogram, half a đồng up (payments.md 3.5)."""
    return (kilogram_dong * grams + 500) // 1_000


def most_grams(estimated_grams: int, tolerance_percent: int) -> int:
    """What the buyer pays for at most, whatever it weighs."""
    return estimated_grams * (100 + tolerance_percent) // 100


def is_likely(grams: int, content: int) -> bool:
    """Neither half nor double of what a pack was said to weigh: beyond it somebody mistyped, or took other goods."""
    return content < 2 * grams and grams < 2 * content


def order_code_of(reference: str) -> str:
    """The order for which a payment is asked: under its own code, or under a part's."""
    return reference.partition("-")[0]


def typed_code(text: str) -> str:
    """The order meant by what somebody typed or copied: small letters, blanks, a part's number behind, no HTX before."""
    code = codes.normalise_code(text)
    return (code if code.startswith(CODE_PREFIX) else CODE_PREFIX + code)[:CODE_LENGTH]


def order_state(parts: Collection[PartState]) -> OrderState:
    """Cancelled when nothing of it is sent, completed when every part is over, else open."""
    if all(state in NOT_PAID_FOR for state in parts):
        return OrderState.CANCELLED
    if all(state in OVER for state in parts):
        return OrderState.COMPLETED
    return OrderState.OPEN


def may_move(delivery_way: str, from_state: PartState, to: PartState) -> bool:
    """What goes over a collecting place leaves from there only, and nothing else passes one; what lies ready to be fetched
    is not lost on its way."""
    goes_over_hub = delivery_way in HUB_WAYS
    if to == PartState.AT_HUB and not goes_over_hub:
        return False
    if goes_over_hub and (from_state, to) == (PartState.PACKED, PartState.SHIPPED):
        return False
    if to == PartState.LOST and delivery_way in FETCHED_WAYS:
        return False
    return to in MOVES[from_state]


def open_methods(settings: Settings, amount_dong: int) -> list[Method]:
    """Ways to pay so much that this market has set up; a card has a least and a most (payments.md 1.4)."""
    methods = [Method.CASH_ON_DELIVERY]
    if settings.collecting_account is not None and amount_dong <= MOST_BY_TRANSFER_DONG:
        methods.append(Method.VIETQR)
    if settings.stripe_secret_key and settings.card_min_dong <= amount_dong <= settings.card_max_dong:
        methods.append(Method.CARD)
    return methods


def access_key(order_code: str, secret: str) -> str:
    """What stands in the link to an order that is sent to its buyer: whoever has the link may read the order."""
    digest = hmac.digest(secret.encode(), b"order-access:" + order_code.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def is_access_key(order_code: str, key: str, secret: str) -> bool:
    return hmac.compare_digest(access_key(order_code, secret).encode(), key.encode())


def buyer_digest(phone: str) -> str:
    """Whom session goods are counted for: one phone number is one buyer, whatever browsers he uses."""
    return codes.token_digest(phone)
