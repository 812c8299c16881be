"""The lots of a cooperative, and their labels, for those who work on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Product, Variant
from marketplace.certificates.queries import Badge
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.traceability import rules
from marketplace.traceability.models import LabelReport, LabelRun, Lot, LotStage
from marketplace.traceability.states import LotState


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
    """Lots of a season from the days `begins` to before `until` that are not stopped already."""
    return list(
        session.scalars(
            select(Lot)
            .where(
                Lot.season_id == season_id,
                Lot.harvested_on >= begins,
                Lot.harvested_on < until,
                Lot.state.in_((LotState.RECORDED, LotState.PUBLISHED)),
            )
            .order_by(Lot.id)
        )
    )


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
    return PrintedRun(run, lot, product, cooperative, catalogue.badges_of([product.id], on=on)[product.id])


def packs_of(product_id: int) -> list[Variant]:
    """Pack sizes that labels can be printed for."""
    return list(
        session.scalars(
            select(Variant).where(Variant.product_id == product_id, Variant.is_active).order_by(Variant.position)
        )
    )


def next_batch(cooperative_id: int, *, on: date) -> str:
    """A batch number to suggest: the day and a running number of the cooperative."""
    return f"{on:%y%m%d}-{count_lots(cooperative_id) + 1:02d}"


def reports_of(lot_id: int) -> list[LabelReport]:
    """What readers of the lot's labels found wrong, newest first."""
    return list(
        session.scalars(select(LabelReport).where(LabelReport.lot_id == lot_id).order_by(LabelReport.id.desc()))
    )
