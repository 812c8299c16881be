"""The buyer's side of the talk about a quote."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import papers, queries
from marketplace.sourcing.errors import Refused
from marketplace.sourcing.forms.trading import AcceptForm, AnswerForm
from marketplace.sourcing.queries import QuoteView
from marketplace.sourcing.routes import turns
from marketplace.sourcing.states import PaperKind, Side
from marketplace.sourcing.words import SHOWN, say_refused

pages = Blueprint("sourcing_talking", __name__)

ADDRESS = "/tai-khoan/nhu-cau/<demand_code>/bao-gia/<int:quote_id>"


def _find(person: Person, demand_code: str, quote_id: int) -> QuoteView:
    demand = queries.find_demand_of(person.id, demand_code) or abort(404)
    return queries.find_quote_of_demand(demand.id, quote_id) or abort(404)


@pages.get(ADDRESS)
@access.signed_in
def quote(person: Person, demand_code: str, quote_id: int) -> str:
    view = _find(person, demand_code, quote_id)
    return _show(view, turns.answer_form(view, is_sent=False), turns.accept_form(view, is_sent=False))


def _show(view: QuoteView, answer_form: AnswerForm, accept_form: AcceptForm) -> str:
    return render_template(
        "sourcing/shop/quote.html",
        view=view,
        turns=queries.turns_of(view.quote.id),
        commitment=queries.commitment_of_quote(view.quote.id),
        is_open=view.demand.takes_quotes(clock.today()),
        stands=view.quote.stands(clock.today()),
        answer_form=answer_form,
        accept_form=accept_form,
        side=Side.BUYER,
        **SHOWN,
    )


@pages.post(ADDRESS)
@access.signed_in
@limits.writes_by_strangers
def answer(person: Person, demand_code: str, quote_id: int) -> Response | tuple[str, int]:
    view = _find(person, demand_code, quote_id)
    form = turns.answer_form(view, is_sent=True)
    if not turns.answer(view, form, side=Side.BUYER, by=person.id):
        view = _find(person, demand_code, quote_id)
        turns.read_again(form, view)
        return _show(view, form, turns.accept_form(view, is_sent=False)), 422
    flash(_("Sent. The cooperative is told."), "success")
    return _back(demand_code, quote_id)


def _back(demand_code: str, quote_id: int) -> Response:
    return redirect(url_for("sourcing_talking.quote", demand_code=demand_code, quote_id=quote_id), 303)


@pages.post(f"{ADDRESS}/dong-y")
@access.signed_in
def accept(person: Person, demand_code: str, quote_id: int) -> Response | tuple[str, int]:
    """Take the cooperative's terms; then both sign."""
    view = _find(person, demand_code, quote_id)
    form = turns.accept_form(view, is_sent=True)
    if not form.validate():
        return _show(view, turns.answer_form(view, is_sent=False), form), 422
    try:
        with transaction():
            commitment = sourcing.accept_quote(
                view.quote,
                side=Side.BUYER,
                seen=turns.seen(form),
                kind=PaperKind(form.kind.data),
                write=papers.write,
                by=person.id,
            )
            code = commitment.code
    except Refused as problem:
        flash(say_refused(problem, view.demand.unit), "error")
        return _back(demand_code, quote_id)
    flash(_("Agreed. Read the paper and sign it; the cooperative signs as well."), "success")
    return redirect(url_for("sourcing_committing.commitment", commitment_code=code), 303)


@pages.post(f"{ADDRESS}/tu-choi")
@access.signed_in
def decline(person: Person, demand_code: str, quote_id: int) -> Response:
    view = _find(person, demand_code, quote_id)
    try:
        with transaction():
            sourcing.end_talk(view.quote, side=Side.BUYER)
    except Refused as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("Declined. The cooperative is told."), "success")
    return redirect(url_for("sourcing_buying.my_demand", demand_code=demand_code), 303)
