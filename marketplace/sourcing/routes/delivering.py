"""A cooperative's commitments: signing them, and answering what is called off."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask import Response as PlainResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import MemberRole
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.inventory.errors import NotEnoughStock
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import queries
from marketplace.sourcing.errors import Refused
from marketplace.sourcing.forms.trading import ConfirmForm, ReasonForm, SignForm
from marketplace.sourcing.models import CallOff
from marketplace.sourcing.queries import CommitmentView
from marketplace.sourcing.routes import signing
from marketplace.sourcing.states import CallOffState, Side
from marketplace.sourcing.words import SHOWN, say_refused

pages = Blueprint("sourcing_delivering", __name__)

ADDRESS = "/cam-ket/<commitment_code>"


@pages.get("/cam-ket")
@access.staff
def commitments(person: Person, cooperative: Cooperative) -> str:
    return render_template(
        "sourcing/desk/commitments.html",
        views=queries.commitments_of_cooperative(cooperative.id),
        to_do=queries.to_do_of(cooperative.id),
        **SHOWN,
    )


def _find(cooperative: Cooperative, commitment_code: str) -> CommitmentView:
    return queries.find_commitment_of_cooperative(cooperative.id, commitment_code) or abort(404)


@pages.get(ADDRESS)
@access.staff
def commitment(person: Person, cooperative: Cooperative, commitment_code: str) -> str:
    view = _find(cooperative, commitment_code)
    return _show(view, signing.form(view, is_sent=False))


def _show(view: CommitmentView, sign_form: SignForm, wrong: dict[int, ConfirmForm | ReasonForm] | None = None) -> str:
    call_offs = queries.call_offs_of(view.commitment.id)
    waiting = [one.call_off for one in call_offs if one.call_off.state == CallOffState.ASKED]
    return render_template(
        "sourcing/desk/commitment.html",
        view=view,
        signatures=queries.signatures_of(view.commitment.id),
        call_offs=call_offs,
        confirm_forms={one.id: _confirm_form(view, one, is_sent=False) for one in waiting},
        reason_forms={one.id: ReasonForm(formdata=None, prefix=f"r{one.id}-") for one in waiting},
        wrong=wrong or {},
        missing=signing.missing_now(view),
        sign_form=sign_form,
        is_owner=g.member_role == MemberRole.OWNER,
        side=Side.SELLER,
        today=clock.today(),
        **SHOWN,
    )


def _confirm_form(view: CommitmentView, asked: CallOff, *, is_sent: bool) -> ConfirmForm:
    form = ConfirmForm(prefix=f"c{asked.id}-") if is_sent else ConfirmForm(formdata=None, prefix=f"c{asked.id}-")
    form.offer(queries.packs_of(view.product.id), asked.quantity)
    return form


@pages.get(f"{ADDRESS}/van-ban.pdf")
@access.staff
def paper(person: Person, cooperative: Cooperative, commitment_code: str) -> PlainResponse:
    return signing.paper(_find(cooperative, commitment_code))


@pages.post(f"{ADDRESS}/ky")
@access.owner
def sign(person: Person, cooperative: Cooperative, commitment_code: str) -> Response | tuple[str, int]:
    view = _find(cooperative, commitment_code)
    form = signing.form(view, is_sent=True)
    if not signing.sign(view, form, side=Side.SELLER, person=person):
        return _show(view, form), 422
    return _back(commitment_code)


def _back(commitment_code: str) -> Response:
    return redirect(url_for("sourcing_delivering.commitment", commitment_code=commitment_code), 303)


@pages.post(f"{ADDRESS}/bo")
@access.owner
def give_up(person: Person, cooperative: Cooperative, commitment_code: str) -> Response:
    signing.give_up(_find(cooperative, commitment_code), side=Side.SELLER)
    return _back(commitment_code)


@pages.post(f"{ADDRESS}/goi-hang/<int:call_off_id>/nhan")
@access.staff
def confirm(
    person: Person, cooperative: Cooperative, commitment_code: str, call_off_id: int
) -> Response | tuple[str, int]:
    view = _find(cooperative, commitment_code)
    asked = queries.find_call_off(view.commitment.id, call_off_id) or abort(404)
    form = _confirm_form(view, asked, is_sent=True)
    unsigned = signing.form(view, is_sent=False)
    if not form.validate():
        return _show(view, unsigned, {asked.id: form}), 422
    variant = form.chosen_variant
    assert variant is not None, "the form has checked it"
    try:
        with transaction():
            sourcing.confirm(asked, variant=variant, by=person.id)
    except NotEnoughStock as problem:
        there = Refused("not_enough_stock", left=problem.left * variant.content, asked=asked.quantity)
        form.form_errors = [say_refused(there, view.commitment.unit)]
    except Refused as problem:
        form.form_errors = [say_refused(problem, view.commitment.unit)]
    else:
        flash(_("It is an order now, with its lots. Pack it for the day the buyer named."), "success")
        return _back(commitment_code)
    return _show(_find(cooperative, commitment_code), unsigned, {asked.id: form}), 422


@pages.post(f"{ADDRESS}/goi-hang/<int:call_off_id>/tu-choi")
@access.staff
def refuse(
    person: Person, cooperative: Cooperative, commitment_code: str, call_off_id: int
) -> Response | tuple[str, int]:
    view = _find(cooperative, commitment_code)
    asked = queries.find_call_off(view.commitment.id, call_off_id) or abort(404)
    form = ReasonForm(prefix=f"r{asked.id}-")
    if not form.validate():
        return _show(view, signing.form(view, is_sent=False), {asked.id: form}), 422
    try:
        with transaction():
            sourcing.refuse(asked, reason=form.reason.data or "", by=person.id)
    except Refused as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("The buyer is told, with your reason. He may call off anew."), "success")
    return _back(commitment_code)
