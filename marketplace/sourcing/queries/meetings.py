"""Conferences of fairs, their timetables, and what of them is still free."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select

from marketplace.cooperatives.models import Cooperative
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.states import BoothState
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.sourcing.models import Conference, Demand, Meeting
from marketplace.sourcing.queries.demands import takes_quotes
from marketplace.sourcing.rules import LONGEST_MEETING
from marketplace.sourcing.states import MEETING_STANDS, MeetingOutcome, MeetingState, Side


@dataclass(frozen=True)
class MeetingView:
    """A meeting with where it takes place and whom the buyer meets."""

    meeting: Meeting
    conference: Conference
    fair: Fair
    cooperative: Cooperative

    @property
    def ends_at(self) -> datetime:
        return self.meeting.starts_at + self.conference.length


def conference_of(fair_id: int) -> Conference | None:
    return session.scalar(select(Conference).where(Conference.fair_id == fair_id))


def _views() -> Select[Meeting, Conference, Fair, Cooperative]:
    return (
        select(Meeting, Conference, Fair, Cooperative)
        .join(Conference, Conference.id == Meeting.conference_id)
        .join(Fair, Fair.id == Conference.fair_id)
        .join(Cooperative, Cooperative.id == Meeting.cooperative_id)
    )


def _listed(whose: ColumnElement[bool]) -> list[MeetingView]:
    """The newest conference first, and in it what stands, by time."""
    rows = session.execute(
        _views()
        .where(whose)
        .order_by(
            Conference.starts_at.desc(), Meeting.state.not_in(MEETING_STANDS), Meeting.starts_at, Meeting.id
        )
        .limit(200)
    )  # fmt: skip
    return [MeetingView(*row) for row in rows]


def meetings_of_person(person_id: int) -> list[MeetingView]:
    return _listed(Meeting.person_id == person_id)


def meetings_of_cooperative(cooperative_id: int) -> list[MeetingView]:
    return _listed(Meeting.cooperative_id == cooperative_id)


def _find(*where: ColumnElement[bool]) -> MeetingView | None:
    row = session.execute(_views().where(*where)).one_or_none()
    return MeetingView(*row) if row else None


def find_meeting_of_person(person_id: int, meeting_id: int) -> MeetingView | None:
    return _find(Meeting.id == meeting_id, Meeting.person_id == person_id)


def find_meeting_of_cooperative(cooperative_id: int, meeting_id: int) -> MeetingView | None:
    return _find(Meeting.id == meeting_id, Meeting.cooperative_id == cooperative_id)


def find_meeting_of_fair(fair_id: int, meeting_id: int) -> MeetingView | None:
    return _find(Meeting.id == meeting_id, Conference.fair_id == fair_id)


def standing_meeting(conference_id: int, *, cooperative_id: int, person_id: int) -> Meeting | None:
    """The one that these two have, asked for or agreed."""
    return session.scalar(
        select(Meeting).where(
            Meeting.conference_id == conference_id,
            Meeting.cooperative_id == cooperative_id,
            Meeting.person_id == person_id,
            Meeting.state.in_(MEETING_STANDS),
        )
    )


def standing_meetings(conference_id: int, *, cooperative_id: int | None = None) -> list[Meeting]:
    """All that hold a table, or those of one cooperative."""
    query = select(Meeting).where(Meeting.conference_id == conference_id, Meeting.state.in_(MEETING_STANDS))
    if cooperative_id is not None:
        query = query.where(Meeting.cooperative_id == cooperative_id)
    return list(session.scalars(query.order_by(Meeting.starts_at, Meeting.table_number)))


@dataclass(frozen=True)
class Line:
    """One time of the timetable; for each table its meeting, or None where it is free."""

    starts_at: datetime
    tables: list[MeetingView | None]


def timetable(conference: Conference) -> list[Line]:
    rows = session.execute(_views().where(Meeting.conference_id == conference.id, Meeting.state.in_(MEETING_STANDS)))
    at = {(row[0].starts_at, row[0].table_number): MeetingView(*row) for row in rows}
    numbers = range(1, conference.tables + 1)
    return [Line(time, [at.get((time, number)) for number in numbers]) for time in conference.times]


@dataclass(frozen=True)
class ConferenceFigures:
    """Meetings that are asked for and that are agreed; of these, what either side said that came of them."""

    asked: int
    accepted: int
    held: int
    agreed: int
    quotes: int


def conference_figures(conference_id: int) -> ConferenceFigures:
    rows = session.execute(
        select(Meeting.state, Meeting.buyer_outcome, Meeting.seller_outcome).where(
            Meeting.conference_id == conference_id, Meeting.state.in_(MEETING_STANDS)
        )
    ).all()
    said = [{row.buyer_outcome, row.seller_outcome} - {None} for row in rows if row.state == MeetingState.ACCEPTED]
    return ConferenceFigures(
        asked=sum(row.state == MeetingState.ASKED for row in rows),
        accepted=len(said),
        held=sum(bool(one) and MeetingOutcome.MISSED not in one for one in said),
        agreed=sum(MeetingOutcome.AGREED in one for one in said),
        quotes=sum(MeetingOutcome.QUOTE in one and MeetingOutcome.AGREED not in one for one in said),
    )


@dataclass(frozen=True)
class Occupied:
    """What is in the way of a meeting of two sides: tables that are taken, and their own other meetings."""

    conference: Conference
    tables: dict[datetime, set[int]]
    of_cooperative: list[tuple[datetime, datetime]]
    of_person: list[tuple[datetime, datetime]]

    def free_tables(self, starts_at: datetime) -> list[int]:
        taken = self.tables.get(starts_at, set())
        return [number for number in range(1, self.conference.tables + 1) if number not in taken]

    def why_not(self, starts_at: datetime, now: datetime) -> str:
        """The key of words.REFUSED, empty when the two can meet then."""
        if starts_at not in self.conference.times:
            return "no_such_time"
        if starts_at <= now:
            return "time_over"
        ends_at = starts_at + self.conference.length
        if any(begin < ends_at and starts_at < end for begin, end in self.of_cooperative):
            return "cooperative_meets_then"
        if any(begin < ends_at and starts_at < end for begin, end in self.of_person):
            return "buyer_meets_then"
        return "" if self.free_tables(starts_at) else "no_table_then"

    def free_times(self, now: datetime) -> list[datetime]:
        return [time for time in self.conference.times if not self.why_not(time, now)]


def occupied(conference: Conference, *, cooperative_id: int, person_id: int, but: int = 0) -> Occupied:
    """As it stands, without the meeting `but`, which is to be moved. The hours of both count at every conference."""
    tables: dict[datetime, set[int]] = {}
    for starts_at, number in session.execute(
        select(Meeting.starts_at, Meeting.table_number).where(
            Meeting.conference_id == conference.id, Meeting.state.in_(MEETING_STANDS), Meeting.id != but
        )
    ):
        tables.setdefault(starts_at, set()).add(number)
    rows = session.execute(
        select(Meeting.cooperative_id, Meeting.person_id, Meeting.starts_at, Conference.minutes)
        .join(Conference, Conference.id == Meeting.conference_id)
        .where(
            or_(Meeting.cooperative_id == cooperative_id, Meeting.person_id == person_id),
            Meeting.state.in_(MEETING_STANDS),
            Meeting.id != but,
            Meeting.starts_at > conference.starts_at - LONGEST_MEETING,
            Meeting.starts_at < conference.ends_at,
        )
    ).all()
    hours = [(row, (row.starts_at, row.starts_at + timedelta(minutes=row.minutes))) for row in rows]
    return Occupied(
        conference,
        tables,
        of_cooperative=[hour for row, hour in hours if row.cooperative_id == cooperative_id],
        of_person=[hour for row, hour in hours if row.person_id == person_id],
    )


def cooperatives_at(fair_id: int) -> list[Cooperative]:
    """Those that were given a place, by the alphabet."""
    return list(
        session.scalars(
            select(Cooperative)
            .join(Booth, Booth.cooperative_id == Cooperative.id)
            .where(Booth.fair_id == fair_id, Booth.state == BoothState.APPROVED)
            .order_by(Cooperative.sort_key, Cooperative.id)
        )
    )


def demands_to_place(fair: Fair, provinces: Collection[str], *, on: date) -> list[Demand]:
    """Open demands of buyers whom an officer may bring to a table: posted in the fair first, then near it."""
    near = Demand.province_code.in_({fair.province_code, *provinces})
    return list(
        session.scalars(
            select(Demand)
            .where(takes_quotes(on), or_(Demand.fair_id == fair.id, near))
            .order_by(Demand.fair_id == fair.id, Demand.id.desc())
            .limit(100)
        )
    )


def demands_to_talk_about(person_id: int, *, on: date) -> list[Demand]:
    """A buyer's own that take quotes, the newest first."""
    return list(
        session.scalars(
            select(Demand).where(Demand.person_id == person_id, takes_quotes(on)).order_by(Demand.id.desc()).limit(50)
        )
    )


def meetings_to_answer(cooperative_id: int, *, at: datetime) -> int:
    """How many buyers wait for this cooperative."""
    return (
        session.scalar(
            select(func.count(Meeting.id)).where(
                Meeting.cooperative_id == cooperative_id,
                Meeting.state == MeetingState.ASKED,
                Meeting.standing_by == Side.BUYER,
                Meeting.starts_at > at,
            )
        )
        or 0
    )


def find_time(conference: Conference, typed: str) -> datetime | None:
    """The time of the timetable that a form calls “09:30”."""
    return next((time for time in conference.times if dates.format_moment(time)[-5:] == typed), None)
