"""A cooperative writes down the invoice that it issued, and replaces one that was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.invoices.errors import IssuedAlready, NotWanted
from marketplace.invoices.events import InvoiceIssued
from marketplace.invoices.models import Invoice, InvoiceFile, InvoicePaper
from marketplace.orders.models import CooperativeOrder
from marketplace.orders.states import NOT_PAID_FOR


@dataclass(frozen=True)
class Issued:
    """What stands on the invoice."""

    series: str
    number: str
    issued_on: date


@dataclass(frozen=True)
class StoredFile:
    file_key: str
    file_name: str
    content_type: str


def issue(
    invoice: Invoice, issued: Issued, files: Sequence[StoredFile], *, by: int, province_code: str | None = None
) -> None:
    """The buyer can fetch it from now on. Announces InvoiceIssued; raises IssuedAlready, NotWanted."""
    _hold(invoice)
    if invoice.paper is not None:
        raise IssuedAlready(f"invoice {invoice.id}")
    invoice.issued_at = clock.now()
    _write(invoice, issued, files, by=by)
    _record("issue", invoice, issued, by=by, province_code=province_code, reason="")
    announce(InvoiceIssued(invoice.id, is_replacement=False))


def replace(
    invoice: Invoice,
    issued: Issued,
    files: Sequence[StoredFile],
    *,
    instead_of: int,
    reason: str,
    by: int,
    province_code: str | None = None,
) -> None:
    """Another invoice stands for the one that was shown; the old one is kept with the reason.

    Announces InvoiceIssued; raises IssuedAlready when the one shown was replaced by somebody else, and NotWanted.
    """
    _hold(invoice)
    before = invoice.paper
    if before is None or before.id != instead_of:
        raise IssuedAlready(f"invoice {invoice.id}")
    invoice.issued_at = before.replaced_at = clock.now()
    before.replaced_why = reason
    session.flush()
    _write(invoice, issued, files, by=by)
    _record("replace", invoice, issued, by=by, province_code=province_code, reason=reason)
    announce(InvoiceIssued(invoice.id, is_replacement=True))


def _hold(invoice: Invoice) -> None:
    """One after the other: the second of two people sees what the first has written."""
    session.execute(select(Invoice.id).where(Invoice.id == invoice.id).with_for_update())
    session.refresh(invoice)
    state = session.scalars(
        select(CooperativeOrder.state).where(CooperativeOrder.id == invoice.cooperative_order_id)
    ).one()
    if state in NOT_PAID_FOR:
        raise NotWanted(f"invoice {invoice.id}: its goods are {state}")


def _write(invoice: Invoice, issued: Issued, files: Sequence[StoredFile], *, by: int) -> None:
    paper = InvoicePaper(invoice_id=invoice.id, by_id=by, at=clock.now(), **vars(issued))
    session.add(paper)
    session.flush()
    session.add_all(InvoiceFile(paper_id=paper.id, **vars(one)) for one in files)
    session.flush()
    session.expire(invoice, ["papers"])


def _record(deed: str, invoice: Invoice, issued: Issued, *, by: int, province_code: str | None, reason: str) -> None:
    audit.record(
        f"invoices:invoice:{deed}", subject="invoice", subject_id=invoice.id, by=by, province_code=province_code,
        reason=reason, series=issued.series, number=issued.number,
    )  # fmt: skip
