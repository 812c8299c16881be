"""The origin story behind a code, as a buyer reads it: three statements, four when the lot was made from others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased, lazyload

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Product, ProductPicture
from marketplace.certificates.queries import Badge
from marketplace.cooperatives.models import Cooperative
from marketplace.farming.models import DiaryEntry, Plot, Season
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.geography import queries as geography
from marketplace.traceability import rules
from marketplace.traceability.models import Lot, LotStage, Publicity, TransformationOutput, Unit
from marketplace.traceability.queries import genealogy
from marketplace.traceability.queries.scans import ScanHistory, history_columns, history_from
from marketplace.traceability.states import IN_HOUSE, Custody, LotState, OriginKind, OriginStatus, StageKind, UnitState

LATE_AFTER_DAYS = 7
_Correction = aliased(DiaryEntry)


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
class PlotOfStory:
    """Where it grew, never finer than about a kilometre, and what its diary says in two figures."""

    name: str
    growing_area_code: str
    place: tuple[str, str] | None
    diary_entries: int
    last_waiting_until: date | None


@dataclass(frozen=True)
class UnitOfStory:
    """The very pack in the reader's hand, when its label has a serial."""

    serial: str
    content: int
    state: UnitState
    state_on: date  # since this day, in Vietnam
    history: ScanHistory  # before this reading


@dataclass(frozen=True)
class OriginStory:
    """All that the origin page tells of one published lot."""

    status: OriginStatus
    state_reason: str
    code: str
    batch: str
    harvested_on: date
    best_before: date
    quantity: int | None
    base_unit: BaseUnit
    place: str
    origin: OriginKind
    custody: Custody
    certified_percent: int
    product_name: str
    product_slug: str
    is_on_sale: bool
    brand: str
    standard: str
    ingredients: str
    usage: str
    warnings: str
    storage_note: str
    picture: dict[str, Any] | None
    producer: str
    producer_short_name: str
    producer_slug: str
    producer_tax_code: str
    producer_address: str
    producer_phone: str
    plot: PlotOfStory | None
    stages: list[StageOfStory]
    made_from: list[genealogy.Source]
    certificates: list[CertificateOfStory]
    is_demo: bool
    unit: UnitOfStory | None = None


def origin_story(code: str, *, on: date, for_cooperative: int | None = None) -> OriginStory | None:
    """The story behind a code; None when no published lot has it. Shows of it what the cooperative lets everybody see.

    A cooperative that looks before it publishes finds its own lots, drafts too.
    """
    is_shown: ColumnElement[bool] = Lot.published_at.is_not(None)
    if for_cooperative is not None:
        is_shown = Lot.cooperative_id == for_cooperative
    return _story(_told().where(Lot.code == code, is_shown), on=on)


def origin_story_of_unit(serial: str, *, device: str, at: datetime) -> OriginStory | None:
    """The story behind the serial of a single pack, void ones included; None when nobody has printed it.

    `device` is who asks, as his scans are stored (routes.scanning.device), at the moment `at`.
    """
    query = _told().add_columns(Unit, *history_columns(device)).join(Unit, Unit.lot_id == Lot.id)
    return _story(query.where(Unit.serial == serial, Lot.published_at.is_not(None)), on=dates.vietnam_day(at), at=at)


@cache
def _told() -> Select[Any]:
    """One lot with all that stands in single rows; put together once, since that costs a tenth of a page."""
    # Only what counts: an entry that was corrected is told by the one that corrects it.
    stands = ~exists().where(_Correction.corrects_id == DiaryEntry.id)
    diary = select(DiaryEntry).where(DiaryEntry.season_id == Lot.season_id, stands).correlate(Lot)
    return (
        select(
            Lot,
            Product,
            Cooperative,
            Publicity,
            Plot,
            _first_picture(),
            diary.with_only_columns(func.count(DiaryEntry.id)).scalar_subquery(),
            diary.with_only_columns(func.max(DiaryEntry.waits_until)).scalar_subquery(),
            exists().where(TransformationOutput.lot_id == Lot.id),
        )
        .join(Product, Product.id == Lot.product_id)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .outerjoin(Publicity, Publicity.cooperative_id == Lot.cooperative_id)
        .outerjoin(Season, Season.id == Lot.season_id)
        .outerjoin(Plot, Plot.id == Season.plot_id)
        .options(lazyload(Lot.stages), lazyload(Product.variants), lazyload(Product.pictures))
    )


def _story(query: Select[Any], *, on: date, at: datetime | None = None) -> OriginStory | None:
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    lot, product, cooperative, publicity, plot, picture, entries, waiting_until, is_made, *of_unit = found
    unit = _unit(*of_unit, at=at) if at else None
    shows = publicity or Publicity.everything()
    certificates = _certificates(lot, on=on)
    return OriginStory(
        status=rules.origin_status(
            is_void=unit is not None and unit.state == UnitState.VOID,
            is_doubtful=unit is not None and unit.history.is_doubtful,
            is_in_house=unit is not None and unit.state in IN_HOUSE,
            has_season=rules.has_known_maker(lot.origin),
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
        quantity=lot.quantity if shows.quantity else None,
        base_unit=product.base_unit,
        place=geography.full_address(lot.place, lot.commune_code),
        origin=lot.origin,
        custody=lot.custody,
        certified_percent=lot.certified_permille // 10,
        product_name=product.name,
        product_slug=product.slug,
        is_on_sale=product.publication == "published" and cooperative.is_open,
        brand=product.brand,
        standard=product.standard,
        ingredients=product.ingredients,
        usage=product.usage,
        warnings=product.warnings,
        storage_note=product.storage_note,
        picture=picture,
        producer=cooperative.legal_name,
        producer_short_name=cooperative.short_name,
        producer_slug=cooperative.slug if cooperative.is_open else "",
        producer_tax_code=cooperative.tax_code,
        producer_address=geography.full_address(cooperative.address_line, cooperative.commune_code),
        producer_phone=cooperative.phone,
        plot=_plot(plot, entries, waiting_until, with_place=shows.coarse_place) if plot else None,
        stages=stages_of(lot.id, shows=shows),
        made_from=genealogy.sources_of(lot.id) if is_made else [],
        certificates=certificates,
        is_demo=lot.is_demo,
        unit=unit,
    )


def _unit(unit: Unit, *history: Any, at: datetime) -> UnitOfStory:
    return UnitOfStory(
        unit.serial, unit.content, unit.state, dates.vietnam_day(unit.state_at), history_from(history, asked_at=at)
    )


def publicity_of(cooperative_id: int) -> Publicity:
    """What the cooperative lets everybody see; everything until it has chosen."""
    return session.get(Publicity, cooperative_id) or Publicity.everything()


def _first_picture() -> Any:
    return (
        select(ProductPicture.picture)
        .where(ProductPicture.product_id == Lot.product_id)
        .order_by(ProductPicture.position, ProductPicture.id)
        .limit(1)
        .correlate(Lot)
        .scalar_subquery()
    )


def _plot(plot: Plot, entries: int, waiting_until: date | None, *, with_place: bool) -> PlotOfStory:
    return PlotOfStory(
        name=plot.name,
        growing_area_code=plot.growing_area_code,
        place=plot.place if with_place else None,
        diary_entries=entries,
        last_waiting_until=waiting_until,
    )


def stages_of(lot_id: int, *, shows: Publicity | None = None) -> list[StageOfStory]:
    """What was told of the lot's life, in the order in which it happened; all of it unless `shows` says less."""
    shows = shows or Publicity.everything()
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
            operator=row.operator if shows.operators else "",
            note=row.note if shows.notes else "",
            started_on=row.started_on,
            ended_on=row.ended_on,
            picture=row.picture if shows.photos else None,
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


def _certificates(lot: Lot, *, on: date) -> list[CertificateOfStory]:
    """What was true on the harvest date (design.md 4.4), each with how it stands on `on`."""
    return [CertificateOfStory(badge, counts_today=badge.valid_to >= on) for badge in badges_at_harvest(lot)]


def badges_at_harvest(lot: Lot) -> list[Badge]:
    """The certificates that covered this very lot on the day of harvest; of a draft as it would be recorded now."""
    badges = catalogue.badges_of([lot.product_id], on=lot.harvested_on)[lot.product_id]
    share = lot.certified_permille
    if lot.state == LotState.DRAFT:
        share = 1000 if _is_grown_under(lot, badges) else 0
    return [badge for badge in badges if rules.may_bear(badge.scheme, origin=lot.origin, certified_permille=share)]


def is_certified(lot: Lot) -> bool:
    """Its season was under a certificate of growing that covered the product on the day of harvest (I9)."""
    return _is_grown_under(lot, catalogue.badges_of([lot.product_id], on=lot.harvested_on)[lot.product_id])


def _is_grown_under(lot: Lot, badges: list[Badge]) -> bool:
    season = session.get(Season, lot.season_id) if lot.season_id is not None else None
    return season is not None and any(
        badge.certificate_id == season.certificate_id and badge.scheme in rules.CERTIFIES_GROWING for badge in badges
    )
