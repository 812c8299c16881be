"""What the stories of the demo are told about: who and what is there already."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, dates
from marketplace.traceability.models import Lot

OWN_STANDARD = "TCCS 01:2026/MẪU"  # nobody's: a number that says itself that it is a sample


@dataclass
class Scene:
    """The market so far; names are those of data/market.toml, and lots go by the keys of data/seasons.toml."""

    today: date
    buyer: Person
    officer: Person
    pictures: dict[tuple[str, str, int], dict[str, Any]]
    products: dict[str, Product] = field(default_factory=dict)
    cooperatives: dict[str, Cooperative] = field(default_factory=dict)
    owners: dict[int, int] = field(default_factory=dict)
    lots: dict[str, Lot] = field(default_factory=dict)
    recalls: list[tuple[Lot, str]] = field(default_factory=list)
    batches: int = 0

    def batch(self, day: date) -> str:
        """The next number of a lot."""
        self.batches += 1
        return f"{day:%y%m%d}-{self.batches:02d}"

    def owner_of(self, product: Product) -> int:
        return self.owners[product.cooperative_id]


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of a day in Vietnam, never later than now."""
    return min(datetime.combine(day, time(hour, minute), dates.VIETNAM), clock.now())


def harvest_day(plan: dict[str, Any], *, months: list[int], today: date) -> date:
    """So many days ago, or in the middle of the season that ended last."""
    if not plan.get("last_season"):
        return today - timedelta(days=plan["age"])
    middle = months[len(months) // 2]
    year = today.year if date(today.year, middle, 15) < today else today.year - 1
    return date(year, middle, 15)
