"""What follows from what happens to parcels."""

from __future__ import annotations

from marketplace.fulfilment.events import CashRemitted
from marketplace.orders import actions as orders


def on_cash_remitted(event: CashRemitted) -> None:
    orders.remit_part(
        event.part_id,
        collected_dong=event.collected_dong,
        shipping_dong=event.shipping_dong,
        fee_dong=event.fee_dong,
    )
