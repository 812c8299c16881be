"""Which cooperatives fit a demand, and which demands fit a cooperative, each with its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, exists, select
from sqlalchemy.orm import lazyload

from marketplace.catalogue.models import Product, ProductClaim
from marketplace.catalogue.states import Publication
from marketplace.certificates.models import Certificate
from marketplace.certificates.states import Review
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission
from marketplace.foundation.database import session
from marketplace.geography.rules import RED_RIVER_DELTA, distance_km, is_near, zone
from marketplace.sourcing import rules
from marketplace.sourcing.models import Demand, Forecast
from marketplace.sourcing.queries.demands import open_demands
from marketplace.sourcing.rules import Paper, Point, Reason, Supply

# So many products, nearest and with a forecast first, are looked at for one demand.
MOST_CANDIDATES = 300
MOST_SHOWN = 20
MOST_DEMANDS = 60


@dataclass(frozen=True)
class Match:
    """One cooperative with the product of it that fits best."""

    demand: Demand
    cooperative: Cooperative
    product: Product
    reasons: tuple[Reason, ...]
    score: int

    @property
    def fits(self) -> bool:
        """Nothing that is needed is missing."""
        return rules.fits(self.reasons)

    @property
    def met(self) -> list[Reason]:
        return [reason for reason in self.reasons if reason.is_met]

    @property
    def missing(self) -> list[Reason]:
        return [reason for reason in self.reasons if not reason.is_met]


def cooperatives_for(demand: Demand, *, on: date) -> list[Match]:
    """Those whose goods are of the sub-group, who fit first, then by their score; one product of each."""
    nearest = case(
        (Cooperative.province_code == demand.province_code, 0),
        (Cooperative.province_code.in_(_near(demand.province_code)), 1),
        else_=2,
    )
    forecast = exists().where(
        Forecast.product_id == Product.id,
        Forecast.closed_at.is_(None),
        Forecast.starts_on <= demand.ends_on,
        Forecast.ends_on >= demand.starts_on,
    )
    rows = session.execute(
        select(Product, Cooperative)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .where(
            Product.subgroup == demand.subgroup,
            Product.base_unit == demand.unit,
            Product.publication == Publication.PUBLISHED,
            Cooperative.admission == Admission.VERIFIED,
        )
        .order_by(case((forecast, 0), else_=1), nearest, Product.id)
        .limit(MOST_CANDIDATES)
        .options(lazyload(Product.variants), lazyload(Product.pictures))
    ).all()
    facts = _Facts({product.id for product, _ in rows})
    return _best_of(facts.match(demand, cooperative, product, on) for product, cooperative in rows)[:MOST_SHOWN]


def _near(province_code: str) -> list[str]:
    return [code for code in sorted(RED_RIVER_DELTA | {province_code}) if is_near(code, province_code)]


def demands_for(cooperative: Cooperative, *, on: date) -> list[Match]:
    """Open demands for what this cooperative sells, what it fits best on top; its best product for each."""
    products = list(
        session.scalars(
            select(Product)
            .where(Product.cooperative_id == cooperative.id, Product.publication == Publication.PUBLISHED)
            .order_by(Product.id)
            .options(lazyload(Product.variants), lazyload(Product.pictures))
        )
    )
    demands = open_demands({product.subgroup for product in products}, on=on, limit=MOST_DEMANDS)
    facts = _Facts({product.id for product in products})
    best: list[Match] = []
    for demand in demands:
        best += _best_of(
            facts.match(demand, cooperative, product, on)
            for product in products
            if (product.subgroup, product.base_unit) == (demand.subgroup, demand.unit)
        )[:1]
    return _ranked(best)


def match_of(demand: Demand, cooperative: Cooperative, *, on: date) -> list[Match]:
    """Every product of one cooperative that could be offered for a demand, the best first."""
    products = session.scalars(
        select(Product)
        .where(
            Product.cooperative_id == cooperative.id,
            Product.publication == Publication.PUBLISHED,
            Product.subgroup == demand.subgroup,
            Product.base_unit == demand.unit,
        )
        .order_by(Product.id)
        .options(lazyload(Product.variants), lazyload(Product.pictures))
    ).all()
    facts = _Facts({product.id for product in products})
    return _ranked([facts.match(demand, cooperative, product, on) for product in products])


def _best_of(matches: Iterable[Match]) -> list[Match]:
    best: dict[int, Match] = {}
    for match in matches:
        known = best.get(match.cooperative.id)
        if known is None or _rank(match) < _rank(known):
            best[match.cooperative.id] = match
    return _ranked(best.values())


def _ranked(matches: Collection[Match]) -> list[Match]:
    return sorted(matches, key=_rank)


def _rank(match: Match) -> tuple[bool, int, int, int]:
    return not match.fits, -match.score, match.demand.id, match.product.id


class _Facts:
    """Papers and forecasts of several products, read once for all of them."""

    def __init__(self, product_ids: Collection[int]) -> None:
        self._papers = _papers_of(product_ids)
        self._forecasts = _forecasts_of(product_ids)

    def match(self, demand: Demand, cooperative: Cooperative, product: Product, on: date) -> Match:
        wanted = demand.wanted
        supply = _supply(self._forecasts[product.id], demand)
        reasons = [rules.certificate_reason(scheme, self._papers[product.id], wanted, on) for scheme in wanted.schemes]
        reasons.append(rules.capacity_reason(supply, wanted))
        reasons.append(rules.season_reason(supply, product.season_months, wanted))
        reasons.append(
            rules.distance_reason(
                zone(cooperative.province_code, demand.province_code),
                is_near=is_near(cooperative.province_code, demand.province_code),
                kilometres=round(distance_km(cooperative.province_code, demand.province_code)),
            )
        )
        if rules.is_named(product.name, wanted.asked):
            reasons.append(Reason(Point.NAME, rules.Finding.NAMED, True, {"product": product.name}))
        return Match(demand, cooperative, product, tuple(reasons), rules.score(reasons))


def _supply(forecasts: list[Forecast], demand: Demand) -> Supply | None:
    """The forecast that all of it would be promised from, chosen as actions/committing.py does."""
    fitting = [one for one in forecasts if one.starts_on <= demand.ends_on and one.ends_on >= demand.starts_on]
    best = min(
        fitting,
        key=lambda one: (
            one.left < demand.total,
            not (one.starts_on <= demand.starts_on and one.ends_on >= demand.ends_on),
            -one.left,
            one.id,
        ),
        default=None,
    )
    return Supply(best.left, best.starts_on, best.ends_on) if best else None


def _papers_of(product_ids: Collection[int]) -> defaultdict[int, list[Paper]]:
    rows = session.execute(
        select(
            ProductClaim.product_id, Certificate.scheme, Certificate.number, Certificate.review,
            Certificate.valid_from, Certificate.valid_to,
        )
        .join(Certificate, Certificate.id == ProductClaim.certificate_id)
        .where(ProductClaim.product_id.in_(product_ids), ProductClaim.counts)
        .order_by(Certificate.id)
    )  # fmt: skip
    found: defaultdict[int, list[Paper]] = defaultdict(list)
    for product_id, scheme, number, review, valid_from, valid_to in rows:
        found[product_id].append(
            Paper(scheme, number, review == Review.VERIFIED, review == Review.SUSPENDED, valid_from, valid_to)
        )
    return found


def _forecasts_of(product_ids: Collection[int]) -> defaultdict[int, list[Forecast]]:
    rows = session.scalars(
        select(Forecast).where(Forecast.product_id.in_(product_ids), Forecast.closed_at.is_(None)).order_by(Forecast.id)
    )
    found: defaultdict[int, list[Forecast]] = defaultdict(list)
    for forecast in rows:
        found[forecast.product_id].append(forecast)
    return found
