"""Which news comes which way, and the devices that show it by themselves."""

from __future__ import annotations

from pathlib import Path

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask import Response as Answer
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import rules as accounts
from marketplace.accounts.models import Person
from marketplace.cooperatives import queries as cooperatives
from marketplace.foundation import messages
from marketplace.foundation.database import transaction
from marketplace.foundation.messages import Channel
from marketplace.foundation.web import access, limits
from marketplace.foundation.web_push import BadSubscription, Subscription
from marketplace.notifications import actions, pushing, queries, rules
from marketplace.notifications.states import Topic, Way
from marketplace.notifications.words import TOPIC_HINTS, TOPICS, WAYS

pages = Blueprint("notifications_choices", __name__)


@pages.get("/tai-khoan/thong-bao/cai-dat")
@access.signed_in
def choices(person: Person) -> str:
    return render_template(
        "notifications/shop/choices.html",
        person=person,
        topics=_topics(person),
        ways=_ways(person),
        refused=queries.refused_by(person.id),
        obligatory=rules.OBLIGATORY,
        topic_words=TOPICS,
        topic_hints=TOPIC_HINTS,
        way_words=WAYS,
        devices=queries.devices_of(person.id),
        device_name=accounts.device_name,
    )


@pages.post("/tai-khoan/thong-bao/cai-dat")
@access.signed_in
def choose(person: Person) -> Response:
    """Only what the page has shown is changed: a way that the person lacks today stays as it was."""
    shown = _ways(person)
    refused = queries.refused_by(person.id)
    chosen = {
        topic: [
            way
            for way in Way
            if (f"{topic}:{way}" in request.form.getlist("wanted") if way in shown else (topic, way) not in refused)
        ]
        for topic in _topics(person)
        if topic not in rules.OBLIGATORY
    }
    with transaction():
        actions.choose_ways(person.id, chosen)
    flash(_("Saved."), "success")
    return redirect(url_for("notifications_choices.choices"), 303)


def _topics(person: Person) -> list[Topic]:
    sells = bool(cooperatives.workplaces_of(person.id))
    return rules.topics_for(sells=sells, decides=person.needs_second_factor)


def _ways(person: Person) -> list[Way]:
    """Those that can reach this person in this market."""
    ways = [Way.EMAIL] if person.email else []
    if person.phone:
        ways += [Way(channel.value) for channel in messages.in_use([Channel.ZALO, Channel.SMS])]
    return [*ways, Way.PUSH] if pushing.service() else ways


@pages.post("/tai-khoan/thong-bao/thiet-bi")
@access.signed_in
@limits.devices
def switch_on(person: Person) -> Answer | tuple[Answer, int]:
    """A browser says where messages for it are to be sent. Not believed before it was looked at."""
    service = pushing.service() or abort(404)
    subscription = _told_subscription()
    if subscription is None:
        return jsonify(error="a subscription has an endpoint and two keys"), 422
    try:
        service.check(subscription)
    except BadSubscription as mistake:
        return jsonify(error=str(mistake)), 422
    with transaction():
        device = actions.switch_on(
            subscription,
            person_id=person.id,
            session_id=_session_id(),
            user_agent=request.user_agent.string,
        )
        device_id = device.id
    return jsonify(id=device_id), 201


def _told_subscription() -> Subscription | None:
    """As a browser writes it: {"endpoint": …, "keys": {"p256dh": …, "auth": …}}."""
    told = request.get_json(silent=True)
    told = told if isinstance(told, dict) else {}
    keys = told.get("keys")
    keys = keys if isinstance(keys, dict) else {}
    endpoint, public_key, secret = told.get("endpoint"), keys.get("p256dh"), keys.get("auth")
    if not (isinstance(endpoint, str) and isinstance(public_key, str) and isinstance(secret, str)):
        return None
    return Subscription(endpoint, public_key, secret)


def _session_id() -> int:
    row_id: int | None = getattr(session, "row_id", None)
    return row_id if row_id is not None else abort(404)


@pages.post("/tai-khoan/thong-bao/thiet-bi/tat")
@access.signed_in
def switch_off(person: Person) -> Answer:
    """This browser has ended its subscription; one that is not known any more is off as well."""
    told = request.get_json(silent=True)
    endpoint = told.get("endpoint") if isinstance(told, dict) else None
    with transaction():
        actions.switch_off(person_id=person.id, endpoint=str(endpoint or ""))
    return jsonify(ok=True)


@pages.post("/tai-khoan/thong-bao/thiet-bi/<int:device_id>/tat")
@access.signed_in
def switch_device_off(person: Person, device_id: int) -> Response:
    with transaction():
        found = actions.switch_off(person_id=person.id, device_id=device_id)
    if not found:
        abort(404)
    flash(_("That device shows no more news."), "success")
    return redirect(url_for("notifications_choices.choices"), 303)


@pages.get("/tai-khoan/thong-bao/sw.js")
@access.public
def worker() -> Response:
    """The service worker that shows news. It must come from here, because its place bounds its scope."""
    script = Path(current_app.static_folder or "") / "js/notifications/worker.js"
    answer = make_response(script.read_bytes())
    answer.mimetype = "text/javascript"
    answer.headers["Cache-Control"] = "no-cache"
    return answer
