"""A buyer sees the invoices of his order and fetches them, with the link that opens the order."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.foundation.web import access, uploads
from marketplace.invoices import queries
from marketplace.invoices.words import FILE_KINDS
from marketplace.orders import queries as orders
from marketplace.orders.models import Order
from marketplace.orders.rules import access_key, is_access_key

pages = Blueprint("invoices_shop", __name__)


def _find(code: str) -> Order | None:
    """Whoever has the order's link, or is signed in as its buyer."""
    found = orders.find_order(code)
    if found is None:
        return None
    is_buyer = current_user.is_authenticated and found.person_id == current_user.id
    has_key = is_access_key(code, request.args.get("k", ""), str(current_app.secret_key))
    return found if is_buyer or has_key else None


@pages.get("/don-hang/<code>/hoa-don")
@access.public
def invoices(code: str) -> Response:
    """Which cooperatives have sent theirs, and the files."""
    order = _find(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    page = render_template(
        "invoices/shop/invoices.html",
        order=order,
        views=queries.invoices_of_order(order.code),
        key=access_key(order.code, str(current_app.secret_key)),
        wants_none=queries.wants_none_any_more,
        file_kinds=FILE_KINDS,
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


@pages.get("/don-hang/<code>/hoa-don/<int:invoice_file_id>")
@access.public
def file(code: str, invoice_file_id: int) -> Response:
    order = _find(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    found = queries.find_file(invoice_file_id, Order.id == order.id) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)
