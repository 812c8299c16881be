"""The rehearsal room: before the fair opens, its crew and its stalls go through the running order as viewers will see it."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.fairs import queries
from marketplace.fairs.models import Fair
from marketplace.fairs.routes import rooms, streams
from marketplace.fairs.states import PLANNABLE, FairState
from marketplace.fairs.words import say_check
from marketplace.foundation import clock
from marketplace.foundation.web import access

pages = Blueprint("fairs_rehearsing", __name__)


@pages.get("/phien-cho/<slug>/tap-duot")
@access.signed_in
def room(person: Person, slug: str) -> Response:
    """For the crew and for people of its stalls; whoever is neither is told that there is none."""
    fair, is_crew = _find(person, slug)
    hosts = tuple(streams.settings().hls_hosts)
    found = queries.rehearsal(
        fair,
        slot_id=request.args.get("phan", 0, type=int),
        item_id=request.args.get("hang", 0, type=int),
        hls_hosts=hosts,
    )
    video = rooms.video_of(found.room) if found else None
    page = render_template(
        "fairs/hosting/rehearsal.html",
        fair=fair,
        rehearsal=found,
        room=found.room if found else None,
        video=video,
        is_crew=is_crew,
        own_stalls=queries.stalls_of_person(fair.id, person.id),
        say_check=say_check,
        is_rehearsal=True,
        now=clock.now(),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = streams.policy([video] if video else [])
    return response


def _find(person: Person, slug: str) -> tuple[Fair, bool]:
    fair = queries.find_fair_to_run(person, slug, crew=True)
    is_crew = fair is not None
    if fair is None:
        fair = queries.find_fair(slug) or abort(404)
        if not queries.stalls_of_person(fair.id, person.id):
            abort(404)
    if fair.state not in PLANNABLE | {FairState.LIVE}:
        abort(404)
    return fair, is_crew
