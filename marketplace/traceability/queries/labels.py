"""The serials of a run, for drawing its labels."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from marketplace.foundation.database import session
from marketplace.traceability.models import LabelRun, Lot, Unit
from marketplace.traceability.states import UnitState


class UnitSerial(NamedTuple):
    unit_id: int
    serial: str


def serials_of(run_id: int, *, after: int = 0, limit: int) -> list[UnitSerial]:
    """The next serials of a run that still count, behind the unit with the id `after`."""
    rows = session.execute(
        select(Unit.id, Unit.serial)
        .where(Unit.run_id == run_id, Unit.state != UnitState.VOID, Unit.id > after)
        .order_by(Unit.id)
        .limit(limit)
    )
    return [UnitSerial(*row) for row in rows]


def has_label_runs(cooperative_id: int) -> bool:
    """Whether the cooperative has ever printed labels."""
    query = select(LabelRun.id).join(Lot, Lot.id == LabelRun.lot_id).where(Lot.cooperative_id == cooperative_id)
    return session.scalar(query.limit(1)) is not None


def count_serials(run_id: int) -> int:
    """How many serials of a run still count."""
    return session.scalar(select(func.count()).where(Unit.run_id == run_id, Unit.state != UnitState.VOID)) or 0
