"""A cooperative says how it delivers, what that costs, and where its goods can be fetched."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.checkout import actions as checkout
from marketplace.checkout import queries, rules
from marketplace.checkout.forms import DeliveryForm, PickupPointForm
from marketplace.checkout.models import PickupPoint
from marketplace.checkout.rules import Terms
from marketplace.checkout.words import STORAGES, WEEKDAYS, ZONES
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.geography.rules import Zone

pages = Blueprint("checkout_desk", __name__)

MOST_POINTS = 10


@pages.route("/giao-hang", methods=["GET", "POST"])
@access.staff
def delivery(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    """Ways and fees. "Show the fees" shows what samples would cost by what is typed, and saves nothing."""
    terms = queries.terms_of([cooperative.id])[cooperative.id]
    form = DeliveryForm(
        has_points=bool(terms.points),
        has_carrier=terms.has_carrier,
        has_own_van=terms.has_own_van,
        has_pickup=terms.has_pickup,
        pickup_address=terms.pickup_address,
        coach=terms.coach_dong,
        free_from=terms.free_from_dong,
        has_own_tariff=terms.own_tariff is not None,
        **_typed_tariff(terms),
    )
    is_valid = form.validate_on_submit()
    if is_valid and "preview" not in request.form:
        with transaction():
            checkout.change_terms(
                cooperative_id=cooperative.id,
                terms=Terms(
                    has_carrier=form.has_carrier.data,
                    has_own_van=form.has_own_van.data,
                    has_pickup=form.has_pickup.data,
                    pickup_address=form.pickup_address.data or "",
                    coach_dong=form.coach.data,
                    free_from_dong=form.free_from.data,
                    own_tariff=form.tariff(),
                ),
            )
        flash(_("Saved."), "success")
        return redirect(url_for("checkout_desk.delivery"), 303)
    page = render_template(
        "checkout/desk/delivery.html",
        form=form,
        zones={zone: str(words) for zone, words in ZONES.items()},
        samples=rules.sample_fees(form.tariff() or rules.MARKETS_TARIFF),
        is_own=form.tariff() is not None,
        is_preview=is_valid,
        points=[(point, point.next_window(clock.now())) for point in terms.points],
        most_points=MOST_POINTS,
        weekdays=WEEKDAYS,
        hubs=queries.hubs_near(cooperative),
        storages=STORAGES,
    )
    return (page, 422) if request.method == "POST" and not is_valid else page


def _typed_tariff(terms: Terms) -> dict[str, Any]:
    """The market's fees stand in the fields as long as a cooperative has none of its own: it changes what it must."""
    typed: dict[str, Any] = {"island": terms.tariff.island_dong}
    for zone in Zone:
        rate = terms.tariff.rates[zone]
        typed |= {f"first_{zone}": rate.first_kilogram_dong, f"half_{zone}": rate.further_half_dong}
    return typed


@pages.route("/giao-hang/diem-nhan/moi", methods=["GET", "POST"])
@access.staff
def new_point(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    if len(queries.terms_of([cooperative.id])[cooperative.id].points) >= MOST_POINTS:
        flash(_("You have %(most)s places already. Close one first.", most=MOST_POINTS), "warning")
        return redirect(url_for("checkout_desk.delivery"), 303)
    form = PickupPointForm(weekdays=list(range(6)), opens=7 * 60, closes=11 * 60, cut_off=12)
    return _keep(cooperative, None, form)


@pages.route("/giao-hang/diem-nhan/<int:point_id>", methods=["GET", "POST"])
@access.staff
def point(person: Person, cooperative: Cooperative, point_id: int) -> str | Response | tuple[str, int]:
    found = queries.find_point(cooperative.id, point_id) or abort(404)
    second = found.hours[1] if len(found.hours) > 1 else [None, None]
    form = PickupPointForm(
        name=found.name,
        address=found.address,
        weekdays=found.weekdays,
        opens=found.hours[0][0],
        closes=found.hours[0][1],
        opens_again=second[0],
        closes_again=second[1],
        cut_off=found.cut_off_hours,
    )
    return _keep(cooperative, found, form)


def _keep(
    cooperative: Cooperative, found: PickupPoint | None, form: PickupPointForm
) -> str | Response | tuple[str, int]:
    if form.validate_on_submit():
        terms = queries.terms_of([cooperative.id])[cooperative.id]
        with transaction():
            checkout.keep_point(
                found,
                cooperative_id=cooperative.id,
                name=form.name.data or "",
                address=form.address.data or "",
                weekdays=form.weekdays.data or [],
                hours=form.hours(),
                cut_off_hours=form.cut_off.data or 0,
            )
            if not terms.has_pickup:
                # Who names a place wants it offered.
                checkout.change_terms(cooperative_id=cooperative.id, terms=replace(terms, has_pickup=True))
        flash(_("Saved. Buyers can choose this place now."), "success")
        return redirect(url_for("checkout_desk.delivery", _anchor="points"), 303)
    page = render_template("checkout/desk/point.html", form=form, point=found)
    return (page, 422) if request.method == "POST" else page


@pages.post("/giao-hang/diem-nhan/<int:point_id>/dong")
@access.staff
def close_point(person: Person, cooperative: Cooperative, point_id: int) -> Response:
    found = queries.find_point(cooperative.id, point_id) or abort(404)
    with transaction():
        checkout.close_point(found, by=person.id)
    flash(_("Closed. Orders that are placed already stay as they are."), "success")
    return redirect(url_for("checkout_desk.delivery", _anchor="points"), 303)


@pages.post("/giao-hang/diem-gom/<int:hub_id>")
@access.staff
def serve_hub(person: Person, cooperative: Cooperative, hub_id: int) -> Response:
    """Begin to bring goods to a collecting place nearby, or stop."""
    hub = next((hub for hub, _is_ours in queries.hubs_near(cooperative) if hub.id == hub_id), None) or abort(404)
    with transaction():
        if "leave" in request.form:
            checkout.leave_hub(hub, cooperative)
        else:
            checkout.serve_hub(hub, cooperative)
    if "leave" in request.form:
        flash(_("Buyers can no longer choose it. Bring what was ordered before."), "success")
    else:
        flash(_("Buyers can now have your goods gathered there with others."), "success")
    return redirect(url_for("checkout_desk.delivery", _anchor="hubs"), 303)
