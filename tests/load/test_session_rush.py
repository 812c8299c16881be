"""Three hundred buyers rush for fifty packs at a session price that opens and closes while they press (issue 5)."""

from __future__ import annotations

import os
import random
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace import wiring
from marketplace.fairs import actions as fairs
from marketplace.fairs import queries
from marketplace.fairs.models import BoothItem, Fair, Slot
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import Settings
from marketplace.inventory.models import SessionOffer
from marketplace.orders.models import Order, OrderLine
from tests.factories.fairs import make_live_fair
from tests.load.server import Buyer, running

BUYERS, PACKS, PER_BUYER, PRICE = 300, 50, 2, 40_000
# Ten in the proof that stands in the issue; one on every run.
SEEDS = range(int(os.environ.get("HTX_RUSH_SEEDS", "1")))


@dataclass
class Rush:
    """What the crowd has seen so far; the host acts when enough of it has happened."""

    early: int = 0  # refused before the price opened
    ordered: int = 0
    done: int = 0
    opened: threading.Event = field(default_factory=threading.Event)
    moved: threading.Condition = field(default_factory=threading.Condition)
    shown: dict[str, int] = field(default_factory=dict)  # what each checkout page said, by its token

    def count(self, what: str) -> None:
        with self.moved:
            setattr(self, what, getattr(self, what) + 1)
            self.moved.notify_all()

    def wait_until(self, what: str, number: int, *, of: int) -> None:
        with self.moved:
            assert self.moved.wait_for(lambda: getattr(self, what) >= number or self.done == of, timeout=300)


def _buy(rush: Rush, buyer: Buyer, address: str, *, phone: int, packs: int, is_early: bool) -> None:
    try:
        if is_early:
            assert _hold(buyer, address, packs, form_at="/dang-nhap") == 422
            rush.count("early")
        assert rush.opened.wait(300)
        if _hold(buyer, address, packs, form_at=address) != 303:
            return
        fields = buyer.form() | {"phone": f"09{phone:08d}"}
        if not fields.get("checkout_token"):
            return  # closed meanwhile: the page led back to the cart
        rush.shown[fields["checkout_token"]] = int(fields["shown_dong"])
        _, _, where = buyer.ask("POST", "/dat-hang", fields)
        if "/don-hang/" in where:
            rush.count("ordered")
    finally:
        rush.count("done")


def _hold(buyer: Buyer, address: str, packs: int, *, form_at: str) -> int:
    """The status of the answer; that of the page when nothing can be pressed on it."""
    status, page, _ = buyer.ask("GET", form_at)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if token is None:
        return status
    return buyer.ask("POST", address, {"csrf_token": token[1], "quantity": str(packs)})[0]


def _race(
    module: str, settings: Settings, folder: Path, *, seed: int, buyers: int = BUYERS, close_after: int
) -> tuple[Rush, list[Buyer], int]:
    """Gives also what was sold when the price closed, as the database said it under the offer's lock."""
    chance = random.Random(seed)
    fair, (slot,) = make_live_fair(packs=PACKS, per_buyer=PER_BUYER, price_dong=PRICE)
    with transaction():
        fairs.put_on_air(session.get_one(Fair, fair.id), session.get_one(Slot, slot.id), by=1)
    item_id = session.scalars(select(BoothItem.id)).one()
    fair_id, address = fair.id, f"/phien-cho/{fair.slug}/mua/{item_id}"
    session.remove()
    environment = {
        "HTX_MODE": "test", "DATABASE_URL": settings.database_url, "HTX_VAR": str(folder), "HTX_PROXIES": "1",
    }  # fmt: skip
    rush = Rush()
    with running(module, environment) as port, ThreadPoolExecutor(24) as crowd:
        browsers = [Buyer(port, number) for number in range(1, buyers + 1)]
        # Every phone has two browsers, and everybody wants all he may have, or one.
        pressed = [
            crowd.submit(
                _buy, rush, browser, address, phone=1 + browser.number % (buyers // 2),
                packs=chance.randint(1, PER_BUYER), is_early=browser.number <= 10,
            )
            for browser in browsers
        ]  # fmt: skip
        rush.wait_until("early", 10, of=buyers)
        with transaction():
            fairs.open_price(session.get_one(Fair, fair_id), session.get_one(BoothItem, item_id), by=1)
        session.remove()
        rush.opened.set()
        rush.wait_until("ordered", close_after, of=buyers)
        with transaction():
            item = session.get_one(BoothItem, item_id)
            fairs.close_price(session.get_one(Fair, fair_id), item, at_once=True, by=1)
            sold_at_close = session.get_one(SessionOffer, item.offer_id, populate_existing=True).sold
        session.remove()
        for one in pressed:
            one.result()
    session.rollback()
    session.expire_all()
    return rush, browsers, sold_at_close


@pytest.mark.xdist_group("load")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_rush_for_session_goods_is_fair(app: Flask, settings: Settings, tmp_path: Path, seed: int) -> None:
    # In some runs the host closes early, in others everything is sold by then.
    close_after = random.Random(seed).randint(5, 60)
    rush, browsers, sold_at_close = _race(
        "marketplace.app.wsgi", settings, tmp_path, seed=seed, close_after=close_after
    )
    assert {status for browser in browsers for status in browser.statuses} <= {200, 302, 303, 422}
    offer = session.scalars(select(SessionOffer)).one()
    lines = session.scalars(select(OrderLine)).all()
    placed = session.scalars(select(Order)).all()
    assert sum(line.quantity for line in lines) == offer.sold == sold_at_close <= PACKS
    assert {(line.price_dong, line.session_offer_id) for line in lines} == {(PRICE, offer.id)}
    by_phone: Counter[str] = Counter()
    for order in placed:
        by_phone[order.phone] += sum(line.quantity for part in order.parts for line in part.lines)
        assert order.total_dong == rush.shown[order.checkout_token]
    assert max(by_phone.values()) <= PER_BUYER
    assert len(placed) == rush.ordered >= min(close_after, 20)
    assert sum(sale.packs for sale in queries.session_sales(session.scalars(select(Fair.id)).one())) == offer.sold
    assert {rule: find() for rule, find in wiring.INVARIANTS.items() if find()} == {}


@pytest.mark.xdist_group("load")
def test_without_the_guard_the_same_rush_oversells(app: Flask, settings: Settings, tmp_path: Path) -> None:
    try:
        _, _, sold_at_close = _race(
            "tests.fakes.unguarded_session_wsgi", settings, tmp_path, seed=0, buyers=120, close_after=60
        )
        sold = sum(session.scalars(select(OrderLine.quantity)))
        assert sold > PACKS or sold > sold_at_close
    finally:
        if session.get_bind().dialect.name == "postgresql":
            _put_constraint_back()


def _put_constraint_back() -> None:
    session.execute(text("TRUNCATE session_offer CASCADE"))
    session.execute(
        text("ALTER TABLE session_offer ADD CONSTRAINT ck_session_offer_packs CHECK (sold >= 0 AND sold <= packs)")
    )
