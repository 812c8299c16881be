"""What people read about invoices."""

from flask_babel import lazy_gettext as _

from marketplace.invoices.states import Heap

HEAPS = {Heap.MISSING: _("Invoice still missing"), Heap.ISSUED: _("Invoice sent")}

FILE_KINDS = {"application/pdf": _("PDF, to read and print"), "application/xml": _("XML, for your accountant")}
