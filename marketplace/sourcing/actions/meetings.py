"""Buyers and cooperatives ask each other for a time at a conference, answer and cancel; nobody sits at two tables at once.

All of a conference comes one after the other (its row is locked), and so do meetings of one cooperative or buyer at two
conferences. Unique keys of the table stand behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import queries as fairs
from marketplace.fairs.models import Fair
from marketplace.fairs.states import OVER
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.sourcing import queries
from marketplace.sourcing.errors import MeetingRefused
from marketplace.sourcing.events import MeetingAccepted, MeetingAsked, MeetingEnded, MeetingProposed
from marketplace.sourcing.models import Conference, Meeting
from marketplace.sourcing.states import MEETING_STANDS, MeetingOutcome, MeetingState, Side


@dataclass(frozen=True)
class Party:
    """Who comes for the buyer, and what about."""

    person_id: int
    buyer_name: str
    phone: str
    topic: str
    tax_code: str = ""
    demand_id: int | None = None


def lock_conference(conference_id: int) -> Conference:
    """The conference as it is, held until the transaction ends."""
    return session.scalars(
        select(Conference)
        .where(Conference.id == conference_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def lock_sides(*, cooperative_id: int, person_id: int) -> None:
    """Two conferences may lie at one time, and their rows do not see each other."""
    session.execute(select(Cooperative.id).where(Cooperative.id == cooperative_id).with_for_update(key_share=True))
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def refuse_unless_takes_place(conference: Conference, cooperative_id: int) -> None:
    fair = session.get_one(Fair, conference.fair_id)
    if fair.state in OVER:
        raise MeetingRefused("fair_is_over")
    if not fairs.has_booth(fair.id, cooperative_id):
        raise MeetingRefused("cooperative_does_not_come")


def refuse_unless_free(
    conference: Conference,
    starts_at: datetime,
    *,
    cooperative_id: int,
    person_id: int,
    table: int | None = None,
    but: int = 0,
) -> int:
    """The table, the first free one unless it is named; MeetingRefused says who or what is taken then."""
    taken = queries.occupied(conference, cooperative_id=cooperative_id, person_id=person_id, but=but)
    why = taken.why_not(starts_at, clock.now())
    if why:
        raise MeetingRefused(why)
    free = taken.free_tables(starts_at)
    if table is not None and table not in free:
        raise MeetingRefused("table_taken")
    return free[0] if table is None else table


def ask_to_meet(conference: Conference, *, cooperative_id: int, party: Party, starts_at: datetime) -> Meeting:
    """A buyer asks for a time, which with the first free table is kept until the cooperative has answered.

    A second click finds what the first made. Announces MeetingAsked; raises MeetingRefused.
    """
    conference = lock_conference(conference.id)
    lock_sides(cooperative_id=cooperative_id, person_id=party.person_id)
    standing = queries.standing_meeting(conference.id, cooperative_id=cooperative_id, person_id=party.person_id)
    if standing is not None and standing.starts_at == starts_at:
        return standing
    if standing is not None:
        raise MeetingRefused("these_two_meet", when_at=standing.starts_at)
    refuse_unless_takes_place(conference, cooperative_id)
    table = refuse_unless_free(conference, starts_at, cooperative_id=cooperative_id, person_id=party.person_id)
    meeting = Meeting(
        conference_id=conference.id, cooperative_id=cooperative_id, starts_at=starts_at, table_number=table,
        state=MeetingState.ASKED, standing_by=Side.BUYER, created_at=clock.now(), **vars(party),
    )  # fmt: skip
    session.add(meeting)
    session.flush()
    announce(MeetingAsked(meeting.id))
    return meeting


def propose_time(meeting: Meeting, *, side: Side, seen: datetime | None, starts_at: datetime, words: str) -> None:
    """The side that should answer names another time, and the other side answers that.

    `seen` is the time that it had read. Announces MeetingProposed; raises MeetingRefused.
    """
    conference = lock_conference(meeting.conference_id)
    lock_sides(cooperative_id=meeting.cooperative_id, person_id=meeting.person_id)
    session.refresh(meeting)
    if starts_at == meeting.starts_at:
        raise MeetingRefused("same_time")
    table = refuse_unless_free(
        conference, starts_at, cooperative_id=meeting.cooperative_id, person_id=meeting.person_id, but=meeting.id
    )
    _answer(meeting, side, seen, starts_at=starts_at, table_number=table, standing_by=side, words=words)
    announce(MeetingProposed(meeting.id, side))


def accept_meeting(meeting: Meeting, *, side: Side, seen: datetime | None) -> None:
    """The side that should answer comes at the time that it had read. Announces MeetingAccepted; raises MeetingRefused."""
    _answer(meeting, side, seen, state=MeetingState.ACCEPTED)
    announce(MeetingAccepted(meeting.id, side))


def _answer(meeting: Meeting, side: Side, seen: datetime | None, **values: object) -> None:
    """By one condition in the database: nobody agrees to a time that changed under him."""
    answered = session.execute(
        update(Meeting)
        .where(
            Meeting.id == meeting.id,
            Meeting.state == MeetingState.ASKED,
            Meeting.standing_by == side.other,
            Meeting.starts_at == seen,
            Meeting.starts_at > clock.now(),
        )
        .values(**values)
        .returning(Meeting.id)
    ).one_or_none()
    session.refresh(meeting)
    if answered is None:
        raise MeetingRefused(_why_not_answered(meeting, seen))


def _why_not_answered(meeting: Meeting, seen: datetime | None) -> str:
    if not meeting.stands:
        return "meeting_ended"
    if meeting.state == MeetingState.ASKED and meeting.starts_at <= clock.now():
        return "time_over"
    return "meeting_answered" if meeting.starts_at == seen else "meeting_moved"


def end_meeting(meeting: Meeting, *, by: Side | None, reason: str) -> None:
    """A cooperative declines, either side cancels, or an officer does: table and time are free again.

    Announces MeetingEnded; raises MeetingRefused once it has begun, and the second time.
    """
    declines = by == Side.SELLER and meeting.state == MeetingState.ASKED and meeting.standing_by == Side.BUYER
    ended = session.execute(
        update(Meeting)
        .where(Meeting.id == meeting.id, Meeting.state.in_(MEETING_STANDS), Meeting.starts_at > clock.now())
        .values(state=MeetingState.DECLINED if declines else MeetingState.CANCELLED, words=reason, ended_at=clock.now())
        .returning(Meeting.id)
    ).one_or_none()
    session.refresh(meeting)
    if ended is None:
        raise MeetingRefused("meeting_began" if meeting.stands else "meeting_ended")
    announce(MeetingEnded(meeting.id, by))


def tell_outcome(meeting: Meeting, *, side: Side, outcome: MeetingOutcome) -> None:
    """What one side says came of it, once it has begun; it may think again. Raises MeetingRefused."""
    column = "buyer_outcome" if side == Side.BUYER else "seller_outcome"
    told = session.execute(
        update(Meeting)
        .where(Meeting.id == meeting.id, Meeting.state == MeetingState.ACCEPTED, Meeting.starts_at <= clock.now())
        .values({column: outcome})
        .returning(Meeting.id)
    ).one_or_none()
    session.refresh(meeting)
    if told is None:
        raise MeetingRefused("not_met_yet")
