"""Differences between the books and what others tell: seen, explained, settled, each with who and why."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.accounts.queries import names_of
from marketplace.bookkeeping import words
from marketplace.bookkeeping.actions import comparing as actions
from marketplace.bookkeeping.errors import DifferenceMoveRefused
from marketplace.bookkeeping.forms import AnswerForm
from marketplace.bookkeeping.queries import comparing
from marketplace.bookkeeping.states import DIFFERENCE_MOVES, DifferenceState
from marketplace.bookkeeping.words import DEEDS, DIFFERENCE_TONES, DIFFERENCES, KINDS, MOVES, SAID
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.fulfilment.queries import arrivals_to_confirm
from marketplace.ledger.queries import open_references
from marketplace.ledger.rules import SUSPENSE

pages = Blueprint("bookkeeping_comparing", __name__)

VIEWS = {"mo": DifferenceState.OPEN, "da-giai-thich": DifferenceState.EXPLAINED, "da-xong": DifferenceState.SETTLED}


@pages.get("/doi-chieu")
@access.admin
def differences(person: Person) -> str:
    return _show(request.args.get("xem", "mo"), AnswerForm(formdata=None), 0)


def _show(view: str, form: AnswerForm, typed_id: int) -> str:
    state = VIEWS.get(view) or abort(404)
    found, counts = comparing.differences(state), comparing.count_by_state()
    deeds = comparing.deeds_on([row.id for row in found])
    return render_template(
        "bookkeeping/alliance/differences.html",
        view=view,
        differences=found,
        deeds=deeds,
        names=names_of({deed.person_id for several in deeds.values() for deed in several if deed.person_id}),
        tabs=[
            {
                "label": DIFFERENCES[one],
                "url": url_for("bookkeeping_comparing.differences", xem=name),
                "is_current": name == view,
                "count": counts.get(one, 0) if one != DifferenceState.SETTLED else 0,
            }
            for name, one in VIEWS.items()
        ],
        suspense=open_references(SUSPENSE),
        arrivals=arrivals_to_confirm(),
        form=form,
        typed_id=typed_id,
        states=DIFFERENCES,
        tones=DIFFERENCE_TONES,
        kinds=KINDS,
        said=SAID,
        in_words=words.difference,
        what_moves_do=words.WHAT_MOVES_DO,
        moves={state: [(to, MOVES[to]) for to in DifferenceState if to in DIFFERENCE_MOVES[state]]},
        deed_words=DEEDS,
    )


@pages.post("/doi-chieu/<int:difference_id>")
@access.admin
def answer(person: Person, difference_id: int) -> Response | tuple[str, int]:
    row = comparing.find_difference(difference_id) or abort(404)
    view = next((name for name, state in VIEWS.items() if state == request.form.get("seen")), None) or abort(404)
    to = next((state for state in DifferenceState if state == request.form.get("to")), None) or abort(404)
    form = AnswerForm()
    if not form.validate():
        return _show(view, form, row.id), 422
    try:
        with transaction():
            actions.answer(row, to, seen=VIEWS[view], reason=form.reason.data or "", by=person.id)
    except DifferenceMoveRefused:
        flash(_("Somebody else has answered this meanwhile. Nothing was changed."), "info")
    else:
        flash(_("Noted."), "success")
    return redirect(url_for("bookkeeping_comparing.differences", xem=view), 303)
