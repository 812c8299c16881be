"""What a lot was made from and what was made of it, one graph walked both ways."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CTE, Select, select
from sqlalchemy.orm import lazyload

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.geography import queries as geography
from marketplace.traceability.models import Lot, Transformation, TransformationInput, TransformationOutput
from marketplace.traceability.states import LotState


@dataclass(frozen=True)
class Edge:
    """So much of `from_lot_id` went into `to_lot_id`, with the share that this is of all that went in."""

    from_lot_id: int
    to_lot_id: int
    quantity: int
    transformation_id: int


@dataclass(frozen=True)
class Source:
    """A lot that another one was made from, as a reader of the label sees it."""

    code: str  # empty when the lot was never published: its page does not exist
    product_name: str
    batch: str
    harvested_on: date
    cooperative_name: str
    place: str
    base_unit: BaseUnit
    quantity: int | None  # what went directly into the lot in question; None for what lies further back


def sources_of(lot_id: int) -> list[Source]:
    """Everything that the lot was made from, nearest first, in one statement."""
    reached = _reached(lot_id, _parents)
    direct = (
        select(TransformationInput.lot_id, TransformationInput.quantity)
        .join(TransformationOutput, TransformationOutput.transformation_id == TransformationInput.transformation_id)
        .where(TransformationOutput.lot_id == lot_id)
        .subquery()
    )
    rows = session.execute(
        select(Lot, Product.name, Product.base_unit, Cooperative.short_name, direct.c.quantity)
        .join(reached, reached.c.lot_id == Lot.id)
        .join(Product, Product.id == Lot.product_id)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .outerjoin(direct, direct.c.lot_id == Lot.id)
        .order_by(direct.c.quantity.is_(None), Lot.id)
        .options(lazyload(Lot.stages))
    )
    return [
        Source(
            code=lot.code if lot.published_at else "",
            product_name=name,
            batch=lot.batch,
            harvested_on=lot.harvested_on,
            cooperative_name=cooperative,
            place=geography.full_address(lot.place, lot.commune_code),
            base_unit=unit,
            quantity=quantity,
        )
        for lot, name, unit, cooperative, quantity in rows
    ]


def descendants_of(lot_id: int, *, states: Collection[LotState] | None = None) -> list[int]:
    """Every lot that holds something of this one, without itself."""
    return _walk(lot_id, _children, states)


def ancestors_of(lot_id: int) -> list[int]:
    """Every lot that this one holds something of, without itself."""
    return _walk(lot_id, _parents, None)


def milled_among(lot_ids: Collection[int]) -> set[int]:
    """Those of these lots that came out of a mill, however they were split or mixed since; in one statement."""
    step = _parents().subquery()
    start = select(Lot.id.label("root"), Lot.id.label("lot_id")).where(Lot.id.in_(lot_ids))
    reached = start.cte("reached", recursive=True)
    reached = reached.union(select(reached.c.root, step.c["is"]).join(step, step.c.of == reached.c.lot_id))
    found = (
        select(reached.c.root)
        .join(TransformationOutput, TransformationOutput.lot_id == reached.c.lot_id)
        .join(Transformation, Transformation.id == TransformationOutput.transformation_id)
        .where(Transformation.recipe == "rice_milling")
    )
    return set(session.scalars(found))


def edges_among(lot_ids: Collection[int]) -> list[Edge]:
    """Who went into whom among these lots, to draw them as a graph."""
    rows = session.execute(
        select(
            TransformationInput.lot_id,
            TransformationOutput.lot_id,
            TransformationInput.quantity,
            TransformationInput.transformation_id,
        )
        .join(TransformationOutput, TransformationOutput.transformation_id == TransformationInput.transformation_id)
        .where(TransformationInput.lot_id.in_(lot_ids), TransformationOutput.lot_id.in_(lot_ids))
        .order_by(TransformationInput.transformation_id, TransformationInput.lot_id, TransformationOutput.lot_id)
    )
    return [Edge(*row) for row in rows]


def _children() -> Select[int, int]:
    return select(TransformationInput.lot_id.label("of"), TransformationOutput.lot_id.label("is")).join(
        TransformationOutput, TransformationOutput.transformation_id == TransformationInput.transformation_id
    )


def _parents() -> Select[int, int]:
    return select(TransformationOutput.lot_id.label("of"), TransformationInput.lot_id.label("is")).join(
        TransformationInput, TransformationInput.transformation_id == TransformationOutput.transformation_id
    )


def _reached(lot_id: int, steps: Callable[[], Select[int, int]]) -> CTE:
    step = steps().subquery()
    reached = select(step.c["is"].label("lot_id")).where(step.c.of == lot_id).cte("reached", recursive=True)
    # UNION, not UNION ALL: a lot that is reached on two ways is walked on from once.
    return reached.union(select(step.c["is"]).join(reached, step.c.of == reached.c.lot_id))


def _walk(lot_id: int, steps: Callable[[], Select[int, int]], states: Collection[LotState] | None) -> list[int]:
    reached = _reached(lot_id, steps)
    query = select(reached.c.lot_id).order_by(reached.c.lot_id)
    if states is not None:
        query = query.join(Lot, Lot.id == reached.c.lot_id).where(Lot.state.in_(states))
    return list(session.scalars(query))
