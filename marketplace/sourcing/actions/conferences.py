"""An officer opens a conference inside a fair, brings people to its tables, and moves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from marketplace.fairs.models import Fair
from marketplace.fairs.states import FairState
from marketplace.foundation import audit, clock, dates, public_version
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.sourcing import queries
from marketplace.sourcing.actions.meetings import (
    Party,
    end_meeting,
    lock_conference,
    lock_sides,
    refuse_unless_free,
    refuse_unless_takes_place,
)
from marketplace.sourcing.errors import ConferenceRefused, MeetingRefused
from marketplace.sourcing.events import MeetingMoved, MeetingPlaced
from marketplace.sourcing.models import Conference, Meeting
from marketplace.sourcing.states import MEETING_STANDS, MeetingState, Side

# People meet once it is known who comes, until the fair is over.
MEETS = (FairState.SCHEDULED, FairState.LIVE)


@dataclass(frozen=True)
class ConferencePlan:
    """What an officer decides about a conference; a place, or the address of an online room."""

    starts_at: datetime
    ends_at: datetime
    minutes: int
    tables: int
    place: str = ""
    video_url: str = ""


def keep_conference(fair: Fair, plan: ConferencePlan, *, by: int) -> Conference:
    """Open the fair's conference, or change it. What people asked for or agreed upon keeps its time and table.

    Announces MeetingMoved for each meeting when the place is another one. Raises ConferenceRefused.
    """
    takes_one = select(Fair.id).where(Fair.id == fair.id, Fair.state.in_(MEETS)).with_for_update(key_share=True)
    if session.scalar(takes_one) is None:
        raise ConferenceRefused("fair_takes_no_conference")
    if dates.vietnam_day(plan.starts_at) > dates.vietnam_day(fair.ends_at):
        raise ConferenceRefused("after_the_fair", until_on=dates.vietnam_day(fair.ends_at))
    conference = queries.conference_of(fair.id)
    if conference is None:
        conference = Conference(fair_id=fair.id, created_by_id=by, created_at=clock.now(), **vars(plan))
        session.add(conference)
        session.flush()
        _note("open", conference, fair, by=by)
    else:
        _change(lock_conference(conference.id), plan)
        _note("change", conference, fair, by=by)
    public_version.changed()
    return conference


def _change(conference: Conference, plan: ConferencePlan) -> None:
    standing = queries.standing_meetings(conference.id)
    is_elsewhere = (conference.place, conference.video_url) != (plan.place, plan.video_url)
    if (plan.starts_at, plan.minutes) != (conference.starts_at, conference.minutes) and standing:
        raise ConferenceRefused("meetings_in_the_way", count=str(len(standing)))
    for name, value in vars(plan).items():
        setattr(conference, name, value)
    times = set(conference.times)
    outside = [one for one in standing if one.starts_at not in times or one.table_number > conference.tables]
    if outside:
        raise ConferenceRefused("meetings_in_the_way", count=str(len(outside)))
    session.flush()
    if is_elsewhere:
        for meeting in standing:
            announce(MeetingMoved(meeting.id))


def _note(deed: str, conference: Conference, fair: Fair, *, by: int) -> None:
    audit.record(
        f"sourcing:conference:{deed}", subject="conference", subject_id=conference.id, by=by,
        province_code=fair.province_code, name=fair.name,
    )  # fmt: skip


def place_meeting(
    conference: Conference, fair: Fair, *, cooperative_id: int, party: Party, starts_at: datetime, table: int, by: int
) -> Meeting:
    """Bring two together who have agreed elsewhere, or whom the officer wants to meet: nobody has to answer.

    A second click finds what the first made. Announces MeetingPlaced; raises MeetingRefused.
    """
    conference = lock_conference(conference.id)
    lock_sides(cooperative_id=cooperative_id, person_id=party.person_id)
    standing = queries.standing_meeting(conference.id, cooperative_id=cooperative_id, person_id=party.person_id)
    if standing is not None and (standing.starts_at, standing.table_number) == (starts_at, table):
        return standing
    if standing is not None:
        raise MeetingRefused("these_two_meet", when_at=standing.starts_at)
    refuse_unless_takes_place(conference, cooperative_id)
    refuse_unless_free(conference, starts_at, cooperative_id=cooperative_id, person_id=party.person_id, table=table)
    meeting = Meeting(
        conference_id=conference.id, cooperative_id=cooperative_id, starts_at=starts_at, table_number=table,
        state=MeetingState.ACCEPTED, standing_by=Side.BUYER, arranged_by_id=by, created_at=clock.now(), **vars(party),
    )  # fmt: skip
    session.add(meeting)
    session.flush()
    _note_meeting("place", meeting, fair, by=by)
    announce(MeetingPlaced(meeting.id))
    return meeting


def move_meeting(meeting: Meeting, fair: Fair, *, starts_at: datetime, table: int, by: int) -> None:
    """To another table or time; whoever still had to answer answers for the new time. A second click changes nothing.

    Announces MeetingMoved; raises MeetingRefused.
    """
    conference = lock_conference(meeting.conference_id)
    lock_sides(cooperative_id=meeting.cooperative_id, person_id=meeting.person_id)
    session.refresh(meeting)
    if (meeting.starts_at, meeting.table_number) == (starts_at, table) and meeting.stands:
        return
    refuse_unless_free(
        conference, starts_at, cooperative_id=meeting.cooperative_id, person_id=meeting.person_id, table=table,
        but=meeting.id,
    )  # fmt: skip
    moved = session.execute(
        update(Meeting)
        .where(Meeting.id == meeting.id, Meeting.state.in_(MEETING_STANDS))
        .values(starts_at=starts_at, table_number=table)
        .returning(Meeting.id)
    ).one_or_none()
    session.refresh(meeting)
    if moved is None:
        raise MeetingRefused("meeting_ended")
    _note_meeting("move", meeting, fair, by=by)
    announce(MeetingMoved(meeting.id))


def take_meeting_out(meeting: Meeting, fair: Fair, *, reason: str, by: int) -> None:
    """Both sides read why. Announces MeetingEnded; raises MeetingRefused."""
    end_meeting(meeting, by=None, reason=reason)
    _note_meeting("take_out", meeting, fair, by=by, reason=reason)


def _note_meeting(deed: str, meeting: Meeting, fair: Fair, *, by: int, reason: str = "") -> None:
    audit.record(
        f"sourcing:meeting:{deed}", subject="meeting", subject_id=meeting.id, by=by, province_code=fair.province_code,
        reason=reason, name=meeting.buyer_name,
    )  # fmt: skip


def end_meetings_of(fair_id: int, *, reason: str, cooperative_id: int | None = None) -> None:
    """The fair does not take place, or this cooperative does not come: whoever would have met it is told.

    Announces MeetingEnded for each that had not begun.
    """
    conference = queries.conference_of(fair_id)
    if conference is None:
        return
    lock_conference(conference.id)
    for meeting in queries.standing_meetings(conference.id, cooperative_id=cooperative_id):
        if meeting.starts_at > clock.now():
            end_meeting(meeting, by=None, reason=reason)
