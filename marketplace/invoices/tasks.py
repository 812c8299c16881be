"""Invoices by night."""

from __future__ import annotations

from marketplace.foundation.database import transaction
from marketplace.invoices import actions


def remind_invoices(job_id: int) -> None:
    with transaction():
        actions.remind()
