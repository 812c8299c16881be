"""The heaps in which a cooperative sees the invoices that buyers want; the value stands in the address of the page."""

from enum import StrEnum


class Heap(StrEnum):
    MISSING = "con-thieu"
    ISSUED = "da-co"
