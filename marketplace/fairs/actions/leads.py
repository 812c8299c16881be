"""Numbers that visitors leave with a stall, taking them back, and what is deleted in time."""

from __future__ import annotations

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.fairs import rules
from marketplace.fairs.errors import MoveRefused
from marketplace.fairs.models import Booth, Fair, Follower, Lead, Message, RoomCard, Silence, Visitor, Vote
from marketplace.fairs.states import HAS_TIMETABLE, OVER, BoothState
from marketplace.foundation import clock
from marketplace.foundation.database import is_sqlite, session

# Of each kind in one night's transaction, so that buyers never wait for it.
AT_ONCE = 2_000
GONE = {"name": "", "phone": "", "wants": ""}


def leave_number(fair: Fair, booth: Booth, *, name: str, phone: str, wants: str, consent_words: str, key: str) -> int:
    """Give a stall one's number, having agreed in these words; gives the lead's id. The same form sent twice is one.

    Raises MoveRefused at a fair that is not planned yet or was called off, or of a stall without a place.
    """
    if fair.state not in HAS_TIMETABLE or booth.state != BoothState.APPROVED:
        raise MoveRefused(fair.slug, fair.state, "visited")
    own_key = f"{booth.id}:{key}"
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    session.execute(
        insert(Lead)
        .values(
            fair_id=fair.id, booth_id=booth.id, name=name, phone=phone, wants=wants, consent_words=consent_words,
            key=own_key, at=clock.now(),
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    return session.scalars(select(Lead.id).where(Lead.key == own_key)).one()


def take_number_back(lead: Lead) -> None:
    """Consent ends: what names him is gone at once; that there was a lead stays. A second time there is nothing to do."""
    if lead.withdrawn_at is None:
        lead.withdrawn_at = lead.erased_at = clock.now()
        lead.name = lead.phone = lead.wants = ""


def delete_old() -> int:
    """By the clock: what was kept long enough. Talk, stage and recordings after three years (domain.md 11.16), leads after
    one, followers of a fair once nobody writes to them any more. Gives how many rows went or were emptied."""
    now = clock.now()
    old = now - rules.KEPT_FOR
    messages = session.scalars(select(Message.id).where(Message.at < old).order_by(Message.id).limit(AT_ONCE)).all()
    gone = [
        delete(Vote).where(Vote.message_id.in_(messages)),
        delete(Message).where(Message.id.in_(messages)),
        delete(Silence).where(Silence.at < old),
        delete(Visitor).where(
            Visitor.created_at < old, ~exists().where(Message.visitor_id == Visitor.id),
            ~exists().where(Vote.visitor_id == Visitor.id),
        ),
        update(RoomCard).where(RoomCard.at < old, RoomCard.text != "").values(text="", picture=None),
        update(Fair).where(Fair.ended_at < old, Fair.replay_url != "").values(replay_url=""),
        update(Lead)
        .where(Lead.at < now - rules.LEADS_KEPT_FOR, Lead.erased_at.is_(None))
        .values(erased_at=now, **GONE),
        delete(Follower).where(
            Follower.fair_id.in_(
                select(Fair.id).where(Fair.state.in_(OVER), Fair.ends_at < now - rules.FOLLOWERS_KEPT_FOR)
            )
        ),
    ]  # fmt: skip
    return sum(session.execute(statement.execution_options(synchronize_session=False)).rowcount for statement in gone)  # type: ignore[attr-defined]
