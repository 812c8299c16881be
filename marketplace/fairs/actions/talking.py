"""Chat and questions: who may write and how often, and what the crew does about it. Every change is told to the room."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import actions as accounts
from marketplace.accounts.models import Person
from marketplace.accounts.states import CodePurpose
from marketplace.fairs import queries, rules
from marketplace.fairs.errors import ChatClosed, MoveRefused, NotChecked, Silenced, TooFast
from marketplace.fairs.models import Fair, Message, Room, Silence, Slot, Visitor, Vote
from marketplace.fairs.states import MESSAGE_MOVES, FairState, Happening, MessageState
from marketplace.foundation import audit, clock, codes, realtime
from marketplace.foundation.database import session
from marketplace.foundation.text import clean_line


def ask_to_write(*, phone: str, language: str) -> int:
    """Send a code to the phone of a guest; gives the number under which it is asked."""
    return accounts.ask_for_code(CodePurpose.CHECK_PHONE, contact=phone, language=language)


def join_as_guest(code_id: int, code: str, *, name: str) -> str | None:
    """A guest whose code came back may write from this browser; gives its token, or None when the code is wrong."""
    used = accounts.use_code(code_id, CodePurpose.CHECK_PHONE, code)
    if used is None:
        return None
    token = codes.random_token()
    session.add(
        Visitor(
            token_digest=codes.token_digest(token),
            phone=used.contact,
            name=rules.name_in_room(clean_line(name, 40)),
            checked_at=clock.now(),
            created_at=clock.now(),
        )
    )
    session.flush()
    return token


def join_as_person(person: Person) -> Visitor:
    """Somebody with an account writes under his own name; made once."""
    found = queries.visitor_of_person(person.id)
    if found is not None:
        return found
    visitor = Visitor(
        person_id=person.id,
        phone=person.contacts[0],
        name=rules.name_in_room(person.full_name),
        checked_at=person.contact_confirmed_at or clock.now(),
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(visitor)
            session.flush()
    except IntegrityError:
        return session.scalars(select(Visitor).where(Visitor.person_id == person.id)).one()
    return visitor


def write(fair: Fair, visitor: Visitor, *, text: str, key: str, is_question: bool, by_crew: bool = False) -> Message:
    """Say something in the room. The same form sent twice is one message. Raises ChatClosed, NotChecked, Silenced,
    TooFast."""
    # One sender's messages are written one after the other, so that fifty at once are not fifty first ones.
    session.execute(select(Visitor.id).where(Visitor.id == visitor.id).with_for_update())
    own_key = f"{visitor.id}:{key}"  # a key that somebody else knows is of no use to him
    known = session.scalar(select(Message).where(Message.key == own_key))
    if known is not None:
        return known
    room = session.get_one(Room, fair.id, populate_existing=True)
    session.refresh(fair)
    if fair.state != FairState.LIVE or not (room.is_chat_open or by_crew):
        raise ChatClosed(f"{fair.slug} takes no messages")
    if not by_crew:
        _refuse_unless_free(fair, visitor, room)
    why = ""
    if not by_crew:
        why = "moderated" if room.is_moderated else "words" if rules.wants_a_look(text) else ""
    slot = session.get(Slot, room.slot_id) if room.slot_id else None
    message = Message(
        fair_id=fair.id,
        slot_id=slot.id if slot else None,
        booth_id=slot.booth_id if slot else None,
        visitor_id=visitor.id,
        is_crew=by_crew,
        name=visitor.name,
        text=text if by_crew else rules.tidy_message(text),
        state=MessageState.WAITING if why else MessageState.VISIBLE,
        why_waiting=why,
        is_question=is_question,
        key=own_key,
        at=clock.now(),
    )
    session.add(message)
    session.flush()
    if why:
        realtime.publish(rules.channel(fair.id), Happening.QUEUE, {"message_id": message.id})
    else:
        _tell(message)
    return message


def _refuse_unless_free(fair: Fair, visitor: Visitor, room: Room) -> None:
    if visitor.checked_at is None:
        raise NotChecked(f"visitor {visitor.id}")
    silence = queries.silence_of(fair.id, visitor.phone)
    if silence is not None:
        raise Silenced(silence.reason)
    now = clock.now()
    # By phone, so that a second browser does not speak twice as fast.
    last_at, several = session.execute(
        select(func.max(Message.at), func.count(Message.id))
        .join(Visitor, Visitor.id == Message.visitor_id)
        .where(Message.fair_id == fair.id, Visitor.phone == visitor.phone, Message.at > now - timedelta(minutes=10))
    ).one()
    wait = rules.seconds_to_wait(last_at, now, room.slow_seconds)
    if wait or several >= rules.MESSAGES_IN_TEN_MINUTES:
        raise TooFast(wait or 60)


def vote(message: Message, visitor: Visitor) -> None:
    """This visitor would like to hear the answer too; counted once."""
    if message.state != MessageState.VISIBLE or not message.is_question:
        return
    try:
        with session.begin_nested():
            session.add(Vote(message_id=message.id, visitor_id=visitor.id))
            session.flush()
    except IntegrityError:
        return
    session.execute(update(Message).where(Message.id == message.id).values(votes=Message.votes + 1))
    session.refresh(message)
    _tell_question(message)


def report_message(message: Message) -> None:
    """A viewer calls a message out; the crew looks at it."""
    session.execute(update(Message).where(Message.id == message.id).values(reports=Message.reports + 1))
    session.refresh(message)
    realtime.publish(rules.channel(message.fair_id), Happening.QUEUE, {"message_id": message.id})


def answer_question(message: Message, *, answer: str, by: int) -> None:
    """Seen by all beside the question; a later answer takes the place of the one before. Raises MoveRefused when the
    question is not seen any more."""
    session.refresh(message, with_for_update=True)
    if message.state != MessageState.VISIBLE:
        raise MoveRefused(f"question {message.id}", message.state, "answered")
    message.answer, message.answered_by_id, message.answered_at = answer, by, clock.now()
    session.flush()
    _tell_question(message)


def pin_question(message: Message, *, is_pinned: bool) -> None:
    message.is_pinned = is_pinned
    session.flush()
    _tell_question(message)


def show_message(fair: Fair, message: Message, *, by: int) -> None:
    """What waited or was hidden is seen by all. Raises MoveRefused."""
    _move(fair, message, MessageState.VISIBLE, by=by)
    _tell(message)
    if message.is_question:
        _tell_question(message)


def hide_message(fair: Fair, message: Message, *, by: int) -> None:
    """Gone from page, stream, poll and snapshot; the crew may show it again. Raises MoveRefused."""
    _move(fair, message, MessageState.HIDDEN, by=by)
    _take_back(message)


def remove_message(fair: Fair, message: Message, *, by: int, reason: str = "") -> None:
    """Gone for good; kept for the authorities alone. Raises MoveRefused."""
    _move(fair, message, MessageState.REMOVED, by=by, reason=reason)
    _take_back(message)


def silence(fair: Fair, message: Message, *, minutes: int, reason: str, by: int) -> None:
    """Whoever wrote this may not write for some minutes, or (0) until the fair is over; what he wrote is hidden."""
    visitor = session.get_one(Visitor, message.visitor_id)
    now = clock.now()
    until = now + timedelta(minutes=minutes) if minutes else None
    row = Silence(fair_id=fair.id, phone=visitor.phone, reason=reason, until=until, by_id=by, at=now)
    session.add(row)
    session.flush()
    if message.state in (MessageState.VISIBLE, MessageState.WAITING):
        hide_message(fair, message, by=by)
    audit.record(
        "fairs:room:silence", subject="fair_silence", subject_id=row.id, by=by, province_code=fair.province_code,
        reason=reason, minutes=minutes, visitor_id=visitor.id,
    )  # fmt: skip


def lift_silence(fair: Fair, row: Silence, *, by: int) -> None:
    row.lifted_at = row.lifted_at or clock.now()
    audit.record(
        "fairs:room:lift_silence", subject="fair_silence", subject_id=row.id, by=by, province_code=fair.province_code
    )


def _move(fair: Fair, message: Message, to: MessageState, *, by: int, reason: str = "") -> None:
    before = message.state
    moved = (
        to in MESSAGE_MOVES[before]
        and session.execute(
            update(Message)
            .where(Message.id == message.id, Message.state == before)
            .values(state=to)
            .returning(Message.id)
        ).one_or_none()
    )
    session.refresh(message)
    if not moved:
        raise MoveRefused(f"message {message.id}", message.state, to)
    audit.record(
        f"fairs:message:{to}", subject="fair_message", subject_id=message.id, by=by, province_code=fair.province_code,
        reason=reason, before=before,
    )  # fmt: skip


def _take_back(message: Message) -> None:
    channel = rules.channel(message.fair_id)
    realtime.take_back(channel, key="message_id", value=message.id)
    realtime.publish(channel, Happening.CHAT_GONE, {"message_id": message.id, "takes_back": "message_id"})


def _tell(message: Message) -> None:
    body = {
        "message_id": message.id, "name": message.name, "text": message.text, "is_question": message.is_question,
        "is_crew": message.is_crew,
    }  # fmt: skip
    realtime.publish(rules.channel(message.fair_id), Happening.CHAT, body)


def _tell_question(message: Message) -> None:
    if message.state != MessageState.VISIBLE:
        return
    body = {
        "message_id": message.id, "votes": message.votes, "answer": message.answer, "is_pinned": message.is_pinned,
    }  # fmt: skip
    realtime.publish(rules.channel(message.fair_id), Happening.QUESTION, body)
