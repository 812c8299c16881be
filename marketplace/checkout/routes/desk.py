"""A cooperative says how it delivers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.checkout import actions as checkout
from marketplace.checkout import queries
from marketplace.checkout.forms import DeliveryForm
from marketplace.checkout.rules import Terms
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access

pages = Blueprint("checkout_desk", __name__)


@pages.route("/giao-hang", methods=["GET", "POST"])
@access.staff
def delivery(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    terms = queries.terms_of([cooperative.id])[cooperative.id]
    form = DeliveryForm(
        has_carrier=terms.has_carrier,
        has_own_van=terms.has_own_van,
        has_pickup=terms.has_pickup,
        pickup_address=terms.pickup_address,
        free_from=terms.free_from_dong,
    )
    if form.validate_on_submit():
        with transaction():
            checkout.change_terms(
                cooperative_id=cooperative.id,
                terms=Terms(
                    has_carrier=form.has_carrier.data,
                    has_own_van=form.has_own_van.data,
                    has_pickup=form.has_pickup.data,
                    pickup_address=form.pickup_address.data or "",
                    free_from_dong=form.free_from.data,
                ),
            )
        flash(_("Saved."), "success")
        return redirect(url_for("checkout_desk.delivery"), 303)
    page = render_template("checkout/desk/delivery.html", form=form)
    return (page, 422) if request.method == "POST" else page
