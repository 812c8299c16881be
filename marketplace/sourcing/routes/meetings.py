"""What both sides of a meeting do in the same way: agree, name another time, cancel, say what came of it."""

from __future__ import annotations

from flask import abort, flash, render_template, request
from flask_babel import gettext as _

from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import queries
from marketplace.sourcing.errors import MeetingRefused
from marketplace.sourcing.forms.meetings import OtherTimeForm
from marketplace.sourcing.forms.trading import ReasonForm
from marketplace.sourcing.queries import MeetingView
from marketplace.sourcing.states import MeetingOutcome, MeetingState, Side
from marketplace.sourcing.words import SHOWN, clock_time, say_refused


def show(
    view: MeetingView, template: str, side: Side, *, time: OtherTimeForm | None = None, end: ReasonForm | None = None
) -> str:
    meeting, now = view.meeting, clock.now()
    return render_template(
        template,
        view=view,
        side=side,
        now=now,
        has_to_answer=meeting.waits_for(side, now),
        has_begun=meeting.starts_at <= now,
        is_agreed=meeting.state == MeetingState.ACCEPTED,
        time_form=time or time_form(view, is_sent=False),
        end_form=end or end_form(is_sent=False),
        **SHOWN,
    )


def time_form(view: MeetingView, *, is_sent: bool) -> OtherTimeForm:
    """Under a name of its own, for it stands beside the other form on one page."""
    meeting = view.meeting
    form = (
        OtherTimeForm(prefix="time-")
        if is_sent
        else OtherTimeForm(formdata=None, prefix="time-", seen=clock_time(meeting.starts_at))
    )
    taken = queries.occupied(
        view.conference, cooperative_id=meeting.cooperative_id, person_id=meeting.person_id, but=meeting.id
    )
    form.offer([one for one in taken.free_times(clock.now()) if one != meeting.starts_at])
    return form


def end_form(*, is_sent: bool) -> ReasonForm:
    return ReasonForm(prefix="end-") if is_sent else ReasonForm(formdata=None, prefix="end-")


def accept(view: MeetingView, *, side: Side) -> None:
    try:
        with transaction():
            seen = queries.find_time(view.conference, request.form.get("seen", ""))
            sourcing.accept_meeting(view.meeting, side=side, seen=seen)
    except MeetingRefused as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("Agreed. Below is where you meet, and the other side's phone number."), "success")


def propose(view: MeetingView, form: OtherTimeForm, *, side: Side) -> bool:
    """False, with the reason in the form, when another time has to be chosen."""
    if not form.validate():
        return False
    starts_at = form.chosen_time
    assert starts_at is not None, "the form has checked it"
    try:
        with transaction():
            seen = queries.find_time(view.conference, form.seen.data or "")
            sourcing.propose_time(
                view.meeting, side=side, seen=seen, starts_at=starts_at, words=form.words.data or ""
            )  # fmt: skip
    except MeetingRefused as problem:
        if view.meeting.waits_for(side, clock.now()):
            form.form_errors = [say_refused(problem)]
            return False
        flash(say_refused(problem), "info")
    else:
        flash(_("Sent. The other side is told."), "success")
    return True


def end(view: MeetingView, form: ReasonForm, *, side: Side) -> bool:
    """False when the reason is missing."""
    if not form.validate():
        return False
    try:
        with transaction():
            sourcing.end_meeting(view.meeting, by=side, reason=form.reason.data or "")
    except MeetingRefused as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("The meeting is off, and the other side reads why."), "success")
    return True


def tell_outcome(view: MeetingView, *, side: Side) -> None:
    said = request.form.get("outcome", "")
    outcome = MeetingOutcome(said) if said in list(MeetingOutcome) else abort(404)
    try:
        with transaction():
            sourcing.tell_outcome(view.meeting, side=side, outcome=outcome)
    except MeetingRefused as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("Noted. The Alliance counts it."), "success")
