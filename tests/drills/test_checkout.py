"""Buyers whose page worker is killed while they order: one press more settles each of them."""

from __future__ import annotations

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.foundation.database import session
from marketplace.orders.models import Order, OrderLine
from marketplace.traceability.models import Lot
from tests.drills.conftest import Drill, broken, press
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot
from tests.load.server import Buyer

pytestmark = pytest.mark.xdist_group("load")

PATH = "/dat-hang"
BUYERS, PACKS = 200, 100
SEEDS = int(os.environ.get("HTX_DRILL_SEEDS", "3"))


def sell(packs: int) -> tuple[int, int]:
    """(variant, lot) of a new product with so many packs of a kilogram."""
    product = make_product(make_cooperative())
    lot = make_lot(product, quantity=packs * 1000)
    return product.variants[0].id, lot.id


def orders_of(token: str) -> list[Order]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Order).where(Order.checkout_token == token)))


def passages(drill: Drill, variant_id: int) -> list[str]:
    """Every place that one order passes on its way, in this order."""
    buyer = Buyer(drill.port, 1)
    fields = buyer.go_to_checkout(variant_id)
    name = drill.kill(PATH)
    answer = press(buyer, PATH, fields)
    assert answer is not None
    assert answer[0] == 303
    return drill.passed(name)


def test_killed_at_each_place_of_checkout_one_more_press_makes_the_one_order(drilled: Any) -> None:
    variant_id, lot_id = sell(100)
    with drilled("tests.fakes.dying.wsgi") as drill:
        places = passages(drill, variant_id)
        assert {"order written", "payment asked", "cart emptied", "goods taken", "about to commit", "committed"} < set(
            places
        )
        for number, place in enumerate(places, start=1):
            buyer = Buyer(drill.port, number + 1)
            fields = buyer.go_to_checkout(variant_id)
            drill.kill(PATH, number)
            assert press(buyer, PATH, fields) is None, f"not killed at {place}"
            again = drill.press_again(buyer, PATH, fields)
            assert again is not None, place
            assert "/don-hang/" in again[2], (place, again)
            (order,) = orders_of(fields["checkout_token"])
            assert f"/don-hang/{order.code}?" in again[2], place
            assert session.get_one(Lot, lot_id).reserved == (number + 1) * 1000, place
    assert broken() == {}


def test_an_order_committed_before_its_goods_is_found_out(drilled: Any) -> None:
    variant_id, _ = sell(100)
    with drilled("tests.fakes.dying.careless_wsgi") as drill:
        buyer = Buyer(drill.port, 1)
        fields = buyer.go_to_checkout(variant_id)
        drill.kill(PATH, 1, place="goods taken")
        assert press(buyer, PATH, fields) is None
    assert broken() != {}


def test_a_crowd_for_too_few_packs_while_workers_are_killed(drilled: Any) -> None:
    with drilled("tests.fakes.dying.wsgi") as drill:
        variant_id, _ = sell(1)
        places = passages(drill, variant_id)
        for seed in range(SEEDS):
            _race(drill, seed=seed, places=places)


def _race(drill: Drill, *, seed: int, places: list[str]) -> None:
    """All press at once and three times a worker dies; then those who were not answered press once more."""
    chance = random.Random(seed)
    variant_id, lot_id = sell(PACKS)
    buyers = [Buyer(drill.port, (seed + 1) * 1000 + number) for number in range(BUYERS)]
    with ThreadPoolExecutor(8) as crowd:
        forms = list(crowd.map(lambda buyer: buyer.go_to_checkout(variant_id), buyers))
    kills = sorted(chance.sample(range(1, PACKS * len(places)), 3))
    drill.kill(PATH, *kills)
    start = threading.Barrier(BUYERS)

    def once(buyer: Buyer, fields: dict[str, str]) -> Any:
        start.wait()
        return press(buyer, PATH, fields)

    with ThreadPoolExecutor(BUYERS) as crowd:
        first = list(crowd.map(once, buyers, forms))
    drill.end()
    with ThreadPoolExecutor(8) as crowd:
        answers = list(
            crowd.map(
                lambda answer, buyer, fields: answer or drill.press_again(buyer, PATH, fields), first, buyers, forms
            )
        )
    told = f"seed {seed}, killed at passages {kills}, {first.count(None)} not answered"
    assert None not in answers, told
    assert {answer[0] for answer in answers if answer} == {303}, told
    made = {
        answer[2].split("/don-hang/")[1].split("?")[0] for answer in answers if answer and "/don-hang/" in answer[2]
    }
    session.rollback()
    session.expire_all()
    tokens = [fields["checkout_token"] for fields in forms]
    rows = session.execute(select(Order.code).where(Order.checkout_token.in_(tokens))).scalars().all()
    assert sorted(made) == sorted(rows), told
    assert len(rows) == PACKS, told
    assert session.scalar(select(func.sum(OrderLine.quantity)).where(OrderLine.variant_id == variant_id)) == PACKS, told
    assert session.get_one(Lot, lot_id).available == 0, told
    assert broken() == {}, told
