"""A cooperative's meetings at conferences: answering buyers who want to meet it."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.web import access
from marketplace.sourcing import queries
from marketplace.sourcing.queries import MeetingView
from marketplace.sourcing.routes import meetings as both
from marketplace.sourcing.states import Side
from marketplace.sourcing.words import SHOWN

pages = Blueprint("sourcing_receiving", __name__)

ADDRESS = "/lich-gap/<int:meeting_id>"
PAGE = "sourcing/desk/meeting.html"


@pages.get("/lich-gap")
@access.staff
def meetings(person: Person, cooperative: Cooperative) -> str:
    return render_template(
        "sourcing/desk/meetings.html",
        views=queries.meetings_of_cooperative(cooperative.id),
        side=Side.SELLER,
        now=clock.now(),
        **SHOWN,
    )


def _find(cooperative: Cooperative, meeting_id: int) -> MeetingView:
    return queries.find_meeting_of_cooperative(cooperative.id, meeting_id) or abort(404)


@pages.get(ADDRESS)
@access.staff
def meeting(person: Person, cooperative: Cooperative, meeting_id: int) -> str:
    return both.show(_find(cooperative, meeting_id), PAGE, Side.SELLER)


def _back(meeting_id: int) -> Response:
    return redirect(url_for("sourcing_receiving.meeting", meeting_id=meeting_id), 303)


@pages.post(f"{ADDRESS}/nhan")
@access.staff
def accept(person: Person, cooperative: Cooperative, meeting_id: int) -> Response:
    both.accept(_find(cooperative, meeting_id), side=Side.SELLER)
    return _back(meeting_id)


@pages.post(f"{ADDRESS}/gio-khac")
@access.staff
def propose(person: Person, cooperative: Cooperative, meeting_id: int) -> Response | tuple[str, int]:
    view = _find(cooperative, meeting_id)
    form = both.time_form(view, is_sent=True)
    if not both.propose(view, form, side=Side.SELLER):
        return both.show(_find(cooperative, meeting_id), PAGE, Side.SELLER, time=form), 422
    return _back(meeting_id)


@pages.post(f"{ADDRESS}/huy")
@access.staff
def cancel(person: Person, cooperative: Cooperative, meeting_id: int) -> Response | tuple[str, int]:
    """Decline what was asked for, or cancel what was agreed."""
    view = _find(cooperative, meeting_id)
    form = both.end_form(is_sent=True)
    if not both.end(view, form, side=Side.SELLER):
        return both.show(view, PAGE, Side.SELLER, end=form), 422
    return _back(meeting_id)


@pages.post(f"{ADDRESS}/ket-qua")
@access.staff
def tell_outcome(person: Person, cooperative: Cooperative, meeting_id: int) -> Response:
    both.tell_outcome(_find(cooperative, meeting_id), side=Side.SELLER)
    return _back(meeting_id)
