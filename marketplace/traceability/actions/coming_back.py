"""Goods that a buyer sent back because something was wrong with them: counted as returned, and never sold again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from marketplace.foundation.database import session
from marketplace.traceability.actions import balance, labels, selling, units
from marketplace.traceability.models import LabelRun, Lot, Unit
from marketplace.traceability.states import LabelKind, MovementKind


def set_aside(lot_id: int, *, loose: int, serials: Sequence[str], reference: str, note: str, by: int) -> None:
    """So much of the lot came back without serials, and these packs with them. In one transaction they come into the
    house and leave the balance, with the labels that they carry, so that nobody is offered them a second time.

    Raises UnitRefused for a pack that is not with a buyer, NotEnoughInLot when less was sold or the labels do not allow
    it. A second time nothing more is counted.
    """
    lot = session.get_one(Lot, lot_id)
    for serial in serials:
        units.return_unit(lot, serial, note=note, by=by)
        units.void_units(lot, [serial], reason=note, by=by)
        content = _content_of(lot, serial)
        selling.write_off(lot, content, reference=f"{reference}:{serial}", note=note, by=by)
    if loose and not balance.is_counted(lot_id, MovementKind.LOST, reference):
        selling.take_back(lot_id, loose, reference=reference, note=note, by=by)
        _take_labels_off(lot, loose, reason=note, by=by)
        selling.write_off(lot, loose, reference=reference, note=note, by=by)


def _content_of(lot: Lot, serial: str) -> int:
    return session.scalars(select(Unit.content).where(Unit.lot_id == lot.id, Unit.serial == serial)).one()


def _take_labels_off(lot: Lot, quantity: int, *, reason: str, by: int) -> None:
    """Labels on packs that are thrown away are live no more; only as many as stand in the way of the balance."""
    runs = (
        select(LabelRun).where(LabelRun.lot_id == lot.id, LabelRun.kind == LabelKind.LOT).order_by(LabelRun.id.desc())
    )
    for run in session.scalars(runs).all():
        session.refresh(lot)
        short = quantity - lot.to_label
        if short <= 0:
            return
        packs = min(-(-short // run.content), run.count - run.voided)
        if packs:
            labels.void_labels(run, count=packs, reason=reason, by=by)
