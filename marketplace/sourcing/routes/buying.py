"""A buyer's demands: posting, changing, taking back; who fits each, and who has quoted."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.catalogue.words import SUBGROUPS
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access, limits
from marketplace.geography import queries as geography
from marketplace.orders.rules import open_methods
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import queries
from marketplace.sourcing.errors import DemandClosed
from marketplace.sourcing.forms.trading import DemandForm, ReasonForm, values_of
from marketplace.sourcing.models import Demand
from marketplace.sourcing.words import SHOWN, say_refused

pages = Blueprint("sourcing_buying", __name__)

USUAL_DEADLINE = timedelta(days=10)


@pages.get("/tai-khoan/nhu-cau")
@access.signed_in
def demands(person: Person) -> str:
    return render_template("sourcing/shop/demands.html", cards=queries.demands_of(person.id), **SHOWN)


@pages.route("/tai-khoan/nhu-cau/moi", methods=["GET", "POST"])
@access.signed_in
@limits.writes_by_strangers
def new_demand(person: Person) -> str | Response | tuple[str, int]:
    form = DemandForm(
        phone=person.phone, deadline_on=clock.today() + USUAL_DEADLINE, fair=_fair_id(request.args.get("phien", ""))
    )
    return _keep(person, None, form)


def _fair_id(slug: str) -> str:
    """The fair from whose page somebody came, as the form names it."""
    return next((str(fair.id) for fair in queries.fairs_to_post_in() if fair.slug == slug), "")


@pages.route("/tai-khoan/nhu-cau/<demand_code>/sua", methods=["GET", "POST"])
@access.signed_in
def edit_demand(person: Person, demand_code: str) -> str | Response | tuple[str, int]:
    found = _find(person, demand_code)
    return _keep(person, found, DemandForm(data=values_of(found)))


def _find(person: Person, demand_code: str) -> Demand:
    return queries.find_demand_of(person.id, demand_code) or abort(404)


def _keep(person: Person, found: Demand | None, form: DemandForm) -> str | Response | tuple[str, int]:
    form.offer(open_methods(_settings(), 1), queries.fairs_to_post_in())
    if request.method == "GET" or "change_province" in request.form:
        return _form(found, form)
    if not form.validate():
        return _form(found, form), 422
    try:
        with transaction():
            if found is None:
                code = sourcing.post_demand(form.details(), by=person.id).code
            else:
                sourcing.change_demand(found, form.details())
                code = found.code
    except DemandClosed as problem:
        form.form_errors = [say_refused(problem)]
        return _form(found, form), 422
    flash(_("It stands on the board. Below are the cooperatives that fit, and why."), "success")
    return redirect(url_for("sourcing_buying.my_demand", demand_code=code), 303)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _form(found: Demand | None, form: DemandForm) -> str:
    communes = geography.communes_of(form.province.data or "")
    return render_template("sourcing/shop/demand_form.html", form=form, demand=found, communes=communes)


@pages.get("/tai-khoan/nhu-cau/<demand_code>")
@access.signed_in
def my_demand(person: Person, demand_code: str) -> str:
    return _show(_find(person, demand_code), ReasonForm(formdata=None))


def _show(found: Demand, form: ReasonForm) -> str:
    is_open = found.takes_quotes(clock.today())
    quotes = queries.quotes_of_demand(found.id)
    return render_template(
        "sourcing/shop/my_demand.html",
        demand=found,
        is_open=is_open,
        is_changeable=is_open and not quotes,
        matches=queries.cooperatives_for(found, on=clock.today()) if is_open else [],
        quotes=quotes,
        commitments=queries.commitments_of_demand(found.id),
        form=form,
        place=geography.full_address(found.address_line, found.commune_code),
        subgroups=SUBGROUPS,
        today=clock.today(),
        **SHOWN,
    )


@pages.post("/tai-khoan/nhu-cau/<demand_code>/rut")
@access.signed_in
def withdraw(person: Person, demand_code: str) -> Response | tuple[str, int]:
    found = _find(person, demand_code)
    form = ReasonForm()
    if not form.validate():
        return _show(found, form), 422
    try:
        with transaction():
            sourcing.withdraw_demand(found, reason=form.reason.data or "")
    except DemandClosed as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("It is off the board. Cooperatives that had quoted are told."), "success")
    return redirect(url_for("sourcing_buying.my_demand", demand_code=demand_code), 303)
