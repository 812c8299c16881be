"""How an order follows its parts, and which link opens it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from datetime import timedelta

from marketplace.foundation import codes
from marketplace.orders.states import GOODS_GIVEN_BACK, OVER, OrderState, PartState

CODE_PREFIX = "HTX"
_CODE_LENGTH = len(CODE_PREFIX) + 8

MARKETS_CARRIER = "carrier"  # the way of delivery that the market pays and whose fee it keeps for that
CARRIER = "parcel_service"  # whose name the cash to be remitted stands under in the ledger
# Paid goods of these are still to be brought.
WAITS_FOR_GOODS = frozenset({PartState.PENDING, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED})
# As long as the buyer may complain (order page: 48 hours) and we need to look at it.
RETURN_WINDOW = timedelta(days=3)


def typed_code(text: str) -> str:
    """The order meant by what somebody typed or copied: small letters, blanks, a part's number behind, no HTX before."""
    code = codes.normalise_code(text)
    return (code if code.startswith(CODE_PREFIX) else CODE_PREFIX + code)[:_CODE_LENGTH]


def order_state(parts: Collection[PartState]) -> OrderState:
    """Cancelled when nothing of it is sent, completed when every part is over, else open."""
    if all(state in GOODS_GIVEN_BACK for state in parts):
        return OrderState.CANCELLED
    if all(state in OVER for state in parts):
        return OrderState.COMPLETED
    return OrderState.OPEN


def access_key(order_code: str, secret: str) -> str:
    """What stands in the link to an order that is sent to its buyer: whoever has the link may read the order."""
    digest = hmac.digest(secret.encode(), b"order-access:" + order_code.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def is_access_key(order_code: str, key: str, secret: str) -> bool:
    return hmac.compare_digest(access_key(order_code, secret).encode(), key.encode())
