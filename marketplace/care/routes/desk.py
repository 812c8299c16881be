"""A cooperative's complaints, the most urgent first, and its buyers' reviews."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Person
from marketplace.care import actions as care
from marketplace.care import queries
from marketplace.care.errors import AnswerRefused, ComplaintMoved, ReviewRefused
from marketplace.care.forms import AnswerForm, PromiseForm, ReviewAnswerForm
from marketplace.care.models import Complaint
from marketplace.care.routes import typed
from marketplace.care.states import PROMISES, Answer
from marketplace.care.words import NOT_GIVEN, REVIEW_REFUSED, SHOWN, STARS
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, uploads
from marketplace.orders.states import HAS_ARRIVED
from marketplace.traceability import queries as lots_read

pages = Blueprint("care_desk", __name__)

ON_A_PAGE = 20


def _asked_page(size: int) -> tuple[int, int]:
    """(the page that the address asks for, the last one)."""
    last_page = max(1, -(-size // ON_A_PAGE))
    return min(max(request.args.get("trang", 1, type=int), 1), last_page), last_page


@pages.get("/khieu-nai")
@access.staff
def complaints(person: Person, cooperative: Cooperative) -> str:
    is_open = request.args.get("xem", "") != "da-xong"
    sizes = queries.count_open(cooperative.id)
    page, last_page = _asked_page(sizes[0 if is_open else 1])
    return render_template(
        "care/desk/complaints.html",
        rows=queries.desk_queue(cooperative.id, is_open=is_open, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE),
        is_open=is_open,
        tabs_shown=[
            {
                "label": _("Not settled yet"),
                "url": url_for("care_desk.complaints"),
                "is_current": is_open,
                "count": sizes[0],
            },
            {
                "label": _("Over"),
                "url": url_for("care_desk.complaints", xem="da-xong"),
                "is_current": not is_open,
                "count": 0,
            },
        ],
        page=page,
        last_page=last_page,
        now=clock.now(),
        **SHOWN,
    )


def _find(cooperative: Cooperative, complaint_code: str) -> Complaint:
    return queries.find_for_cooperative(cooperative.id, complaint_code) or abort(404)


@pages.get("/khieu-nai/<complaint_code>")
@access.staff
def complaint(person: Person, cooperative: Cooperative, complaint_code: str) -> str:
    return _show(_find(cooperative, complaint_code), AnswerForm(formdata=None))


def _show(found: Complaint, answer_form: AnswerForm, promise_form: PromiseForm | None = None) -> str:
    story = queries.story_of(found)
    has_arrived = story.part.state in HAS_ARRIVED
    answer_form.offer(has_arrived=has_arrived)
    is_promised = found.is_open and found.answer in PROMISES and found.accepted_at is not None
    is_return = is_promised and found.answer == Answer.RETURN
    return render_template(
        "care/desk/complaint.html",
        story=story,
        complaint=found,
        answer_form=answer_form,
        promise_form=promise_form or PromiseForm(formdata=None),
        is_promised=is_promised and not found.waits_for_second and found.decided_at is None,
        packed=lots_read.packed_units([one.line.id for one in story.lines]) if is_return else {},
        has_arrived=has_arrived,
        typed=request.form,
        now=clock.now(),
        **SHOWN,
    )


@pages.get("/khieu-nai/<complaint_code>/anh/<int:photo_id>")
@access.staff
def photo(person: Person, cooperative: Cooperative, complaint_code: str, photo_id: int) -> Response:
    found = queries.find_photo(_find(cooperative, complaint_code), photo_id) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)


@pages.post("/khieu-nai/<complaint_code>/da-xem")
@access.staff
def acknowledge(person: Person, cooperative: Cooperative, complaint_code: str) -> AnyResponse:
    found = _find(cooperative, complaint_code)
    try:
        with transaction():
            care.acknowledge(found, by=person.id)
    except ComplaintMoved:
        flash(_moved(), "info")
    else:
        flash(_("Noted. Now look into it and answer the buyer."), "success")
    return _back(found)


def _moved() -> str:
    return str(_("The complaint has moved on meanwhile. Nothing was changed."))


def _back(found: Complaint) -> AnyResponse:
    return redirect(url_for("care_desk.complaint", complaint_code=found.code), 303)


@pages.post("/khieu-nai/<complaint_code>/tra-loi")
@access.owner
def answer(person: Person, cooperative: Cooperative, complaint_code: str) -> AnyResponse | tuple[str, int]:
    """Money is the owner's to give, so the owner answers."""
    found = _find(cooperative, complaint_code)
    form = AnswerForm()
    is_valid = form.validate()
    packs = typed.packs("packs", [row.order_line_id for row in found.lines])
    if packs is None:
        form.form_errors = [_("Type whole numbers of packs, such as 2.")]
    if not is_valid or packs is None:
        return _show(found, form), 422
    try:
        with transaction():
            care.answer(found, kind=Answer(form.answer.data), words=form.words.data or "", packs=packs, by=person.id)
    except ComplaintMoved:
        flash(_moved(), "info")
    except AnswerRefused as problem:
        form.form_errors = [_why(problem)]
        return _show(_find(cooperative, complaint_code), form), 422
    else:
        flash(_("The buyer is told. He agrees, or asks the Alliance."), "success")
    return _back(found)


def _why(problem: AnswerRefused) -> str:
    if problem.why == "more_than_sent":
        return str(
            _("Of %(goods)s only %(left)s packs can still be given back.", goods=problem.what, left=problem.left)
        )
    return str(NOT_GIVEN[problem.why])


@pages.post("/khieu-nai/<complaint_code>/da-lam")
@access.staff
def keep_promise(person: Person, cooperative: Cooperative, complaint_code: str) -> AnyResponse | tuple[str, int]:
    """The goods were sent once more, or have come back."""
    found = _find(cooperative, complaint_code)
    form = PromiseForm()
    returned = typed.packs("returned", [row.order_line_id for row in found.lines])
    if not form.validate() or returned is None:
        if returned is None:
            form.form_errors = [_("Type whole numbers of packs, such as 2.")]
        return _show(found, AnswerForm(formdata=None), form), 422
    try:
        with transaction():
            care.keep_promise(
                found,
                words=form.words.data or "",
                returned=returned,
                serials=set(request.form.getlist("serial")),
                by=person.id,
            )
    except ComplaintMoved:
        flash(_moved(), "info")
    except AnswerRefused as problem:
        form.form_errors = [_why(problem)]
        return _show(_find(cooperative, complaint_code), AnswerForm(formdata=None), form), 422
    else:
        flash(_("Noted, and the buyer is told."), "success")
    return _back(found)


@pages.get("/danh-gia")
@access.staff
def reviews(person: Person, cooperative: Cooperative) -> str:
    return _reviews(cooperative, ReviewAnswerForm(formdata=None), 0)


def _reviews(cooperative: Cooperative, form: ReviewAnswerForm, wrong: int) -> str:
    page, last_page = _asked_page(queries.count_reviews_for_desk(cooperative.id))
    return render_template(
        "care/desk/reviews.html",
        rows=queries.reviews_for_desk(cooperative.id, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE),
        form=form,
        wrong=wrong,
        page=page,
        last_page=last_page,
        star_words=STARS,
    )


@pages.post("/danh-gia/<int:review_id>/tra-loi")
@access.staff
def answer_review(person: Person, cooperative: Cooperative, review_id: int) -> AnyResponse | tuple[str, int]:
    found = queries.find_review_for_cooperative(cooperative.id, review_id) or abort(404)
    form = ReviewAnswerForm()
    if not form.validate():
        return _reviews(cooperative, form, found.id), 422
    try:
        with transaction():
            care.answer_review(found, words=form.words.data or "", by=person.id)
    except ReviewRefused as problem:
        flash(str(REVIEW_REFUSED[problem.why]), "info")
    else:
        flash(_("Your answer stands below the review."), "success")
    return redirect(url_for("care_desk.reviews", _anchor=f"review-{found.id}"), 303)
