"""Who is to be reminded of what, and the key with which a letter's reader ends it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.cooperatives.models import Cooperative
from marketplace.fairs.models import Booth, Follower, Slot
from marketplace.foundation.database import session

_DIGITS = 20


@dataclass(frozen=True)
class Reminder:
    """A letter to write: of the whole fair, or of one booth with its time."""

    id: int
    contact: str
    language: str
    cooperative_name: str
    on_air_at: datetime | None


def reminders(fair_id: int, follower_ids: Collection[int]) -> list[Reminder]:
    on_air = select(func.min(Slot.starts_at)).where(Slot.booth_id == Follower.booth_id).correlate(Follower)
    rows = session.execute(
        select(Follower, Cooperative.short_name, on_air.scalar_subquery())
        .outerjoin(Booth, Booth.id == Follower.booth_id)
        .outerjoin(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Follower.fair_id == fair_id, Follower.id.in_(follower_ids))
        .order_by(Follower.id)
    )
    return [Reminder(one.id, one.contact, one.language, name or "", at) for one, name, at in rows]


def stop_key(follower_id: int, secret: str) -> str:
    """What stands in a letter's link: nobody can end somebody else's reminders by counting numbers."""
    digest = hmac.digest(secret.encode(), b"unfollow:%d" % follower_id, hashlib.sha256).hex()
    return f"{follower_id}-{digest[:_DIGITS]}"


def follower_of_key(key: str, secret: str) -> int | None:
    """The follower whose letter held this key."""
    number = key.partition("-")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return int(number) if hmac.compare_digest(stop_key(int(number), secret).encode(), key.encode()) else None
