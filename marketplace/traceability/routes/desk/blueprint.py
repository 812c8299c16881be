"""The blueprint of a cooperative's lots, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, abort, current_app

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.settings import Settings
from marketplace.traceability import queries
from marketplace.traceability.models import Lot

pages = Blueprint("traceability_desk", __name__)


def find(cooperative: Cooperative, code: str) -> Lot:
    return queries.find_lot(cooperative.id, code) or abort(404)


def public_url() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.public_url
