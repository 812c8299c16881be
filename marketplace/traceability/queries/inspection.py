"""What officers and inspectors look through. Everything is looked up through `scope`, a condition on Cooperative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, lazyload

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.certificates.models import Certificate
from marketplace.certificates.states import Review
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import queries as farming
from marketplace.farming.models import HarvestApproval, Season
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.text import fold
from marketplace.traceability.models import Lot, LotHold, TraceError, TraceEvent, TraceItem, TransformationInput
from marketplace.traceability.queries.genealogy import Edge, ancestors_of, descendants_of, edges_among
from marketplace.traceability.states import ErrorReason, EventKind, LotState, OriginKind
from marketplace.transparency import queries as transparency

Scope = ColumnElement[bool]


@dataclass(frozen=True)
class FoundLot:
    """One line of a search."""

    code: str
    batch: str
    product_name: str
    base_unit: BaseUnit
    cooperative_name: str
    harvested_on: date
    quantity: int
    state: LotState
    origin: OriginKind
    best_before: date


def search_lots(typed: str, scope: Scope, *, limit: int, offset: int = 0) -> tuple[list[FoundLot], int]:
    """Recorded lots by code, batch, product or cooperative, newest harvest first, and how many there are."""
    where = [scope, Lot.state != LotState.DRAFT]
    code = typed.strip().upper()
    words: list[ColumnElement[bool]] = [
        or_(
            Cooperative.folded.contains(word, autoescape=True),
            Product.slug.contains(word, autoescape=True),
        )
        for word in fold(typed).split()[:6]
    ]
    if words:
        where.append(or_(Lot.code == code, func.upper(Lot.batch) == code, and_(*words)))
    base = (
        select(
            Lot.code, Lot.batch, Product.name, Product.base_unit, Cooperative.short_name, Lot.harvested_on,
            Lot.quantity, Lot.state, Lot.origin,
        )
        .add_columns(Lot.best_before)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .join(Product, Product.id == Lot.product_id)
        .where(*where)
    )  # fmt: skip
    rows = session.execute(base.order_by(Lot.harvested_on.desc(), Lot.id.desc()).limit(limit).offset(offset))
    count = session.scalar(select(func.count()).select_from(base.subquery())) or 0
    return [FoundLot(*row) for row in rows], count


def find_in_scope(code: str, scope: Scope) -> tuple[Lot, Product, Cooperative] | None:
    """A recorded lot of a cooperative in the asker's provinces."""
    row = session.execute(
        select(Lot, Product, Cooperative)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.code == code, Lot.state != LotState.DRAFT, scope)
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


@dataclass(frozen=True)
class ToldEvent:
    """A trace event with what became of it, and its place in the log (None before it is sealed)."""

    event_id: str
    kind: EventKind
    happened_at: datetime
    recorded_at: datetime
    by: str
    quantity: int | None
    document: str
    error: ErrorReason | None
    declared_at: datetime | None
    corrected_by: str
    log_index: int | None


def events_of(lot: Lot, *, limit: int, offset: int = 0) -> tuple[list[ToldEvent], int]:
    """Everything that was told of a lot, declared wrong or not, oldest first; and how many there are."""
    mine = select(TraceItem.trace_event_id).where(TraceItem.lot_id == lot.id)
    quantity = (
        select(func.max(TraceItem.quantity))
        .where(TraceItem.trace_event_id == TraceEvent.id, TraceItem.lot_id == lot.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(TraceEvent, Person.full_name, quantity, TraceError)
        .outerjoin(Person, Person.id == TraceEvent.by_id)
        .outerjoin(TraceError, TraceError.trace_event_id == TraceEvent.id)
        .where(TraceEvent.id.in_(mine))
        .order_by(TraceEvent.event_time, TraceEvent.id)
        .limit(limit)
        .offset(offset)
    ).all()
    count = session.scalar(select(func.count(TraceEvent.id)).where(TraceEvent.id.in_(mine))) or 0
    subjects = [f"event:{event.event_id}" for event, *_rest in rows]
    index = {entry.subject: entry.index for entry in transparency.entries(subjects)} if subjects else {}
    found = [
        ToldEvent(
            event_id=event.event_id,
            kind=event.kind,
            happened_at=event.event_time,
            recorded_at=event.record_time,
            by=name or "",
            quantity=amount,
            document=event.document,
            error=error.reason if error else None,
            declared_at=error.declared_at if error else None,
            corrected_by=error.corrective_event_id if error else "",
            log_index=index.get(f"event:{event.event_id}"),
        )
        for event, name, amount, error in rows
    ]
    return found, count


LARGEST_FAMILY = 80


@dataclass(frozen=True)
class Relative:
    """A lot of a family, as its box is drawn."""

    id: int
    code: str
    batch: str
    product_name: str
    base_unit: BaseUnit
    cooperative_name: str
    quantity: int
    state: LotState
    is_in_scope: bool


@dataclass(frozen=True)
class Family:
    """Everything that a lot was made from and became, with who went into whom."""

    lots: list[Relative]
    edges: list[Edge]
    all_in: dict[int, int]  # of each transformation, also from lots outside of the family
    is_cut: bool


def family_of(lot: Lot, scope: Scope) -> Family:
    ids = sorted({lot.id, *ancestors_of(lot.id), *descendants_of(lot.id)})
    kept = sorted(ids, key=lambda each: (abs(each - lot.id), each))[:LARGEST_FAMILY]
    rows = session.execute(
        select(
            Lot.id, Lot.code, Lot.batch, Product.name, Product.base_unit, Cooperative.short_name, Lot.produced,
            Lot.state, scope,
        )
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.id.in_(kept))
        .order_by(Lot.id)
    )  # fmt: skip
    edges = edges_among(kept)
    all_in = session.execute(
        select(TransformationInput.transformation_id, func.sum(TransformationInput.quantity))
        .where(TransformationInput.transformation_id.in_({edge.transformation_id for edge in edges}))
        .group_by(TransformationInput.transformation_id)
    )
    totals = {which: int(quantity) for which, quantity in all_in}
    return Family([Relative(*row) for row in rows], edges, totals, len(kept) < len(ids))


@dataclass(frozen=True)
class Paper:
    """A certificate of the product's cooperative around a harvest."""

    id: int
    scheme: str
    number: str
    issuer_name: str
    valid_from: date
    valid_to: date
    review: Review
    counted_at_harvest: bool
    counts_today: bool


def papers_of(lot: Lot, *, on: date) -> list[Paper]:
    """Every certificate of the cooperative, with how it stood on the day of harvest and how it stands on `on`."""
    rows = session.scalars(
        select(Certificate)
        .where(Certificate.cooperative_id == lot.cooperative_id)
        .order_by(Certificate.scheme, Certificate.id)
    )

    def counts(paper: Certificate, day: date) -> bool:
        return paper.review == Review.VERIFIED and paper.valid_from <= day <= paper.valid_to

    return [
        Paper(
            paper.id,
            paper.scheme,
            paper.number,
            paper.issuer_name,
            paper.valid_from,
            paper.valid_to,
            paper.review,
            counts(paper, lot.harvested_on),
            counts(paper, on),
        )
        for paper in rows
    ]


def seasons_behind(lot: Lot) -> list[Season]:
    """The seasons of the lot and of everything that it was made from."""
    ids = [lot.id, *ancestors_of(lot.id)]
    wanted = select(Lot.season_id).where(Lot.id.in_(ids), Lot.season_id.is_not(None))
    return list(session.scalars(select(Season).where(Season.id.in_(wanted)).order_by(Season.id)))


@dataclass(frozen=True)
class Waiting:
    """A harvest over its ceiling that waits for an officer."""

    lot: Lot
    product: Product
    cooperative: Cooperative
    season: Season
    approval: HarvestApproval


def harvests_waiting(scope: Scope) -> list[Waiting]:
    """The oldest first."""
    rows = farming.approvals_waiting(scope)
    lots = session.execute(
        select(Lot, Product)
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.id.in_([approval.lot_id for approval, *_rest in rows]))
        .options(lazyload(Lot.stages), lazyload(Product.variants), lazyload(Product.pictures))
    )
    by_id = {lot.id: (lot, product) for lot, product in lots}
    return [
        Waiting(*by_id[approval.lot_id], owner, season, approval)
        for approval, season, owner in rows
        if approval.lot_id in by_id
    ]


@dataclass(frozen=True)
class StoppedLot:
    """A lot that only an officer can release; `said` is the reason of a harvest that was refused."""

    code: str
    batch: str
    product_name: str
    cooperative_name: str
    cooperative_phone: str
    harvested_on: date
    reason: str
    at: datetime
    said: str


def stopped_for_officer(scope: Scope, *, limit: int = 100) -> list[StoppedLot]:
    """Those whose quantity is being decided are left out: they stand in `harvests_waiting`.

    A lot that was stopped several times stands here once, with the first reason.
    """
    asked, earlier = aliased(HarvestApproval), aliased(LotHold)
    is_first = ~exists().where(
        earlier.lot_id == LotHold.lot_id,
        earlier.lot_id == earlier.root_lot_id,
        earlier.needs_officer,
        earlier.released_at.is_(None),
        earlier.id < LotHold.id,
    )
    rows = session.execute(
        select(
            Lot.code, Lot.batch, Product.name, Cooperative.short_name, Cooperative.phone, Lot.harvested_on,
            LotHold.reason, LotHold.at, func.coalesce(asked.reason, ""),
        )
        .join(Lot, Lot.id == LotHold.lot_id)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .join(Product, Product.id == Lot.product_id)
        .outerjoin(asked, asked.lot_id == Lot.id)
        .where(
            LotHold.lot_id == LotHold.root_lot_id,
            LotHold.needs_officer,
            LotHold.released_at.is_(None),
            is_first,
            Lot.state == LotState.ON_HOLD,
            or_(asked.id.is_(None), asked.decided_at.is_not(None)),
            scope,
        )
        .order_by(LotHold.at, LotHold.id)
        .limit(limit)
    )  # fmt: skip
    return [StoppedLot(*row) for row in rows]
