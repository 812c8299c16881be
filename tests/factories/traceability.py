"""Lots on sale."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.foundation.events import announce
from marketplace.traceability.actions import balance, units
from marketplace.traceability.events import LotPublished
from marketplace.traceability.models import Lot, LotStage, Unit
from marketplace.traceability.rules import RANDOM_LENGTH, lot_code
from marketplace.traceability.states import LotState, MovementKind, OriginKind, StageKind, UnitState

_numbers = count(1)


def make_lot(
    product: Product,
    *,
    quantity: int = 100_000,
    harvested_on: date | None = None,
    best_before: date | None = None,
    **changes: Any,
) -> Lot:
    """A published lot (100 kg unless told) harvested yesterday, on sale at once."""
    number = next(_numbers)
    now = clock.now()
    harvested_on = harvested_on or clock.today() - timedelta(days=1)
    with transaction():
        cooperative = session.get_one(Cooperative, product.cooperative_id)
        values: dict[str, Any] = {
            "code": lot_code(codes.random_code(RANDOM_LENGTH)),
            "cooperative_id": product.cooperative_id,
            "product_id": product.id,
            "batch": f"L{number:03d}",
            "harvested_on": harvested_on,
            "origin": OriginKind.SEASON,
            "best_before": best_before or harvested_on + timedelta(days=10),
            "quantity": quantity,
            "place": "Thôn Đông",
            "commune_code": cooperative.commune_code,
            "state": LotState.PUBLISHED,
            "created_at": now,
            "recorded_at": now,
            "published_at": now,
            "produced": quantity,
            **changes,
        }
        if values["state"] == LotState.DRAFT:
            values |= {"produced": 0, "recorded_at": None, "published_at": None}
        lot = Lot(**values)
        lot.stages = [
            LotStage(kind=StageKind.HARVEST, place="Thôn Đông", started_on=harvested_on, created_at=now),
            LotStage(kind=StageKind.PACKING, place="Nhà đóng gói", started_on=harvested_on, created_at=now),
        ]
        session.add(lot)
        session.flush()
        if lot.produced:
            balance.note_movement(lot.id, MovementKind.PRODUCED, quantity, reference=f"lot:{lot.id}", by=None)
        if lot.state == LotState.PUBLISHED:
            announce(LotPublished(lot.id, product.id, quantity, lot.best_before, None))
    return lot


def make_units(lot: Lot, number: int = 1, *, state: UnitState = UnitState.SOLD) -> list[Unit]:
    """Packs of the lot with serials of their own; with their buyers unless told."""
    with transaction():
        lot = session.get_one(Lot, lot.id)
        variant = session.get_one(Product, lot.product_id).variants[0]
        run = units.print_units(lot, variant, count=number, layout="21", by=None)
        made = list(session.scalars(select(Unit).where(Unit.run_id == run.id).order_by(Unit.id)))
        for unit in made:
            unit.state = state
    return made
