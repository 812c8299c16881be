"""What cooperatives will have, and how much of it can still be promised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from marketplace.catalogue.models import Product, Variant
from marketplace.catalogue.states import Publication
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission
from marketplace.farming.models import Plot, Season
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.sourcing.models import Forecast
from marketplace.sourcing.states import Basis
from marketplace.traceability.models import Lot
from marketplace.traceability.models.lots import left_of_lot
from marketplace.traceability.states import LotState


def most_to_come(forecast: Forecast) -> int | None:
    """What the season, or the store, can still give in base units; None for what a workshop makes."""
    if forecast.basis == Basis.SEASON:
        season = session.get_one(Season, forecast.season_id)
        return max(0, season.ceiling - season.harvested) if season.ended_on is None else 0
    if forecast.basis == Basis.STORE:
        return left_in_store([forecast.product_id]).get(forecast.product_id, 0)
    return None


def left_in_store(product_ids: Collection[int]) -> dict[int, int]:
    """What lies in lots on sale and keeps until today at least, by product; of those without any, nothing."""
    rows = session.execute(
        select(Lot.product_id, func.sum(left_of_lot()))
        .where(Lot.product_id.in_(product_ids), Lot.state == LotState.PUBLISHED, Lot.best_before >= clock.today())
        .group_by(Lot.product_id)
    )
    return {product_id: int(left) for product_id, left in rows}


def find_standing_forecast(like: Forecast) -> Forecast | None:
    """Another one that rests on the same season, or on the same store, and is not closed."""
    query = select(Forecast).where(Forecast.basis == like.basis, Forecast.closed_at.is_(None))
    if like.basis == Basis.SEASON:
        return session.scalar(query.where(Forecast.season_id == like.season_id))
    if like.basis == Basis.STORE:
        return session.scalar(query.where(Forecast.product_id == like.product_id))
    return None


@dataclass(frozen=True)
class ForecastLine:
    """A forecast as its cooperative sees it."""

    forecast: Forecast
    product_name: str
    unit: BaseUnit
    season_name: str


def forecasts_of(cooperative_id: int) -> list[ForecastLine]:
    """Those that stand first, then by their end."""
    rows = session.execute(
        select(Forecast, Product.name, Product.base_unit, Season.name)
        .join(Product, Product.id == Forecast.product_id)
        .outerjoin(Season, Season.id == Forecast.season_id)
        .where(Forecast.cooperative_id == cooperative_id)
        .order_by(Forecast.closed_at.is_not(None), Forecast.ends_on.desc(), Forecast.id.desc())
        .limit(200)
    )
    return [ForecastLine(forecast, name, unit, season or "") for forecast, name, unit, season in rows]


def find_forecast(cooperative_id: int, forecast_id: int) -> ForecastLine | None:
    row = session.execute(
        select(Forecast, Product.name, Product.base_unit, Season.name)
        .join(Product, Product.id == Forecast.product_id)
        .outerjoin(Season, Season.id == Forecast.season_id)
        .where(Forecast.id == forecast_id, Forecast.cooperative_id == cooperative_id)
    ).one_or_none()
    return ForecastLine(row[0], row[1], row[2], row[3] or "") if row else None


def forecasts_for(product_id: int, *, starts_on: date, ends_on: date) -> list[Forecast]:
    """Open ones that reach into the period: those over all of it first, then those with most left."""
    covers = case(((Forecast.starts_on <= starts_on) & (Forecast.ends_on >= ends_on), 0), else_=1)
    return list(
        session.scalars(
            select(Forecast)
            .where(
                Forecast.product_id == product_id,
                Forecast.closed_at.is_(None),
                Forecast.starts_on <= ends_on,
                Forecast.ends_on >= starts_on,
            )
            .order_by(covers, (Forecast.quantity - Forecast.committed).desc(), Forecast.id)
        )
    )


@dataclass(frozen=True)
class Ground:
    """Something that a forecast can rest on: `most` base units, or any number for a workshop."""

    product_id: int
    product_name: str
    unit: BaseUnit
    basis: Basis
    season_id: int | None
    season_name: str
    most: int | None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.basis}-{self.season_id or self.product_id}"


def grounds_of(cooperative_id: int) -> list[Ground]:
    """Running seasons, goods in store, and what is made without a season; without those that a forecast rests on."""
    standing = session.execute(
        select(Forecast.basis, Forecast.season_id, Forecast.product_id).where(
            Forecast.cooperative_id == cooperative_id, Forecast.closed_at.is_(None)
        )
    )
    taken = {tuple(row) for row in standing}
    seasons = session.execute(
        select(Season.id, Season.name, Plot.name, Season.ceiling - Season.harvested, Product.id, Product.name, Product.base_unit)
        .join(Plot, Plot.id == Season.plot_id)
        .join(Product, Product.id == Season.product_id)
        .where(
            Season.cooperative_id == cooperative_id, Season.ended_on.is_(None), Season.ceiling > Season.harvested,
            Product.publication == Publication.PUBLISHED,
        )
        .order_by(Product.sort_key, Season.id)
    )  # fmt: skip
    found = [
        Ground(product_id, name, unit, Basis.SEASON, season_id, f"{season} · {plot}", most)
        for season_id, season, plot, most, product_id, name, unit in seasons
        if (Basis.SEASON, season_id, product_id) not in taken
    ]
    products = session.execute(
        select(
            Product.id, Product.name, Product.base_unit,
            select(func.count(Season.id)).where(Season.product_id == Product.id).scalar_subquery(),
        )
        .where(Product.cooperative_id == cooperative_id, Product.publication == Publication.PUBLISHED)
        .order_by(Product.sort_key, Product.id)
    ).all()  # fmt: skip
    left = left_in_store([row.id for row in products])
    for product_id, name, unit, grown in products:
        in_store = left.get(product_id, 0)
        if in_store and (Basis.STORE, None, product_id) not in taken:
            found.append(Ground(product_id, name, unit, Basis.STORE, None, "", in_store))
        if not grown:
            found.append(Ground(product_id, name, unit, Basis.WORKSHOP, None, "", None))
    return found


def is_on_sale(product_id: int) -> bool:
    """Whether its cooperative is open and the product published; whoever was suspended promises and sends nothing."""
    open_goods = (
        select(Product.id)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .where(
            Product.id == product_id,
            Product.publication == Publication.PUBLISHED,
            Cooperative.admission == Admission.VERIFIED,
        )
    )
    return session.scalar(open_goods) is not None


def packs_of(product_id: int) -> list[Variant]:
    """Pack sizes that are on sale."""
    return list(
        session.scalars(
            select(Variant).where(Variant.product_id == product_id, Variant.is_active).order_by(Variant.content.desc())
        )
    )
