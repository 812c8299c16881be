"""A cooperative looks for demands that fit it, quotes and talks."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.catalogue.words import SUBGROUPS
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import MemberRole
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits
from marketplace.geography import queries as geography
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import papers, queries
from marketplace.sourcing.errors import Refused
from marketplace.sourcing.forms.trading import AcceptForm, AnswerForm, QuoteForm, day_of
from marketplace.sourcing.models import Demand
from marketplace.sourcing.queries import QuoteView
from marketplace.sourcing.routes import turns
from marketplace.sourcing.states import PaperKind, QuoteState, Side
from marketplace.sourcing.words import SHOWN, say_refused, typed_amount

pages = Blueprint("sourcing_desk", __name__)


@pages.get("/cung-cau")
@access.staff
def demands(person: Person, cooperative: Cooperative) -> str:
    """What buyers ask for that this cooperative sells, best fitting first, and what it has quoted."""
    quotes = queries.quotes_of_cooperative(cooperative.id)
    quoted = {view.demand.id for view in quotes}
    matches = [one for one in queries.demands_for(cooperative, on=clock.today()) if one.demand.id not in quoted]
    return render_template(
        "sourcing/desk/demands.html",
        matches=matches,
        quotes=quotes,
        has_forecast=bool(queries.forecasts_of(cooperative.id)),
        province_names={one.code: one.bare_name for one in geography.provinces()},
        to_do=queries.to_do_of(cooperative.id),
        **SHOWN,
    )


def _find(demand_code: str) -> Demand:
    return queries.find_demand(demand_code) or abort(404)


@pages.get("/cung-cau/<demand_code>")
@access.staff
def demand(person: Person, cooperative: Cooperative, demand_code: str) -> str:
    found = _find(demand_code)
    view = queries.find_quote_by(cooperative.id, found.id)
    return _show(cooperative, found, view, _quote_form(found, cooperative, is_sent=False))


def _quote_form(found: Demand, cooperative: Cooperative, *, is_sent: bool) -> QuoteForm:
    usual = typed_amount(found.quantity, found.unit)
    form = QuoteForm() if is_sent else QuoteForm(formdata=None, quantity=usual, valid_until=found.deadline_on)
    form.unit = found.unit
    form.offer([match.product for match in queries.match_of(found, cooperative, on=clock.today())])
    return form


def _show(
    cooperative: Cooperative,
    found: Demand,
    view: QuoteView | None,
    quote_form: QuoteForm,
    answer_form: AnswerForm | None = None,
    accept_form: AcceptForm | None = None,
) -> str:
    is_talking = view is not None and view.quote.state == QuoteState.OPEN
    return render_template(
        "sourcing/desk/demand.html",
        demand=found,
        is_open=found.takes_quotes(clock.today()),
        matches=queries.match_of(found, cooperative, on=clock.today()),
        view=view,
        may_quote=view is None or view.quote.state not in (QuoteState.OPEN, QuoteState.ACCEPTED),
        is_talking=is_talking,
        stands=view.quote.stands(clock.today()) if view else False,
        turns=queries.turns_of(view.quote.id) if view else [],
        commitment=queries.commitment_of_quote(view.quote.id) if view else None,
        quote_form=quote_form,
        answer_form=answer_form or (turns.answer_form(view, is_sent=False) if view else None),
        accept_form=accept_form or (turns.accept_form(view, is_sent=False) if view else None),
        is_owner=g.member_role == MemberRole.OWNER,
        place=geography.full_address("", found.commune_code),
        subgroups=SUBGROUPS,
        side=Side.SELLER,
        **SHOWN,
    )


def _back(demand_code: str) -> Response:
    return redirect(url_for("sourcing_desk.demand", demand_code=demand_code), 303)


@pages.post("/cung-cau/<demand_code>/bao-gia")
@access.staff
@limits.writes_by_strangers
def quote(person: Person, cooperative: Cooperative, demand_code: str) -> Response | tuple[str, int]:
    found = _find(demand_code)
    form = _quote_form(found, cooperative, is_sent=True)
    view = queries.find_quote_by(cooperative.id, found.id)
    if not form.validate():
        return _show(cooperative, found, view, form), 422
    product = form.chosen_product
    assert product is not None, "the form has checked it"
    try:
        with transaction():
            sourcing.make_quote(
                found,
                product,
                terms=form.terms,
                sample_on=form.sample_on.data,
                valid_until=day_of(form.valid_until),
                words=form.words.data or "",
                by=person.id,
            )
    except Refused as problem:
        form.form_errors = [say_refused(problem)]
        return _show(cooperative, found, queries.find_quote_by(cooperative.id, found.id), form), 422
    flash(_("Your quote is with the buyer. You are told when he answers."), "success")
    return _back(demand_code)


def _find_quote(cooperative: Cooperative, demand_code: str) -> QuoteView:
    return queries.find_quote_by(cooperative.id, _find(demand_code).id) or abort(404)


@pages.post("/cung-cau/<demand_code>/tra-loi")
@access.staff
@limits.writes_by_strangers
def answer(person: Person, cooperative: Cooperative, demand_code: str) -> Response | tuple[str, int]:
    view = _find_quote(cooperative, demand_code)
    form = turns.answer_form(view, is_sent=True)
    if not turns.answer(view, form, side=Side.SELLER, by=person.id):
        view = _find_quote(cooperative, demand_code)
        turns.read_again(form, view)
        quote_form = _quote_form(view.demand, cooperative, is_sent=False)
        return _show(cooperative, view.demand, view, quote_form, answer_form=form), 422
    flash(_("Sent. The buyer is told."), "success")
    return _back(demand_code)


@pages.post("/cung-cau/<demand_code>/dong-y")
@access.owner
def accept(person: Person, cooperative: Cooperative, demand_code: str) -> Response | tuple[str, int]:
    """Take the buyer's terms: the owner speaks for the cooperative."""
    view = _find_quote(cooperative, demand_code)
    form = turns.accept_form(view, is_sent=True)
    if not form.validate():
        quote_form = _quote_form(view.demand, cooperative, is_sent=False)
        return _show(cooperative, view.demand, view, quote_form, accept_form=form), 422
    try:
        with transaction():
            code = sourcing.accept_quote(
                view.quote,
                side=Side.SELLER,
                seen=turns.seen(form),
                kind=PaperKind(form.kind.data),
                write=papers.write,
                by=person.id,
            ).code
    except Refused as problem:
        flash(say_refused(problem, view.demand.unit), "error")
        return _back(demand_code)
    flash(_("Agreed. Read the paper and sign it; the buyer signs as well."), "success")
    return redirect(url_for("sourcing_delivering.commitment", commitment_code=code), 303)


@pages.post("/cung-cau/<demand_code>/rut")
@access.staff
def withdraw(person: Person, cooperative: Cooperative, demand_code: str) -> Response:
    view = _find_quote(cooperative, demand_code)
    try:
        with transaction():
            sourcing.end_talk(view.quote, side=Side.SELLER)
    except Refused as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("Your quote is withdrawn, and the buyer is told."), "success")
    return _back(demand_code)
