"""A buyer's commitments: reading, signing, calling off."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask import Response as PlainResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import queries
from marketplace.sourcing.errors import Refused
from marketplace.sourcing.forms.trading import CallOffForm, SignForm, day_of
from marketplace.sourcing.queries import CommitmentView
from marketplace.sourcing.routes import signing
from marketplace.sourcing.states import Side
from marketplace.sourcing.words import SHOWN, say_refused

pages = Blueprint("sourcing_committing", __name__)

ADDRESS = "/tai-khoan/cam-ket/<commitment_code>"


@pages.get("/tai-khoan/cam-ket")
@access.signed_in
def commitments(person: Person) -> str:
    return render_template("sourcing/shop/commitments.html", views=queries.commitments_of_person(person.id), **SHOWN)


def _find(person: Person, commitment_code: str) -> CommitmentView:
    return queries.find_commitment_of_person(person.id, commitment_code) or abort(404)


@pages.get(ADDRESS)
@access.signed_in
def commitment(person: Person, commitment_code: str) -> str:
    view = _find(person, commitment_code)
    return _show(view, signing.form(view, is_sent=False), _call_off_form(view, is_sent=False))


def _call_off_form(view: CommitmentView, *, is_sent: bool) -> CallOffForm:
    form = CallOffForm() if is_sent else CallOffForm(formdata=None, token=codes.random_token())
    form.unit = view.commitment.unit
    return form


def _show(view: CommitmentView, sign_form: SignForm, call_off_form: CallOffForm) -> str:
    return render_template(
        "sourcing/shop/commitment.html",
        view=view,
        signatures=queries.signatures_of(view.commitment.id),
        call_offs=queries.call_offs_of(view.commitment.id),
        missing=signing.missing_now(view),
        sign_form=sign_form,
        call_off_form=call_off_form,
        side=Side.BUYER,
        today=clock.today(),
        **SHOWN,
    )


@pages.get(f"{ADDRESS}/van-ban.pdf")
@access.signed_in
def paper(person: Person, commitment_code: str) -> PlainResponse:
    return signing.paper(_find(person, commitment_code))


@pages.post(f"{ADDRESS}/ky")
@access.signed_in
def sign(person: Person, commitment_code: str) -> Response | tuple[str, int]:
    view = _find(person, commitment_code)
    form = signing.form(view, is_sent=True)
    if not signing.sign(view, form, side=Side.BUYER, person=person):
        return _show(view, form, _call_off_form(view, is_sent=False)), 422
    return _back(commitment_code)


def _back(commitment_code: str) -> Response:
    return redirect(url_for("sourcing_committing.commitment", commitment_code=commitment_code), 303)


@pages.post(f"{ADDRESS}/bo")
@access.signed_in
def give_up(person: Person, commitment_code: str) -> Response:
    signing.give_up(_find(person, commitment_code), side=Side.BUYER)
    return _back(commitment_code)


@pages.post(f"{ADDRESS}/goi-hang")
@access.signed_in
def call_off(person: Person, commitment_code: str) -> Response | tuple[str, int]:
    view = _find(person, commitment_code)
    form = _call_off_form(view, is_sent=True)
    if not form.validate():
        return _show(view, signing.form(view, is_sent=False), form), 422
    try:
        with transaction():
            sourcing.call_off(
                view.commitment,
                quantity=form.quantity.quantity,
                deliver_on=day_of(form.deliver_on),
                note=form.note.data or "",
                token=form.token.data or codes.random_token(),
                by=person.id,
            )
    except Refused as problem:
        form.form_errors = [say_refused(problem, view.commitment.unit)]
        return _show(_find(person, commitment_code), signing.form(view, is_sent=False), form), 422
    flash(_("Called off. The cooperative is told; once it confirms, it is an order."), "success")
    return _back(commitment_code)


@pages.post(f"{ADDRESS}/goi-hang/<int:call_off_id>/rut")
@access.signed_in
def withdraw_call_off(person: Person, commitment_code: str, call_off_id: int) -> Response:
    view = _find(person, commitment_code)
    asked = queries.find_call_off(view.commitment.id, call_off_id) or abort(404)
    try:
        with transaction():
            sourcing.withdraw(asked, by=person.id)
    except Refused as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("Taken back. The quantity can be called off anew."), "success")
    return _back(commitment_code)
