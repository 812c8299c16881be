"""Letters and text messages: written down in the transaction, sent by a job, kept readable for the demo and for tests."""

from __future__ import annotations

import smtplib
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation import clock, jobs
from marketplace.foundation.database import Base, session, transaction

SMTP_PATIENCE_SECONDS = 20


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class Message(Base):
    """One letter or text message to one receiver (an e-mail address or an E.164 phone number)."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[Channel]
    receiver: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str] = mapped_column(default="")
    is_secret: Mapped[bool] = mapped_column(default=False)  # holds a code or a link that opens something
    key: Mapped[str | None] = mapped_column(unique=True)  # a job done twice writes its message once
    created_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]


class Carrier(Protocol):
    """Brings a message to its receiver or raises."""

    def __call__(self, message: Message) -> None: ...


_carriers: dict[Channel, Carrier] = {}


def carry_with(carriers: dict[Channel, Carrier]) -> None:
    """Set how each channel is carried; called once, by wiring. A channel without a carrier keeps its messages here."""
    _carriers.clear()
    _carriers.update(carriers)


def is_carried(channel: Channel) -> bool:
    return channel in _carriers


def write(
    channel: Channel,
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    is_secret: bool = False,
    key: str | None = None,
) -> None:
    """Put a message in the outbox; it is sent once, after the open transaction is committed. A known `key`: nothing."""
    message = Message(
        channel=channel,
        receiver=to,
        subject=" ".join(subject.split()),
        text=text,
        html=html,
        is_secret=is_secret,
        key=key,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(message)
            session.flush()
    except IntegrityError:
        return
    jobs.enqueue("send_message", message_id=message.id)


def send(*, job_id: int, message_id: int) -> None:
    """The job behind `write`."""
    message = session.get_one(Message, message_id)
    if message.sent_at is not None or message.channel not in _carriers:
        return
    session.rollback()
    _carriers[message.channel](message)
    with transaction():
        sent = session.get_one(Message, message_id)
        sent.sent_at = clock.now()
        if sent.is_secret:
            sent.text = sent.html = ""  # whoever reads the table later opens nothing with it


def latest(limit: int = 50) -> list[Message]:
    return list(session.scalars(select(Message).order_by(Message.id.desc()).limit(limit)))


class Smtp:
    """Carries e-mail to a mail server named by smtp://user:password@host:port (STARTTLS) or smtps://…"""

    def __init__(self, url: str, sender: str) -> None:
        self.place = urlsplit(url)
        self.sender = sender

    def __call__(self, message: Message) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, message.receiver, message.subject
        letter.set_content(message.text)
        if message.html:
            letter.add_alternative(message.html, subtype="html")
        secure = self.place.scheme == "smtps"
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        host, port = self.place.hostname or "localhost", self.place.port or (465 if secure else 587)
        with kind(host, port, timeout=SMTP_PATIENCE_SECONDS) as server:
            server.ehlo_or_helo_if_needed()
            if not secure and server.has_extn("starttls"):
                server.starttls()
            if self.place.username:
                server.login(unquote(self.place.username), unquote(self.place.password or ""))
            server.send_message(letter)
