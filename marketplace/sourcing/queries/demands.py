"""The board, and one buyer's demands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select

from marketplace.fairs.models import Fair
from marketplace.fairs.states import OVER, SEEN
from marketplace.foundation.database import is_sqlite, session
from marketplace.sourcing.models import Demand, Quote
from marketplace.sourcing.states import TAKES_QUOTES

PAGE = 24


@dataclass(frozen=True)
class DemandCard:
    """A demand in a list, with how many cooperatives have quoted."""

    demand: Demand
    quotes: int


def takes_quotes(on: date) -> ColumnElement[bool]:
    """`Demand.takes_quotes` as SQL."""
    return and_(Demand.state.in_(TAKES_QUOTES), Demand.deadline_on >= on)


@dataclass(frozen=True)
class Filter:
    """What somebody who looks at the board chose; nothing chosen means all."""

    province_code: str = ""
    subgroup: str = ""
    scheme: str = ""
    fair_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        chosen: list[ColumnElement[bool]] = []
        if self.province_code:
            chosen.append(Demand.province_code == self.province_code)
        if self.subgroup:
            chosen.append(Demand.subgroup == self.subgroup)
        if self.scheme:
            chosen.append(requires(self.scheme))
        if self.fair_id is not None:
            chosen.append(Demand.fair_id == self.fair_id)
        return chosen


def requires(scheme: str) -> ColumnElement[bool]:
    """Whether the scheme, by a code that the market knows, stands in the list that a demand keeps."""
    if is_sqlite():
        kept = func.json_each(Demand.required_schemes).table_valued("value")
        return select(kept.c.value).where(kept.c.value == scheme).exists()
    several = func.json_array_elements_text(Demand.required_schemes).table_valued("value")
    return select(several.c.value).where(several.c.value == scheme).exists()


def board(chosen: Filter, *, on: date, page: int = 1) -> tuple[list[DemandCard], int]:
    """One page of demands that take quotes, those that close first on top, and how many there are."""
    where = [takes_quotes(on), *chosen.conditions()]
    count = session.scalar(select(func.count()).select_from(Demand).where(*where)) or 0
    rows = session.execute(
        select(Demand, _quotes_of())
        .where(*where)
        .order_by(Demand.deadline_on, Demand.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [DemandCard(demand, quotes) for demand, quotes in rows], count


def _quotes_of() -> ColumnElement[int]:
    return select(func.count(Quote.id)).where(Quote.demand_id == Demand.id).correlate(Demand).scalar_subquery()


def demands_of(person_id: int) -> list[DemandCard]:
    """All that a person asked for, the newest first."""
    rows = session.execute(
        select(Demand, _quotes_of()).where(Demand.person_id == person_id).order_by(Demand.id.desc()).limit(200)
    )
    return [DemandCard(demand, quotes) for demand, quotes in rows]


def find_demand(code: str) -> Demand | None:
    """As everybody sees it."""
    return session.scalar(select(Demand).where(Demand.code == code))


def find_demand_of(person_id: int, code: str) -> Demand | None:
    return session.scalar(select(Demand).where(Demand.code == code, Demand.person_id == person_id))


def find_demand_in(code: str, scope: ColumnElement[bool]) -> Demand | None:
    """One within an officer's provinces; `scope` is a condition on Demand."""
    return session.scalar(select(Demand).where(Demand.code == code, scope))


def open_demands(subgroups: Collection[str], *, on: date, limit: int) -> list[Demand]:
    """Those that take quotes, of these sub-groups, the newest first."""
    return list(
        session.scalars(
            select(Demand)
            .where(Demand.subgroup.in_(subgroups), takes_quotes(on))
            .order_by(Demand.id.desc())
            .limit(limit)
        )
    )


def demands_in(scope: ColumnElement[bool], *, limit: int) -> list[DemandCard]:
    """Of an officer's provinces, whatever became of them, the newest first."""
    rows = session.execute(select(Demand, _quotes_of()).where(scope).order_by(Demand.id.desc()).limit(limit))
    return [DemandCard(demand, quotes) for demand, quotes in rows]


def fairs_to_post_in() -> list[Fair]:
    """Announced and not over, the next one first: buyers may ask ahead of a fair and while it is on."""
    return list(session.scalars(select(Fair).where(Fair.state.in_(SEEN - OVER)).order_by(Fair.starts_at).limit(30)))
