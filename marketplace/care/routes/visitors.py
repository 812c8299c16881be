"""Who may complain about an order and review it: whoever has its link, or is signed in as its buyer."""

from __future__ import annotations

from flask import Response, abort, current_app, request
from flask_login import current_user

from marketplace.orders import queries, rules
from marketplace.orders.models import CooperativeOrder, Order


def find_order(code: str) -> Order:
    """Any other order does not exist here."""
    found = queries.find_order(code) or abort(404)
    is_buyer = current_user.is_authenticated and found.person_id == current_user.id
    if not is_buyer and not rules.is_access_key(code, request.args.get("k", ""), str(current_app.secret_key)):
        abort(404)
    return found


def find_part(order: Order, part_code: str) -> CooperativeOrder:
    return next((part for part in order.parts if part.code == part_code), None) or abort(404)


def key_of(order: Order) -> str:
    return rules.access_key(order.code, str(current_app.secret_key))


def person_id() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def unshared(page: str | Response) -> Response:
    """The address holds the key of the order: no cache, no search engine, no other site learns it."""
    answer = Response(page) if isinstance(page, str) else page
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer
