"""A buyer complains about what he received, or did not, and follows what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from marketplace.care import actions as care
from marketplace.care import queries, rules
from marketplace.care.actions import Evidence
from marketplace.care.errors import AnswerRefused, ComplaintMoved, ComplaintRefused
from marketplace.care.forms import AskAllianceForm, ComplaintForm
from marketplace.care.models import Complaint
from marketplace.care.routes import photos, typed, visitors
from marketplace.care.states import Kind
from marketplace.care.words import NOT_GIVEN, NOT_POSSIBLE, SHOWN, STARS
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits, uploads
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import COMPLAINT_WINDOW
from marketplace.orders.states import HAS_ARRIVED, PartState
from marketplace.payments import actions as payments
from marketplace.payments import queries as payments_read

pages = Blueprint("care_shop", __name__)


def order_panel(order: Order, key: str) -> Mapping[int, Markup]:
    """What an order's page shows below a part: its complaints, the way to complain, and to review."""
    of_part: dict[int, list[Complaint]] = {}
    for complaint in queries.complaints_of_order(order.id):
        of_part.setdefault(complaint.cooperative_order_id, []).append(complaint)
    reviews = queries.reviews_of_order(order.id)
    now = clock.now()
    return {
        part.id: Markup(  # noqa: S704 (a template's own output, escaped there)
            render_template(
                "care/shop/_order_panel.html",
                order=order,
                key=key,
                part=part,
                complaints=of_part.get(part.id, []),
                may_complain=_may_complain(part, of_part.get(part.id, []), now),
                until=part.delivered_at + COMPLAINT_WINDOW if part.delivered_at else None,
                has_arrived=part.state in HAS_ARRIVED,
                reviews=reviews,
                editable={line_id for line_id, one in reviews.items() if _may_edit(one, now)},
                star_words=STARS,
                **SHOWN,
            )
        )
        for part in order.parts
        if part.state in HAS_ARRIVED or part.state == PartState.SHIPPED or part.id in of_part
    }


def _may_complain(part: CooperativeOrder, complaints: list[Complaint], now: datetime) -> bool:
    is_open = any(complaint.is_open for complaint in complaints)
    return not is_open and rules.may_complain(part.state, part.delivery_way, part.delivered_at, now)


def _may_edit(review: Any, now: datetime) -> bool:
    return rules.may_edit(review.written_at, review.taken_down_at, now)


@pages.route("/don-hang/<code>/khieu-nai/<part_code>", methods=["GET", "POST"])
@access.public
@limits.writes_by_strangers
def complain(code: str, part_code: str) -> AnyResponse:
    """What is wrong, with which goods, what the buyer would like; photos that were sent survive a mistake."""
    order = visitors.find_order(code)
    part = visitors.find_part(order, part_code)
    form = ComplaintForm()
    if part.state == PartState.SHIPPED:
        form.offer_only(Kind.NOT_ARRIVED)
    already = queries.open_complaint_of(part.id)
    if already is not None:
        flash(_("You have complained about this already. Here is how it stands."), "info")
        return redirect(_link(order, already), 303)
    if request.method == "GET":
        return _form(order, part, form)
    kept, refused = photos.keep(form, _private, most=rules.MOST_PHOTOS, about=part.code)
    is_valid = form.validate()
    form.photos.errors = refused
    packs = typed.packs("packs", [line.id for line in part.lines])
    if packs is None:
        form.form_errors = [_("Type whole numbers of packs, such as 2.")]
    if not is_valid or refused or packs is None:
        return _form(order, part, form, 422)
    kind, wish = form.asked
    try:
        with transaction():
            complaint = care.open_complaint(
                order.id,
                part.id,
                kind=kind,
                wish=wish,
                words=form.words.data or "",
                packs=packs,
                photos=[Evidence(**one) for one in kept],
                by=visitors.person_id(),
            )
    except ComplaintRefused as problem:
        already = queries.open_complaint_of(part.id)
        if already is not None:
            return redirect(_link(order, already), 303)
        form.form_errors = [str(NOT_POSSIBLE[problem.why])]
        return _form(order, part, form, 422)
    flash(_("Your complaint has arrived. The cooperative reacts within 24 hours; we tell you at each step."), "success")
    return redirect(_link(order, complaint), 303)


def _private(upload: FileStorage) -> dict[str, str]:
    paper = uploads.keep_private_photo(upload)
    return {"file_key": paper.file_key, "file_name": paper.file_name}


def _form(order: Order, part: CooperativeOrder, form: ComplaintForm, status: int = 200) -> Response:
    is_possible = rules.may_complain(part.state, part.delivery_way, part.delivered_at, clock.now())
    answer = visitors.unshared(
        render_template(
            "care/shop/complain.html",
            order=order,
            part=part,
            key=visitors.key_of(order),
            form=form,
            kept_count=len(photos.read(form.kept_photos.data, about=part.code)),
            typed=request.form,
            is_lost=part.state == PartState.SHIPPED,
            is_possible=is_possible,
            why_not=NOT_POSSIBLE["too_late" if part.delivered_at else "not_sent"],
        )
    )
    answer.status_code = status
    return answer


def _find(code: str, complaint_code: str) -> tuple[Order, Complaint]:
    order = visitors.find_order(code)
    return order, queries.find_of_order(order.id, complaint_code) or abort(404)


def _link(order: Order, complaint: Complaint) -> str:
    return url_for("care_shop.complaint", code=order.code, complaint_code=complaint.code, k=visitors.key_of(order))


@pages.get("/don-hang/<code>/phieu/<complaint_code>")
@access.public
def complaint(code: str, complaint_code: str) -> Response:
    order, found = _find(code, complaint_code)
    return _show(order, found, AskAllianceForm(formdata=None))


def _show(order: Order, found: Complaint, ask_form: AskAllianceForm, status: int = 200) -> Response:
    refunds = payments_read.refunds_of_references(order.references)
    answer = visitors.unshared(
        render_template(
            "care/shop/complaint.html",
            needs_account=any(payments.waits_for_account(refund, asked) for refund, asked in refunds),
            story=queries.story_of(found),
            complaint=found,
            order=order,
            key=visitors.key_of(order),
            ask_form=ask_form,
            **SHOWN,
        )
    )
    answer.status_code = status
    return answer


@pages.get("/don-hang/<code>/phieu/<complaint_code>/anh/<int:photo_id>")
@access.public
def photo(code: str, complaint_code: str, photo_id: int) -> Response:
    found = queries.find_photo(_find(code, complaint_code)[1], photo_id) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)


@pages.post("/don-hang/<code>/phieu/<complaint_code>/dong-y")
@access.public
@limits.writes_by_strangers
def accept(code: str, complaint_code: str) -> AnyResponse:
    """The buyer agrees to the answer that he has read, which the page names by its number."""
    order, found = _find(code, complaint_code)
    number = request.form.get("answer", "")
    try:
        with transaction():
            care.accept(
                found, number=int(number) if number.isdecimal() and len(number) < 9 else 0, by=visitors.person_id()
            )
    except ComplaintMoved:
        flash(
            _("Nothing was changed: the answer is another one by now, or it is decided already. Read it again."), "info"
        )
    except AnswerRefused as problem:
        flash(_not_given(problem), "error")
    else:
        flash(_("Thank you. That is noted, and the cooperative is told."), "success")
    return redirect(_link(order, found), 303)


def _not_given(problem: AnswerRefused) -> str:
    if problem.why == "more_than_sent":
        return str(_("Meanwhile money was given back for some of these packs. Ask the cooperative to answer anew."))
    return str(NOT_GIVEN[problem.why])


@pages.post("/don-hang/<code>/phieu/<complaint_code>/hoi-lien-minh")
@access.public
@limits.writes_by_strangers
def ask_alliance(code: str, complaint_code: str) -> AnyResponse:
    order, found = _find(code, complaint_code)
    form = AskAllianceForm()
    if not form.validate():
        return _show(order, found, form, 422)
    try:
        with transaction():
            care.ask_alliance(found, words=form.words.data or "", by=visitors.person_id())
    except ComplaintMoved:
        flash(_("It lies with the Alliance already, or it is settled."), "info")
    else:
        flash(_("An officer of the Alliance looks at it and decides. You are told."), "success")
    return redirect(_link(order, found), 303)


@pages.post("/don-hang/<code>/phieu/<complaint_code>/rut-lai")
@access.public
@limits.writes_by_strangers
def withdraw(code: str, complaint_code: str) -> AnyResponse:
    order, found = _find(code, complaint_code)
    try:
        with transaction():
            care.withdraw(found, by=visitors.person_id())
    except ComplaintMoved:
        flash(_("It is agreed on or decided already and can no longer be taken back."), "info")
    else:
        flash(_("You have taken the complaint back."), "success")
    return redirect(_link(order, found), 303)
