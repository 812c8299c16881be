"""From a buyer's order to the page of the carrier that brings it."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
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
    key = request.args.get("k", "")
    if not is_access_key(code, key, str(current_app.secret_key)):
        return redirect(url_for("orders_shop.find_order"), 303)
    found = queries.find_carried(code, part_code)
    known = CARRIERS.get(found[1]) if found else None
    url = known.tracking_url(found[0].tracking) if found and known else ""
    if not url:
        flash(_("This carrier has no page for it. Call the seller, he asks where the parcel is."), "info")
        url = url_for("orders_shop.order", code=code, k=key)
    answer = redirect(url, 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
