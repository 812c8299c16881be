"""Chat and questions of a room: what all see, what waits for the crew, who may not write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from marketplace.cooperatives.models import Cooperative
from marketplace.fairs.models import Booth, Message, Room, Silence, Slot, Visitor, Vote
from marketplace.fairs.states import MessageState
from marketplace.foundation import clock
from marketplace.foundation.database import session

LINES_SHOWN = 60  # of those that wait for the crew
LAST_LINES = 20  # older ones would make the first visit heavy
QUESTIONS_SHOWN = 30


@dataclass(frozen=True)
class Line:
    """A message as it is shown."""

    id: int
    visitor_id: int | None
    name: str
    text: str
    at: datetime
    state: MessageState
    why_waiting: str
    is_crew: bool
    is_question: bool
    votes: int
    is_pinned: bool
    answer: str
    reports: int
    cooperative_name: str = ""
    has_voted: bool = False

    def told(self) -> dict[str, Any]:
        return {
            "message_id": self.id, "name": self.name, "text": self.text, "is_question": self.is_question,
            "is_crew": self.is_crew,
        }  # fmt: skip

    def told_of_question(self) -> dict[str, Any]:
        return {"message_id": self.id, "votes": self.votes, "answer": self.answer, "is_pinned": self.is_pinned}


@dataclass(frozen=True)
class Talk:
    """What a viewer sees: the last lines oldest first, with his own that wait; questions, the most wanted first."""

    lines: list[Line]
    questions: list[Line]


@dataclass(frozen=True)
class DeskTalk:
    """What the crew sees."""

    waiting: list[Line]
    reported: list[Line]
    questions: list[Line]
    lines: list[Line]
    hidden: list[Line]


def talk_of(fair_id: int, *, visitor_id: int | None = None) -> Talk:
    """In three statements at most."""
    seen: ColumnElement[bool] = Message.state == MessageState.VISIBLE
    if visitor_id is not None:
        seen = or_(seen, and_(Message.visitor_id == visitor_id, Message.state == MessageState.WAITING))
    lines = _lines(fair_id, seen, Message.is_question.is_(False), limit=LAST_LINES)
    on_air = select(Slot.booth_id).join(Room, Room.slot_id == Slot.id).where(Room.fair_id == fair_id).scalar_subquery()
    # Those of the stall that is on; another's are seen only when the crew has pinned them, or by who asked.
    shown = or_(Message.is_pinned, Message.booth_id.is_not_distinct_from(on_air))
    if visitor_id is not None:
        shown = or_(shown, Message.visitor_id == visitor_id)
    questions = _questions(fair_id, seen, shown)
    mine: set[int] = set()
    if visitor_id is not None and questions:
        mine = set(
            session.scalars(
                select(Vote.message_id).where(
                    Vote.visitor_id == visitor_id, Vote.message_id.in_([one.id for one in questions])
                )
            )
        )
    return Talk(lines[::-1], [_voted(one) if one.id in mine else one for one in questions])


def desk_talk(fair_id: int) -> DeskTalk:
    visible = Message.state == MessageState.VISIBLE
    return DeskTalk(
        waiting=_lines(fair_id, Message.state == MessageState.WAITING, limit=LINES_SHOWN)[::-1],
        reported=_lines(fair_id, visible, Message.reports > 0, limit=LINES_SHOWN),
        questions=_questions(fair_id, visible),
        lines=_lines(fair_id, visible, Message.is_question.is_(False), limit=30),
        hidden=_lines(fair_id, Message.state == MessageState.HIDDEN, limit=10),
    )


def questions_for(fair_id: int, cooperative_id: int) -> list[Line]:
    """Those that its booth can answer, unanswered ones first."""
    asked = _questions(fair_id, Message.state == MessageState.VISIBLE, Booth.cooperative_id == cooperative_id)
    return sorted(asked, key=lambda one: bool(one.answer))


def find_message(fair_id: int, message_id: int) -> Message | None:
    return session.scalar(select(Message).where(Message.fair_id == fair_id, Message.id == message_id))


def find_visitor(visitor_id: int) -> Visitor | None:
    return session.get(Visitor, visitor_id)


def visitor_of_person(person_id: int) -> Visitor | None:
    return session.scalar(select(Visitor).where(Visitor.person_id == person_id))


def visitor_of_guest(token_digest: str) -> Visitor | None:
    return session.scalar(select(Visitor).where(Visitor.token_digest == token_digest))


def silence_of(fair_id: int, phone: str) -> Silence | None:
    """What keeps this phone from writing now, if anything."""
    return session.scalar(
        select(Silence)
        .where(Silence.fair_id == fair_id, Silence.phone == phone, Silence.lifted_at.is_(None))
        .where(or_(Silence.until.is_(None), Silence.until > clock.now()))
        .order_by(Silence.id.desc())
        .limit(1)
    )


def silences_of(fair_id: int) -> list[tuple[Silence, str]]:
    """Who may not write now, with the name under which he last did."""
    names = (
        select(Visitor.name)
        .where(Visitor.phone == Silence.phone)
        .order_by(Visitor.id.desc())
        .limit(1)
        .correlate(Silence)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Silence, names)
        .where(Silence.fair_id == fair_id, Silence.lifted_at.is_(None))
        .where(or_(Silence.until.is_(None), Silence.until > clock.now()))
        .order_by(Silence.id.desc())
    )
    return [(silence, name or "") for silence, name in rows]


def _questions(fair_id: int, *conditions: ColumnElement[bool]) -> list[Line]:
    found = _lines(fair_id, Message.is_question.is_(True), *conditions, limit=200)
    return sorted(found, key=lambda one: (not one.is_pinned, -one.votes, one.id))[:QUESTIONS_SHOWN]


def _lines(fair_id: int, *conditions: ColumnElement[bool], limit: int) -> list[Line]:
    """The newest first."""
    rows = session.execute(
        select(Message, Cooperative.short_name)
        .outerjoin(Booth, Booth.id == Message.booth_id)
        .outerjoin(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Message.fair_id == fair_id, *conditions)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [_line(message, name or "") for message, name in rows]


def _line(message: Message, cooperative_name: str) -> Line:
    return Line(
        id=message.id, visitor_id=message.visitor_id, name=message.name, text=message.text, at=message.at,
        state=message.state, why_waiting=message.why_waiting, is_crew=message.is_crew, is_question=message.is_question,
        votes=message.votes, is_pinned=message.is_pinned, answer=message.answer, reports=message.reports,
        cooperative_name=cooperative_name,
    )  # fmt: skip


def _voted(line: Line) -> Line:
    return replace(line, has_voted=True)
