"""What supply and demand came to, for the alliance and for the report of a fair (domain.md 10.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.sourcing.models import Commitment, Demand, Quote
from marketplace.sourcing.rules import value_dong
from marketplace.sourcing.states import CommitmentState, PaperKind

_SIGNED = (CommitmentState.SIGNED, CommitmentState.ENDED)


@dataclass(frozen=True)
class Figures:
    """Demands posted, cooperatives' quotes, papers signed by both sides with what they come to. `grams` counts what is
    measured by weight; litres and pieces are in the value only."""

    requests: int
    offers: int
    memoranda: int
    contracts: int
    grams: int
    value_dong: int

    @property
    def commitments(self) -> int:
        return self.memoranda + self.contracts


def figures(
    *,
    fair_id: int | None = None,
    provinces: frozenset[str] | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Figures:
    """Of demands that were posted in this fair, or delivered to, or served from, these provinces; posted from one day to
    another, both included. Nothing named: all of them."""
    where = _conditions(fair_id, from_on, until_on)
    asked = [*where, *([Demand.province_code.in_(provinces)] if provinces is not None else [])]
    served = [*where, *([Cooperative.province_code.in_(provinces)] if provinces is not None else [])]
    requests = session.scalar(select(func.count(Demand.id)).where(*asked))
    offers = session.scalar(
        select(func.count(Quote.id))
        .join(Demand, Demand.id == Quote.demand_id)
        .join(Cooperative, Cooperative.id == Quote.cooperative_id)
        .where(*served)
    )
    signed = session.execute(
        select(Commitment.kind, Commitment.unit, Commitment.quantity, Commitment.price_dong)
        .join(Demand, Demand.id == Commitment.demand_id)
        .join(Cooperative, Cooperative.id == Commitment.cooperative_id)
        .where(*served, Commitment.state.in_(_SIGNED))
    ).all()
    return Figures(
        requests=requests or 0,
        offers=offers or 0,
        memoranda=sum(row.kind == PaperKind.MEMORANDUM for row in signed),
        contracts=sum(row.kind == PaperKind.CONTRACT for row in signed),
        grams=sum(row.quantity for row in signed if row.unit == BaseUnit.GRAM),
        value_dong=sum(value_dong(row.quantity, row.price_dong, row.unit) for row in signed),
    )


def _conditions(fair_id: int | None, from_on: date | None, until_on: date | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if fair_id is not None:
        where.append(Demand.fair_id == fair_id)
    if from_on is not None:
        where.append(Demand.created_at >= datetime.combine(from_on, time(), dates.VIETNAM))
    if until_on is not None:
        where.append(Demand.created_at < datetime.combine(until_on + timedelta(days=1), time(), dates.VIETNAM))
    return where
