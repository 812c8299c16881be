"""The host desk: one officer, or a crew, runs the show. Every button is a form that works without scripts."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.accounts.queries import names_of
from marketplace.fairs import actions as fairs
from marketplace.fairs import queries
from marketplace.fairs.errors import MoveRefused, NotOnAir, NotReady
from marketplace.fairs.forms.hosting import CardForm, ChatForm, CutForm, MinutesForm, NoticeForm, VideoForm
from marketplace.fairs.models import BoothItem, Fair, Slot
from marketplace.fairs.routes import streams
from marketplace.fairs.words import (
    FAIR_STATES,
    FAIR_TONES,
    NOT_READY,
    SLOT_STATES,
    SLOT_TONES,
    WHY_WAITING,
)
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.web import access, uploads
from marketplace.inventory.errors import OfferNotOpen

pages = Blueprint("fairs_hosting", __name__)

DESK = "/phien-cho/<slug>/dieu-hanh"


def _find(person: Person, slug: str) -> Fair:
    """Signed-in people come this far; whoever neither runs the fair nor helps is told that there is none."""
    return queries.find_fair_to_run(person, slug, crew=True) or abort(404)


def _find_slot(fair: Fair, slot_id: int) -> Slot:
    return queries.find_slot(fair.id, slot_id) or abort(404)


def _find_item(fair: Fair, item_id: int) -> BoothItem:
    return queries.find_item(fair.id, item_id) or abort(404)


@pages.get(DESK)
@access.signed_in
def desk(person: Person, slug: str) -> Response:
    return _show(_find(person, slug))


def _show(
    fair: Fair,
    status: int = 200,
    card: CardForm | None = None,
    cut: CutForm | None = None,
    video: VideoForm | None = None,
) -> Response:
    view = queries.room_view(fair)
    slots = queries.running_order(fair.id)
    settings = queries.room_settings(fair.id)
    page = render_template(
        "fairs/hosting/desk.html",
        fair=fair,
        room=view,
        slots=slots,
        next_slot=next((slot for slot in slots if slot.is_to_come), None),
        talk=queries.desk_talk(fair.id),
        notes=queries.notes_to_crew(fair.id),
        silences=queries.silences_of(fair.id),
        settings_of_room=settings,
        host_name=names_of([settings.host_id]).get(settings.host_id, "") if settings.host_id else "",
        card_form=card or CardForm(formdata=None),
        cut_form=cut or CutForm(formdata=None),
        video_form=video or VideoForm(formdata=None, data={"url": fair.video_url}),
        stream_url=streams.stream_url(fair),
        states=FAIR_STATES,
        tones=FAIR_TONES,
        slot_states=SLOT_STATES,
        slot_tones=SLOT_TONES,
        why_waiting=WHY_WAITING,
        now=clock.now(),
    )
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = streams.policy()
    return response


def _back(fair: Fair, place: str = "") -> Response:
    return redirect(url_for("fairs_hosting.desk", slug=fair.slug, _anchor=place or None), 303)


def _refused(problem: Exception) -> None:
    """Say in words why nothing was done."""
    if isinstance(problem, NotReady):
        lacks = ", ".join(str(NOT_READY.get(code, code)) for code in problem.lacks)
        flash(_("This stall cannot go on air yet: %(lacks)s.", lacks=lacks), "error")
    elif isinstance(problem, NotOnAir):
        flash(_("This is not on air now. Look at what is on, then try again."), "error")
    elif isinstance(problem, OfferNotOpen):
        flash(_("This session price is over and cannot be opened or lengthened any more."), "error")
    else:
        flash(_("Somebody of the crew was faster. The page now shows how it stands."), "error")


REFUSALS = (NotOnAir, NotReady, MoveRefused, OfferNotOpen)


@pages.post(f"{DESK}/mo")
@access.signed_in
def start(person: Person, slug: str) -> Response:
    fair = _find(person, slug)
    try:
        with transaction():
            fairs.go_live(_find(person, slug), by=person.id)
    except MoveRefused:
        flash(_("The fair can be opened once its timetable is out, and only once."), "error")
    else:
        flash(_("The fair is on air. Put the first stall on."), "success")
    return _back(fair)


@pages.post(f"{DESK}/ket-thuc")
@access.signed_in
def end(person: Person, slug: str) -> Response:
    fair = _find(person, slug)
    try:
        with transaction():
            fairs.end_fair(_find(person, slug), by=person.id)
    except MoveRefused as problem:
        _refused(problem)
    else:
        flash(_("The fair is over. What was not sold is back on sale at the usual price."), "success")
    return _back(fair)


@pages.post(f"{DESK}/gian/<int:slot_id>/len-song")
@access.signed_in
def put_on(person: Person, slug: str, slot_id: int) -> Response:
    fair = _find(person, slug)
    slot = _find_slot(fair, slot_id)
    try:
        with transaction():
            fairs.put_on_air(fair, slot, by=person.id)
    except REFUSALS as problem:
        _refused(problem)
    return _back(fair, "tren-song")


@pages.post(f"{DESK}/gian/<int:slot_id>/bo-qua")
@access.signed_in
def skip(person: Person, slug: str, slot_id: int) -> Response:
    fair = _find(person, slug)
    slot = _find_slot(fair, slot_id)
    try:
        with transaction():
            fairs.skip_slot(fair, slot, by=person.id)
    except REFUSALS as problem:
        _refused(problem)
    return _back(fair, "lich")


@pages.post(f"{DESK}/gian/<int:slot_id>/cat-song")
@access.signed_in
def cut(person: Person, slug: str, slot_id: int) -> Response:
    fair = _find(person, slug)
    slot = _find_slot(fair, slot_id)
    form = CutForm()
    if not form.validate_on_submit():
        return _show(fair, 422, cut=form)
    try:
        with transaction():
            fairs.cut_off(fair, slot, by=person.id, reason=form.reason.data or "")
    except REFUSALS as problem:
        _refused(problem)
    else:
        flash(_("Off the air. Picture and prices are gone for everybody."), "success")
    return _back(fair, "tren-song")


@pages.post(f"{DESK}/hang/<int:item_id>/ghim")
@access.signed_in
def pin(person: Person, slug: str, item_id: int) -> Response:
    fair = _find(person, slug)
    item = _find_item(fair, item_id)
    try:
        with transaction():
            fairs.pin(fair, None if request.form.get("off") else item, by=person.id)
    except REFUSALS as problem:
        _refused(problem)
    return _back(fair, "tren-song")


@pages.post(f"{DESK}/hang/<int:item_id>/mo-gia")
@access.signed_in
def open_price(person: Person, slug: str, item_id: int) -> Response:
    return _with_minutes(person, slug, item_id, extends=False)


@pages.post(f"{DESK}/hang/<int:item_id>/them-gio")
@access.signed_in
def extend_price(person: Person, slug: str, item_id: int) -> Response:
    return _with_minutes(person, slug, item_id, extends=True)


def _with_minutes(person: Person, slug: str, item_id: int, *, extends: bool) -> Response:
    fair = _find(person, slug)
    item = _find_item(fair, item_id)
    form = MinutesForm()
    if not form.validate_on_submit():
        flash(_("Type minutes from 1 to 180."), "error")
        return _back(fair, "tren-song")
    try:
        with transaction():
            deed = fairs.extend_price if extends else fairs.open_price
            deed(fair, item, minutes=form.minutes.data or 0, by=person.id)
    except REFUSALS as problem:
        _refused(problem)
    return _back(fair, "tren-song")


@pages.post(f"{DESK}/hang/<int:item_id>/dong-gia")
@access.signed_in
def close_price(person: Person, slug: str, item_id: int) -> Response:
    fair = _find(person, slug)
    item = _find_item(fair, item_id)
    try:
        with transaction():
            fairs.close_price(fair, item, at_once=bool(request.form.get("at_once")), by=person.id)
    except REFUSALS as problem:
        _refused(problem)
    return _back(fair, "tren-song")


@pages.post(f"{DESK}/thong-bao")
@access.signed_in
def notice(person: Person, slug: str) -> Response:
    fair = _find(person, slug)
    form = NoticeForm()
    if not form.validate_on_submit():
        flash(_("A notice has at most 200 characters."), "error")
        return _back(fair, "san-khau")
    with transaction():
        fairs.announce_in_room(fair, form.text.data or "", by=person.id)
    return _back(fair, "san-khau")


@pages.post(f"{DESK}/video")
@access.signed_in
def video(person: Person, slug: str) -> Response:
    """The picture of the whole fair, from hosts that are let in."""
    fair = _find(person, slug)
    form = VideoForm()
    if not form.check(streams.settings().hls_hosts):
        return _show(fair, 422, video=form)
    with transaction():
        fairs.set_video(fair, form.url.data or "", by=person.id)
    flash(_("Saved. Every open page loads anew."), "success")
    return _back(fair, "san-khau")


@pages.post(f"{DESK}/hinh")
@access.signed_in
def card(person: Person, slug: str) -> Response:
    """Text, a photo, or both on the stage."""
    fair = _find(person, slug)
    form = CardForm()
    if not form.validate_on_submit():
        return _show(fair, 422, card=form)
    chosen = uploads.sent(form.photo.data)
    if not chosen and not form.text.data:
        form.text.errors = [_("Write something or choose a photo.")]
        return _show(fair, 422, card=form)
    try:
        picture = uploads.keep_photo(chosen[0]) if chosen else None
    except BadUpload as problem:
        form.photo.errors = [uploads.why_refused(problem, chosen[0].filename or "")]
        return _show(fair, 422, card=form)
    try:
        with transaction():
            fairs.show_card(fair, text=form.text.data or "", picture=picture, by=person.id)
    except REFUSALS as problem:
        _refused(problem)
    return _back(fair, "san-khau")


@pages.post(f"{DESK}/tro-chuyen")
@access.signed_in
def chat(person: Person, slug: str) -> Response:
    """Whether viewers may write, how often, and whether their messages wait for the crew."""
    fair = _find(person, slug)
    form = ChatForm()
    if not form.validate_on_submit():
        flash(_("Type seconds from 0 to 300."), "error")
        return _back(fair, "tro-chuyen")
    with transaction():
        fairs.set_chat(
            fair, is_open=form.is_open.data, is_moderated=form.is_moderated.data,
            slow_seconds=form.slow_seconds.data or 0, by=person.id,
        )  # fmt: skip
    return _back(fair, "tro-chuyen")
