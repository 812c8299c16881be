"""How much a demand wants, how a cooperative fits it, and what a paper says; on plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.text import fold
from marketplace.geography.rules import Zone
from marketplace.sourcing.states import Frequency

CODE_LENGTH = 6
LONGEST_PERIOD = timedelta(days=366)
LONGEST_MEETING = timedelta(hours=2)
LARGEST_QUANTITY = 50_000_000_000  # base units of one delivery: 50,000 tonnes


def code_of(prefix: str, random: str) -> str:
    """Such as NC7K2M4Q for a demand, CK… for a commitment."""
    return f"{prefix}{random}"


def times(frequency: Frequency, starts_on: date, ends_on: date) -> int:
    """How often so much is delivered from the first day to the last, both included; a begun week or month counts."""
    days = (ends_on - starts_on).days + 1
    if frequency == Frequency.DAILY:
        return days
    if frequency == Frequency.WEEKLY:
        return -(-days // 7)
    if frequency == Frequency.MONTHLY:
        months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
        return months + (1 if ends_on.day >= starts_on.day else 0)
    return 1


def scale(unit: BaseUnit) -> int:
    """Base units of what prices are named for: a kilogram, a litre, a piece."""
    return 1 if unit == BaseUnit.PIECE else 1_000


def value_dong(quantity: int, price_dong: int, unit: BaseUnit) -> int:
    """What a quantity costs at so much a kilogram, litre or piece, half a đồng up."""
    whole = scale(unit)
    return (2 * quantity * price_dong + whole) // (2 * whole)


def digest(text: str) -> str:
    """What a signature names: whoever changes a letter of the paper changes this."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_named(product_name: str, asked: str) -> bool:
    """Whether a word of the product's name stands in what the buyer wrote: "rau muống, cải" and "Cải ngọt"."""
    wanted = set(fold(asked).split()) - _EVERYWHERE
    return bool(wanted & (set(fold(product_name).split()) - _EVERYWHERE))


# Folded words that tell nothing about which goods are meant.
_EVERYWHERE = frozenset({
    "cac", "loai", "va", "tuoi", "sach", "an", "toan", "vietgap", "ocop", "mua", "hang", "ngon", "dac", "san", "theo",
    "cho", "kg", "so", "tui", "bo",
})  # fmt: skip


class Point(StrEnum):
    """What is looked at when a cooperative is held against a demand."""

    CERTIFICATE = "certificate"
    CAPACITY = "capacity"
    SEASON = "season"
    DISTANCE = "distance"
    NAME = "name"


class Finding(StrEnum):
    """What was found; words.REASONS says each of them."""

    VALID = "valid"  # certificate: through the whole period
    ENDS_EARLY = "ends_early"  # certificate: before the period is over
    ENDED = "ended"
    SUSPENDED = "suspended"
    UNCHECKED = "unchecked"  # handed in, no officer has looked yet
    NONE = "none"
    ENOUGH = "enough"
    PART = "part"
    ALL_PROMISED = "all_promised"
    NO_FORECAST = "no_forecast"
    WHOLE_PERIOD = "whole_period"
    LATER = "later"
    SHORTER = "shorter"
    OFF_SEASON = "off_season"
    SAME_PROVINCE = "same_province"
    NEAR = "near"
    FAR = "far"
    NAMED = "named"


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for, or against, a cooperative; `facts` fill its sentence."""

    point: Point
    finding: Finding
    is_met: bool
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """The best certificate of a scheme that covers the product, whatever its state."""

    scheme: str
    number: str
    is_verified: bool
    is_suspended: bool
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Supply:
    """What one forecast still has, in base units."""

    left: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Wanted:
    """What matching knows of a demand."""

    each: int
    frequency: Frequency
    starts_on: date
    ends_on: date
    unit: BaseUnit
    schemes: tuple[str, ...]
    asked: str

    @property
    def times(self) -> int:
        return times(self.frequency, self.starts_on, self.ends_on)

    @property
    def total(self) -> int:
        return self.each * self.times


def certificate_reason(scheme: str, papers: Iterable[Paper], wanted: Wanted, today: date) -> Reason:
    """Whether the certificate counts from today, or from the first delivery, to the last one."""
    known = [paper for paper in papers if paper.scheme == scheme]
    good = [paper for paper in known if paper.is_verified]
    best = max(good or known, key=lambda paper: paper.valid_to, default=None)
    facts: dict[str, object] = {"scheme": scheme}
    if best is None:
        return Reason(Point.CERTIFICATE, Finding.NONE, False, facts)
    facts |= {"number": best.number, "until_on": best.valid_to}
    if not best.is_verified:
        finding = Finding.SUSPENDED if best.is_suspended else Finding.UNCHECKED
        return Reason(Point.CERTIFICATE, finding, False, facts)
    if best.valid_to < today or best.valid_to < wanted.starts_on:
        return Reason(Point.CERTIFICATE, Finding.ENDED, False, facts)
    if best.valid_to < wanted.ends_on or best.valid_from > wanted.starts_on:
        return Reason(Point.CERTIFICATE, Finding.ENDS_EARLY, False, facts)
    return Reason(Point.CERTIFICATE, Finding.VALID, True, facts)


def capacity_reason(supply: Supply | None, wanted: Wanted) -> Reason:
    """How much of all that is wanted the forecast still has; what is promised to others is gone."""
    if supply is None:
        return Reason(Point.CAPACITY, Finding.NO_FORECAST, False)
    facts: dict[str, object] = {
        "each": wanted.each, "unit": wanted.unit, "frequency": wanted.frequency, "left": supply.left,
        "until_on": min(supply.ends_on, wanted.ends_on), "missing": max(0, wanted.total - supply.left),
    }  # fmt: skip
    if supply.left >= wanted.total:
        return Reason(Point.CAPACITY, Finding.ENOUGH, True, facts)
    if supply.left <= 0:
        return Reason(Point.CAPACITY, Finding.ALL_PROMISED, False, facts)
    return Reason(Point.CAPACITY, Finding.PART, False, facts)


def season_reason(supply: Supply | None, season_months: int, wanted: Wanted) -> Reason:
    """Whether there are goods from the first delivery to the last; months as catalogue.Product keeps them."""
    if supply is None:
        months = _months(wanted)
        grows = season_months == 0 or all(season_months >> (month - 1) & 1 for month in months)
        return Reason(Point.SEASON, Finding.WHOLE_PERIOD if grows else Finding.OFF_SEASON, grows)
    facts = {"from_on": supply.starts_on, "until_on": supply.ends_on}
    if supply.starts_on > wanted.starts_on:
        return Reason(Point.SEASON, Finding.LATER, False, facts)
    if supply.ends_on < wanted.ends_on:
        return Reason(Point.SEASON, Finding.SHORTER, False, facts)
    return Reason(Point.SEASON, Finding.WHOLE_PERIOD, True, facts)


def _months(wanted: Wanted) -> set[int]:
    days = (wanted.ends_on - wanted.starts_on).days
    return {(wanted.starts_on + timedelta(days=day)).month for day in range(0, days + 1)}


def distance_reason(zone: Zone, *, is_near: bool, kilometres: int) -> Reason:
    """From the cooperative's province to where it is wanted, between their seats."""
    facts = {"kilometres": kilometres}
    if zone == Zone.SAME_PROVINCE:
        return Reason(Point.DISTANCE, Finding.SAME_PROVINCE, True, facts)
    if is_near or zone == Zone.SAME_REGION:
        return Reason(Point.DISTANCE, Finding.NEAR, True, facts)
    return Reason(Point.DISTANCE, Finding.FAR, False, facts)


# A cooperative fits when nothing of these is missing; the others only order those who fit.
MUST = frozenset({Point.CERTIFICATE, Point.CAPACITY, Point.SEASON})


def fits(reasons: Iterable[Reason]) -> bool:
    return all(reason.is_met for reason in reasons if reason.point in MUST)


def score(reasons: Iterable[Reason]) -> int:
    """Of 100: what certifies and what can be delivered weighs most, then the season, the way, and the very product.

    Of several certificates each has its share; half of a quantity is half of its points.
    """
    several = list(reasons)
    papers = [reason for reason in several if reason.point == Point.CERTIFICATE]
    points = 35 * sum(reason.is_met for reason in papers) // len(papers) if papers else 35
    for reason in several:
        if reason.point == Point.CAPACITY:
            points += 30 if reason.is_met else _share(reason)
        elif reason.point == Point.SEASON:
            points += 15 if reason.is_met else 0
        elif reason.point == Point.DISTANCE:
            points += {Finding.SAME_PROVINCE: 12, Finding.NEAR: 8}.get(reason.finding, 0)
        elif reason.point == Point.NAME:
            points += 8
    return points


def _share(reason: Reason) -> int:
    left, missing = reason.facts.get("left", 0), reason.facts.get("missing", 0)
    if not isinstance(left, int) or not isinstance(missing, int) or left <= 0:
        return 0
    return 30 * left // (left + missing)


def meeting_times(starts_at: datetime, ends_at: datetime, minutes: int) -> list[datetime]:
    """When meetings begin that are over by the end; what is left of the time is a rest."""
    length = timedelta(minutes=minutes)
    return [starts_at + length * number for number in range((ends_at - starts_at) // length)]
