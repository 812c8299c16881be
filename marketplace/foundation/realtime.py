"""What happens in a room, told to all who watch: rows written with the change itself, read by snapshot, poll and stream.

The row is the truth and the stream only a hint: a viewer may lose it at any moment and ends up right by asking for
what came after the last id he knows. docs/decisions/realtime.md has the reasons.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, delete, event, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from marketplace.foundation import clock, events
from marketplace.foundation.database import Base, WriteOutsideTransaction, is_sqlite, session

WAITING = "live_events_waiting"
TAKEN_BACK = "taken_back"
# PostgreSQL gives ids when rows are written, not when they are committed. Whoever writes holds this lock until his
# commit, so that a reader who has seen an id has seen every smaller one. Ours alone among the advisory locks.
LOCK = 0x4C495645


class LiveEvent(Base):
    """One thing that happened on a channel. `body` holds ids and absolute figures ("37 left"), never differences."""

    __tablename__ = "live_event"
    __table_args__ = (Index("ix_live_event_channel", "channel", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    kind: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Told:
    """One event as it is read."""

    id: int
    channel: str
    kind: str
    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class _Waiting:
    channel: str
    kind: str
    body: Mapping[str, Any]
    at: datetime
    savepoint: SessionTransaction | None


def publish(channel: str, kind: str, body: Mapping[str, Any]) -> None:
    """Tell all who watch the channel, with the open transaction or not at all."""
    if not session.info.get("writing"):
        raise WriteOutsideTransaction("tell of changes inside `with transaction()`")
    told = _Waiting(channel, kind, dict(body), clock.now(), session().get_nested_transaction())
    session.info.setdefault(WAITING, []).append(told)
    events.last_in_transaction(_write_down)


def _write_down() -> None:
    waiting: list[_Waiting] = session.info.pop(WAITING, [])
    if not waiting:
        return
    if not is_sqlite():
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    session.execute(
        insert(LiveEvent),
        [{"channel": told.channel, "kind": told.kind, "body": told.body, "at": told.at} for told in waiting],
    )


@event.listens_for(Session, "after_soft_rollback")
def _drop(current: Session, previous: SessionTransaction) -> None:
    """What failed did not happen: tell nothing of it, or of what was tried since the savepoint."""
    if not previous.nested:
        current.info.pop(WAITING, None)
        return
    waiting: list[_Waiting] = current.info.get(WAITING, [])
    waiting[:] = [told for told in waiting if previous not in _savepoints(told.savepoint)]


def _savepoints(savepoint: SessionTransaction | None) -> Iterator[SessionTransaction]:
    while savepoint is not None:
        yield savepoint
        savepoint = savepoint.parent


def events_after(after: int, *, channels: Collection[str] | None = None, limit: int = 500) -> list[Told]:
    """What happened since the event `after`, oldest first; on all channels unless some are named."""
    query = select(LiveEvent.id, LiveEvent.channel, LiveEvent.kind, LiveEvent.body, LiveEvent.at)
    query = query.where(LiveEvent.id > after).order_by(LiveEvent.id).limit(limit)
    if channels is not None:
        query = query.where(LiveEvent.channel.in_(channels))
    return [Told(*row) for row in session.execute(query)]


def recent(since: datetime, *, limit: int = 5_000) -> list[Told]:
    """What happened since a moment, oldest first: what a stream that begins must know of before."""
    query = select(LiveEvent.id, LiveEvent.channel, LiveEvent.kind, LiveEvent.body, LiveEvent.at)
    rows = session.execute(query.where(LiveEvent.at >= since).order_by(LiveEvent.id.desc()).limit(limit)).all()
    return [Told(*row) for row in reversed(rows)]


def take_back(channel: str, *, key: str, value: int) -> None:
    """Forget what a channel was told of something, so that nobody who asks later hears of it. Tell at the same time
    {key: value, "takes_back": key}: the stream forgets by that, and pages take away what they show. The row stays
    without its words, since SQLite would give the number of a deleted newest row once more."""
    session.execute(
        update(LiveEvent)
        .values(kind=TAKEN_BACK, body={})
        .where(LiveEvent.channel == channel, LiveEvent.body[key].as_integer() == value)
        .execution_options(synchronize_session=False)
    )


def listening_key(channel: str, secret: str) -> str:
    """What the address of a stream must hold: the page that shows a room has decided who may hear it, and the stream
    asks nobody again."""
    digest = hmac.digest(secret.encode(), b"listen:" + channel.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def is_listening_key(channel: str, key: str, secret: str) -> bool:
    return hmac.compare_digest(listening_key(channel, secret).encode(), key.encode())


def forget_old(before: datetime) -> None:
    """By night: rows that no viewer asks for any more. The newest stays, so that ids only ever grow."""
    newest = select(func.max(LiveEvent.id)).scalar_subquery()
    session.execute(delete(LiveEvent).where(LiveEvent.at < before, LiveEvent.id < newest))


def latest_id() -> int:
    """The id of the last event of all; a snapshot read after it lacks nothing up to it."""
    return session.scalar(select(func.max(LiveEvent.id))) or 0
