"""Labels of a lot: printed, voided, drawn as sheets, reported by readers."""

from __future__ import annotations

from sqlalchemy import update

from marketplace.catalogue.models import Variant
from marketplace.foundation import audit, clock, jobs
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.traceability import rules
from marketplace.traceability.actions import balance
from marketplace.traceability.errors import LotMoveRefused, TooManyLabels
from marketplace.traceability.events import LabelReported
from marketplace.traceability.models import LabelReport, LabelRun, Lot
from marketplace.traceability.states import LabelKind, MovementKind


def print_labels(
    lot: Lot, variant: Variant, *, count: int, layout: str, by: int | None, kind: LabelKind = LabelKind.LOT
) -> LabelRun:
    """Note a run of labels; together they never exceed the packs of the lot.

    Raises TooManyLabels, LotMoveRefused, LotNumberNotGs1.
    """
    if not rules.may_be_labelled(lot.state, best_before=lot.best_before, on=clock.today()):
        raise LotMoveRefused(f"lot {lot.code} is {lot.state}, best before {lot.best_before}: no labels are printed")
    rules.check_lot_number(lot.batch, gtin=variant.gtin)
    run = LabelRun(
        lot_id=lot.id,
        variant_id=variant.id,
        kind=kind,
        gtin=variant.gtin,
        content=variant.content,
        count=count,
        layout=layout,
        printed_by_id=by,
        printed_at=clock.now(),
    )
    session.add(run)
    session.flush()
    counted = balance.change(lot.id, MovementKind.LABELLED, count * variant.content, reference=f"run:{run.id}", by=by)
    session.refresh(lot)
    if not counted:
        left = rules.labels_left(to_label=lot.to_label, content=variant.content)
        raise TooManyLabels(asked=count, left=left)
    audit.record(
        "traceability:labels:print", subject="lot", subject_id=lot.id, by=by, run=run.id, kind=kind.value, count=count
    )
    return run


def void_labels(run: LabelRun, *, count: int, reason: str, by: int) -> None:
    """Labels of a lot run that were spoilt or never stuck on: the lot gets their packs back. Raises TooManyLabels.

    Unit labels are voided one by one, by their serials.
    """
    voided = session.execute(
        update(LabelRun)
        .where(LabelRun.id == run.id, LabelRun.kind == LabelKind.LOT, LabelRun.voided + count <= LabelRun.count)
        .values(voided=LabelRun.voided + count)
        .returning(LabelRun.voided)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    session.refresh(run)
    if voided is None:
        raise TooManyLabels(asked=count, left=run.count - run.voided)
    balance.change(
        run.lot_id,
        MovementKind.UNLABELLED,
        count * run.content,
        reference=f"run:{run.id}:void:{voided}",
        by=by,
        note=reason,
    )


def order_sheet(lot: Lot, run: LabelRun, *, public_url: str, by: int | None) -> None:
    """Have a large run drawn by a job, also once more when its sheet is older than the badges on it may be."""
    job = jobs.enqueue(
        "draw_label_sheet", person_id=by, cooperative_id=lot.cooperative_id, run_id=run.id, public_url=public_url
    )
    run.job_code = job.code


def report_label(*, code: str, lot_id: int | None, kind: str, place: str, note: str, phone: str) -> LabelReport:
    """Keep what a reader of a label found wrong, also of a code that is none of ours. Announces LabelReported."""
    row = LabelReport(code=code, lot_id=lot_id, kind=kind, place=place, note=note, phone=phone, at=clock.now())
    session.add(row)
    session.flush()
    announce(LabelReported(row.id, lot_id))
    return row
