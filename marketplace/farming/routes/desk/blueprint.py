"""The pages of land and diary at a cooperative's desk, and how they find what they show."""

from __future__ import annotations

from flask import Blueprint, abort

from marketplace.cooperatives.models import Cooperative
from marketplace.farming import queries
from marketplace.farming.models import Plot, Season

pages = Blueprint("farming_desk", __name__)


def own_plot(cooperative: Cooperative, plot_id: int) -> Plot:
    return queries.find_plot(cooperative.id, plot_id) or abort(404)


def own_season(cooperative: Cooperative, season_id: int) -> Season:
    return queries.season_of(cooperative.id, season_id) or abort(404)
