"""A market grown in bulk holds the same rows that actions write, and breaks none of their rules."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from marketplace import wiring
from marketplace.demo import bulk, bulk_origins
from marketplace.foundation.database import session
from marketplace.traceability.models import Lot, TraceEvent, TraceItem
from marketplace.transparency import queries as transparency
from tests.client import Browser


def _count(model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_lots_grown_in_bulk_are_sealed_balanced_and_readable(app: Flask) -> None:
    bulk.grow(20, tell=lambda _: None)
    before = _count(Lot)
    bulk_origins.grow(30, 100, tell=lambda _: None)
    bulk_origins.grow(5, 10, tell=lambda _: None)  # a second time goes on where the first ended
    assert (_count(Lot) - before, _count(TraceEvent), _count(TraceItem)) == (35, 110, 110)
    checkpoint = transparency.latest_checkpoint()
    assert checkpoint is not None
    assert checkpoint.size == 110
    for rule, find in wiring.INVARIANTS.items():
        assert find() == [], rule
        session.rollback()
    event = session.scalars(select(TraceEvent).limit(1)).one()
    subject = f"event:{event.event_id}"
    assert transparency.documents_that_disagree({subject: event.document.encode()}) == []
    code = session.scalars(select(Lot.code).where(Lot.batch == "M0000031")).one()
    assert Browser(app).get(f"/q/{code}").status_code == 200
