"""The room as a page, for whoever shows it: a visit, or a message that was refused and stands in its field as typed."""

from __future__ import annotations

from flask import make_response, render_template, session
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.fairs import actions, queries, rules
from marketplace.fairs.forms.hosting import MessageForm
from marketplace.fairs.models import Fair, Visitor
from marketplace.fairs.queries import RoomView
from marketplace.fairs.routes import streams
from marketplace.fairs.states import OVER, FairState
from marketplace.fairs.words import FAIR_STATES, FAIR_TONES
from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction

MOST_SEEN = 20

GUEST = "fair_guest"
"""Where a browser's session keeps the token of a guest whose phone was checked."""


SEEN = "fairs_seen"
"""Likewise, which fairs this browser was counted at; with a token of its own, which names nobody."""


def count_visit(fair: Fair) -> None:
    """Count this browser once while the fair is on air. Whoever comes again costs no write."""
    seen = session.get(SEEN, {})
    if fair.state != FairState.LIVE or fair.id in seen.get("fairs", ()):
        return
    token = seen.get("token") or codes.random_code(20)
    with transaction():
        actions.attend(fair, visitor_digest=codes.token_digest(f"{token}:{fair.id}"))
    session[SEEN] = {"token": token, "fairs": [*seen.get("fairs", ()), fair.id][-MOST_SEEN:]}


def find_visitor() -> Visitor | None:
    """Under whom this browser writes, if it has done so before or was let in as a guest."""
    if current_user.is_authenticated:
        return queries.visitor_of_person(current_user.id)
    token = session.get(GUEST)
    return queries.visitor_of_guest(codes.token_digest(token)) if token else None


def video_of(view: RoomView) -> rules.Video | None:
    """What moves on the stage now; the crew's card, if one is shown, is its poster."""
    if view.on_air is None or not view.on_air.video_url:
        return None
    return rules.video_of(view.on_air.video_url, streams.settings().hls_hosts)


def show(fair: Fair, form: MessageForm | None = None, template: str = "fairs/shop/live.html") -> Response:
    view = queries.room_view(fair)
    visitor = find_visitor()
    if form is None:
        form = MessageForm(formdata=None)
        form.key.data = codes.random_code(20)
    hosts = streams.settings().hls_hosts
    videos = [found for url in queries.video_addresses(fair) if (found := rules.video_of(url, hosts))]
    response = make_response(
        render_template(
            template,
            room=view,
            fair=fair,
            talk=queries.talk_of(fair.id, visitor_id=visitor.id if visitor else None),
            visitor=visitor,
            may_write=visitor is not None or current_user.is_authenticated,
            message_form=form,
            video=video_of(view),
            may_host=current_user.is_authenticated
            and queries.find_fair_to_run(current_user._get_current_object(), fair.slug, crew=True) is not None,
            own_stalls=queries.stalls_of_person(fair.id, current_user.id) if current_user.is_authenticated else [],
            stream_url=streams.stream_url(fair),
            over=fair.state in OVER,
            states=FAIR_STATES,
            tones=FAIR_TONES,
            now=clock.now(),
        ),
        422 if form.errors else 200,
    )
    response.headers["Content-Security-Policy"] = streams.policy(videos)
    return response
