"""The crew's side of the chat: read, show, hide, remove, answer, pin, silence."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.fairs import actions as fairs
from marketplace.fairs import queries
from marketplace.fairs.errors import ChatClosed, MoveRefused
from marketplace.fairs.forms.hosting import AnswerForm, MessageForm, SilenceForm
from marketplace.fairs.models import Fair, Message
from marketplace.foundation import codes
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access

pages = Blueprint("fairs_moderating", __name__)

DESK = "/phien-cho/<slug>/dieu-hanh"
Deed = Callable[[Fair, Message], None]


def _find(person: Person, slug: str) -> Fair:
    return queries.find_fair_to_run(person, slug, crew=True) or abort(404)


def _back(slug: str, place: str = "tro-chuyen") -> Response:
    return redirect(url_for("fairs_hosting.desk", slug=slug, _anchor=place), 303)


def _do(person: Person, slug: str, message_id: int, deed: Deed) -> Response:
    fair = _find(person, slug)
    message = queries.find_message(fair.id, message_id) or abort(404)
    try:
        with transaction():
            deed(fair, message)
    except MoveRefused:
        flash(_("Somebody of the crew was faster. The page now shows how it stands."), "error")
    return _back(slug)


@pages.post(f"{DESK}/tin/<int:message_id>/hien")
@access.signed_in
def show(person: Person, slug: str, message_id: int) -> Response:
    return _do(person, slug, message_id, lambda fair, message: fairs.show_message(fair, message, by=person.id))


@pages.post(f"{DESK}/tin/<int:message_id>/an")
@access.signed_in
def hide(person: Person, slug: str, message_id: int) -> Response:
    return _do(person, slug, message_id, lambda fair, message: fairs.hide_message(fair, message, by=person.id))


@pages.post(f"{DESK}/tin/<int:message_id>/go")
@access.signed_in
def remove(person: Person, slug: str, message_id: int) -> Response:
    return _do(person, slug, message_id, lambda fair, message: fairs.remove_message(fair, message, by=person.id))


@pages.post(f"{DESK}/tin/<int:message_id>/ghim")
@access.signed_in
def pin(person: Person, slug: str, message_id: int) -> Response:
    is_pinned = not request.form.get("off")
    return _do(person, slug, message_id, lambda _fair, message: fairs.pin_question(message, is_pinned=is_pinned))


@pages.post(f"{DESK}/tin/<int:message_id>/tra-loi")
@access.signed_in
def answer(person: Person, slug: str, message_id: int) -> Response:
    form = AnswerForm()
    if not form.validate_on_submit():
        _find(person, slug)
        flash(_("Write an answer of at most 500 characters."), "error")
        return _back(slug)
    words = form.answer.data or ""
    return _do(
        person, slug, message_id, lambda _fair, message: fairs.answer_question(message, answer=words, by=person.id)
    )


@pages.post(f"{DESK}/tin/<int:message_id>/cam-noi")
@access.signed_in
def silence(person: Person, slug: str, message_id: int) -> Response:
    form = SilenceForm()
    if not form.validate_on_submit():
        _find(person, slug)
        flash(_("Give a reason; minutes are a number from 0 to 600."), "error")
        return _back(slug)
    reason, minutes = form.reason.data or "", form.minutes.data or 0
    return _do(
        person,
        slug,
        message_id,
        lambda fair, message: fairs.silence(fair, message, minutes=minutes, reason=reason, by=person.id),
    )


@pages.post(f"{DESK}/cam-noi/<int:silence_id>/bo")
@access.signed_in
def lift(person: Person, slug: str, silence_id: int) -> Response:
    fair = _find(person, slug)
    found = next((row for row, _name in queries.silences_of(fair.id) if row.id == silence_id), None) or abort(404)
    with transaction():
        fairs.lift_silence(fair, found, by=person.id)
    return _back(slug)


@pages.post(f"{DESK}/loi-gian/<int:note_id>/da-doc")
@access.signed_in
def read_note(person: Person, slug: str, note_id: int) -> Response:
    """What a stall told the crew is taken care of."""
    fair = _find(person, slug)
    note = queries.find_note(fair.id, note_id) or abort(404)
    with transaction():
        fairs.read_note(fair, note, by=person.id)
    return _back(slug, "loi-gian")


@pages.post(f"{DESK}/noi")
@access.signed_in
def say(person: Person, slug: str) -> Response:
    """The crew writes in the chat under its own mark."""
    fair = _find(person, slug)
    form = MessageForm()
    if not form.validate_on_submit():
        flash(_("Write a message of at most 500 characters."), "error")
        return _back(slug)
    try:
        with transaction():
            fairs.write(
                fair, fairs.join_as_person(person), text=form.text.data or "", is_question=False, by_crew=True,
                key=(form.key.data or codes.random_code(20))[:40],
            )  # fmt: skip
    except ChatClosed:
        flash(_("Messages are closed at the moment."), "error")
    return _back(slug)
