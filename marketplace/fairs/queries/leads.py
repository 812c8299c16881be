"""Numbers left with stalls, for whom they were left; and the key with which a visitor takes his back."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import select

from marketplace.fairs.models import Booth, Lead
from marketplace.foundation.database import session

_DIGITS = 24


def leads_of(fair_id: int, cooperative_id: int) -> list[Lead]:
    """Those of the cooperative's own stall that stand, the newest first."""
    return list(
        session.scalars(
            select(Lead)
            .join(Booth, Booth.id == Lead.booth_id)
            .where(Lead.fair_id == fair_id, Booth.cooperative_id == cooperative_id, Lead.erased_at.is_(None))
            .order_by(Lead.id.desc())
        )
    )


def lead_key(lead_id: int, secret: str) -> str:
    """What stands in a visitor's link: nobody takes back somebody else's number by counting."""
    digest = hmac.digest(secret.encode(), b"fair-lead:%d" % lead_id, hashlib.sha256).hex()
    return f"{lead_id}-{digest[:_DIGITS]}"


def lead_of_key(fair_id: int, key: str, secret: str) -> Lead | None:
    """The lead at this fair whose visitor holds the key."""
    number = key.partition("-")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    if not hmac.compare_digest(lead_key(int(number), secret).encode(), key.encode()):
        return None
    return session.scalar(select(Lead).where(Lead.id == int(number), Lead.fair_id == fair_id))
