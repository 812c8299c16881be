"""How an order follows its parts, and which link opens it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from datetime import timedelta

from marketplace.foundation import codes
from marketplace.foundation.settings import Settings
from marketplace.orders.states import GOODS_GIVEN_BACK, MOVES, OVER, OrderState, PartState
from marketplace.payments.states import Method

CODE_PREFIX = "HTX"
CODE_LENGTH = len(CODE_PREFIX) + 8

# Ways over a collecting place of the alliance: sent on from there as one parcel, or fetched there.
HUB_WAYS = frozenset({"hub", "hub_pickup"})
# Ways on which a parcel service carries at the market's cost, and collects cash that it owes the market.
MARKETS_WAYS = frozenset({"carrier", "hub"})
CARRIER = "parcel_service"  # whose name the cash to be remitted stands under in the ledger
# Paid goods of these are still to be brought.
WAITS_FOR_GOODS = frozenset(
    {PartState.PENDING, PartState.CONFIRMED, PartState.PACKED, PartState.AT_HUB, PartState.SHIPPED}
)
# Banks pass on at once what is below half a billion (payments.md 4.6).
MOST_BY_TRANSFER_DONG = 499_999_999
# As long as the buyer may complain (order page: 48 hours) and we need to look at it.
RETURN_WINDOW = timedelta(days=3)


# How long a buyer may think about paying more for heavier goods, which wait for him meanwhile.
SURPLUS_WAIT = timedelta(hours=24)


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
    if all(state in GOODS_GIVEN_BACK for state in parts):
        return OrderState.CANCELLED
    if all(state in OVER for state in parts):
        return OrderState.COMPLETED
    return OrderState.OPEN


def may_move(delivery_way: str, from_state: PartState, to: PartState) -> bool:
    """What goes over a collecting place leaves from there only; nothing else passes one."""
    goes_over_hub = delivery_way in HUB_WAYS
    if to == PartState.AT_HUB and not goes_over_hub:
        return False
    if goes_over_hub and (from_state, to) == (PartState.PACKED, PartState.SHIPPED):
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
