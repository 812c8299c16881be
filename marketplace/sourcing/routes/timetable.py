"""Officers open a conference in their fair, see its whole timetable, arrange and move meetings, and print it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.fairs import queries as fairs
from marketplace.fairs.models import Fair
from marketplace.fairs.states import OVER
from marketplace.foundation import clock, dates
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import queries
from marketplace.sourcing.errors import Refused
from marketplace.sourcing.forms.meetings import ArrangeForm, ConferenceForm, MoveForm, values_of
from marketplace.sourcing.forms.trading import ReasonForm
from marketplace.sourcing.models import Conference
from marketplace.sourcing.queries import MeetingView
from marketplace.sourcing.words import SHOWN, say_refused

pages = Blueprint("sourcing_timetable", __name__)

ADDRESS = "/phien-cho/<slug>/hoi-nghi"
USUAL_MINUTES, USUAL_TABLES = 15, 6


def _fair(person: Person, slug: str) -> Fair:
    """One of the officer's provinces; others do not exist for him."""
    return fairs.find_fair_to_run(person, slug) or abort(404)


def _find(person: Person, slug: str) -> tuple[Fair, Conference]:
    fair = _fair(person, slug)
    return fair, queries.conference_of(fair.id) or abort(404)


@pages.get(ADDRESS)
@access.officer
def timetable(person: Person, slug: str) -> str | Response:
    fair = _fair(person, slug)
    conference = queries.conference_of(fair.id)
    if conference is None:
        return redirect(url_for("sourcing_timetable.keep", slug=slug), 303)
    return render_template(
        "sourcing/alliance/timetable.html",
        fair=fair,
        conference=conference,
        lines=queries.timetable(conference),
        figures=queries.conference_figures(conference.id),
        may_arrange=fair.state not in OVER,
        may_change=fair.state in sourcing.MEETS,
        now=clock.now(),
        **SHOWN,
    )


@pages.get(f"{ADDRESS}/in")
@access.officer
def print_timetable(person: Person, slug: str) -> str:
    """On paper, for the door and the tables."""
    fair, conference = _find(person, slug)
    views = [view for line in queries.timetable(conference) for view in line.tables if view]
    return render_template(
        "sourcing/alliance/print_timetable.html", fair=fair, conference=conference, views=views, **SHOWN
    )


@pages.route(f"{ADDRESS}/thiet-lap", methods=["GET", "POST"])
@access.officer
def keep(person: Person, slug: str) -> str | Response | tuple[str, int]:
    """Open the conference, or change it."""
    fair = _fair(person, slug)
    conference = queries.conference_of(fair.id)
    last_on = dates.vietnam_day(fair.ends_at)
    form = ConferenceForm(
        data=values_of(conference)
        if conference
        else {
            "held_on": max(dates.vietnam_day(fair.starts_at), clock.today()),
            "minutes": USUAL_MINUTES,
            "tables": USUAL_TABLES,
        }
    )
    form.last_on = last_on
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                sourcing.keep_conference(fair, form.plan(), by=person.id)
        except Refused as problem:
            form.form_errors = [say_refused(problem)]
        else:
            flash(
                _("Saved.") if conference else _("Opened. Buyers find it on the page of the fair and can ask to meet."),
                "success",
            )
            return redirect(url_for("sourcing_timetable.timetable", slug=slug), 303)
    page = render_template(
        "sourcing/alliance/conference_form.html",
        fair=_fair(person, slug),
        conference=conference,
        form=form,
        last_on=last_on,
        may_change=fair.state in sourcing.MEETS,
    )
    return (page, 422) if request.method == "POST" else page


@pages.route(f"{ADDRESS}/xep", methods=["GET", "POST"])
@access.officer
def arrange(person: Person, slug: str) -> str | Response | tuple[str, int]:
    """Bring a buyer and a cooperative to the free table that was pressed."""
    fair, conference = _find(person, slug)
    starts_at = queries.find_time(conference, request.args.get("luc", ""))
    table = request.args.get("ban", 0, type=int)
    if starts_at is None or not 1 <= table <= conference.tables:
        return redirect(url_for("sourcing_timetable.timetable", slug=slug), 303)
    form = ArrangeForm()
    form.offer(
        queries.demands_to_place(fair, person.province_codes, on=clock.today()), queries.cooperatives_at(fair.id)
    )
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                sourcing.place_meeting(
                    conference, fair, cooperative_id=form.cooperative_id, party=form.party(), starts_at=starts_at,
                    table=table, by=person.id,
                )  # fmt: skip
        except Refused as problem:
            form.form_errors = [say_refused(problem)]
        else:
            flash(_("Arranged. Both sides are told."), "success")
            return redirect(url_for("sourcing_timetable.timetable", slug=slug), 303)
    page = render_template(
        "sourcing/alliance/arrange.html",
        fair=fair,
        conference=conference,
        starts_at=starts_at,
        table=table,
        form=form,
        **SHOWN,
    )
    return (page, 422) if request.method == "POST" else page


def _meeting(person: Person, slug: str, meeting_id: int) -> MeetingView:
    fair = _fair(person, slug)
    return queries.find_meeting_of_fair(fair.id, meeting_id) or abort(404)


def _move_form(view: MeetingView, *, is_sent: bool) -> MoveForm:
    form = MoveForm(prefix="move-") if is_sent else MoveForm(formdata=None, prefix="move-")
    meeting = view.meeting
    taken = queries.occupied(
        view.conference, cooperative_id=meeting.cooperative_id, person_id=meeting.person_id, but=meeting.id
    )
    seats = [(time, table) for time in taken.free_times(clock.now()) for table in taken.free_tables(time)]
    # Sent a second time, it is at the place already and may stay there.
    form.offer([seat for seat in seats if is_sent or seat != (meeting.starts_at, meeting.table_number)])
    return form


def _end_form(*, is_sent: bool) -> ReasonForm:
    return ReasonForm(prefix="end-") if is_sent else ReasonForm(formdata=None, prefix="end-")


def _show(view: MeetingView, *, move: MoveForm | None = None, end: ReasonForm | None = None) -> str:
    return render_template(
        "sourcing/alliance/meeting.html",
        view=view,
        has_begun=view.meeting.starts_at <= clock.now(),
        move_form=move or _move_form(view, is_sent=False),
        end_form=end or _end_form(is_sent=False),
        **SHOWN,
    )


@pages.get(f"{ADDRESS}/<int:meeting_id>")
@access.officer
def meeting(person: Person, slug: str, meeting_id: int) -> str:
    return _show(_meeting(person, slug, meeting_id))


@pages.post(f"{ADDRESS}/<int:meeting_id>/chuyen")
@access.officer
def move(person: Person, slug: str, meeting_id: int) -> Response | tuple[str, int]:
    view = _meeting(person, slug, meeting_id)
    form = _move_form(view, is_sent=True)
    if not form.validate():
        return _show(view, move=form), 422
    seat = form.chosen_seat
    assert seat is not None, "the form has checked it"
    try:
        with transaction():
            sourcing.move_meeting(view.meeting, view.fair, starts_at=seat[0], table=seat[1], by=person.id)
    except Refused as problem:
        form.form_errors = [say_refused(problem)]
        return _show(_meeting(person, slug, meeting_id), move=form), 422
    flash(_("Moved. Both sides are told."), "success")
    return redirect(url_for("sourcing_timetable.timetable", slug=slug), 303)


@pages.post(f"{ADDRESS}/<int:meeting_id>/huy")
@access.officer
def take_out(person: Person, slug: str, meeting_id: int) -> Response | tuple[str, int]:
    view = _meeting(person, slug, meeting_id)
    form = _end_form(is_sent=True)
    if not form.validate():
        return _show(view, end=form), 422
    try:
        with transaction():
            sourcing.take_meeting_out(view.meeting, view.fair, reason=form.reason.data or "", by=person.id)
    except Refused as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("Cancelled. Both sides read your reason."), "success")
    return redirect(url_for("sourcing_timetable.timetable", slug=slug), 303)
