"""A buyer wants an invoice, when he orders or later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.invoices.errors import IssuedAlready
from marketplace.invoices.events import InvoiceAsked
from marketplace.invoices.models import Invoice
from marketplace.invoices.rules import can_be_asked
from marketplace.orders import actions as orders
from marketplace.orders.models import Order


def want(order: Order) -> None:
    """Ask every cooperative of the order for one, if the buyer wants any."""
    if order.invoice:
        _ask(order, at=order.placed_at)


def ask_later(order_id: int, *, wanted: Mapping[str, str]) -> None:
    """The buyer needs an invoice after all, or wrote something wrong: until a cooperative has issued one, what he says
    now stands for all of them.

    Announces InvoiceAsked for each. Raises IssuedAlready, also when nothing of the order is sent any more.
    """
    order = orders.lock(order_id)
    known = session.scalars(
        select(Invoice)
        .where(Invoice.cooperative_order_id.in_([part.id for part in order.parts]))
        .order_by(Invoice.id)
        .with_for_update()
    ).all()
    if not can_be_asked([part.state for part in order.parts], [one.issued_at for one in known]):
        raise IssuedAlready(f"an invoice of order {order.code}")
    orders.want_invoice(order, dict(wanted))
    for one in known:
        one.company, one.tax_code = wanted["company"], wanted["tax_code"]
        one.address, one.email = wanted["address"], wanted["email"]
    session.flush()
    for one in known or _ask(order, at=clock.now()):
        announce(InvoiceAsked(one.id))


def _ask(order: Order, *, at: datetime) -> list[Invoice]:
    assert order.invoice, "only who wants one asks"
    asked = [
        Invoice(
            cooperative_order_id=part.id,
            cooperative_id=part.cooperative_id,
            company=order.invoice.get("company", ""),
            tax_code=order.invoice.get("tax_code", ""),
            address=order.invoice.get("address", ""),
            email=order.invoice.get("email", ""),
            asked_at=at,
        )
        for part in order.parts
    ]
    session.add_all(asked)
    session.flush()
    return asked
