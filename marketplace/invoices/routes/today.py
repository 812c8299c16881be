"""Which invoices a cooperative still owes."""

from __future__ import annotations

from flask import url_for
from flask_babel import ngettext

from marketplace.foundation.web.waiting import Waiting
from marketplace.invoices import queries
from marketplace.invoices.states import Heap


def waiting(cooperative_id: int) -> list[Waiting]:
    missing = queries.count_in(cooperative_id, Heap.MISSING)
    words = ngettext("invoice to hand in", "invoices to hand in", missing)
    return [Waiting(words, missing, url_for("invoices_desk.invoices", xem=Heap.MISSING.value), "file")]
