"""What can be wrong with plots, seasons and their diary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


class HarvestOverCeiling(Exception):
    """More than 110 % of what the season's land, or its certificate in this year, can give; `of` is a CeilingOf."""

    def __init__(self, asked: int, ceiling: int, harvested: int, of: str = "season") -> None:
        super().__init__(f"{harvested} + {asked} is over 110 % of the ceiling {ceiling} ({of})")
        self.asked, self.ceiling, self.harvested, self.of = asked, ceiling, harvested, of

    @property
    def left(self) -> int:
        """What could still be counted."""
        return max(0, self.ceiling * 110 // 100 - self.harvested)


class StillWaiting(Exception):
    """What was sprayed or given has not left the crop or the animal yet; `until` is the first day of harvest."""

    def __init__(self, product: str, until: date) -> None:
        super().__init__(f"{product}: no harvest before {until.isoformat()}")
        self.product, self.until = product, until


class PlotsOverCertificate(Exception):
    """The plots under a certificate would be larger than the land that it certifies; both in square metres."""

    def __init__(self, *, area_m2: int, certified_m2: int) -> None:
        super().__init__(f"{area_m2} m² of plots under a certificate of {certified_m2} m²")
        self.area_m2, self.certified_m2 = area_m2, certified_m2


class EntryIncomplete(Exception):
    """A diary entry lacks a field of its kind, or one cannot be read; `problems` says why for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {why}" for name, why in problems.items()))
        self.problems = dict(problems)


class DayNotYet(Exception):
    """A diary tells what has been done."""


class AlreadyCorrected(Exception):
    """Somebody corrected this entry before; the newest one is the one to correct."""


class NotOfSeason(Exception):
    """The entry to correct belongs to another season."""


class OtherProduct(Exception):
    """The product or certificate of a season belongs to another cooperative."""


class ImpossibleSeason(Exception):
    """A season ends before it starts, or its ceiling is not above zero."""


class NoReason(Exception):
    """A verdict on a harvest over its ceiling needs its reason in words."""


class AlreadyDecided(Exception):
    """Another officer decided about this harvest before."""
