"""A closing report as plain values: frozen as JSON when it is handed in, read back, and compared with another count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marketplace.reports.states import Figure

STEP_MINUTES = 15  # of the chart of orders by time


@dataclass(frozen=True)
class BoothFigures:
    """One cooperative's part. `minutes` on air; amounts of goods bought at session prices, in đồng."""

    booth_id: int
    cooperative_id: int
    name: str
    province: str
    attended: bool
    minutes: int
    orders: int
    confirmed: int
    delivered: int
    cancelled: int
    packs: int
    gross_dong: int
    delivered_dong: int
    questions: int
    answered: int
    scans: int
    leads: int
    complaints: int
    rating: int | None


@dataclass(frozen=True)
class ProductFigures:
    """Packs of orders that stand."""

    booth_id: int
    name: str
    packs: int
    dong: int


@dataclass(frozen=True)
class SlotFigures:
    """A stretch that was on air, and what was ordered from its booth since, until the booth was on again."""

    slot_id: int
    title: str
    went_on_air_at: str  # ISO 8601, UTC
    minutes: int
    orders: int
    dong: int


@dataclass(frozen=True)
class ClosingReport:
    """Everything that was counted as of a moment. `stars` and `schemes` count products, `provinces` cooperatives that
    attended, `ratings` answers by their height, `steps` orders in each quarter of an hour since the opening."""

    counted_at: datetime
    figures: dict[Figure, int]
    stars: dict[str, int]
    schemes: dict[str, int]
    provinces: dict[str, int]
    ratings: dict[str, int]
    steps: list[int]
    booths: list[BoothFigures] = field(default_factory=list)
    products: list[ProductFigures] = field(default_factory=list)
    slots: list[SlotFigures] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "counted_at": self.counted_at.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ClosingReport:
        """Figures that were counted by a later or an earlier version and are unknown here are left out."""
        known = set(Figure)
        return cls(
            counted_at=datetime.fromisoformat(kept["counted_at"]),
            figures={Figure(code): number for code, number in kept["figures"].items() if code in known},
            stars=dict(kept["stars"]),
            schemes=dict(kept["schemes"]),
            provinces=dict(kept["provinces"]),
            ratings=dict(kept["ratings"]),
            steps=list(kept["steps"]),
            booths=[BoothFigures(**one) for one in kept["booths"]],
            products=[ProductFigures(**one) for one in kept["products"]],
            slots=[SlotFigures(**one) for one in kept["slots"]],
        )

    def part_of(self, cooperative_id: int) -> BoothFigures | None:
        return next((one for one in self.booths if one.cooperative_id == cooperative_id), None)

    def best_booths(self) -> list[BoothFigures]:
        """Those that attended, by what was ordered from them."""
        return sorted((one for one in self.booths if one.attended), key=lambda one: (-one.gross_dong, one.name))


@dataclass(frozen=True)
class Difference:
    """A figure that is not what it was."""

    figure: Figure
    reported: int
    counted: int


def differences(reported: ClosingReport, counted: ClosingReport) -> list[Difference]:
    return [
        Difference(figure, reported.figures.get(figure, 0), counted.figures.get(figure, 0))
        for figure in Figure
        if reported.figures.get(figure, 0) != counted.figures.get(figure, 0)
    ]


@dataclass(frozen=True)
class Year:
    """A province's year in the terms of the Alliances (domain.md 10.5): fairs that took place, turns of cooperatives,
    conferences and participants; what nobody counts is None."""

    fairs: int
    turns: int
    conferences: int | None
    participants: int


def year_of(reports: Iterable[ClosingReport], conferences: tuple[int, int] | None) -> Year:
    several = list(reports)
    visitors = sum(one.figures[Figure.VIEWERS] for one in several)
    return Year(
        fairs=len(several),
        turns=sum(one.figures[Figure.ATTENDED] for one in several),
        conferences=conferences[0] if conferences is not None else None,
        participants=visitors + (conferences[1] if conferences is not None else 0),
    )


def minutes_on_air(stretches: Iterable[tuple[datetime, datetime]]) -> int:
    """Whole minutes of all together."""
    total = sum((end - start for start, end in stretches), timedelta())
    return total // timedelta(minutes=1)


def by_step(moments: Sequence[datetime], *, since: datetime, until: datetime) -> list[int]:
    """How many moments lie in each quarter of an hour from `since` on; the last step holds those at the very end."""
    step = timedelta(minutes=STEP_MINUTES)
    counts = [0] * max(1, -(-(until - since) // step))
    for moment in moments:
        place = (moment - since) // step
        if place >= 0:
            counts[min(place, len(counts) - 1)] += 1
    return counts
