"""What viewers write in a room: chat and questions, votes, and who may not write for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.fairs.states import MessageState
from marketplace.foundation.database import Base


class Visitor(Base):
    """Somebody who writes in rooms: a person with an account, or a guest with a name whose phone was checked.

    The phone is kept to answer the authorities (E-commerce Law 122/2025/QH15), and shown to nobody.
    """

    __tablename__ = "fair_visitor"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    token_digest: Mapped[str | None] = mapped_column(unique=True)  # of a guest's cookie
    phone: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    checked_at: Mapped[datetime | None]  # a guest writes once the code sent to his phone came back
    created_at: Mapped[datetime]


class Message(Base):
    """A line of chat or a question. Kept three years with the recording (domain.md 11.16)."""

    __tablename__ = "fair_message"
    __table_args__ = (
        Index("ix_fair_message_room", "fair_id", "id"),
        Index("ix_fair_message_queue", "fair_id", "state", "is_question"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("fair_slot.id"))
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("booth.id"))  # whom a question is for
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("fair_visitor.id"), index=True)
    is_crew: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str]
    text: Mapped[str]
    state: Mapped[MessageState]
    why_waiting: Mapped[str] = mapped_column(default="")
    is_question: Mapped[bool] = mapped_column(default=False)
    votes: Mapped[int] = mapped_column(default=0)
    is_pinned: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    reports: Mapped[int] = mapped_column(default=0)  # viewers who called it out
    key: Mapped[str] = mapped_column(unique=True)  # of the form it came from; the second press writes nothing
    at: Mapped[datetime]


class Vote(Base):
    """A visitor would like to hear the answer too."""

    __tablename__ = "fair_vote"

    message_id: Mapped[int] = mapped_column(ForeignKey("fair_message.id"), primary_key=True)
    visitor_id: Mapped[int] = mapped_column(ForeignKey("fair_visitor.id"), primary_key=True)


class Silence(Base):
    """A visitor may not write at a fair: for some minutes, or at all. By phone, so that a new cookie does not help."""

    __tablename__ = "fair_silence"
    __table_args__ = (Index("ix_fair_silence_phone", "fair_id", "phone"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    phone: Mapped[str]
    reason: Mapped[str]
    until: Mapped[datetime | None]  # None: until the fair is over
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
