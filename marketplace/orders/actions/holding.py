"""Keeping the money of a part back while something about it is not settled."""

from __future__ import annotations

from sqlalchemy import update

from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder


def keep_back(part: CooperativeOrder, *, because: str) -> None:
    """Its money is not released from now on. What was released before stays so: a refund becomes the cooperative's debt.

    Needs the order locked, as release_part locks it: whichever of the two comes first has happened before the other.
    """
    _note(part, because)


def let_go(part: CooperativeOrder) -> None:
    """Nothing is unsettled any more; when its time is over, its money is released. Needs the order locked."""
    _note(part, "")


def _note(part: CooperativeOrder, because: str) -> None:
    session.execute(update(CooperativeOrder).where(CooperativeOrder.id == part.id).values(held_because=because))
    session.refresh(part)
