"""Reading fairs."""

from marketplace.fairs.queries.checks import Check, booth_checks
from marketplace.fairs.queries.fairs import (
    booth_name,
    find_booth,
    find_fair,
    find_fair_to_run,
    find_item,
    find_item_of_offer,
    find_slot,
    slots_of,
)

__all__ = [
    "Check",
    "booth_checks",
    "booth_name",
    "find_booth",
    "find_fair",
    "find_fair_to_run",
    "find_item",
    "find_item_of_offer",
    "find_slot",
    "slots_of",
]
