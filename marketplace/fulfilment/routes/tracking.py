"""From a buyer's order to the page of the carrier that brings it."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from marketplace.foundation.web import access
from marketplace.fulfilment import queries
from marketplace.fulfilment.providers.by_hand import CARRIERS
from marketplace.orders.rules import is_access_key

pages = Blueprint("fulfilment_tracking", __name__)


@pages.get("/don-hang/<code>/van-don/<part_code>")
@access.public
def follow(code: str, part_code: str) -> Response:
    """Only with the order's link: the number at the carrier leads to the buyer's address there."""
    if not is_access_key(code, request.args.get("k", ""), str(current_app.secret_key)):
        return redirect(url_for("orders_shop.find_order"), 303)
    part, carrier = queries.find_carried(code, part_code) or abort(404)
    known = CARRIERS.get(carrier)
    url = known.tracking_url(part.tracking) if known else ""
    answer = redirect(url, 303) if url else abort(404)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
