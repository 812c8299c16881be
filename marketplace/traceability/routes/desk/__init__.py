"""Pages on which a cooperative writes its lots down, tells how they came about and prints their labels."""

from marketplace.traceability.routes.desk import diary, labels, lots, publicity
from marketplace.traceability.routes.desk.blueprint import pages

__all__ = ["diary", "labels", "lots", "pages", "publicity"]
