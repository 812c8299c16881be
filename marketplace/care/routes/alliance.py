"""Complaints that officers decide, and reviews that they may take down; each within his provinces."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of
from marketplace.accounts.queries import names_of
from marketplace.care import actions as care
from marketplace.care import queries
from marketplace.care.errors import AnswerRefused, ComplaintMoved, ReviewRefused
from marketplace.care.forms import DecisionForm, TakeDownForm
from marketplace.care.models import Complaint, Review
from marketplace.care.routes import typed
from marketplace.care.states import ComplaintState
from marketplace.care.words import NOT_GIVEN, REVIEW_REFUSED, SHOWN, STARS
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, uploads

pages = Blueprint("care_alliance", __name__)

MOST_SHOWN = 100
ON_A_PAGE = 20


@pages.get("/khieu-nai")
@access.officer
def complaints(person: Person) -> str:
    provinces = in_provinces_of(person, Complaint.province_code)
    return render_template(
        "care/alliance/complaints.html",
        waiting=queries.escalated(provinces, is_open=True, limit=MOST_SHOWN),
        decided=queries.escalated(provinces, is_open=False, limit=ON_A_PAGE),
        now=clock.now(),
        **SHOWN,
    )


def _find(person: Person, complaint_code: str) -> Complaint:
    return queries.find_for_officer(in_provinces_of(person, Complaint.province_code), complaint_code) or abort(404)


@pages.get("/khieu-nai/<complaint_code>")
@access.officer
def complaint(person: Person, complaint_code: str) -> str:
    return _show(_find(person, complaint_code), DecisionForm(formdata=None))


def _show(found: Complaint, form: DecisionForm) -> str:
    story = queries.story_of(found)
    is_to_decide = found.state == ComplaintState.ESCALATED and found.decided_at is None and not found.waits_for_second
    return render_template(
        "care/alliance/complaint.html",
        story=story,
        complaint=found,
        form=form,
        typed=request.form,
        is_to_decide=is_to_decide,
        names=names_of({step.by_id for step in story.steps if step.by_id is not None}),
        now=clock.now(),
        **SHOWN,
    )


@pages.get("/khieu-nai/<complaint_code>/anh/<int:photo_id>")
@access.officer
def photo(person: Person, complaint_code: str, photo_id: int) -> Response:
    found = queries.find_photo(_find(person, complaint_code), photo_id) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)


@pages.post("/khieu-nai/<complaint_code>")
@access.officer
def decide(person: Person, complaint_code: str) -> AnyResponse | tuple[str, int]:
    """Money for so many packs, or nothing, with the reason that both sides read."""
    found = _find(person, complaint_code)
    form = DecisionForm()
    is_valid = form.validate()
    packs = typed.packs("packs", [row.order_line_id for row in found.lines])
    if packs is None:
        form.form_errors = [_("Type whole numbers of packs, such as 2.")]
    if not is_valid or packs is None:
        return _show(found, form), 422
    back = redirect(url_for("care_alliance.complaint", complaint_code=complaint_code), 303)
    try:
        with transaction():
            care.decide(
                found,
                packs=packs,
                is_granted=form.decision.data == "grant",
                words=form.words.data or "",
                by=person.id,
            )
    except ComplaintMoved:
        flash(_("It was settled meanwhile. Nothing was changed."), "info")
        return back
    except AnswerRefused as problem:
        form.form_errors = [_why(problem)]
        return _show(_find(person, complaint_code), form), 422
    flash(_("Decided. Both sides are told."), "success")
    return back


def _why(problem: AnswerRefused) -> str:
    if problem.why == "more_than_sent":
        return str(
            _("Of %(goods)s only %(left)s packs can still be given back.", goods=problem.what, left=problem.left)
        )
    return str(NOT_GIVEN[problem.why])


@pages.get("/danh-gia")
@access.officer
def reviews(person: Person) -> str:
    return _reviews(person, TakeDownForm(formdata=None), 0)


def _reviews(person: Person, form: TakeDownForm, wrong: int) -> str:
    provinces = in_provinces_of(person, Review.province_code)
    last_page = max(1, -(-queries.count_reviews_in(provinces) // ON_A_PAGE))
    page = min(max(request.args.get("trang", 1, type=int), 1), last_page)
    return render_template(
        "care/alliance/reviews.html",
        rows=queries.reviews_in(provinces, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE),
        form=form,
        wrong=wrong,
        page=page,
        last_page=last_page,
        star_words=STARS,
    )


@pages.post("/danh-gia/<int:review_id>")
@access.officer
def take_down(person: Person, review_id: int) -> AnyResponse | tuple[str, int]:
    """Take a review down, or put back what was taken down by mistake; with a reason either way."""
    found = queries.find_review_for_officer(in_provinces_of(person, Review.province_code), review_id) or abort(404)
    form = TakeDownForm()
    if not form.validate():
        return _reviews(person, form, found.id), 422
    deed = care.put_back_review if "put_back" in request.form else care.take_down_review
    try:
        with transaction():
            deed(found, reason=form.reason.data or "", by=person.id)
    except ReviewRefused as problem:
        flash(str(REVIEW_REFUSED[problem.why]), "info")
    else:
        flash(
            _("It stands there again.")
            if "put_back" in request.form
            else _("Taken down. Everybody reads your reason."),
            "success",
        )
    return redirect(url_for("care_alliance.reviews", _anchor=f"review-{found.id}"), 303)
