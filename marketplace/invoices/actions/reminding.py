"""Asking cooperatives after invoices that buyers still wait for."""

from __future__ import annotations

from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.invoices import queries
from marketplace.invoices.events import InvoiceMissing
from marketplace.invoices.models import InvoiceReminder


def remind() -> int:
    """Once at each distance from the delivery; announces InvoiceMissing and gives the number of reminders."""
    due = queries.unreminded(on=clock.today(), now=clock.now())
    for invoice_id, days in due:
        session.add(InvoiceReminder(invoice_id=invoice_id, days=days, sent_at=clock.now()))
        announce(InvoiceMissing(invoice_id, days))
    session.flush()
    return len(due)
