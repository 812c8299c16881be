"""What the shop window does when lots and products change."""

from __future__ import annotations

from marketplace.catalogue.events import ProductListed
from marketplace.inventory import actions
from marketplace.traceability.events import LotClosed, LotPublished, LotReopened, StockChanged


def on_stock_changed(event: LotPublished | LotClosed | LotReopened | StockChanged | ProductListed) -> None:
    actions.refresh_shop_window(event.product_id)
