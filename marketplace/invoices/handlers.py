"""What invoices do when something is ordered."""

from __future__ import annotations

from marketplace.foundation.database import session
from marketplace.invoices import actions
from marketplace.orders.events import OrderPlaced
from marketplace.orders.models import Order


def on_order_placed(event: OrderPlaced) -> None:
    actions.want(session.get_one(Order, event.order_id))
