"""The year of each province in the terms of the Alliances, from the closing reports of its fairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.accounts import permissions as accounts
from marketplace.accounts.models import Person
from marketplace.fairs import permissions
from marketplace.fairs.models import Fair
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session
from marketplace.geography import queries as geography
from marketplace.reports import providers
from marketplace.reports.queries.finding import TOOK_PLACE, report_of
from marketplace.reports.rules import ClosingReport, Year, year_of


@dataclass(frozen=True)
class ProvinceYear:
    """`is_final` once every fair has handed in its report."""

    province_code: str
    province_name: str
    year: Year
    fairs: list[tuple[Fair, ClosingReport]]

    @property
    def is_final(self) -> bool:
        return all(fair.report is not None for fair, _report in self.fairs)


def years_with_fairs(person: Person) -> list[int]:
    """Years of the officer's provinces that saw a fair, and this one; the latest first."""
    first, last = session.execute(
        select(func.min(Fair.went_live_at), func.max(Fair.went_live_at)).where(
            Fair.state.in_(TOOK_PLACE), permissions.runs(person)
        )
    ).one()
    this = clock.today().year
    if first is None or last is None:
        return [this]
    begin, end = dates.vietnam_day(first).year, max(this, dates.vietnam_day(last).year)
    return list(range(end, begin - 1, -1))


def province_years(person: Person, year: int) -> list[ProvinceYear]:
    """Each of the officer's provinces that held a fair or a conference in that year in Vietnam, by name; for an officer
    his own also without any."""
    since, until = (datetime(one, 1, 1, tzinfo=dates.VIETNAM) for one in (year, year + 1))
    held: dict[str, list[tuple[Fair, ClosingReport]]] = {}
    rows = session.scalars(
        select(Fair)
        .where(Fair.state.in_(TOOK_PLACE), permissions.runs(person))
        .where(Fair.went_live_at >= since, Fair.went_live_at < until)
        .order_by(Fair.went_live_at, Fair.id)
    )
    for fair in rows.all():
        held.setdefault(fair.province_code, []).append((fair, report_of(fair)))
    names = {one.code: one.name for one in geography.provinces()}
    own = set(names) if accounts.is_admin(person) else set(person.province_codes)
    provider = providers.trade()
    conferences = provider.conferences(own, year=year) if provider is not None else {}
    wanted = (set(held) | set(conferences)) if accounts.is_admin(person) else own | set(held)
    found = []
    for code in sorted(wanted, key=lambda code: names[code]):
        own_conferences = conferences.get(code)
        counted = (own_conferences.count, own_conferences.participants) if own_conferences else (0, 0)
        fairs = held.get(code, [])
        figures = year_of([report for _fair, report in fairs], counted if provider is not None else None)
        found.append(ProvinceYear(code, names[code], figures, fairs))
    return found
