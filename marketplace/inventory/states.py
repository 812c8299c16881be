"""States of session offers."""

from enum import StrEnum


class OfferState(StrEnum):
    """Where a session offer stands at a moment; it follows from its window and from what is left (domain.md 10.2)."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"
