"""Officers open collecting places in their provinces, change and close them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import answers_for
from marketplace.checkout import actions as checkout
from marketplace.checkout import queries
from marketplace.checkout.forms import HubForm
from marketplace.checkout.models import Hub
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.geography import queries as geography

pages = Blueprint("checkout_hubs", __name__)


@pages.route("/diem-gom/moi", methods=["GET", "POST"])
@access.officer
def new_hub(person: Person) -> str | Response | tuple[str, int]:
    form = HubForm(weekdays=list(range(6)), opens=9 * 60, closes=17 * 60, cut_off=18, storages=["ambient"])
    return _keep(person, None, form)


@pages.route("/diem-gom/<int:hub_id>/sua", methods=["GET", "POST"])
@access.officer
def edit_hub(person: Person, hub_id: int) -> str | Response | tuple[str, int]:
    hub = queries.find_hub(person, hub_id) or abort(404)
    second = hub.hours[1] if len(hub.hours) > 1 else [None, None]
    form = HubForm(
        name=hub.name,
        address=hub.address,
        phone=hub.phone,
        province=hub.province_code,
        weekdays=hub.weekdays,
        opens=hub.hours[0][0],
        closes=hub.hours[0][1],
        opens_again=second[0],
        closes_again=second[1],
        cut_off=hub.cut_off_hours,
        storages=hub.storages,
    )
    return _keep(person, hub, form)


def _keep(person: Person, hub: Hub | None, form: HubForm) -> str | Response | tuple[str, int]:
    form.province.choices = [
        SelectChoice(one.code, one.name)
        for one in geography.provinces()
        if answers_for(person, one.code) and (hub is None or one.code == hub.province_code)
    ]
    if form.validate_on_submit():
        with transaction():
            kept = checkout.keep_hub(
                hub,
                province_code=form.province.data,
                name=form.name.data or "",
                address=form.address.data or "",
                phone=str(form.phone.data),
                weekdays=form.weekdays.data or [],
                hours=form.hours(),
                cut_off_hours=form.cut_off.data or 0,
                storages=form.kept(),
                by=person.id,
            )
            hub_id = kept.id
        flash(_("Saved. Cooperatives nearby can now choose to bring goods here."), "success")
        return redirect(url_for("fulfilment_hubs.hub", hub_id=hub_id), 303)
    page = render_template("checkout/alliance/hub.html", form=form, hub=hub)
    return (page, 422) if request.method == "POST" else page


@pages.post("/diem-gom/<int:hub_id>/dong")
@access.officer
def close_hub(person: Person, hub_id: int) -> Response:
    hub = queries.find_hub(person, hub_id) or abort(404)
    with transaction():
        checkout.close_hub(hub, by=person.id)
    flash(_("Closed for new orders. What is on its way there is still received."), "success")
    return redirect(url_for("fulfilment_hubs.hubs"), 303)
