"""A buyer wants an invoice."""

from __future__ import annotations

from marketplace.foundation.database import session
from marketplace.invoices.models import Invoice
from marketplace.orders.models import Order


def want(order: Order) -> None:
    """Ask every cooperative of the order for one, if the buyer wants any."""
    wanted = order.invoice
    if not wanted:
        return
    session.add_all(
        Invoice(
            cooperative_order_id=part.id,
            cooperative_id=part.cooperative_id,
            company=wanted.get("company", ""),
            tax_code=wanted.get("tax_code", ""),
            address=wanted.get("address", ""),
            email=wanted.get("email", ""),
            asked_at=order.placed_at,
        )
        for part in order.parts
    )
    session.flush()
