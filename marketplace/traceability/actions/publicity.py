"""What a cooperative lets everybody see on its origin pages."""

from __future__ import annotations

from marketplace.foundation import audit, public_version
from marketplace.foundation.database import session
from marketplace.traceability.models import Publicity


def choose_publicity(
    cooperative_id: int,
    *,
    quantity: bool,
    operators: bool,
    notes: bool,
    photos: bool,
    coarse_place: bool,
    by: int,
) -> None:
    """From now on for all its lots, also those already sold. What the law obliges it to show cannot be chosen."""
    chosen = session.get(Publicity, cooperative_id)
    if chosen is None:
        chosen = Publicity(cooperative_id=cooperative_id)
        session.add(chosen)
    chosen.quantity, chosen.operators, chosen.notes = quantity, operators, notes
    chosen.photos, chosen.coarse_place = photos, coarse_place
    session.flush()
    public_version.changed()
    audit.record("traceability:publicity:chosen", subject="cooperative", subject_id=cooperative_id, by=by)
