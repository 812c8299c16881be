"""Officers compare certificates with their papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts import permissions as accounts
from marketplace.accounts.models import Person
from marketplace.certificates import actions as certificates
from marketplace.certificates import queries
from marketplace.certificates.errors import ChangedMeanwhile, ReviewMoveRefused, SamePerson
from marketplace.certificates.forms import NoteForm, ReviewForm
from marketplace.certificates.models import Certificate
from marketplace.certificates.rules import format_amount
from marketplace.certificates.schemes import SCHEMES
from marketplace.certificates.states import Review
from marketplace.certificates.words import ISSUER_LEVELS, PROBLEMS, REVIEW_TONES, REVIEWS, VIEW_WORDS
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.words import DEEDS
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, uploads
from marketplace.geography import queries as geography

pages = Blueprint("certificates_alliance", __name__)

WORDS = {
    "review_words": REVIEWS,
    "tones": REVIEW_TONES,
    "schemes": SCHEMES,
    "level_words": ISSUER_LEVELS,
    "problem_words": PROBLEMS,
    "deed_words": DEEDS,
    "amount": format_amount,
}
ENDING_SOON = timedelta(days=90)
VIEWS = {
    "cho": [Review.PENDING],
    "bo-sung": [Review.NEED_INFO],
    "het-han": [Review.VERIFIED],
    "da-duyet": [Review.VERIFIED],
    "tam-dung": [Review.SUSPENDED],
}


def _scope(person: Person) -> ColumnElement[bool]:
    return accounts.in_provinces_of(person, Cooperative.province_code)


@pages.get("/chung-nhan")
@access.officer
def queue(person: Person) -> str:
    """What waits for the officer, for the cooperative, what ends soon, what counts, what is suspended."""
    asked = request.args.get("xem", "")
    view = asked if asked in VIEWS else next(iter(VIEWS))
    page = min(max(request.args.get("trang", 1, type=int), 1), 10_000)
    today = clock.today()
    ends = (today, today + ENDING_SOON) if view == "het-han" else None
    found, count = queries.in_scope(_scope(person), VIEWS[view], ends=ends, page=page)
    return render_template(
        "certificates/alliance/queue.html",
        found=found,
        views=list(VIEWS),
        view=view,
        view_words=VIEW_WORDS,
        count=count,
        page=page,
        pages=max(1, -(-count // queries.PAGE)),
        page_url=lambda number: url_for("certificates_alliance.queue", xem=view, trang=number),
        today=today,
        province_names={one.code: one.bare_name for one in geography.provinces()},
        **WORDS,
    )


def _find(person: Person, certificate_id: int) -> tuple[Certificate, Cooperative]:
    return queries.find_in_scope(certificate_id, _scope(person)) or abort(404)


@pages.get("/chung-nhan/<int:certificate_id>")
@access.officer
def certificate(person: Person, certificate_id: int) -> str:
    return _show(person, certificate_id, ReviewForm(formdata=None), NoteForm(formdata=None))


def _show(person: Person, certificate_id: int, form: ReviewForm, note_form: NoteForm) -> str:
    found, cooperative = _find(person, certificate_id)
    kind = SCHEMES.get(found.scheme)
    form.offer(found)
    return render_template(
        "certificates/alliance/certificate.html",
        shown=found,
        owner=cooperative,
        form=form,
        note_form=note_form,
        problems=kind.problems(found, clock.today()) if kind else [],
        same_number=queries.with_same_number(found),
        deeds=queries.deeds_of(found.id),
        is_own=found.submitted_by_id == person.id,
        today=clock.today(),
        **WORDS,
    )


@pages.post("/chung-nhan/<int:certificate_id>/quyet-dinh")
@access.officer
def decide(person: Person, certificate_id: int) -> AnyResponse | tuple[str, int]:
    found, _owner = _find(person, certificate_id)
    form = ReviewForm()
    if not form.validate():
        return _show(person, certificate_id, form, NoteForm(formdata=None)), 422
    note = form.note.data or ""
    seen = _moment(form.seen.data) or abort(400)
    deeds: dict[str, Callable[[], None]] = {
        "verify": lambda: certificates.verify(found, by=person.id, seen=seen),
        "ask_for_more": lambda: certificates.ask_for_more(found, by=person.id, note=note),
        "refuse": lambda: certificates.refuse(found, by=person.id, note=note),
    }
    said = {
        "verify": _("Verified. Its badges show from now on."),
        "ask_for_more": _("The cooperative is told what is missing."),
        "refuse": _("The cooperative is told why."),
    }
    if _do(deeds[form.decision.data], said[form.decision.data]):
        return redirect(url_for("certificates_alliance.queue"), 303)
    return redirect(url_for("certificates_alliance.certificate", certificate_id=certificate_id), 303)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _do(deed: Callable[[], None], said: Any) -> bool:
    """Carry a decision out and say so; a colleague's, or a second click, has changed nothing."""
    try:
        with transaction():
            deed()
    except ReviewMoveRefused as refused:
        state = REVIEWS[Review(refused.from_state)]
        flash(_("Nothing was changed: it has been decided already (%(state)s).", state=state), "error")
    except SamePerson:
        flash(_("You handed this certificate in yourself; somebody else must check it."), "error")
    except ChangedMeanwhile:
        flash(_("The cooperative has handed in something else since. Compare again, then decide."), "error")
    else:
        flash(said, "success")
        return True
    return False


@pages.post("/chung-nhan/<int:certificate_id>/tam-dung")
@access.officer
def suspend(person: Person, certificate_id: int) -> AnyResponse | tuple[str, int]:
    found, _owner = _find(person, certificate_id)
    form = NoteForm()
    if not form.validate():
        return _show(person, certificate_id, ReviewForm(formdata=None), form), 422
    note = form.note.data or ""
    _do(lambda: certificates.suspend(found, by=person.id, note=note), _("Suspended. Its badges are gone."))
    return redirect(url_for("certificates_alliance.certificate", certificate_id=certificate_id), 303)


@pages.post("/chung-nhan/<int:certificate_id>/khoi-phuc")
@access.officer
def reinstate(person: Person, certificate_id: int) -> AnyResponse | tuple[str, int]:
    found, _owner = _find(person, certificate_id)
    form = NoteForm()
    if not form.validate():
        return _show(person, certificate_id, ReviewForm(formdata=None), form), 422
    note = form.note.data or ""
    _do(lambda: certificates.reinstate(found, by=person.id, note=note), _("It counts again."))
    return redirect(url_for("certificates_alliance.certificate", certificate_id=certificate_id), 303)


@pages.get("/chung-nhan/tep/<int:file_id>")
@access.officer
def file(person: Person, file_id: int) -> Response:
    found = queries.find_file(file_id, _scope(person)) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)
