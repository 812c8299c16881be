"""Pages on which a cooperative writes its lots down, tells how they came about and prints their labels."""

from marketplace.traceability.routes.desk import (
    balance,
    diary,
    handing,
    label_runs,
    labels,
    lots,
    preview,
    publicity,
    transforming,
    warnings,
)
from marketplace.traceability.routes.desk.blueprint import pages

__all__ = [
    "balance",
    "diary",
    "handing",
    "label_runs",
    "labels",
    "lots",
    "pages",
    "preview",
    "publicity",
    "transforming",
    "warnings",
]
