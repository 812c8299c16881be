"""Goods that come back because something was wrong are counted, and nobody is offered them again."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.foundation.database import session, transaction
from marketplace.traceability import actions as traceability
from marketplace.traceability.errors import NotEnoughInLot
from marketplace.traceability.models import LabelRun, Lot
from marketplace.traceability.queries import invariants
from tests.care.test_complaints import WAY
from tests.factories.accounts import make_person
from tests.factories.orders import make_order, make_sold_product, move
from tests.factories.traceability import make_lot

RULES = (invariants.counters_that_disagree, invariants.labels_that_exceed, invariants.units_that_disagree)


def broken() -> list[str]:
    session.rollback()
    session.expire_all()
    return [line for rule in RULES for line in rule()]


def set_aside(lot_id: int, loose: int) -> None:
    by = make_person().id
    with transaction():
        traceability.set_aside(lot_id, loose=loose, serials=(), reference="complaint:1:line:1", note="Trả lại", by=by)


def test_packs_of_a_lot_that_is_labelled_to_the_last_come_back_with_their_labels(app: Flask) -> None:
    product = make_sold_product(quantity=10_000)
    order = make_order(product, quantity=2)
    (line,) = order.parts[0].lines
    lot_id = line.lots[0].lot_id
    with transaction():
        lot = session.get_one(Lot, lot_id)
        variant = session.merge(product).variants[0]
        traceability.print_labels(lot, variant, count=lot.to_label // variant.content, layout="24", by=None)
    move(order, *WAY)
    before = session.get_one(Lot, lot_id).available
    set_aside(lot_id, 2 * line.content)
    set_aside(lot_id, 2 * line.content)  # a worker that was killed does it again
    lot = session.get_one(Lot, lot_id)
    assert (lot.returned, lot.lost, lot.available) == (2 * line.content, 2 * line.content, before)
    assert session.query(LabelRun).one().voided == 2
    assert broken() == []


def test_more_than_was_sold_does_not_come_back(app: Flask) -> None:
    lot = make_lot(make_sold_product(), quantity=10_000)
    with pytest.raises(NotEnoughInLot):
        set_aside(lot.id, 1_000)
    assert session.get_one(Lot, lot.id).returned == 0
    assert broken() == []
