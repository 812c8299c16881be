"""Moving an application from state to state."""

from __future__ import annotations

from sqlalchemy import update

from marketplace.cooperatives.errors import AdmissionMoveRefused
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import MOVES, Admission
from marketplace.foundation import audit, public_version
from marketplace.foundation.database import session


def move(
    cooperative: Cooperative,
    to: Admission,
    *,
    by: int,
    reason: str = "",
    only_from: Admission | None = None,
    deed: str = "",
) -> None:
    """Change the state only if it is still the one we saw, and leave a trace. Raises AdmissionMoveRefused.

    `only_from` keeps apart deeds that lead to one state, `deed` names them apart in the audit trail.
    """
    session.flush()
    from_state = cooperative.admission
    moved = None
    if to in MOVES[from_state] and only_from in (None, from_state):
        moved = session.execute(
            update(Cooperative)
            .where(Cooperative.id == cooperative.id, Cooperative.admission == from_state)
            .values(admission=to)
            .returning(Cooperative.id)
        ).one_or_none()
        session.refresh(cooperative)
    if moved is None:
        raise AdmissionMoveRefused(cooperative.slug, cooperative.admission, to)
    public_version.changed()
    audit.record(
        f"cooperatives:cooperative:{deed or to}",
        subject="cooperative",
        subject_id=cooperative.id,
        by=by,
        province_code=cooperative.province_code,
        reason=reason,
        before=from_state,
        name=cooperative.short_name,
    )
