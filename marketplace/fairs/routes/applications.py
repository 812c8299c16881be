"""Officers look at the applications of a fair, check who speaks, and answer one or many."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.fairs import actions as fairs_actions
from marketplace.fairs import queries
from marketplace.fairs.errors import MoveRefused, NotReady
from marketplace.fairs.forms.calling import AnswerForm
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.routes.alliance import find
from marketplace.fairs.states import BoothState
from marketplace.fairs.words import BOOTH_STATES, BOOTH_TONES, FAIR_STATES, FAIR_TONES, say_check, say_lacks
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, uploads
from marketplace.geography import queries as geography
from marketplace.inventory.errors import NotEnoughStock

pages = Blueprint("fairs_applications", __name__)

VIEWS = {
    "cho": BoothState.SUBMITTED,
    "bo-sung": BoothState.NEED_INFO,
    "da-nhan": BoothState.APPROVED,
    "tu-choi": BoothState.REJECTED,
    "rut": BoothState.WITHDRAWN,
}
WORDS = {
    "booth_states": BOOTH_STATES,
    "booth_tones": BOOTH_TONES,
    "states": FAIR_STATES,
    "tones": FAIR_TONES,
    "say_check": say_check,
}


@pages.get("/phien-cho/<slug>/dang-ky")
@access.officer
def applications(person: Person, slug: str) -> str:
    return _list(find(person, slug), AnswerForm(formdata=None), set())


def _list(fair: Fair, form: AnswerForm, ticked: set[int]) -> str:
    view = request.args.get("xem", "cho")
    state = VIEWS.get(view) or abort(404)
    counts = queries.count_booths(fair.id)
    return render_template(
        "fairs/alliance/applications.html",
        fair=fair,
        rows=queries.applications_of(queries.booths_of(fair.id, state), fair),
        view=view,
        tabs_shown=[
            {
                "label": BOOTH_STATES[one],
                "url": url_for("fairs_applications.applications", slug=fair.slug, xem=name),
                "is_current": name == view,
                "count": counts.get(one, 0),
            }
            for name, one in VIEWS.items()
        ],
        left=fair.booth_quota - counts.get(BoothState.APPROVED, 0),
        form=form,
        ticked=ticked,
        provinces={one.code: one.bare_name for one in geography.provinces()},
        **WORDS,
    )


@pages.post("/phien-cho/<slug>/dang-ky")
@access.officer
def answer_many(person: Person, slug: str) -> Response | tuple[str, int]:
    """The same answer for all that are ticked; each for itself, so that one that is not ready stops no other."""
    fair = find(person, slug)
    form = AnswerForm()
    ticked = {int(typed) for typed in request.form.getlist("booth")[: fair.booth_quota * 10] if typed.isdecimal()}
    is_valid = form.validate()
    if not ticked:
        form.form_errors = [_("Tick the cooperatives that you answer.")]
    if not is_valid or not ticked:
        return _list(fair, form, ticked), 422
    done, left = 0, []
    names = {row.booth.id: row.cooperative_name for row in queries.applications_of(_ticked(fair, ticked), fair)}
    for booth_id, name in names.items():
        problem = _answer(person, slug, booth_id, form)
        if problem:
            left.append(f"{name}: {problem}")
        else:
            done += 1
    if done:
        flash(ngettext("%(num)s cooperative is answered.", "%(num)s cooperatives are answered.", done), "success")
    for line in left[:10]:
        flash(line, "error")
    view = request.args.get("xem", "cho")
    return redirect(url_for("fairs_applications.applications", slug=slug, xem=view), 303)


def _ticked(fair: Fair, ids: set[int]) -> list[Booth]:
    return [booth for booth in queries.booths_of(fair.id, *VIEWS.values()) if booth.id in ids]


def _answer(person: Person, slug: str, booth_id: int, form: AnswerForm) -> str:
    """Answer one; what stood in the way, in words, or nothing."""
    fair = find(person, slug)
    booth = queries.find_booth(fair.id, booth_id) or abort(404)
    try:
        with transaction():
            if form.answer.data == "approve":
                fairs_actions.approve(booth, fair, by=person.id)
            elif form.answer.data == "ask":
                fairs_actions.ask_for_more(booth, fair, by=person.id, note=form.note.data or "")
            else:
                fairs_actions.reject(booth, fair, by=person.id, note=form.note.data or "")
    except NotReady as problem:
        codes = dict.fromkeys(code for code in problem.lacks)
        checks = {check.code: check for check in queries.booth_checks(booth, fair) if not check.is_met}
        said = [
            say_check(code, False, checks[code].details) if code in checks else say_lacks([code]).rstrip(".")
            for code in codes
        ]
        return f"{'. '.join(said)}."
    except NotEnoughStock:
        return str(_("A lot has less than before. Ask the cooperative to offer fewer packs."))
    except MoveRefused:
        return str(_("It was answered already, or the cooperative took it back."))
    return ""


@pages.get("/phien-cho/<slug>/dang-ky/<int:booth_id>")
@access.officer
def application(person: Person, slug: str, booth_id: int) -> str:
    return _one(*_find(person, slug, booth_id), AnswerForm(formdata=None))


def _find(person: Person, slug: str, booth_id: int) -> tuple[Fair, Booth]:
    fair = find(person, slug)
    booth = queries.find_booth(fair.id, booth_id) or abort(404)
    return fair, booth


def _one(fair: Fair, booth: Booth, form: AnswerForm) -> str:
    (row,) = queries.applications_of([booth], fair)
    return render_template(
        "fairs/alliance/application.html",
        fair=fair,
        row=row,
        form=form,
        slots=queries.slots_of_booth(booth.id),
        provinces={one.code: one.bare_name for one in geography.provinces()},
        may_answer=booth.state in (BoothState.SUBMITTED, BoothState.NEED_INFO, BoothState.APPROVED),
        **WORDS,
    )


@pages.post("/phien-cho/<slug>/dang-ky/<int:booth_id>")
@access.officer
def answer(person: Person, slug: str, booth_id: int) -> Response | tuple[str, int]:
    fair, booth = _find(person, slug, booth_id)
    form = AnswerForm()
    if not form.validate():
        return _one(fair, booth, form), 422
    problem = _answer(person, slug, booth_id, form)
    flash(problem or _("Answered. The cooperative is told."), "error" if problem else "success")
    return redirect(url_for("fairs_applications.application", slug=slug, booth_id=booth_id), 303)


@pages.post("/phien-cho/<slug>/dang-ky/<int:booth_id>/nguoi-noi")
@access.officer
def check_speaker(person: Person, slug: str, booth_id: int) -> Response:
    """The officer has seen who speaks; without a name there is nobody to check."""
    fair, booth = _find(person, slug, booth_id)
    if booth.speaker_name and booth.speaker_checked_at is None:
        with transaction():
            fairs_actions.check_speaker(booth, fair, by=person.id)
        flash(_("Noted: you have checked who speaks."), "success")
    return redirect(url_for("fairs_applications.application", slug=slug, booth_id=booth_id), 303)


@pages.get("/phien-cho/<slug>/dang-ky/<int:booth_id>/giay-to/<int:booth_paper_id>")
@access.officer
def paper(person: Person, slug: str, booth_id: int, booth_paper_id: int) -> Response:
    booth = _find(person, slug, booth_id)[1]
    found = queries.find_paper(booth.id, booth_paper_id) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)
