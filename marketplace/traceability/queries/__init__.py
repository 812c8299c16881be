"""The origin story behind a label, and the lots of a cooperative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Product, ProductPicture, Variant
from marketplace.certificates.queries import Badge
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.geography import queries as geography
from marketplace.traceability import rules
from marketplace.traceability.models import LabelReport, LabelRun, Lot, LotStage
from marketplace.traceability.states import LotState, OriginStatus, StageKind


@dataclass(frozen=True)
class StageOfStory:
    """One step as a reader sees it; a corrected one is shown struck out before the step that corrects it."""

    id: int
    kind: StageKind
    name: str
    place: str
    operator: str
    note: str
    started_on: date
    ended_on: date | None
    picture: dict[str, Any] | None
    told_on: date
    is_late: bool  # told more than seven days after it could have been
    is_corrected: bool


@dataclass(frozen=True)
class CertificateOfStory:
    """A certificate that covered the goods on the harvest date, and how it stands today."""

    badge: Badge
    counts_today: bool


@dataclass(frozen=True)
class OriginStory:
    """All that the origin page tells of one published lot."""

    status: OriginStatus
    state_reason: str
    code: str
    batch: str
    harvested_on: date
    best_before: date
    quantity: int
    base_unit: BaseUnit
    place: str
    product_name: str
    product_slug: str
    is_on_sale: bool
    brand: str
    ingredients: str
    usage: str
    warnings: str
    storage_note: str
    pictures: list[dict[str, Any]]
    producer: str
    producer_short_name: str
    producer_slug: str
    producer_tax_code: str
    producer_address: str
    producer_phone: str
    stages: list[StageOfStory]
    certificates: list[CertificateOfStory]
    is_demo: bool


LATE_AFTER_DAYS = 7


def find_public_lot(code: str) -> Lot | None:
    """A lot that was published at some time, whatever became of it."""
    if not rules.could_be_lot_code(code):
        return None
    return session.scalar(select(Lot).where(Lot.code == code, Lot.published_at.is_not(None)))


def origin_story(code: str, *, on: date) -> OriginStory | None:
    """The story behind a code, in four statements; None when no published lot has it."""
    found = session.execute(
        select(Lot, Product, Cooperative)
        .join(Product, Product.id == Lot.product_id)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .where(Lot.code == code, Lot.published_at.is_not(None))
        .options(lazyload(Lot.stages), lazyload(Product.variants), lazyload(Product.pictures))
    ).one_or_none()
    if found is None:
        return None
    lot, product, cooperative = found
    certificates = _certificates(product.id, harvested_on=lot.harvested_on, on=on)
    pictures = session.scalars(
        select(ProductPicture.picture).where(ProductPicture.product_id == product.id).order_by(ProductPicture.position)
    ).all()
    return OriginStory(
        status=rules.origin_status(
            state=lot.state,
            best_before=lot.best_before,
            on=on,
            lapsed_since_harvest=any(not certificate.counts_today for certificate in certificates),
        ),
        state_reason=lot.state_reason,
        code=lot.code,
        batch=lot.batch,
        harvested_on=lot.harvested_on,
        best_before=lot.best_before,
        quantity=lot.quantity,
        base_unit=product.base_unit,
        place=geography.full_address(lot.place, lot.commune_code),
        product_name=product.name,
        product_slug=product.slug,
        is_on_sale=product.publication == "published" and cooperative.is_open,
        brand=product.brand,
        ingredients=product.ingredients,
        usage=product.usage,
        warnings=product.warnings,
        storage_note=product.storage_note,
        pictures=list(pictures),
        producer=cooperative.legal_name,
        producer_short_name=cooperative.short_name,
        producer_slug=cooperative.slug if cooperative.is_open else "",
        producer_tax_code=cooperative.tax_code,
        producer_address=geography.full_address(cooperative.address_line, cooperative.commune_code),
        producer_phone=cooperative.phone,
        stages=stages_of(lot.id),
        certificates=certificates,
        is_demo=lot.is_demo,
    )


def stages_of(lot_id: int) -> list[StageOfStory]:
    """What was told of the lot's life, in the order in which it happened."""
    rows = session.scalars(
        select(LotStage).where(LotStage.lot_id == lot_id).order_by(LotStage.started_on, LotStage.id)
    ).all()
    corrected = {row.corrects_id for row in rows}
    harvests = [row.started_on for row in rows if row.kind == StageKind.HARVEST]
    return [
        StageOfStory(
            id=row.id,
            kind=row.kind,
            name=row.name,
            place=row.place,
            operator=row.operator,
            note=row.note,
            started_on=row.started_on,
            ended_on=row.ended_on,
            picture=row.picture,
            told_on=dates.vietnam_day(row.created_at),
            is_late=_days_late(row, harvests) > LATE_AFTER_DAYS,
            is_corrected=row.id in corrected,
        )
        for row in rows
    ]


def _days_late(row: LotStage, harvests: list[date]) -> int:
    """Days between a step and its telling; a lot begins with its harvest, so nothing could be told before."""
    could_be_told = max([row.ended_on or row.started_on, *harvests[:1]])
    return (dates.vietnam_day(row.created_at) - could_be_told).days


def _certificates(product_id: int, *, harvested_on: date, on: date) -> list[CertificateOfStory]:
    """What was true on the harvest date (design.md 4.4), each with how it stands on `on`."""
    at_harvest = catalogue.badges_of([product_id], on=harvested_on).get(product_id, [])
    return [CertificateOfStory(badge, counts_today=badge.valid_to >= on) for badge in at_harvest]


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
