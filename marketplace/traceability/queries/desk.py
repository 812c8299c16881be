"""The lots of a cooperative, and their labels, for those who work on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import lazyload

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Product, Variant
from marketplace.certificates.queries import Badge
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.traceability import rules
from marketplace.traceability.models import (
    LabelReport,
    LabelRun,
    Lot,
    LotHold,
    LotStage,
    Transformation,
    TransformationInput,
    TransformationOutput,
    Unit,
)
from marketplace.traceability.models.lots import left_of_lot
from marketplace.traceability.queries.genealogy import descendants_of
from marketplace.traceability.states import LotState, UnitState

LONGEST_RUNNING_NUMBER = 4


def find_public_lot(code: str) -> Lot | None:
    """A lot that was published at some time, whatever became of it."""
    if not rules.could_be_lot_code(code):
        return None
    return session.scalar(select(Lot).where(Lot.code == code, Lot.published_at.is_not(None)))


@dataclass(frozen=True)
class LotRow:
    """One line of the cooperative's list of lots."""

    code: str
    batch: str
    product_name: str
    base_unit: BaseUnit
    harvested_on: date
    best_before: date
    quantity: int
    state: LotState


def lots_of(cooperative_id: int, *, limit: int = 50, offset: int = 0) -> list[LotRow]:
    """Newest harvest first."""
    rows = session.execute(
        select(
            Lot.code,
            Lot.batch,
            Product.name,
            Product.base_unit,
            Lot.harvested_on,
            Lot.best_before,
            Lot.quantity,
            Lot.state,
        )
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.cooperative_id == cooperative_id)
        .order_by(Lot.harvested_on.desc(), Lot.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [LotRow(*row) for row in rows]


def count_lots(cooperative_id: int) -> int:
    return session.scalar(select(func.count(Lot.id)).where(Lot.cooperative_id == cooperative_id)) or 0


def products_of(cooperative_id: int) -> list[Product]:
    """What the cooperative can start a lot of."""
    return list(
        session.scalars(
            select(Product)
            .where(Product.cooperative_id == cooperative_id)
            .order_by(Product.sort_key, Product.id)
            .options(lazyload(Product.variants), lazyload(Product.pictures))
        )
    )


def product_of(lot: Lot) -> Product:
    return session.get_one(Product, lot.product_id)


def find_lot(cooperative_id: int, code: str) -> Lot | None:
    """A lot through its cooperative."""
    return session.scalar(select(Lot).where(Lot.cooperative_id == cooperative_id, Lot.code == code))


def lots_harvested_in(season_id: int, *, begins: date, until: date) -> list[Lot]:
    """Lots of a season from the days `begins` to before `until` that count and are not recalled; held ones included."""
    return list(
        session.scalars(
            select(Lot)
            .where(
                Lot.season_id == season_id,
                Lot.harvested_on >= begins,
                Lot.harvested_on < until,
                Lot.state.in_((LotState.RECORDED, LotState.PUBLISHED, LotState.ON_HOLD)),
            )
            .order_by(Lot.id)
        )
    )


def lot_of_harvest(entry_id: int) -> Lot | None:
    """The lot that was made of a harvest in the diary."""
    return session.scalar(select(Lot).where(Lot.harvest_entry_id == entry_id))


def find_stage(lot_id: int, stage_id: int) -> LotStage | None:
    return session.scalar(select(LotStage).where(LotStage.lot_id == lot_id, LotStage.id == stage_id))


def label_runs_of(lot_id: int) -> list[LabelRun]:
    return list(session.scalars(select(LabelRun).where(LabelRun.lot_id == lot_id).order_by(LabelRun.id.desc())))


def find_label_run(lot_id: int, run_id: int) -> LabelRun | None:
    return session.scalar(select(LabelRun).where(LabelRun.lot_id == lot_id, LabelRun.id == run_id))


@dataclass(frozen=True)
class PrintedRun:
    """All that the labels of one run may say on a day."""

    run: LabelRun
    lot: Lot
    product: Product
    cooperative: Cooperative
    badges: list[Badge]


def printed_run(run_id: int, *, on: date) -> PrintedRun:
    """A run with the badges that count on the day; what has run out since the harvest is not claimed on new labels."""
    run, lot, product, cooperative = session.execute(
        select(LabelRun, Lot, Product, Cooperative)
        .join(Lot, Lot.id == LabelRun.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .where(LabelRun.id == run_id)
    ).one()
    badges = [
        badge
        for badge in catalogue.badges_of([product.id], on=on)[product.id]
        if rules.may_bear(badge.scheme, origin=lot.origin, certified_permille=lot.certified_permille)
    ]
    return PrintedRun(run, lot, product, cooperative, badges)


def packs_of(product_id: int) -> list[Variant]:
    """Pack sizes that labels can be printed for."""
    return list(
        session.scalars(
            select(Variant).where(Variant.product_id == product_id, Variant.is_active).order_by(Variant.position)
        )
    )


def next_batch(cooperative_id: int, *, on: date) -> str:
    """A lot number to suggest: the day and a running number of the cooperative. It and those after it are free."""
    day = f"{on:%y%m%d}-"
    today = session.scalars(
        select(Lot.batch).where(Lot.cooperative_id == cooperative_id, Lot.batch.startswith(day, autoescape=True))
    )
    tails = [batch.removeprefix(day) for batch in today]
    used = [int(tail) for tail in tails if tail.isascii() and tail.isdecimal() and len(tail) <= LONGEST_RUNNING_NUMBER]
    return f"{day}{max([count_lots(cooperative_id), *used]) + 1:02d}"


def lot_with_number(product_id: int, batch: str, *, but: int | None = None) -> Lot | None:
    """A lot of the product that counts and has this number, small or capital; drafts have none for good yet."""
    # Compared here, because SQLite knows no small letters but those of ASCII.
    rows = session.execute(
        select(Lot.id, Lot.batch).where(Lot.product_id == product_id, Lot.state != LotState.DRAFT, Lot.id != (but or 0))
    )
    wanted = batch.casefold()
    found = next((lot_id for lot_id, number in rows if number.casefold() == wanted), None)
    return session.get(Lot, found) if found else None


def reports_of(lot_id: int) -> list[LabelReport]:
    """What readers of the lot's labels found wrong, newest first."""
    return list(
        session.scalars(select(LabelReport).where(LabelReport.lot_id == lot_id).order_by(LabelReport.id.desc()))
    )


@dataclass(frozen=True)
class UsableLot:
    """A lot with goods left that can be used, handed over or sold."""

    id: int
    code: str
    batch: str
    product_id: int
    product_name: str
    base_unit: BaseUnit
    harvested_on: date
    best_before: date
    state: LotState
    left: int  # neither used, held, sold nor lost
    unlabelled: int

    @property
    def free(self) -> int:
        """What may be used, or sold outside: goods under a label leave only with it."""
        return max(0, min(self.left, self.unlabelled))


def usable_lots(cooperative_id: int, *, on: date, limit: int = 100) -> list[UsableLot]:
    """The cooperative's lots of which something is left and that are within their date, those that keep shortest first."""
    unlabelled = Lot.produced - Lot.consumed - Lot.lost - Lot.bulk_sold - Lot.labelled
    rows = session.execute(
        select(
            Lot.id, Lot.code, Lot.batch, Product.id, Product.name, Product.base_unit, Lot.harvested_on,
            Lot.best_before, Lot.state, left_of_lot(), unlabelled,
        )
        .join(Product, Product.id == Lot.product_id)
        .where(
            Lot.cooperative_id == cooperative_id,
            Lot.state.in_((LotState.RECORDED, LotState.PUBLISHED)),
            left_of_lot() > 0,
            Lot.best_before >= on,
        )
        .order_by(Lot.best_before, Lot.id)
        .limit(limit)
    )  # fmt: skip
    return [UsableLot(*row) for row in rows]


@dataclass(frozen=True)
class OpenHold:
    """Why a lot is stopped, and the lot with which it began."""

    root_code: str
    root_batch: str
    root_product: str
    root_cooperative: str
    is_own: bool  # the hold began with this lot
    reason: str
    needs_officer: bool


def open_holds_of(lot: Lot) -> list[OpenHold]:
    rows = session.execute(
        select(
            Lot.code, Lot.batch, Product.name, Cooperative.short_name, Lot.id == lot.id, LotHold.reason,
            LotHold.needs_officer,
        )
        .join(Lot, Lot.id == LotHold.root_lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .where(LotHold.lot_id == lot.id, LotHold.released_at.is_(None))
        .order_by(LotHold.id)
    )  # fmt: skip
    return [OpenHold(*row) for row in rows]


@dataclass(frozen=True)
class ReachedLot:
    """A lot that a recall reaches."""

    code: str
    batch: str
    product_name: str
    base_unit: BaseUnit
    cooperative_id: int
    cooperative_name: str
    state: LotState
    held: int
    gone: int


@dataclass(frozen=True)
class Reach:
    """What a recall of a lot reaches: the lots made from it, its packs with a label of their own, goods held and gone."""

    lots: list[ReachedLot]
    units: int


def reach_of(lot: Lot) -> Reach:
    """The lot itself stands first in `lots`."""
    reached = [lot.id, *descendants_of(lot.id)]
    rows = session.execute(
        select(
            Lot.code, Lot.batch, Product.name, Product.base_unit, Lot.cooperative_id, Cooperative.short_name,
            Lot.state, Lot.reserved, Lot.sold - Lot.returned,
        )
        .join(Product, Product.id == Lot.product_id)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .where(Lot.id.in_(reached))
        .order_by(Lot.id)
    )  # fmt: skip
    units = session.scalar(select(func.count(Unit.id)).where(Unit.lot_id.in_(reached), Unit.state != UnitState.VOID))
    return Reach([ReachedLot(*row) for row in rows], units or 0)


@dataclass(frozen=True)
class Part:
    """One lot that went into a transformation or came out of it."""

    code: str
    batch: str
    product_name: str
    base_unit: BaseUnit
    quantity: int
    cooperative_id: int
    cooperative_name: str
    is_byproduct: bool = False


@dataclass(frozen=True)
class TransformationRow:
    """What was done with lots, and what became of them."""

    id: int
    recipe: str
    at: datetime
    note: str
    inputs: list[Part]
    outputs: list[Part]

    @property
    def yield_permille(self) -> int:
        """Of the main outputs, by what went in."""
        came_out = sum(part.quantity for part in self.outputs if not part.is_byproduct)
        return came_out * 1000 // sum(part.quantity for part in self.inputs)


def transformations_of(cooperative_id: int, *, limit: int = 20, offset: int = 0) -> list[TransformationRow]:
    """The newest first, in three statements."""
    return _with_parts(
        select(Transformation)
        .where(Transformation.cooperative_id == cooperative_id)
        .order_by(Transformation.id.desc())
        .limit(limit)
        .offset(offset)
    )


def count_transformations(cooperative_id: int) -> int:
    query = select(func.count(Transformation.id)).where(Transformation.cooperative_id == cooperative_id)
    return session.scalar(query) or 0


def transformations_with(lot: Lot) -> list[TransformationRow]:
    """What the lot was made in and used in, in the order in which it happened."""
    used = select(TransformationInput.transformation_id).where(TransformationInput.lot_id == lot.id)
    made = select(TransformationOutput.transformation_id).where(TransformationOutput.lot_id == lot.id)
    return _with_parts(
        select(Transformation).where(Transformation.id.in_(used.union(made))).order_by(Transformation.id)
    )


def _with_parts(query: Select[Transformation]) -> list[TransformationRow]:
    found = session.scalars(query).all()
    ids = [each.id for each in found]
    inputs = _parts(TransformationInput, ids)
    outputs = _parts(TransformationOutput, ids)
    return [
        TransformationRow(each.id, each.recipe, each.at, each.note, inputs[each.id], outputs[each.id]) for each in found
    ]


def _parts(
    table: type[TransformationInput] | type[TransformationOutput], ids: Collection[int]
) -> defaultdict[int, list[Part]]:
    is_byproduct = table.is_byproduct if table is TransformationOutput else literal(False)
    rows = session.execute(
        select(
            table.transformation_id, Lot.code, Lot.batch, Product.name, Product.base_unit, table.quantity,
            Lot.cooperative_id, Cooperative.short_name, is_byproduct,
        )
        .join(Lot, Lot.id == table.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .where(table.transformation_id.in_(ids))
        .order_by(Lot.id)
    )  # fmt: skip
    parts: defaultdict[int, list[Part]] = defaultdict(list)
    for row in rows:
        parts[row[0]].append(Part(*row[1:]))
    return parts
