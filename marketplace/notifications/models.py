"""Tables of the bell, of what people want to hear which way, and of the devices that show news by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.foundation.web_push import Subscription
from marketplace.notifications.states import Topic, Way

IS_UNREAD = text("read_at IS NULL")


class Notice(Base):
    """One piece of news behind one person's bell. Facts, not words: they are put into his language when he reads.

    `key` is unique for a person: a job done twice tells him once.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_notice_bell", "person_id", "at", "id"),
        Index("ix_notice_unread", "person_id", sqlite_where=IS_UNREAD, postgresql_where=IS_UNREAD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str]
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    path: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)  # when it happened, not when a job came to it
    read_at: Mapped[datetime | None]


class NewsRefused(Base):
    """A person does not want news about this topic this way. Without a row he gets it."""

    __tablename__ = "news_refused"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(primary_key=True)
    way: Mapped[Way] = mapped_column(primary_key=True)


class PushDevice(Base):
    """A browser that shows news by itself. It ends with the session in which it was switched on: whoever signs in on the
    same phone after that does not read the other's news."""

    __tablename__ = "push_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("web_session.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    secret: Mapped[str]
    user_agent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    @property
    def subscription(self) -> Subscription:
        return Subscription(self.endpoint, self.public_key, self.secret)
