"""What a kind of certificate knows about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from marketplace.certificates.states import IssuerLevel

MONTH = 30.44  # days
SURVEILLANCE_DAYS = 13 * MONTH  # once in 12 months, and a month until the report is there


class Values(Protocol):
    """What a check looks at: a row, or a form's values."""

    number: str
    stars: int | None
    issuer_level: IssuerLevel
    valid_from: date
    valid_to: date
    area_m2: int | None
    last_surveillance_on: date | None


Check = Callable[[Values], str | None]


@dataclass(frozen=True)
class Scheme:
    """A kind of certificate.

    `name` in full and `short_label` on badges are words for readers; `checks` give the key of a doubt that an officer
    should look into, never a refusal: papers differ more than rules foresee. `registry` is where everybody can look
    numbers up.
    """

    code: str
    name: Any
    short_label: Any
    issuer_levels: tuple[IssuerLevel, ...]
    usual_validity_months: int
    has_stars: bool = False
    covers_exact_name: bool = False
    needs_area: bool = False
    has_surveillance: bool = False
    registry: str = ""
    checks: tuple[Check, ...] = field(default=())

    def problems(self, values: Values, today: date) -> list[str]:
        """Keys of words.PROBLEMS that an officer should look into."""
        doubts = [check(values) for check in self.checks]
        doubts += [
            "level_unusual" if values.issuer_level not in self.issuer_levels else None,
            "validity_too_long" if self._months(values) > self.usual_validity_months + 1 else None,
            "ended_already" if values.valid_to < today else None,
            "area_missing" if self.needs_area and not values.area_m2 else None,
            "surveillance_overdue" if self._is_unwatched(values, today) else None,
        ]
        return [key for key in doubts if key]

    def _months(self, values: Values) -> float:
        return (values.valid_to - values.valid_from).days / MONTH

    def _is_unwatched(self, values: Values, today: date) -> bool:
        last_seen = max(values.last_surveillance_on or values.valid_from, values.valid_from)
        return self.has_surveillance and (min(today, values.valid_to) - last_seen).days > SURVEILLANCE_DAYS
