"""Supply and demand as closing reports and years count it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from marketplace.reports.providers import Conferences, Trade
from marketplace.sourcing import queries as sourcing


class SourcingTrade:
    """The reports' provider; a fair in which demands were posted or people met is a conference."""

    def trade_at(self, fair_id: int, *, at: datetime) -> Trade:
        found = sourcing.trade_of_fair(fair_id, at=at)
        return Trade(
            requests=found.requests,
            offers=found.offers,
            memorandums=found.memoranda,
            contracts=found.contracts,
            contract_kilograms=found.contract_grams // 1000,
            contract_dong=found.contract_dong,
        )

    def conferences(self, province_codes: Collection[str], *, year: int) -> dict[str, Conferences]:
        found = sourcing.conferences(province_codes, year=year)
        return {code: Conferences(one.count, one.participants) for code, one in found.items()}
