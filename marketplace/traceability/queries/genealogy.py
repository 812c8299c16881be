"""What a lot was made from and what was made of it, one graph walked both ways."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Select, select

from marketplace.foundation.database import session
from marketplace.traceability.models import Lot, TransformationInput, TransformationOutput
from marketplace.traceability.states import LotState


@dataclass(frozen=True)
class Edge:
    """So much of `from_lot_id` went into `to_lot_id`, with the share that this is of all that went in."""

    from_lot_id: int
    to_lot_id: int
    quantity: int
    transformation_id: int


def descendants_of(lot_id: int, *, states: Collection[LotState] | None = None) -> list[int]:
    """Every lot that holds something of this one, without itself."""
    return _walk(lot_id, _children, states)


def ancestors_of(lot_id: int) -> list[int]:
    """Every lot that this one holds something of, without itself."""
    return _walk(lot_id, _parents, None)


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


def _walk(lot_id: int, steps: Callable[[], Select[int, int]], states: Collection[LotState] | None) -> list[int]:
    step = steps().subquery()
    reached = select(step.c["is"].label("lot_id")).where(step.c.of == lot_id).cte("reached", recursive=True)
    # UNION, not UNION ALL: a lot that is reached on two ways is walked on from once.
    reached = reached.union(select(step.c["is"]).join(reached, step.c.of == reached.c.lot_id))
    query = select(reached.c.lot_id).order_by(reached.c.lot_id)
    if states is not None:
        query = query.join(Lot, Lot.id == reached.c.lot_id).where(Lot.state.in_(states))
    return list(session.scalars(query))
