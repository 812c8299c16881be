"""What happened to invoices."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InvoiceIssued:
    """The buyer can fetch it; `is_replacement` when it stands for one that he had before."""

    invoice_id: int
    is_replacement: bool


@dataclass(frozen=True)
class InvoiceMissing:
    """The goods arrived so many days ago, and the buyer still has no invoice."""

    invoice_id: int
    days: int


@dataclass(frozen=True)
class InvoiceAsked:
    """A buyer who had not asked when he ordered, or who changed for whom it is."""

    invoice_id: int
