"""Visitors who want to be reminded of a fair, or of one booth of it."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.fairs.events import FollowersDue
from marketplace.fairs.models import Fair, Follower
from marketplace.fairs.rules import REMIND_BEFORE
from marketplace.fairs.states import FairState
from marketplace.foundation import clock
from marketplace.foundation.database import is_sqlite, session
from marketplace.foundation.events import announce

# As many letters as one job writes without keeping the others waiting.
AT_ONCE = 200


def follow(fair: Fair, *, booth_id: int | None, contact: str, person_id: int | None, language: str) -> None:
    """Once for each contact, however often it is asked: the keys of the table decide."""
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    session.execute(
        insert(Follower)
        .values(
            fair_id=fair.id, booth_id=booth_id, contact=contact, person_id=person_id, language=language, at=clock.now()
        )
        .on_conflict_do_nothing()
    )


def unfollow(fair: Fair, follower_id: int) -> None:
    """No more letters of this fair to where this one would have gone; a second time there is nothing to do."""
    contact = select(Follower.contact).where(Follower.id == follower_id, Follower.fair_id == fair.id).scalar_subquery()
    session.execute(delete(Follower).where(Follower.fair_id == fair.id, Follower.contact == contact))


def remind_followers() -> None:
    """By the clock: some hours before a fair begins, each follower is due once. Announces FollowersDue."""
    now = clock.now()
    soon = (
        select(Fair.id)
        .where(Fair.state == FairState.SCHEDULED, Fair.starts_at > now, Fair.starts_at <= now + REMIND_BEFORE)
        .order_by(Fair.starts_at, Fair.id)
    )
    for fair_id in session.scalars(soon).all():
        some = select(Follower.id).where(Follower.fair_id == fair_id, Follower.reminded_at.is_(None)).limit(AT_ONCE)
        # Whoever marks the row tells its follower: two workers at once never both do.
        due = session.scalars(
            update(Follower)
            .where(Follower.id.in_(some), Follower.reminded_at.is_(None))
            .values(reminded_at=now)
            .returning(Follower.id)
        ).all()
        if due:
            announce(FollowersDue(fair_id, tuple(sorted(due))))
