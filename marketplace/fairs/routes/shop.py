"""Fairs for visitors: the list, one fair, and its room on air."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from marketplace.fairs import queries
from marketplace.fairs.models import Fair
from marketplace.fairs.routes import panels, rooms, streams
from marketplace.fairs.states import OVER, FairState
from marketplace.fairs.words import FAIR_STATES, FAIR_TONES, SLOT_STATES, SLOT_TONES
from marketplace.foundation import clock
from marketplace.foundation.broadcast import as_json
from marketplace.foundation.web import access
from marketplace.geography import queries as geography

pages = Blueprint("fairs_shop", __name__)

COMING = (
    FairState.ANNOUNCED, FairState.REGISTRATION_OPEN, FairState.REGISTRATION_CLOSED, FairState.SCHEDULED,
)  # fmt: skip


@pages.get("/phien-cho")
@access.shared
def fairs() -> str:
    page = min(max(request.args.get("trang", 1, type=int), 1), 1000)
    return render_template(
        "fairs/shop/fairs.html",
        live=queries.fair_cards(FairState.LIVE, soonest_first=True) if page == 1 else [],
        coming=queries.fair_cards(*COMING, soonest_first=True) if page == 1 else [],
        over=queries.fair_cards(FairState.ENDED, FairState.REPORTED, soonest_first=False, page=page),
        page=page,
        states=FAIR_STATES,
        tones=FAIR_TONES,
    )


@pages.get("/phien-cho/<slug>")
@access.shared
def fair(slug: str) -> str:
    found = _find(slug)
    province = geography.find_province(found.province_code)
    return render_template(
        "fairs/shop/fair.html",
        fair=found,
        province_name=province.name if province else "",
        running_order=queries.running_order(found.id),
        booths=queries.booth_cards(found.id),
        items=queries.items_of(found.id) if found.state not in OVER else [],
        replay=queries.replay(found, tuple(streams.settings().hls_hosts)),
        recap=queries.recap(found),
        panels=panels.of_fair(found),
        states=FAIR_STATES,
        tones=FAIR_TONES,
        slot_states=SLOT_STATES,
        slot_tones=SLOT_TONES,
    )


@pages.get("/phien-cho/<slug>/truc-tiep")
@access.public
def live(slug: str) -> AnyResponse:
    """The room. Whoever is early is told when it opens; whoever is late finds what is left of it."""
    found = _find(slug)
    rooms.count_visit(found)
    return rooms.show(found)


@pages.get("/phien-cho/<slug>/truc-tiep/canh")
@access.shared
def scene(slug: str) -> str:
    """The stage with what is pinned and the shelf, as a piece of the page, asked again when another slot or item is on."""
    view = queries.room_view(_find(slug))
    return render_template("fairs/shop/_scene.html", room=view, fair=view.fair, video=rooms.video_of(view))


@pages.get("/phien-cho/<slug>/truc-tiep/tin")
@access.public
def news(slug: str) -> Response | tuple[str, int]:
    """What happened since an event, for browsers that no stream reaches; 204 when it is nothing."""
    found = _find(slug)
    after = request.args.get("sau", 0, type=int)
    told = queries.news_after(found, max(after, 0))
    if not told:
        return "", 204
    response = current_app.response_class(as_json(told), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/phien-cho/<slug>/truc-tiep/cau-hoi")
@access.shared
def questions(slug: str) -> Response:
    """What is asked of the stall that is on: every page of the room asks for it when another comes on. Each names the
    last event that it knows (`v`), so that what is kept for one page is never older than what another has heard."""
    talk = queries.talk_of(_find(slug).id)
    return jsonify(questions=[line.told() | line.told_of_question() for line in talk.questions])


@pages.get("/phien-cho/<slug>/truc-tiep/hien-trang")
@access.public
def state(slug: str) -> Response:
    """Figures of the room now: what a browser asks for that was away too long."""
    view = queries.room_view(_find(slug))
    talk = queries.talk_of(view.fair.id)
    return jsonify(
        event_id=view.event_id,
        state=view.fair.state,
        viewers=view.viewers,
        notice=view.notice,
        slot_id=view.on_air.slot_id if view.on_air else None,
        item_id=view.pinned.id if view.pinned else None,
        items=[
            {
                "item_id": item.id,
                "state": item.offer.state,
                "free": item.offer.free,
                "closes_at": item.offer.closes_at.isoformat() if item.offer.closes_at else None,
            }
            for item in view.shelf
        ],
        messages=[line.told() for line in talk.lines],
        questions=[line.told() | line.told_of_question() for line in talk.questions],
        now=clock.now().isoformat(),
    )


def _find(slug: str) -> Fair:
    return queries.find_fair(slug) or abort(404)
