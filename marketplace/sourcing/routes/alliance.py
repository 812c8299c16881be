"""Officers see what their provinces ask for and what came of it, and take down what is no demand."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of, is_admin
from marketplace.catalogue.words import SUBGROUPS
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.geography import queries as geography
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import queries
from marketplace.sourcing.errors import DemandClosed
from marketplace.sourcing.forms.trading import ReasonForm
from marketplace.sourcing.models import Demand
from marketplace.sourcing.queries import CommitmentView
from marketplace.sourcing.routes import signing
from marketplace.sourcing.words import SHOWN, say_refused

pages = Blueprint("sourcing_alliance", __name__)

MOST_SHOWN = 100


def _either_side(person: Person) -> ColumnElement[bool]:
    """Commitments that are served from, or delivered to, the officer's provinces."""
    return or_(in_provinces_of(person, Cooperative.province_code), in_provinces_of(person, Demand.province_code))


@pages.get("/cung-cau")
@access.officer
def demands(person: Person) -> str:
    provinces = None if is_admin(person) else person.province_codes
    this_year = clock.today().replace(month=1, day=1)
    return render_template(
        "sourcing/alliance/demands.html",
        figures=queries.figures(provinces=provinces, from_on=this_year),
        year=this_year.year,
        cards=queries.demands_in(in_provinces_of(person, Demand.province_code), limit=MOST_SHOWN),
        views=queries.commitments_in(_either_side(person), limit=MOST_SHOWN),
        province_names={one.code: one.bare_name for one in geography.provinces()},
        **SHOWN,
    )


def _find(person: Person, demand_code: str) -> Demand:
    return queries.find_demand_in(demand_code, in_provinces_of(person, Demand.province_code)) or abort(404)


@pages.get("/cung-cau/<demand_code>")
@access.officer
def demand(person: Person, demand_code: str) -> str:
    return _show(_find(person, demand_code), ReasonForm(formdata=None))


def _show(found: Demand, form: ReasonForm) -> str:
    return render_template(
        "sourcing/alliance/demand.html",
        demand=found,
        is_open=found.takes_quotes(clock.today()),
        matches=queries.cooperatives_for(found, on=clock.today()),
        quotes=queries.quotes_of_demand(found.id),
        commitments=queries.commitments_of_demand(found.id),
        form=form,
        place=geography.full_address("", found.commune_code),
        subgroups=SUBGROUPS,
        **SHOWN,
    )


@pages.post("/cung-cau/<demand_code>/go")
@access.officer
def take_down(person: Person, demand_code: str) -> AnyResponse | tuple[str, int]:
    found = _find(person, demand_code)
    form = ReasonForm()
    if not form.validate():
        return _show(found, form), 422
    try:
        with transaction():
            sourcing.take_down_demand(found, reason=form.reason.data or "", by=person.id)
    except DemandClosed as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("Taken off the board. The buyer reads your reason."), "success")
    return redirect(url_for("sourcing_alliance.demand", demand_code=demand_code), 303)


def _find_commitment(person: Person, commitment_code: str) -> CommitmentView:
    return queries.find_commitment_in(commitment_code, _either_side(person)) or abort(404)


@pages.get("/cam-ket/<commitment_code>")
@access.officer
def commitment(person: Person, commitment_code: str) -> str:
    view = _find_commitment(person, commitment_code)
    return render_template(
        "sourcing/alliance/commitment.html",
        view=view,
        signatures=queries.signatures_of(view.commitment.id),
        call_offs=queries.call_offs_of(view.commitment.id),
        missing=signing.missing_now(view),
        **SHOWN,
    )


@pages.get("/cam-ket/<commitment_code>/van-ban.pdf")
@access.officer
def paper(person: Person, commitment_code: str) -> Response:
    return signing.paper(_find_commitment(person, commitment_code))
