"""What can be done with an invoice."""

from marketplace.invoices.actions.asking import want
from marketplace.invoices.actions.issuing import Issued, StoredFile, issue, replace
from marketplace.invoices.actions.reminding import remind

__all__ = ["Issued", "StoredFile", "issue", "remind", "replace", "want"]
