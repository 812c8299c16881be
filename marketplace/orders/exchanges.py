"""An order's payment at a provider: what it is asked, and giving it up when nothing comes."""

from __future__ import annotations

from flask import current_app

from marketplace.foundation.public_address import public_url
from marketplace.orders import queries
from marketplace.orders.rules import access_key
from marketplace.orders.states import NOT_PAID_FOR
from marketplace.payments import exchanges
from marketplace.payments.models import Payment
from marketplace.payments.providers import Asked, AskedLine


def start_payment(payment_id: int) -> str | None:
    """The provider's page for this payment, as payments.exchanges.start."""
    return exchanges.start(payment_id, describe)


def close_payment(payment_id: int) -> bool:
    """Give the payment up, as payments.exchanges.close; False when the money was faster."""
    return exchanges.close(payment_id, describe)


def close_for_another(payment_id: int) -> bool:
    """The buyer wants to pay in another way: have the provider take no more for this payment, and leave the order as it
    is. False when the money was faster."""
    return exchanges.close(payment_id, describe, is_over=False)


def describe(payment: Payment) -> Asked:
    """The payment as a provider is asked for it: the same words each time, or its key would be refused."""
    order = queries.find_order_of(payment.reference)
    assert order is not None, "a payment's reference is an order's code, or a part's"
    assert payment.expires_at is not None, "what is asked of a provider has an end"
    key = access_key(order.code, str(current_app.secret_key))
    address = public_url(f"/don-hang/{order.code}")
    lines = tuple(
        AskedLine(f"{part.seller['short_name']} ({part.code})", part.total_dong)
        for part in order.parts
        if part.state not in NOT_PAID_FOR
    )
    if sum(line.amount_dong for line in lines) != payment.amount_dong:
        lines = (AskedLine(payment.reference, payment.amount_dong),)
    return Asked(
        payment_id=payment.id,
        attempt=payment.attempt,
        reference=payment.reference,
        amount_dong=payment.amount_dong,
        lines=lines,
        email=order.email,
        language=order.language,
        expires_at=payment.expires_at,
        success_url=f"{address}/da-tra?k={key}&session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{address}?k={key}",
    )
