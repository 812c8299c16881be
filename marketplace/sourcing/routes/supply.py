"""A cooperative's forecasts: what there will be, and how much of it is promised."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import queries as farming
from marketplace.foundation.database import session, transaction
from marketplace.foundation.web import access
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import queries
from marketplace.sourcing.errors import ForecastRefused
from marketplace.sourcing.forms.trading import ForecastChangeForm, ForecastForm, day_of
from marketplace.sourcing.queries import ForecastLine
from marketplace.sourcing.words import SHOWN, say_refused, typed_amount

pages = Blueprint("sourcing_supply", __name__)


@pages.get("/du-bao")
@access.staff
def forecasts(person: Person, cooperative: Cooperative) -> str:
    return render_template(
        "sourcing/desk/forecasts.html",
        lines=queries.forecasts_of(cooperative.id),
        has_grounds=bool(queries.grounds_of(cooperative.id)),
        **SHOWN,
    )


@pages.route("/du-bao/moi", methods=["GET", "POST"])
@access.staff
def new_forecast(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    form = ForecastForm()
    form.offer(queries.grounds_of(cooperative.id))
    if not form.validate_on_submit():
        page = render_template("sourcing/desk/new_forecast.html", form=form)
        return (page, 422) if form.is_submitted() else page
    ground = form.chosen_ground
    assert ground is not None, "the form has checked it"
    try:
        with transaction():
            sourcing.make_forecast(
                session.get_one(Product, ground.product_id),
                basis=ground.basis,
                season=farming.season_of(cooperative.id, ground.season_id) if ground.season_id else None,
                starts_on=day_of(form.starts_on),
                ends_on=day_of(form.ends_on),
                quantity=form.quantity.quantity,
                note=form.note.data or "",
                by=person.id,
            )
    except ForecastRefused as problem:
        form.form_errors = [say_refused(problem, ground.unit)]
        return render_template("sourcing/desk/new_forecast.html", form=form), 422
    flash(_("Buyers can count on it now. Look which demands fit."), "success")
    return redirect(url_for("sourcing_supply.forecasts"), 303)


def _find(cooperative: Cooperative, forecast_id: int) -> ForecastLine:
    return queries.find_forecast(cooperative.id, forecast_id) or abort(404)


@pages.route("/du-bao/<int:forecast_id>", methods=["GET", "POST"])
@access.staff
def forecast(person: Person, cooperative: Cooperative, forecast_id: int) -> str | Response | tuple[str, int]:
    line = _find(cooperative, forecast_id)
    row = line.forecast
    form = ForecastChangeForm(
        quantity=typed_amount(row.quantity, line.unit), starts_on=row.starts_on, ends_on=row.ends_on, note=row.note
    )
    form.unit = line.unit
    if not form.validate_on_submit():
        page = render_template("sourcing/desk/forecast.html", form=form, line=line, **SHOWN)
        return (page, 422) if form.is_submitted() else page
    try:
        with transaction():
            sourcing.change_forecast(
                row,
                starts_on=day_of(form.starts_on),
                ends_on=day_of(form.ends_on),
                quantity=form.quantity.quantity,
                note=form.note.data or "",
            )
    except ForecastRefused as problem:
        form.form_errors = [say_refused(problem, line.unit)]
        return render_template("sourcing/desk/forecast.html", form=form, line=line, **SHOWN), 422
    flash(_("Saved."), "success")
    return redirect(url_for("sourcing_supply.forecasts"), 303)


@pages.post("/du-bao/<int:forecast_id>/dong")
@access.staff
def close(person: Person, cooperative: Cooperative, forecast_id: int) -> Response:
    line = _find(cooperative, forecast_id)
    with transaction():
        sourcing.close_forecast(line.forecast)
    flash(_("Closed. What is promised stays promised."), "success")
    return redirect(url_for("sourcing_supply.forecasts"), 303)
