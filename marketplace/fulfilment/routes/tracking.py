"""From a buyer's order to the page of the carrier that brings it."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits
from marketplace.fulfilment import hub_day, queries
from marketplace.fulfilment import hubs as hub_work
from marketplace.fulfilment.providers.by_hand import CARRIERS
from marketplace.orders.models import Order
from marketplace.orders.rules import is_access_key
from marketplace.orders.words import PART_STATES, PART_TONES

pages = Blueprint("fulfilment_tracking", __name__)


def order_panel(order: Order, key: str) -> dict[int, Markup]:
    """On the order's page: the way to the carrier's, for parcels of carriers that have one."""
    carriers = queries.carriers_of([part.id for part in order.parts if part.tracking])
    return {
        part.id: Markup(  # noqa: S704 (a template's own output, escaped there)
            render_template("fulfilment/shop/_follow.html", order=order, part=part, key=key, carrier=known.name)
        )
        for part in order.parts
        if (known := CARRIERS.get(carriers.get(part.id, ""))) and known.tracking_url(part.tracking)
    }


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


@pages.get("/don-hang/<code>/giao-hang")
@access.public
def gathered(code: str) -> Response:
    """Where each part is: on its way to the collecting place, there, or in which parcel; and which coach brings one."""
    key = request.args.get("k", "")
    if not is_access_key(code, key, str(current_app.secret_key)):
        return redirect(url_for("orders_shop.find_order"), 303)
    row = hub_day.find_order(code)
    rides = queries.rides_of(code)
    if row is None and not rides:
        return redirect(url_for("orders_shop.order", code=code, k=key), 303)
    answer = make_response(
        render_template(
            "fulfilment/shop/gathered.html",
            code=code,
            key=key,
            row=row,
            rides=rides,
            carriers=CARRIERS,
            part_states=PART_STATES,
            part_tones=PART_TONES,
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


@pages.post("/don-hang/<code>/giao-hang")
@access.public
@limits.writes_by_strangers
def wait_no_longer(code: str) -> Response:
    """The buyer wants what has come now; the rest follows when it comes."""
    key = request.args.get("k", "")
    if not is_access_key(code, key, str(current_app.secret_key)):
        return redirect(url_for("orders_shop.find_order"), 303)
    row = hub_day.find_order(code) or abort(404)
    with transaction():
        hub_work.wait_no_longer(row.order)
    flash(_("Noted. The collecting place sends on what has come; the rest follows when it is there."), "success")
    return redirect(url_for("fulfilment_tracking.gathered", code=code, k=key), 303)
