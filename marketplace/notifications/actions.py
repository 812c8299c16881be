"""Telling people through the bell, and what they choose to hear."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.foundation import clock, jobs
from marketplace.foundation.database import is_sqlite, session
from marketplace.foundation.web_push import Subscription
from marketplace.notifications import queries, rules
from marketplace.notifications.models import NewsRefused, Notice, PushDevice
from marketplace.notifications.states import Topic, Way


@dataclass(frozen=True)
class NewNotice:
    """What a person is to find behind his bell, and the page that it leads to."""

    person_id: int
    kind: str
    facts: Mapping[str, Any]
    path: str


def tell(notice: NewNotice, *, key: str, at: datetime) -> bool:
    """Put it behind the person's bell and on his devices. False, and nothing done, when the key was used before."""
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    notice_id = session.scalar(
        insert(Notice)
        .values(
            person_id=notice.person_id, key=key, kind=notice.kind, facts=dict(notice.facts), path=notice.path, at=at
        )
        .on_conflict_do_nothing(index_elements=["person_id", "key"])
        .returning(Notice.id)
    )
    if notice_id is None:
        return False
    if at > clock.now() - rules.PUSHED_WITHIN:
        for device_id in queries.devices_to_wake(notice.person_id, rules.topic_of(notice.kind)):
            jobs.enqueue("send_push", notice=notice_id, device=device_id)
    return True


def mark_read(notice_id: int, *, person_id: int) -> str | None:
    """Where the notice leads; None when the person has no such notice."""
    row = session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.person_id == person_id)
        .values(read_at=clock.now())
        .returning(Notice.path)
    ).one_or_none()
    return row.path if row is not None else None


def mark_all_read(person_id: int) -> None:
    session.execute(
        update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None)).values(read_at=clock.now())
    )


def choose_ways(person_id: int, chosen: Mapping[Topic, Collection[Way]]) -> None:
    """From now on news about these topics comes these ways only; obligatory ones come as before."""
    session.execute(delete(NewsRefused).where(NewsRefused.person_id == person_id, NewsRefused.topic.in_(list(chosen))))
    session.add_all(
        NewsRefused(person_id=person_id, topic=topic, way=way)
        for topic, ways in chosen.items()
        for way in sorted(rules.refused(topic, ways))
    )


def switch_on(subscription: Subscription, *, person_id: int, session_id: int, user_agent: str) -> PushDevice:
    """News comes to this browser from now on; one that somebody else had switched on before is now this person's."""
    session.execute(delete(PushDevice).where(PushDevice.endpoint == subscription.endpoint))
    row = PushDevice(
        person_id=person_id, session_id=session_id, endpoint=subscription.endpoint, secret=subscription.secret,
        public_key=subscription.public_key, user_agent=user_agent[:200], created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    newest = (
        select(PushDevice.id).where(PushDevice.person_id == person_id).order_by(PushDevice.id.desc())
        .limit(rules.DEVICES_EACH)
    )  # fmt: skip
    kept = list(session.scalars(newest))
    session.execute(delete(PushDevice).where(PushDevice.person_id == person_id, PushDevice.id.not_in(kept)))
    return row


def switch_off(*, person_id: int, device_id: int | None = None, endpoint: str | None = None) -> bool:
    """No more news there. False when the person has no such device."""
    which = PushDevice.id == device_id if device_id is not None else PushDevice.endpoint == endpoint
    query = delete(PushDevice).where(which, PushDevice.person_id == person_id).returning(PushDevice.id)
    return bool(session.execute(query).all())


def forget_device(device_id: int) -> None:
    """The browser takes no more messages."""
    session.execute(delete(PushDevice).where(PushDevice.id == device_id))


def tidy() -> None:
    """Drop what was read long ago, and what nobody ever read."""
    now = clock.now()
    session.execute(
        delete(Notice).where(
            or_(Notice.read_at < now - rules.READ_KEPT, Notice.at < now - rules.UNREAD_KEPT),
        )
    )
