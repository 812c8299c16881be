"""Plots, seasons and diary entries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from marketplace.catalogue.models import Product
from marketplace.certificates.models import Certificate
from marketplace.farming import actions
from marketplace.farming.actions import NewEntry, PlotFacts
from marketplace.farming.models import DiaryEntry, Plot, Season
from marketplace.farming.rules import KINDS, FieldType
from marketplace.farming.states import DiaryKind
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction

_EXAMPLES = {
    FieldType.LINE: "như mọi khi",
    FieldType.TEXT: "như mọi khi",
    FieldType.WEIGHT: "120 kg",
    FieldType.NUMBER: "300",
    FieldType.DAYS: "7",
    FieldType.DAY: "01/06/2026",
}


def make_plot(cooperative_id: int, *, commune: str = "11977", **facts: Any) -> Plot:
    """A plot of 1,000 m² unless told otherwise."""
    values: dict[str, Any] = {"name": "Ruộng cửa đình", "area_m2": 1_000, "commune_code": commune, **facts}
    with transaction():
        return actions.add_plot(cooperative_id, PlotFacts(**values), by=None)


def make_season(
    product: Product, *, plot: Plot | None = None, certificate: Certificate | None = None, **changes: Any
) -> Season:
    """A season that began 60 days ago; with its usual ceiling unless one is given."""
    plot = plot or make_plot(product.cooperative_id)
    values: dict[str, Any] = {
        "name": "Vụ xuân",
        "started_on": clock.today() - timedelta(days=60),
        "certificate": certificate,
        **changes,
    }
    with transaction():
        return actions.start_season(session.merge(plot), session.merge(product), by=None, **values)


def typed_fields(kind: DiaryKind) -> dict[str, str]:
    """Something good for every obligatory field of the kind."""
    return {
        field.name: field.choices[0] if field.choices else _EXAMPLES[field.type]
        for field in KINDS[kind].fields
        if field.is_required
    }


def make_entry(
    season: Season, kind: DiaryKind = DiaryKind.WEEDING_PRUNING, *, on: date | None = None, **fields: str
) -> DiaryEntry:
    """An entry of today unless told otherwise."""
    told = NewEntry(kind, on or clock.today(), {**typed_fields(kind), **fields})
    with transaction():
        return actions.write_entry(session.merge(season), told, client_id=str(uuid4()), by=None)[0]
