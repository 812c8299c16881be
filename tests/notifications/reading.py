"""Reading what people were told."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.accounts.models import Person
from marketplace.foundation import jobs
from marketplace.foundation.database import session, transaction
from marketplace.foundation.messages import Message
from marketplace.notifications.models import Notice


@dataclass(frozen=True)
class Someone:
    """A person in plain values, which outlive his row's session."""

    id: int
    contact: str

    @classmethod
    def of(cls, person: Person) -> Someone:
        return cls(person.id, person.contacts[0])


def work() -> None:
    """Do all waiting work."""
    jobs.run_all_due()
    session.rollback()
    session.expire_all()


def letters_to(contact: str) -> list[str]:
    """What was written to this contact, the oldest first."""
    work()
    return [row.text for row in session.query(Message).filter_by(receiver=contact).order_by(Message.id)]


def bell_of(person: Person | Someone) -> list[str]:
    """The kinds of what stands behind the person's bell, the oldest first."""
    work()
    return [row.kind for row in session.query(Notice).filter_by(person_id=person.id).order_by(Notice.id)]


def forget() -> None:
    """Look from here on only at what comes."""
    work()
    with transaction():
        session.query(Message).delete()
        session.query(Notice).delete()
