"""What time and certificates do to commitments."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.sourcing import queries
from marketplace.sourcing.actions import supply
from marketplace.sourcing.actions.committing import give_up
from marketplace.sourcing.events import CommitmentBlocked, CommitmentUnblocked
from marketplace.sourcing.models import Commitment
from marketplace.sourcing.states import CommitmentState

SIGN_WITHIN = timedelta(days=14)  # goods are not kept for ever for somebody who does not sign


def watch_certificates(*, on: date, cooperative_id: int | None = None) -> int:
    """Note, and tell both sides once, which running commitments lost a certificate that they require, or have it again.

    Announces CommitmentBlocked and CommitmentUnblocked; gives how many changed.
    """
    changed = 0
    for commitment in queries.running_commitments(on=on, cooperative_id=cooperative_id):
        is_missing = bool(queries.schemes_missing(commitment, on=on))
        if is_missing == (commitment.blocked_at is not None):
            continue
        commitment.blocked_at = clock.now() if is_missing else None
        session.flush()
        announce(CommitmentBlocked(commitment.id) if is_missing else CommitmentUnblocked(commitment.id))
        changed += 1
    return changed


def end_commitments(*, on: date) -> int:
    """Signed ones whose time is over end, and what was not called off is free again; papers that nobody signed in time
    are given up. Gives how many."""
    over = session.scalars(
        select(Commitment)
        .where(Commitment.state == CommitmentState.SIGNED, Commitment.ends_on < on)
        .order_by(Commitment.id)
        .with_for_update()
    ).all()
    for commitment in over:
        commitment.state, commitment.ended_at = CommitmentState.ENDED, clock.now()
        session.flush()
        supply.release(commitment.forecast_id, commitment.left)
    unsigned = session.scalars(
        select(Commitment)
        .where(Commitment.state == CommitmentState.DRAFT, Commitment.created_at < clock.now() - SIGN_WITHIN)
        .order_by(Commitment.id)
    ).all()
    for commitment in unsigned:
        give_up(commitment, side=None)
    return len(over) + len(unsigned)
