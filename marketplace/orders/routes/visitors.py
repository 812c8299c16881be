"""Who may open an order's pages: whoever has its link, or is signed in as its buyer."""

from __future__ import annotations

from flask import current_app, request, url_for
from flask_login import current_user

from marketplace.orders import queries, rules
from marketplace.orders.models import Order
from marketplace.payments import queries as payments
from marketplace.payments.models import Payment


def link(order: Order) -> str:
    """The order's page with its key."""
    return url_for("orders_shop.order", code=order.code, k=key_of(order))


def key_of(order: Order) -> str:
    return rules.access_key(order.code, str(current_app.secret_key))


def asked_payment(order: Order) -> Payment | None:
    """The payment that this address is about: the order's, or what is asked on top for a part (`phan`); None when that
    is not asked (any more)."""
    part_id = request.args.get("phan", type=int)
    return payments.payment_of(order.code) if part_id is None else queries.surplus_payments(order).get(part_id)


def find_order(code: str) -> Order | None:
    found = queries.find_order(code)
    if found is None:
        return None
    is_buyer = current_user.is_authenticated and found.person_id == current_user.id
    key = request.args.get("k", "")
    return found if is_buyer or rules.is_access_key(code, key, str(current_app.secret_key)) else None
