"""What the land has given, counted beside what it can give.

Nothing is decided on a value read earlier: the condition stands in the UPDATE, and whether it gives a row back is the
answer. The season's row is always locked before the certificate's, so that two harvests never wait for each other.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.catalogue.models import Product
from marketplace.certificates.models import Certificate
from marketplace.farming import queries, rules
from marketplace.farming.errors import HarvestOverCeiling, StillWaiting
from marketplace.farming.models import CertificateYear, Season
from marketplace.farming.states import Ceiling, CeilingOf
from marketplace.foundation.database import is_sqlite, session
from marketplace.foundation.quantities import BaseUnit


def count_harvest(*, season_id: int, quantity: int, on: date) -> Ceiling:
    """Count a harvest of the season, and of its certificate's year where that states an expected yield.

    OVER above 100 % of either: the lot waits for an officer (`ask_approval`). Raises HarvestOverCeiling above 110 %
    (traceability.md 6) and StillWaiting before what was sprayed or given has left the crop; nothing is counted then.
    """
    if quantity <= 0:
        raise ValueError(f"a harvest of {quantity} is none")
    # The diary locks the same row before it writes a spraying: of the two, one sees the other.
    season = session.execute(
        select(Season).where(Season.id == season_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    waiting = queries.waiting_on(season, on)
    if waiting is not None:
        raise StillWaiting(*waiting)
    verdict = _count(Season, Season.id == season_id, Season.ceiling, quantity)
    if verdict is None:
        raise HarvestOverCeiling(quantity, season.ceiling, season.harvested)
    year = _year_of(season, on)
    if year is not None:
        of_year = _count(CertificateYear, CertificateYear.id == year.id, CertificateYear.expected, quantity)
        if of_year is None:
            _take_back(Season, Season.id == season_id, quantity)
            raise HarvestOverCeiling(quantity, year.expected, year.harvested, CeilingOf.CERTIFICATE_YEAR)
        verdict = Ceiling.OVER if Ceiling.OVER in (verdict, of_year) else Ceiling.WITHIN
    session.expire(season)
    return verdict


def uncount_harvest(*, season_id: int, quantity: int, on: date) -> None:
    """Give back what `count_harvest` counted, for a harvest that was written down wrongly."""
    season = session.execute(select(Season).where(Season.id == season_id).with_for_update()).scalar_one()
    if not _take_back(Season, Season.id == season_id, quantity):
        raise ValueError(f"season {season_id} has not harvested {quantity}")
    year = _year_of(season, on)
    if year is not None:
        _take_back(CertificateYear, CertificateYear.id == year.id, quantity)
    session.expire(season)


def _count(table: Any, which: Any, ceiling: Any, quantity: int) -> Ceiling | None:
    counted = session.execute(
        update(table)
        .where(which, (table.harvested + quantity) * 100 <= ceiling * rules.BLOCKED_ABOVE_PERCENT)
        .values(harvested=table.harvested + quantity)
        .returning(table.harvested, ceiling)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if counted is None:
        return None
    return Ceiling.OVER if counted[0] > counted[1] else Ceiling.WITHIN


def _take_back(table: Any, which: Any, quantity: int) -> bool:
    return (
        session.execute(
            update(table)
            .where(which, table.harvested >= quantity)
            .values(harvested=table.harvested - quantity)
            .returning(table.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        is not None
    )


def _year_of(season: Season, on: date) -> CertificateYear | None:
    """The row of the certificate's running year, made when it is the first harvest in it; None when the certificate
    states no yield, or the product is not counted in grams."""
    if season.certificate_id is None:
        return None
    certificate = session.get_one(Certificate, season.certificate_id)
    unit = session.get_one(Product, season.product_id).base_unit
    if not certificate.expected_yield_kg_per_year or unit != BaseUnit.GRAM:
        return None
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    expected = certificate.expected_yield_kg_per_year * 1000
    # Of two first harvests in one moment one makes the row; both read the same one. What the certificate says now
    # counts, also when it said something else at the first harvest of the year.
    row = (
        insert(CertificateYear)
        .values(
            certificate_id=certificate.id,
            year=rules.certificate_year(certificate.valid_from, on),
            harvested=0,
            expected=expected,
        )
        .on_conflict_do_update(index_elements=["certificate_id", "year"], set_={"expected": expected})
        .returning(CertificateYear)
    )
    return session.scalars(row, execution_options={"populate_existing": True}).one()
