"""Moving a certificate from state to state."""

from __future__ import annotations

from sqlalchemy import update

from marketplace.certificates.errors import ReviewMoveRefused
from marketplace.certificates.models import Certificate
from marketplace.certificates.states import MOVES, Review
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import audit, public_version
from marketplace.foundation.database import session

SEEN_BY_STRANGERS = frozenset({Review.VERIFIED, Review.SUSPENDED})


def move(certificate: Certificate, to: Review, *, by: int, note: str = "", only_from: Review | None = None) -> None:
    """Change the state only if the row is still the one we saw, and leave a trace. Raises ReviewMoveRefused.

    `only_from` keeps apart deeds that lead to one state.
    """
    session.flush()
    from_state = certificate.review
    moved = None
    if to in MOVES[from_state] and only_from in (None, from_state):
        moved = session.execute(
            update(Certificate)
            .where(
                Certificate.id == certificate.id,
                Certificate.review == from_state,
                # The cooperative may have handed in something else since; that has been checked by nobody.
                Certificate.submitted_at == certificate.submitted_at,
            )
            .values(review=to, review_note=note)
            .returning(Certificate.id)
        ).one_or_none()
        session.refresh(certificate)
    if moved is None:
        raise ReviewMoveRefused(certificate.number, certificate.review, to)
    if SEEN_BY_STRANGERS & {from_state, to}:
        public_version.changed()
    record(certificate, by=by, note=note, before=from_state)


def record(certificate: Certificate, *, by: int, note: str = "", before: str = "") -> None:
    """Leave a trace that officers of the cooperative's province can read."""
    cooperative = session.get_one(Cooperative, certificate.cooperative_id)
    audit.record(
        f"certificates:certificate:{certificate.review}",
        subject="certificate",
        subject_id=certificate.id,
        by=by,
        province_code=cooperative.province_code,
        reason=note,
        before=before,
        name=f"{certificate.number}, {cooperative.short_name}",
    )
