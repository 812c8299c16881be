"""What a buyer was told when he ordered, on a page to print."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.foundation.web import access
from marketplace.orders import words
from marketplace.orders.routes import visitors

pages = Blueprint("orders_told", __name__)


@pages.get("/don-hang/<code>/thong-tin-dat-hang")
@access.public
def told(code: str) -> Response:
    order = visitors.find_order(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    page = render_template("orders/shop/told.html", order=order, told=words.told(order), key=visitors.key_of(order))
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer
