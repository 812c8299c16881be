"""A recall of the demo with its buyers: goods were ordered, sent and eaten before the lot was called back."""

from __future__ import annotations

from datetime import timedelta

from marketplace.demo.orders import Plan, place_orders
from marketplace.demo.scene import Scene, at
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.orders.states import PartState
from marketplace.payments.states import Method
from marketplace.traceability import actions as traceability

RECALLED_DAYS_AGO = 4
_SQUID = "Chả mực giã tay Bãi Sóng"
PLANS = (
    Plan(((_SQUID, 0, 2),), 12, PartState.COMPLETED, Method.VIETQR, is_paid=True, is_fetched=True),
    Plan(((_SQUID, 1, 1),), 9, PartState.DELIVERED, as_guest=True, is_fetched=True),
    Plan(((_SQUID, 0, 1),), 7, PartState.SHIPPED, is_fetched=True),
    Plan(((_SQUID, 0, 3),), 5, PartState.CONFIRMED, as_guest=True, is_fetched=True),
)


def sell_and_recall(scene: Scene) -> None:
    """The older lot is sold first, as it must be; then all lots that data/market.toml calls back are recalled."""
    place_orders(PLANS, scene)
    for lot, reason in scene.recalls:
        with clock.moved_to(at(scene.today - timedelta(days=RECALLED_DAYS_AGO), 10)), transaction():
            traceability.recall(lot, by=scene.owners[lot.cooperative_id], reason=reason)
