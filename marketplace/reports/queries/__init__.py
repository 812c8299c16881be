"""Counting what fairs came to."""

from marketplace.reports.queries.counting import count_fair
from marketplace.reports.queries.finding import (
    Pending,
    differences_now,
    differences_then,
    find_fair_of,
    find_fair_to_report,
    pending,
    report_of,
)
from marketplace.reports.queries.years import ProvinceYear, province_years, years_with_fairs

__all__ = [
    "Pending",
    "ProvinceYear",
    "count_fair",
    "differences_now",
    "differences_then",
    "find_fair_of",
    "find_fair_to_report",
    "pending",
    "province_years",
    "report_of",
    "years_with_fairs",
]
