"""Demands, commitments and certificates by the calendar."""

from __future__ import annotations

from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.sourcing import actions


def close_demands(*, job_id: int) -> None:
    """By night: what is over is closed, and both sides hear of certificates that ended with the day."""
    with transaction():
        actions.expire_demands(on=clock.today())
        actions.end_commitments(on=clock.today())
        actions.watch_certificates(on=clock.today())
