"""What follows from what happens to parcels."""

from __future__ import annotations

from marketplace.fulfilment import billing
from marketplace.fulfilment.events import CashRemitted
from marketplace.orders import actions as orders
from marketplace.orders.events import PartMoved
from marketplace.orders.states import PartState


def on_cash_remitted(event: CashRemitted) -> None:
    orders.remit_part(
        event.part_id,
        collected_dong=event.collected_dong,
        shipping_dong=event.shipping_dong,
        fee_dong=event.fee_dong,
    )


def on_part_moved(event: PartMoved) -> None:
    if event.to_state == PartState.LOST:
        billing.bear_lost_way(event.part_id, by=event.by)
