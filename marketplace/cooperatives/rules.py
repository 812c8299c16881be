"""What an application needs, and how long it has waited."""

from __future__ import annotations

from datetime import date, datetime

from marketplace.foundation.dates import vietnam_day

# Kinds of papers; the first two are needed by everybody (domain.md 1.3, 3.3: the food-safety paper may be a commitment).
REGISTRATION, FOOD_SAFETY, OTHER = "registration", "food_safety", "other"
NEEDED = (REGISTRATION, FOOD_SAFETY)
KINDS = (REGISTRATION, FOOD_SAFETY, OTHER)


def missing_papers(kinds: set[str], *, sells_food: bool) -> list[str]:
    return [kind for kind in NEEDED if kind not in kinds and (sells_food or kind != FOOD_SAFETY)]


def days_waiting(submitted_at: datetime | None, today: date) -> int:
    """Whole days of the calendar since it was handed in."""
    return (today - vietnam_day(submitted_at)).days if submitted_at else 0
