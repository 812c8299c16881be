"""A cooperative's plots, seasons and diary."""

from marketplace.farming.routes.desk import diary, land
from marketplace.farming.routes.desk.blueprint import pages

__all__ = ["diary", "land", "pages"]
