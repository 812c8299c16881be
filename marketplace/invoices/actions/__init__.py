"""What can be done with an invoice."""

from marketplace.invoices.actions.asking import ask_later, want
from marketplace.invoices.actions.issuing import Issued, StoredFile, issue, replace
from marketplace.invoices.actions.reminding import remind

__all__ = ["Issued", "StoredFile", "ask_later", "issue", "remind", "replace", "want"]
