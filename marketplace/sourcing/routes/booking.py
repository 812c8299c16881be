"""A fair's conference as everybody sees it, and the meetings of a buyer."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.fairs import queries as fairs
from marketplace.fairs.models import Fair
from marketplace.fairs.states import OVER
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import queries
from marketplace.sourcing.errors import MeetingRefused
from marketplace.sourcing.forms.meetings import AskForm
from marketplace.sourcing.models import Conference
from marketplace.sourcing.queries import MeetingView
from marketplace.sourcing.routes import meetings as both
from marketplace.sourcing.states import Side
from marketplace.sourcing.words import SHOWN, say_refused

pages = Blueprint("sourcing_booking", __name__)

ADDRESS = "/tai-khoan/lich-gap/<int:meeting_id>"


def fair_panel(fair: Fair) -> Markup:
    """On the page of a fair: when and where its conference is, and the way to book."""
    conference = queries.conference_of(fair.id)
    if conference is None:
        return Markup("")
    return Markup(  # noqa: S704 (a template's own output, escaped there)
        render_template(
            "sourcing/shop/_conference_panel.html",
            fair=fair,
            conference=conference,
            takes_bookings=_takes_bookings(fair, conference),
            **SHOWN,
        )
    )


def _takes_bookings(fair: Fair, conference: Conference) -> bool:
    return fair.state not in OVER and conference.times[-1] > clock.now()


def _find_conference(slug: str) -> tuple[Fair, Conference]:
    fair = fairs.find_fair(slug) or abort(404)
    return fair, queries.conference_of(fair.id) or abort(404)


@pages.get("/phien-cho/<slug>/hoi-nghi")
@access.public
def conference(slug: str) -> str:
    fair, found = _find_conference(slug)
    mine = queries.meetings_of_person(current_user.id) if current_user.is_authenticated else []
    return render_template(
        "sourcing/shop/conference.html",
        fair=fair,
        conference=found,
        takes_bookings=_takes_bookings(fair, found),
        booths=fairs.booth_cards(fair.id),
        mine=[one for one in mine if one.conference.id == found.id and one.meeting.stands],
        **SHOWN,
    )


@pages.route("/phien-cho/<slug>/hoi-nghi/<int:booth_id>", methods=["GET", "POST"])
@access.signed_in
@limits.writes_by_strangers
def book(person: Person, slug: str, booth_id: int) -> str | Response | tuple[str, int]:
    """Ask one cooperative of the fair for a time that is free for both."""
    fair, found = _find_conference(slug)
    booth = fairs.find_booth(fair.id, booth_id) or abort(404)
    if not fairs.has_booth(fair.id, booth.cooperative_id) or not _takes_bookings(fair, found):
        flash(_("No meeting can be asked for there now."), "info")
        return redirect(url_for("sourcing_booking.conference", slug=slug), 303)
    known = queries.standing_meeting(found.id, cooperative_id=booth.cooperative_id, person_id=person.id)
    if known is not None:
        return redirect(url_for("sourcing_booking.meeting", meeting_id=known.id), 303)
    form = _ask_form(person, found, booth.cooperative_id)
    if request.method == "POST" and form.validate():
        starts_at = form.chosen_time
        assert starts_at is not None, "the form has checked it"
        try:
            with transaction():
                made = sourcing.ask_to_meet(
                    found, cooperative_id=booth.cooperative_id, party=form.party(person.id), starts_at=starts_at
                )
                meeting_id = made.id
        except MeetingRefused as problem:
            form.form_errors = [say_refused(problem)]
        else:
            flash(_("Asked. The table is kept for you until the cooperative has answered; you are told."), "success")
            return redirect(url_for("sourcing_booking.meeting", meeting_id=meeting_id), 303)
    page = render_template(
        "sourcing/shop/book.html",
        fair=fair,
        conference=found,
        cooperative_name=fairs.booth_name(booth.id) or "",
        form=form,
        **SHOWN,
    )
    return (page, 422) if request.method == "POST" else page


def _ask_form(person: Person, found: Conference, cooperative_id: int) -> AskForm:
    """Filled with what the buyer last told about himself."""
    demands = queries.demands_to_talk_about(person.id, on=clock.today())
    last = demands[0] if demands else None
    form = AskForm(
        phone=last.phone if last else person.phone,
        buyer_name=last.buyer_name if last else "",
        tax_code=last.tax_code if last else "",
        topic=last.product if last else "",
        demand=str(last.id) if last else "",
    )
    taken = queries.occupied(found, cooperative_id=cooperative_id, person_id=person.id)
    form.offer(taken.free_times(clock.now()), demands)
    return form


@pages.get("/tai-khoan/lich-gap")
@access.signed_in
def meetings(person: Person) -> str:
    return render_template(
        "sourcing/shop/meetings.html",
        views=queries.meetings_of_person(person.id),
        side=Side.BUYER,
        now=clock.now(),
        **SHOWN,
    )


def _find(person: Person, meeting_id: int) -> MeetingView:
    return queries.find_meeting_of_person(person.id, meeting_id) or abort(404)


PAGE = "sourcing/shop/meeting.html"


@pages.get(ADDRESS)
@access.signed_in
def meeting(person: Person, meeting_id: int) -> str:
    return both.show(_find(person, meeting_id), PAGE, Side.BUYER)


def _back(meeting_id: int) -> Response:
    return redirect(url_for("sourcing_booking.meeting", meeting_id=meeting_id), 303)


@pages.post(f"{ADDRESS}/dong-y")
@access.signed_in
def accept(person: Person, meeting_id: int) -> Response:
    both.accept(_find(person, meeting_id), side=Side.BUYER)
    return _back(meeting_id)


@pages.post(f"{ADDRESS}/gio-khac")
@access.signed_in
@limits.writes_by_strangers
def propose(person: Person, meeting_id: int) -> Response | tuple[str, int]:
    view = _find(person, meeting_id)
    form = both.time_form(view, is_sent=True)
    if not both.propose(view, form, side=Side.BUYER):
        return both.show(_find(person, meeting_id), PAGE, Side.BUYER, time=form), 422
    return _back(meeting_id)


@pages.post(f"{ADDRESS}/huy")
@access.signed_in
def cancel(person: Person, meeting_id: int) -> Response | tuple[str, int]:
    view = _find(person, meeting_id)
    form = both.end_form(is_sent=True)
    if not both.end(view, form, side=Side.BUYER):
        return both.show(view, PAGE, Side.BUYER, end=form), 422
    return _back(meeting_id)


@pages.post(f"{ADDRESS}/ket-qua")
@access.signed_in
def tell_outcome(person: Person, meeting_id: int) -> Response:
    both.tell_outcome(_find(person, meeting_id), side=Side.BUYER)
    return _back(meeting_id)
