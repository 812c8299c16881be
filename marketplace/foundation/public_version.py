"""A number that rises with every change that strangers could see, so that kept pages know when they are old."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation import events
from marketplace.foundation.database import Base, session


class PublicVersion(Base):
    """One row, made by a migration."""

    __tablename__ = "public_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


def changed() -> None:
    """Something that strangers see changes with the open transaction; however often it is said, one write at its end."""
    events.last_in_transaction(_raise)


def read() -> int:
    return session.scalar(select(PublicVersion.number).where(PublicVersion.id == 1)) or 0


def _raise() -> None:
    session.execute(update(PublicVersion).where(PublicVersion.id == 1).values(number=PublicVersion.number + 1))
