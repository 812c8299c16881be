"""What stock does when lots and products change."""

from __future__ import annotations

from marketplace.catalogue.events import ProductListed
from marketplace.inventory import actions
from marketplace.traceability.events import LotClosed, LotPublished, LotReopened


def on_lot_published(event: LotPublished) -> None:
    actions.receive(
        lot_id=event.lot_id,
        product_id=event.product_id,
        quantity=event.quantity,
        best_before=event.best_before,
        by=event.by,
    )


def on_lot_closed(event: LotClosed) -> None:
    actions.set_open(lot_id=event.lot_id, is_open=False)


def on_lot_reopened(event: LotReopened) -> None:
    actions.set_open(lot_id=event.lot_id, is_open=True)


def on_product_listed(event: ProductListed) -> None:
    actions.refresh_shop_window(event.product_id)
