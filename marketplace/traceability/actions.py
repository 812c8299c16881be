"""The life of a lot: written down, told step by step, published, held or recalled, labelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import update

from marketplace.catalogue.models import Product, Variant
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import audit, clock, codes, jobs, public_version
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.pictures import PictureState
from marketplace.traceability import rules
from marketplace.traceability.errors import ImpossibleDates, LotIncomplete, LotMoveRefused, TooManyLabels
from marketplace.traceability.events import LabelReported, LotClosed, LotPublished, LotReopened
from marketplace.traceability.models import LabelReport, LabelRun, Lot, LotStage
from marketplace.traceability.states import MOVES, LotState, StageKind


@dataclass(frozen=True)
class NewStage:
    """One step of a lot's life as it was told."""

    kind: StageKind
    place: str
    started_on: date
    ended_on: date | None = None
    name: str = ""
    operator: str = ""
    note: str = ""
    picture: dict[str, Any] | None = None


def start_lot(
    product: Product,
    *,
    batch: str,
    harvested_on: date,
    best_before: date | None = None,
    quantity: int,
    place: str,
    commune_code: str,
    by: int | None,
    harvest: NewStage | None = None,
    is_demo: bool = False,
) -> Lot:
    """Write a lot down as a draft, with its harvest as the first step. Raises ImpossibleDates.

    Without a best-before date it keeps as long as the product usually does.
    """
    best_before = best_before or rules.usual_best_before(harvested_on, product.shelf_life_days)
    if harvested_on > clock.today() or best_before < harvested_on:
        raise ImpossibleDates("the harvest lies in the future, or the best-before date lies before it")
    lot = Lot(
        code=rules.lot_code(codes.random_code(rules.RANDOM_LENGTH)),
        cooperative_id=product.cooperative_id,
        product_id=product.id,
        batch=batch,
        harvested_on=harvested_on,
        best_before=best_before,
        quantity=quantity,
        place=place,
        commune_code=commune_code,
        created_by_id=by,
        created_at=clock.now(),
        is_demo=is_demo,
    )
    session.add(lot)
    session.flush()
    add_stage(lot, harvest or NewStage(StageKind.HARVEST, place, harvested_on), by=by)
    return lot


def change_draft(
    lot: Lot,
    product: Product,
    *,
    batch: str,
    harvested_on: date,
    best_before: date | None,
    quantity: int,
    place: str,
    commune_code: str,
    by: int | None,
) -> None:
    """Put right what was written down of a lot that nobody outside has seen yet; its harvest is told again.

    Raises ImpossibleDates, and LotMoveRefused when it is published already.
    """
    best_before = best_before or rules.usual_best_before(harvested_on, product.shelf_life_days)
    if harvested_on > clock.today() or best_before < harvested_on:
        raise ImpossibleDates("the harvest lies in the future, or the best-before date lies before it")
    if lot.state != LotState.DRAFT:
        raise LotMoveRefused(f"lot {lot.code} is {lot.state}; only a draft is changed")
    told = next((stage for stage in reversed(lot.stages) if _tells_harvest(stage, lot)), None)
    lot.product_id, lot.batch, lot.quantity = product.id, batch, quantity
    lot.harvested_on, lot.best_before = harvested_on, best_before
    lot.place, lot.commune_code = place, commune_code
    if told is not None and (told.place, told.started_on) != (place, harvested_on):
        again = NewStage(
            StageKind.HARVEST,
            place,
            harvested_on,
            name=told.name,
            operator=told.operator,
            note=told.note,
            picture=told.picture,
        )
        add_stage(lot, again, by=by, corrects=told)


def _tells_harvest(stage: LotStage, lot: Lot) -> bool:
    is_corrected = any(other.corrects_id == stage.id for other in lot.stages)
    return stage.kind == StageKind.HARVEST and stage.started_on == lot.harvested_on and not is_corrected


def add_stage(lot: Lot, stage: NewStage, *, by: int | None, corrects: LotStage | None = None) -> LotStage:
    """Tell one more step, or tell one again: the corrected step stays in the record, struck out. Raises ImpossibleDates.

    A photo is shown at once; a job makes its other sizes.
    """
    ends = stage.ended_on or stage.started_on
    if ends > clock.today() or ends < stage.started_on:
        raise ImpossibleDates("a step lies in the future, or ends before it begins")
    row = LotStage(
        lot_id=lot.id,
        kind=stage.kind,
        name=stage.name,
        place=stage.place,
        operator=stage.operator,
        note=stage.note,
        started_on=stage.started_on,
        ended_on=stage.ended_on,
        picture=stage.picture,
        corrects_id=corrects.id if corrects else None,
        created_by_id=by,
        created_at=clock.now(),
    )
    public_version.changed()
    session.add(row)
    session.flush()
    session.expire(lot, ["stages"])
    if stage.picture and stage.picture["state"] != PictureState.READY:
        jobs.enqueue("complete_stage_picture", stage_id=row.id)
    return row


def readiness(lot: Lot) -> rules.Readiness:
    """What a reader of the label would find, and what he would miss."""
    product = session.get_one(Product, lot.product_id)
    cooperative = session.get_one(Cooperative, lot.cooperative_id)
    return rules.Readiness(
        has_product_name=bool(product.name.strip()),
        has_picture=bool(product.pictures),
        has_producer=bool(cooperative.legal_name.strip()),
        has_address=bool(cooperative.address_line.strip() and cooperative.commune_code),
        has_place=bool(lot.place.strip()),
        has_stage=bool(lot.stages),
    )


def publish(lot: Lot, *, by: int | None) -> None:
    """Show the lot to readers of its label and put it on sale. Announces LotPublished.

    Raises LotIncomplete (Circular 02/2024/TT-BKHCN, article on minimum data), ImpossibleDates when it is past its
    date already, LotMoveRefused.
    """
    missing = readiness(lot).missing()
    if missing:
        raise LotIncomplete(missing)
    if lot.best_before < clock.today():
        raise ImpossibleDates("the lot is already past its best-before date")
    _move(lot, LotState.PUBLISHED, by=by)
    lot.published_at = clock.now()
    announce(LotPublished(lot.id, lot.product_id, lot.quantity, lot.best_before, by))


def hold(lot: Lot, *, by: int, reason: str) -> None:
    """Stop the sale of the lot for now. Announces LotClosed; raises LotMoveRefused."""
    _move(lot, LotState.ON_HOLD, by=by, reason=reason)
    announce(LotClosed(lot.id, reason))


def release(lot: Lot, *, by: int, reason: str) -> None:
    """Sell a held lot again. Announces LotReopened; raises LotMoveRefused."""
    _move(lot, LotState.PUBLISHED, by=by, reason=reason)
    announce(LotReopened(lot.id))


def recall(lot: Lot, *, by: int, reason: str) -> None:
    """Call the lot back for good: every reader of its label is warned. Announces LotClosed; raises LotMoveRefused."""
    _move(lot, LotState.RECALLED, by=by, reason=reason)
    announce(LotClosed(lot.id, reason))


def print_labels(lot: Lot, variant: Variant, *, count: int, layout: str, by: int | None) -> LabelRun:
    """Note a run of labels; together they never exceed the packs of the lot. Raises TooManyLabels, LotMoveRefused."""
    if lot.state != LotState.PUBLISHED:
        raise LotMoveRefused(f"lot {lot.code} is {lot.state}; labels are printed for published lots")
    wanted = count * variant.content
    counted = session.execute(
        update(Lot)
        .where(Lot.id == lot.id, Lot.labelled + wanted <= Lot.quantity)
        .values(labelled=Lot.labelled + wanted)
        .returning(Lot.id)
    ).one_or_none()
    session.refresh(lot)
    if counted is None:
        left = rules.labels_left(quantity=lot.quantity, labelled=lot.labelled, content=variant.content)
        raise TooManyLabels(asked=count, left=left)
    run = LabelRun(
        lot_id=lot.id,
        variant_id=variant.id,
        content=variant.content,
        count=count,
        layout=layout,
        printed_by_id=by,
        printed_at=clock.now(),
    )
    session.add(run)
    session.flush()
    return run


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


def _move(lot: Lot, to: LotState, *, by: int | None, reason: str = "") -> None:
    """Change the state only if it is still the one we saw, and leave a trace."""
    public_version.changed()
    from_state = lot.state
    moved = None
    if to in MOVES[from_state]:
        moved = session.execute(
            update(Lot)
            .where(Lot.id == lot.id, Lot.state == from_state)
            .values(state=to, state_reason=reason)
            .returning(Lot.id)
        ).one_or_none()
        session.refresh(lot)
    if moved is None:
        raise LotMoveRefused(f"lot {lot.code} is {lot.state} and cannot become {to}")
    audit.record(
        f"traceability:lot:{to}",
        subject="lot",
        subject_id=lot.id,
        by=by,
        reason=reason,
        code=lot.code,
        before=from_state,
    )
