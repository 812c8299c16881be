"""Viewers write, ask, vote and call messages out; guests prove a phone number first."""

from __future__ import annotations

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.fairs import actions as fairs
from marketplace.fairs import queries
from marketplace.fairs.errors import ChatClosed, NotChecked, Silenced, TooFast
from marketplace.fairs.forms.hosting import GuestCodeForm, GuestForm, MessageForm
from marketplace.fairs.models import Fair, Message, Visitor
from marketplace.fairs.routes import rooms, streams
from marketplace.fairs.states import MessageState
from marketplace.foundation import codes, messages
from marketplace.foundation.database import transaction
from marketplace.foundation.messages import Channel
from marketplace.foundation.web import access, limits
from marketplace.foundation.web.languages import current_language

pages = Blueprint("fairs_talking", __name__)

ROOM = "/phien-cho/<slug>/truc-tiep"
ASKED = "fair_guest_asked"
REPORTED = "fair_reported"


def _find(slug: str) -> Fair:
    return queries.find_fair(slug) or abort(404)


def _find_seen(fair: Fair, message_id: int) -> Message:
    message = queries.find_message(fair.id, message_id)
    return message if message is not None and message.state == MessageState.VISIBLE else abort(404)


def _to_room(slug: str) -> Response:
    return redirect(url_for("fairs_shop.live", slug=slug, _anchor="tro-chuyen"), 303)


def _to_name(slug: str) -> Response:
    return redirect(url_for("fairs_talking.guest", slug=slug), 303)


def _visitor() -> Visitor | None:
    """Inside a transaction: under whom this browser writes; people with an account are made one when they first do."""
    if current_user.is_authenticated:
        return fairs.join_as_person(current_user._get_current_object())
    return rooms.find_visitor()


@pages.post(f"{ROOM}/noi")
@access.public
@limits.room_messages
def say(slug: str) -> Response | tuple[Response, int]:
    fair = _find(slug)
    form = MessageForm()
    wants_data = request.accept_mimetypes.best == "application/json"
    message = None
    if form.validate_on_submit():
        try:
            with transaction():
                visitor = _visitor()
                if visitor is None:
                    raise NotChecked("a guest without a name")
                message = fairs.write(
                    _find(slug), visitor, text=form.text.data or "", is_question=bool(request.form.get("question")),
                    key=(form.key.data or codes.random_code(20))[:40],
                )  # fmt: skip
        except NotChecked:
            return (jsonify(to=url_for("fairs_talking.guest", slug=slug)), 401) if wants_data else _to_name(slug)
        except (ChatClosed, Silenced, TooFast) as problem:
            form.text.errors = [_why(problem)]
    if message is None:
        return (
            (jsonify(error=form.text.errors[0] if form.text.errors else ""), 422)
            if wants_data
            else rooms.show(fair, form)
        )
    is_waiting = message.state != MessageState.VISIBLE
    if wants_data:
        return jsonify(message_id=message.id, text=message.text, name=message.name, waits=is_waiting), 200
    if is_waiting:
        flash(_("Your message waits until the crew has read it."), "info")
    return _to_room(slug)


def _why(problem: Exception) -> str:
    if isinstance(problem, Silenced):
        return str(_("The crew has stopped your messages: %(reason)s", reason=str(problem)))
    if isinstance(problem, TooFast):
        return str(_("A little slower, please: you can write again in %(seconds)s seconds.", seconds=problem.seconds))
    return str(_("Messages are closed at the moment."))


@pages.post(f"{ROOM}/hoi/<int:message_id>/cung-hoi")
@access.public
@limits.room_messages
def want_too(slug: str, message_id: int) -> Response:
    _find_seen(_find(slug), message_id)
    with transaction():
        visitor = _visitor()
        if visitor is not None:
            fairs.vote(_find_seen(_find(slug), message_id), visitor)
    return _to_room(slug) if visitor is not None else _to_name(slug)


@pages.post(f"{ROOM}/tin/<int:message_id>/bao-xau")
@access.public
@limits.writes_by_strangers
def report(slug: str, message_id: int) -> Response:
    """Counted once a browser; what follows is for people to decide, so a crowd hides nobody's words."""
    _find_seen(_find(slug), message_id)
    before = session.get(REPORTED, [])
    if message_id not in before:
        with transaction():
            fairs.report_message(_find_seen(_find(slug), message_id))
        session[REPORTED] = [*before, message_id][-50:]
    flash(_("Thank you. The crew looks at this message."), "success")
    return _to_room(slug)


@pages.route(f"{ROOM}/ten", methods=["GET", "POST"])
@access.public
@limits.one_time_codes
def guest(slug: str) -> str | Response | tuple[str, int]:
    """A name to write under, and the phone that answers for it."""
    fair = _find(slug)
    if current_user.is_authenticated or rooms.find_visitor() is not None:
        return _to_room(slug)
    form = GuestForm()
    if form.validate_on_submit():
        if streams.settings().is_production and not messages.is_carried(Channel.SMS):
            form.phone.errors = [_("We cannot send text messages at the moment. Sign in to write.")]
        else:
            phone = str(form.phone.data)
            with transaction():
                code_id = fairs.ask_to_write(phone=phone, language=current_language())
            session[ASKED] = {"id": code_id, "name": form.name.data, "phone": phone}
            return redirect(url_for("fairs_talking.confirm", slug=slug), 303)
    page = render_template("fairs/shop/guest.html", fair=fair, form=form)
    return (page, 422) if request.method == "POST" else page


@pages.route(f"{ROOM}/ten/ma", methods=["GET", "POST"])
@access.public
def confirm(slug: str) -> str | Response | tuple[str, int]:
    fair = _find(slug)
    asked = session.get(ASKED)
    if asked is None:
        return _to_name(slug)
    form = GuestCodeForm()
    if form.validate_on_submit():
        with transaction():
            token = fairs.join_as_guest(asked["id"], form.digits, name=asked["name"])
        if token is not None:
            session.pop(ASKED)
            session[rooms.GUEST] = token
            flash(_("You can write now."), "success")
            return _to_room(slug)
        form.code.errors = [_("This code is wrong or too old. Look at the newest message, or ask for a new code.")]
    page = render_template("fairs/shop/confirm_guest.html", fair=fair, form=form, phone=asked["phone"])
    return (page, 422) if request.method == "POST" else page
