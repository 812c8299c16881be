"""A hundred buyers press at the same moment for twenty packs, twice each, on two worker processes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from marketplace import wiring
from marketplace.foundation.database import session
from marketplace.foundation.settings import Settings
from marketplace.orders.models import Order, OrderLine
from marketplace.traceability.models import Lot
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot
from tests.load.server import Buyer, running

BUYERS, PACKS = 100, 20


def _race(module: str, settings: Settings, folder: Path) -> list[Buyer]:
    """Everybody is at the checkout page, then all press at once, each twice."""
    product = make_product(make_cooperative())
    make_lot(product, quantity=PACKS * 1000)
    variant_id = product.variants[0].id
    session.remove()
    environment = {
        "HTX_MODE": "test",
        "DATABASE_URL": settings.database_url,
        "HTX_VAR": str(folder),
        "HTX_PROXIES": "1",
    }
    with running(module, environment) as port:
        buyers = [Buyer(port, number) for number in range(1, BUYERS + 1)]
        with ThreadPoolExecutor(16) as crowd:
            forms = list(crowd.map(lambda buyer: buyer.go_to_checkout(variant_id), buyers))
        start = threading.Barrier(2 * BUYERS)

        def press(buyer: Buyer, fields: dict[str, str]) -> None:
            start.wait()
            buyer.ask("POST", "/dat-hang", fields)

        with ThreadPoolExecutor(2 * BUYERS) as crowd:
            presses = [
                crowd.submit(press, buyer, fields)
                for buyer, fields in zip(buyers, forms, strict=True)
                for _ in range(2)
            ]
            for done in presses:
                done.result()
    session.rollback()
    session.expire_all()
    return buyers


def _sold() -> int:
    return int(session.scalar(select(func.sum(OrderLine.quantity))) or 0)


@pytest.mark.xdist_group("load")
def test_a_hundred_buyers_get_twenty_packs_and_no_error(app: Flask, settings: Settings, tmp_path: Path) -> None:
    buyers = _race("marketplace.app.wsgi", settings, tmp_path)
    assert {status for buyer in buyers for status in buyer.statuses} <= {200, 303}
    assert _sold() == PACKS
    lot = session.scalars(select(Lot)).one()
    assert (lot.available, lot.reserved) == (0, PACKS * 1000)
    tokens = session.scalars(select(Order.checkout_token)).all()
    assert len(tokens) == len(set(tokens)) == PACKS
    assert {rule: find() for rule, find in wiring.INVARIANTS.items() if find()} == {}


@pytest.mark.xdist_group("load")
def test_without_the_guard_the_same_race_oversells(app: Flask, settings: Settings, tmp_path: Path) -> None:
    try:
        _race("tests.fakes.unguarded_wsgi", settings, tmp_path)
        assert _sold() > PACKS
    finally:
        if session.get_bind().dialect.name == "postgresql":
            _put_constraint_back()


def _put_constraint_back() -> None:
    session.execute(text("TRUNCATE lot CASCADE"))
    session.execute(
        text(
            "ALTER TABLE lot ADD CONSTRAINT ck_lot_balance"
            " CHECK (consumed + reserved + sold + lost - returned <= produced)"
        )
    )
