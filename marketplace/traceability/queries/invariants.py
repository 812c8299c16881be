"""What must hold of every lot, recomputed from movements and from the genealogy (traceability.md 6, I1 to I10)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Subquery, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.foundation.database import session
from marketplace.traceability.models import (
    LabelRun,
    Lot,
    LotHold,
    LotMovement,
    Transformation,
    TransformationInput,
    TransformationOutput,
    Unit,
)
from marketplace.traceability.states import Custody, LabelKind, LotState, MovementKind, OriginKind, UnitState

_KIND = MovementKind


def _sum(*signed: tuple[int, MovementKind]) -> ColumnElement[int]:
    return func.coalesce(
        func.sum(case(*((LotMovement.kind == kind, sign * LotMovement.quantity) for sign, kind in signed), else_=0)), 0
    )


def counters_that_disagree() -> list[str]:
    """I5, and with it I1: each counter is the sum of its movements, and nothing is used twice."""
    sums = {
        "produced": _sum((1, _KIND.PRODUCED)),
        "consumed": _sum((1, _KIND.CONSUMED)),
        "reserved": _sum((1, _KIND.RESERVED), (-1, _KIND.RELEASED), (-1, _KIND.SOLD)),
        "sold": _sum((1, _KIND.SOLD), (1, _KIND.SOLD_IN_BULK), (1, _KIND.SOLD_LABELLED)),
        "bulk_sold": _sum((1, _KIND.SOLD_IN_BULK)),
        "labelled_sold": _sum((1, _KIND.SOLD_LABELLED)),
        "returned": _sum((1, _KIND.RETURNED)),
        "lost": _sum((1, _KIND.LOST)),
        "labelled": _sum((1, _KIND.LABELLED), (-1, _KIND.UNLABELLED)),
    }
    moved = select(LotMovement.lot_id, *(total.label(name) for name, total in sums.items())).group_by(
        LotMovement.lot_id
    )
    table = moved.subquery()
    wrong = [getattr(Lot, name) != func.coalesce(table.c[name], 0) for name in sums]
    used = Lot.consumed + Lot.reserved + Lot.sold + Lot.lost - Lot.returned
    rows = session.execute(
        select(Lot.code, *(getattr(Lot, name) for name in sums), *(table.c[name] for name in sums))
        .outerjoin(table, table.c.lot_id == Lot.id)
        .where(or_(*wrong, used > Lot.produced))
        .order_by(Lot.id)
    )
    found = []
    for code, *figures in rows:
        have, moved_ = figures[: len(sums)], figures[len(sums) :]
        differing = [
            f"{name} {has} but its movements say {int(says or 0)}"
            for name, has, says in zip(sums, have, moved_, strict=True)
            if has != int(says or 0)
        ]
        found.append(f"lot {code}: {'; '.join(differing) or 'more was used than produced'}")
    return found


def labels_that_exceed() -> list[str]:
    """I2: live labels and bulk sales never exceed what is there to label, and `labelled` is what live labels hold."""
    voided = (
        select(Unit.run_id, func.count().label("units"))
        .where(Unit.state == UnitState.VOID)
        .group_by(Unit.run_id)
        .subquery()
    )
    gone = case((LabelRun.kind == LabelKind.UNIT, func.coalesce(voided.c.units, 0)), else_=LabelRun.voided)
    live = (
        select(LabelRun.lot_id, func.sum((LabelRun.count - gone) * LabelRun.content).label("quantity"))
        .outerjoin(voided, voided.c.run_id == LabelRun.id)
        .group_by(LabelRun.lot_id)
        .subquery()
    )
    labels = func.coalesce(live.c.quantity, 0)
    rows = session.execute(
        select(Lot.code, Lot.labelled, labels)
        .outerjoin(live, live.c.lot_id == Lot.id)
        .where(
            or_(
                Lot.labelled != labels,
                Lot.labelled + Lot.bulk_sold > Lot.produced - Lot.consumed - Lot.lost,
            )
        )
        .order_by(Lot.id)
    )
    return [
        f"lot {code} counts {counted} as labelled, its live labels hold {int(held)}" for code, counted, held in rows
    ]


def units_that_disagree() -> list[str]:
    """I2 of single packs: a run has as many serials as labels, each in its run's lot, and no more of a lot has left in
    such packs than the lot has sold."""
    printed = select(Unit.run_id, func.count().label("units")).group_by(Unit.run_id).subquery()
    runs = session.execute(
        select(LabelRun.id, LabelRun.count, func.coalesce(printed.c.units, 0))
        .outerjoin(printed, printed.c.run_id == LabelRun.id)
        .where(LabelRun.kind == LabelKind.UNIT, LabelRun.count != func.coalesce(printed.c.units, 0))
        .order_by(LabelRun.id)
    )
    strays = session.scalar(
        select(func.count(Unit.id)).join(LabelRun, LabelRun.id == Unit.run_id).where(LabelRun.lot_id != Unit.lot_id)
    )
    gone = (
        select(Unit.lot_id, func.sum(Unit.content).label("quantity"))
        .where(Unit.state.in_((UnitState.SHIPPED, UnitState.SOLD)))
        .group_by(Unit.lot_id)
        .subquery()
    )
    lots = session.execute(
        select(Lot.code, Lot.sold, gone.c.quantity)
        .join(gone, gone.c.lot_id == Lot.id)
        .where(gone.c.quantity > Lot.sold)
        .order_by(Lot.id)
    )
    return [
        *(f"run {run} says {count} labels and has {units} serials" for run, count, units in runs),
        *([f"{strays} packs belong to another lot than their run"] if strays else []),
        *(f"lot {code} sold {sold}, its packs that have left hold {int(held)}" for code, sold, held in lots),
    ]


def transformations_that_gain() -> list[str]:
    """I3: no more comes out than goes in, in all and under each output's ceiling; inputs are what lots say of them."""
    went_in = _total(TransformationInput)
    came_out = _total(TransformationOutput)
    gains = session.execute(
        select(Transformation.id, went_in.c.quantity, came_out.c.quantity)
        .outerjoin(went_in, went_in.c.transformation_id == Transformation.id)
        .outerjoin(came_out, came_out.c.transformation_id == Transformation.id)
        .where(func.coalesce(came_out.c.quantity, 0) > func.coalesce(went_in.c.quantity, 0))
    )
    over = session.execute(
        select(TransformationOutput.transformation_id, Lot.code)
        .join(Lot, Lot.id == TransformationOutput.lot_id)
        .join(went_in, went_in.c.transformation_id == TransformationOutput.transformation_id)
        .where(
            or_(
                TransformationOutput.quantity * 1000 > went_in.c.quantity * TransformationOutput.ceiling_permille,
                Lot.produced != TransformationOutput.quantity,
            )
        )
    )
    used = (
        select(TransformationInput.lot_id, func.sum(TransformationInput.quantity).label("quantity"))
        .group_by(TransformationInput.lot_id)
        .subquery()
    )
    unlike = session.execute(
        select(Lot.code, Lot.consumed, func.coalesce(used.c.quantity, 0))
        .outerjoin(used, used.c.lot_id == Lot.id)
        .where(Lot.consumed != func.coalesce(used.c.quantity, 0))
    )
    return [
        *(f"transformation {which} makes {made} of {of}" for which, of, made in gains),
        *(f"transformation {which} makes more of lot {code} than its ceiling allows" for which, code in over),
        *(f"lot {code} has given {counted}, transformations took {int(taken)}" for code, counted, taken in unlike),
    ]


def _total(table: type[TransformationInput] | type[TransformationOutput]) -> Subquery:
    return (
        select(table.transformation_id, func.sum(table.quantity).label("quantity"))
        .group_by(table.transformation_id)
        .subquery()
    )


def lots_out_of_order() -> list[str]:
    """I6 and I7: nothing is made of itself, nor before what it was made of."""
    parent, child = aliased(Lot), aliased(Lot)
    rows = session.execute(
        select(parent.code, child.code)
        .select_from(TransformationInput)
        .join(TransformationOutput, TransformationOutput.transformation_id == TransformationInput.transformation_id)
        .join(parent, parent.id == TransformationInput.lot_id)
        .join(child, child.id == TransformationOutput.lot_id)
        .where(or_(parent.id >= child.id, child.harvested_on < parent.harvested_on))
    )
    # A child's key is younger than its parent's, so no circle can close without breaking this somewhere.
    return [f"lot {made} is made of lot {of}, which is younger" for of, made in rows]


def recalls_that_stop_short() -> list[str]:
    """I10: what is made of a recalled or held lot is not on sale, and no live unit of a recalled lot counts as good."""
    parent, child = aliased(Lot), aliased(Lot)
    edges = (
        select(parent.code, child.code)
        .select_from(TransformationInput)
        .join(TransformationOutput, TransformationOutput.transformation_id == TransformationInput.transformation_id)
        .join(parent, parent.id == TransformationInput.lot_id)
        .join(child, child.id == TransformationOutput.lot_id)
    )
    stopped = (LotState.RECALLED,)
    loose = session.execute(edges.where(parent.state.in_(stopped), child.state != LotState.RECALLED)).all()
    open_hold = exists().where(LotHold.lot_id == child.id, LotHold.released_at.is_(None))
    unheld = session.execute(
        edges.where(
            parent.state == LotState.ON_HOLD, child.state.in_((LotState.RECORDED, LotState.PUBLISHED)), ~open_hold
        )
    ).all()
    units = session.execute(
        select(Lot.code, func.count())
        .join(Unit, Unit.lot_id == Lot.id)
        .where(Lot.state == LotState.RECALLED, Unit.state.not_in((UnitState.RECALLED, UnitState.VOID)))
        .group_by(Lot.code)
    )
    return [
        *(f"lot {made} is made of the recalled lot {of} and is not recalled" for of, made in loose),
        *(f"lot {made} is made of the held lot {of} and is not held" for of, made in unheld),
        *(f"{number} units of the recalled lot {code} are not recalled" for code, number in units),
    ]


def claims_without_ground() -> list[str]:
    """A lot behind which no season stands claims no chain of custody, and no certified share but of lots in it."""
    is_made = exists().where(TransformationOutput.lot_id == Lot.id)
    rows = session.execute(
        select(Lot.code, Lot.origin, Lot.custody, Lot.certified_permille)
        .where(
            Lot.origin.in_((OriginKind.WORKSHOP, OriginKind.BOUGHT, OriginKind.UNTOLD)),
            (Lot.custody != Custody.NOT_CLAIMED) | ((Lot.certified_permille > 0) & ~is_made),
        )
        .order_by(Lot.id)
    )
    return [
        f"lot {code} is {origin}, and claims {custody} with {permille} per mille certified"
        for code, origin, custody, permille in rows
    ]
