"""A cooperative's phone while its fair is on: its time, its stock, its questions, orders coming in, a line to the crew."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import actions as fairs
from marketplace.fairs import queries
from marketplace.fairs.errors import MoveRefused, NotOnAir
from marketplace.fairs.forms.hosting import AnswerForm, NoteForm, VideoForm
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.routes import streams
from marketplace.fairs.states import OVER, BoothState
from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access

pages = Blueprint("fairs_stall", __name__)

STALL = "/phien-cho/<slug>/len-song"


def _find(cooperative: Cooperative, slug: str) -> tuple[Fair, Booth]:
    """A fair at which the cooperative has its place."""
    fair = queries.find_fair(slug) or abort(404)
    booth = queries.find_booth_of(fair.id, cooperative.id)
    if booth is None or booth.state != BoothState.APPROVED:
        abort(404)
    return fair, booth


@pages.get(STALL)
@access.staff
def stall(person: Person, cooperative: Cooperative, slug: str) -> Response:
    return _show(cooperative, *_find(cooperative, slug))


def _show(
    cooperative: Cooperative,
    fair: Fair,
    booth: Booth,
    *,
    wrong_id: int = 0,
    answer_form: AnswerForm | None = None,
    note_form: NoteForm | None = None,
    video_form: VideoForm | None = None,
) -> Response:
    room = queries.room_view(fair)
    if note_form is None:
        note_form = NoteForm(formdata=None)
        note_form.key.data = codes.random_code(20)
    page = render_template(
        "fairs/desk/stall.html",
        fair=fair,
        room=room,
        time=queries.stall_time(fair.id, booth.id),
        items=queries.items_of(fair.id, booth_id=booth.id),
        questions=queries.questions_for(fair.id, cooperative.id),
        sales=queries.stall_sales(booth.id),
        totals=queries.stall_totals(booth.id),
        notes=queries.notes_of_booth(booth.id),
        wrong_id=wrong_id,
        answer_form=answer_form,
        note_form=note_form,
        video_form=video_form or VideoForm(formdata=None, data={"url": booth.video_url}),
        is_over=fair.state in OVER,
        stream_url=streams.stream_url(fair),
        now=clock.now(),
    )
    refused = any(form is not None and form.errors for form in (answer_form, note_form, video_form))
    response = make_response(page, 422 if refused else 200)
    response.headers["Content-Security-Policy"] = streams.policy()
    return response


def _back(slug: str, place: str) -> Response:
    return redirect(url_for("fairs_stall.stall", slug=slug, _anchor=place), 303)


@pages.post(f"{STALL}/cau-hoi/<int:message_id>")
@access.staff
def answer(person: Person, cooperative: Cooperative, slug: str, message_id: int) -> Response:
    fair, booth = _find(cooperative, slug)
    if message_id not in {one.id for one in queries.questions_for(fair.id, cooperative.id)}:
        abort(404)
    message = queries.find_message(fair.id, message_id) or abort(404)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _show(cooperative, fair, booth, wrong_id=message_id, answer_form=form)
    try:
        with transaction():
            fairs.answer_question(message, answer=form.answer.data or "", by=person.id)
    except MoveRefused:
        flash(_("The crew has taken this question away."), "error")
    else:
        flash(_("Your answer is seen by all."), "success")
    return _back(slug, "cau-hoi")


@pages.post(f"{STALL}/nhan")
@access.staff
def tell(person: Person, cooperative: Cooperative, slug: str) -> Response:
    """A line to the crew."""
    fair, booth = _find(cooperative, slug)
    form = NoteForm()
    if not form.validate_on_submit():
        return _show(cooperative, fair, booth, note_form=form)
    try:
        with transaction():
            fairs.tell_crew(
                fair, booth, text=form.text.data or "", key=(form.key.data or codes.random_code(20))[:40], by=person.id
            )
    except NotOnAir:
        flash(_("The fair is not on air, so nobody reads it now. Call the officers."), "error")
    else:
        flash(_("Sent. The crew sees it at once."), "success")
    return _back(slug, "ban-dieu-hanh")


@pages.post(f"{STALL}/video")
@access.staff
def video(person: Person, cooperative: Cooperative, slug: str) -> Response:
    """Our own picture, shown while we are on."""
    fair, booth = _find(cooperative, slug)
    form = VideoForm()
    if not form.check(streams.settings().hls_hosts):
        return _show(cooperative, fair, booth, video_form=form)
    try:
        with transaction():
            fairs.set_booth_video(fair, booth, form.url.data or "", by=person.id)
    except NotOnAir:
        flash(_("The fair is over."), "error")
    else:
        flash(_("Saved. It is shown while your stall is on."), "success")
    return _back(slug, "video")
