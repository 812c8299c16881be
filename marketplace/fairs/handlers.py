"""What rooms hear of when stock moves."""

from __future__ import annotations

from marketplace.fairs import actions
from marketplace.inventory.events import OfferStockChanged


def on_offer_stock_changed(event: OfferStockChanged) -> None:
    actions.tell_stock(event.offer_id)
