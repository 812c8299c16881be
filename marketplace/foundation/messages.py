"""Letters and text messages: written down in the transaction, sent by a job, kept readable for the demo and for tests.

A message has ways to its receiver, the best first. It goes another way only after the one before has said for certain
that it will not bring it; whoever does not answer is asked again under the same key, so that nothing is brought twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import JSON, Index, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation import clock, jobs
from marketplace.foundation.database import Base, session, transaction


class Channel(StrEnum):
    EMAIL = "email"
    ZALO = "zalo"
    SMS = "sms"


# What one receiver is sent in a day at most. A busy cooperative stays below; somebody who orders a hundred times under
# another's phone number does not.
MOST_A_DAY = {Channel.EMAIL: 200, Channel.ZALO: 100, Channel.SMS: 60}
DAY = timedelta(days=1)


class Message(Base):
    """One letter or text message to one receiver (an e-mail address or an E.164 phone number).

    `fallbacks` are the channels left when this one refuses; `refusal` is what the last of them said.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_receiver", "receiver", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[Channel]
    fallbacks: Mapped[list[str]] = mapped_column(JSON, default=list)
    receiver: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str] = mapped_column(default="")
    template: Mapped[str] = mapped_column(default="")  # under which Zalo knows it, with what stands in its gaps
    parameters: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    is_secret: Mapped[bool] = mapped_column(default=False)  # holds a code or a link that opens something
    key: Mapped[str | None] = mapped_column(unique=True)  # a job done twice writes its message once
    created_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]  # not sent: its receiver had too many that day
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True)
class Outgoing:
    """What a carrier is given. `key` names the message to a gateway: the same key again is the same message."""

    key: str
    receiver: str
    subject: str = ""
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    template: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


class Refused(Exception):
    """The carrier will not bring this message, now or later; nothing was sent."""


class Carrier(Protocol):
    """Brings a message to its receiver. Raises Refused when it never will; anything else raised means: ask again."""

    def __call__(self, message: Outgoing) -> None: ...


_carriers: dict[Channel, Carrier] = {}
_kept: set[Channel] = set()


def carry_with(carriers: Mapping[Channel, Carrier], *, keep: Collection[Channel] = ()) -> None:
    """Set how each channel is carried; called once, by wiring. Those to `keep` are in use, and their messages stay here."""
    _carriers.clear()
    _carriers.update(carriers)
    _kept.clear()
    _kept.update(keep)


def is_carried(channel: Channel) -> bool:
    return channel in _carriers


def in_use(channels: Sequence[Channel]) -> list[Channel]:
    """Those of these channels that this market has."""
    return [channel for channel in channels if channel in _carriers or channel in _kept]


def write(
    channels: Sequence[Channel],
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    template: str = "",
    parameters: Mapping[str, str] | None = None,
    is_secret: bool = False,
    is_obligatory: bool = False,
    key: str | None = None,
) -> None:
    """Put a message in the outbox; it is sent once, after the open transaction is committed. A known `key`: nothing.

    It is kept back when its receiver has had too many that day, unless it is obligatory.
    """
    usable = in_use(channels) or [channels[-1]]
    now = clock.now()
    message = Message(
        channel=usable[0],
        fallbacks=[str(channel) for channel in usable[1:]],
        receiver=to,
        subject=" ".join(subject.split()),
        text=text,
        html=html,
        template=template,
        parameters=dict(parameters or {}),
        is_secret=is_secret,
        key=key,
        created_at=now,
        held_at=None if is_obligatory or is_secret or not _has_had_enough(usable[0], to) else now,
    )
    try:
        with session.begin_nested():
            session.add(message)
            session.flush()
    except IntegrityError:
        return
    if message.held_at is None:
        jobs.enqueue("send_message", message_id=message.id)


def _has_had_enough(channel: Channel, receiver: str) -> bool:
    had = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.receiver == receiver, Message.created_at > clock.now() - DAY, Message.held_at.is_(None))
    )
    return (had or 0) >= MOST_A_DAY[channel]


def send(*, job_id: int, message_id: int) -> None:
    """The job behind `write`. Between the carrier's yes and our note of it a killed worker asks again, under the same
    key."""
    message = session.get_one(Message, message_id)
    channel = message.channel
    if message.sent_at or message.refused_at or message.held_at or channel not in _carriers:
        return
    outgoing = Outgoing(
        key=f"{message.id}-{message.created_at:%Y%m%d%H%M%S%f}-{channel}",
        receiver=message.receiver,
        subject=message.subject,
        text=message.text,
        html=message.html,
        template=message.template,
        parameters=dict(message.parameters),
    )
    session.rollback()
    try:
        _carriers[channel](outgoing)
    except Refused as refusal:
        with transaction():
            _go_another_way(message_id, channel, str(refusal))
        return
    with transaction():
        sent = session.get_one(Message, message_id)
        sent.sent_at = clock.now()
        _forget_secret(sent)


def _go_another_way(message_id: int, channel: Channel, refusal: str) -> None:
    message = session.scalars(select(Message).where(Message.id == message_id).with_for_update()).one()
    if message.channel != channel or message.sent_at or message.refused_at:
        return
    message.refusal = f"{channel}: {refusal}"[:500]
    if message.fallbacks:
        message.channel, message.fallbacks = Channel(message.fallbacks[0]), message.fallbacks[1:]
        jobs.enqueue("send_message", message_id=message.id)
    else:
        message.refused_at = clock.now()
        _forget_secret(message)


def _forget_secret(message: Message) -> None:
    """Whoever reads the table later opens nothing with it."""
    if message.is_secret:
        message.text = message.html = ""
        message.parameters = {}


def latest(limit: int = 50) -> list[Message]:
    return list(session.scalars(select(Message).order_by(Message.id.desc()).limit(limit)))


def secrets_left() -> list[str]:
    """Messages that are over and still hold a code or a link that opens something."""
    is_over = or_(Message.sent_at.is_not(None), Message.refused_at.is_not(None))
    rows: Sequence[Any] = session.scalars(
        select(Message.id).where(Message.is_secret, is_over, or_(Message.text != "", Message.html != ""))
    ).all()
    return [f"message {row} is over and still holds its secret" for row in rows]
