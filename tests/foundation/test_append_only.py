"""What was booked, moved and decided stays as it was: the database refuses, and `check-invariants` says when it would not."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from marketplace.foundation import append_only, audit
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import Base, engine, session, transaction
from marketplace.orders.models import LineRefund, OrderStep
from marketplace.orders.states import PartState
from marketplace.payments.states import Method
from marketplace.traceability.models import LotMovement
from tests.factories.accounts import make_officer
from tests.factories.orders import make_order, make_sold_product, move, pay
from tests.orders.test_money import refund


@pytest.fixture
def trail(app: Flask) -> None:
    """A row in each of these tables."""
    order = make_order(make_sold_product(), method=Method.VIETQR)
    pay(order)
    move(order, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
    refund(order, {order.parts[0].lines[0].id: 1}, by=make_officer("33").id)
    with transaction():
        audit.record("a:b:c", subject="x", subject_id=1, by=None)


@pytest.mark.parametrize("table", [AuditEntry, LineRefund, LotMovement, OrderStep])
@pytest.mark.parametrize("deed", ["change", "delete"])
def test_the_database_refuses_to_change_the_trail(trail: None, table: type[Base], deed: str) -> None:
    before = session.query(table).count()
    session.rollback()
    assert before > 0
    statement = delete(table) if deed == "delete" else update(table).values(id=table.__table__.c.id + 100)
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        session.execute(statement)
    session.rollback()
    assert session.query(table).count() == before


def test_a_guard_that_is_gone_is_told(app: Flask) -> None:
    assert append_only.tables_left_open() == []
    is_sqlite = engine().dialect.name == "sqlite"
    name = "audit_entry_no_delete" if is_sqlite else "audit_entry_no_change ON audit_entry"
    found: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction():
        session.execute(text(f"DROP TRIGGER {name}"))
        found += append_only.tables_left_open()
        raise ZeroDivisionError  # so that it is there again
    deeds = ("deleted",) if is_sqlite else ("changed", "deleted")
    assert found == [
        f"the rows of audit_entry can be {done}: its guard is gone, and the migrations set it" for done in deeds
    ]
    assert append_only.tables_left_open() == []
