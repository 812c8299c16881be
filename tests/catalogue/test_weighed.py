"""A product that is sold by weight: said on the desk, told to buyers before they order, frozen with the order."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from marketplace.catalogue import rules
from marketplace.catalogue.models import Listing, Product, Variant
from marketplace.foundation import clock
from marketplace.foundation.database import session
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_weighed_product

CHICKEN = {
    "name": "Gà ta thả vườn",
    "subgroup": "food_fresh_animal",
    "packs-0-content": "1,6 kg",
    "packs-0-kilogram": "120.000",
    "shelf_life_days": "5",
}


class Desk:
    def __init__(self, browser: Browser) -> None:
        owner = make_person()
        self.cooperative = make_cooperative(owner=owner)
        self.browser = browser
        browser.sign_in(owner.contacts[0])
        self.new = f"/htx-cua-toi/{self.cooperative.slug}/san-pham/moi"

    def list(self, **changes: str) -> Any:
        return self.browser.submit(
            self.new, CHICKEN | {name.replace("__", "-"): value for name, value in changes.items()}
        )


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


def packs() -> list[tuple[int, int, int | None, int | None]]:
    session.rollback()
    rows = session.scalars(select(Variant).order_by(Variant.id))
    return [(row.content, row.price_dong, row.kilogram_dong, row.tolerance_percent) for row in rows]


def test_a_cooperative_says_what_a_kilogram_costs_and_the_estimate_follows(desk: Desk) -> None:
    assert desk.list().status_code == 200
    assert packs() == [(1_600, 192_000, 120_000, rules.USUAL_TOLERANCE_PERCENT)]
    product_id = session.scalars(select(Product.id)).one()
    session.rollback()

    page = desk.new.removesuffix("moi") + str(product_id)
    desk.browser.submit(page, {"packs-0-kilogram": "130.000", "packs-0-tolerance": "20"}, action=f"/{product_id}")

    assert packs() == [(1_600, 208_000, 130_000, 20)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"packs__0__kilogram": "120.050"}, "chẵn trăm đồng"),
        ({"packs__0__content": "1 con"}, "g hoặc kg"),
        ({"packs__0__content": "1605 g"}, "chẵn 10 g"),
        ({"packs__0__tolerance": "31"}, "Nhiều nhất 30 phần trăm"),
        ({"packs__0__tolerance": "rất nhiều"}, ""),
        ({"packs__0__kilogram": "một trăm"}, ""),
    ],
)
def test_what_cannot_be_weighed_is_told_at_the_field(desk: Desk, changes: dict[str, str], words: str) -> None:
    answer = desk.list(**changes)

    assert answer.status_code == 422
    assert words in desk.browser.text
    assert packs() == []


def test_a_tolerance_is_bounded_from_a_day_on() -> None:
    assert rules.USUAL_TOLERANCE_PERCENT <= rules.most_tolerance_percent(clock.today()) == 30


def test_buyers_read_what_happens_before_they_order(browser: Browser) -> None:
    product = make_weighed_product()
    row = session.get_one(Listing, product.id)
    assert (row.kilogram_dong, row.content) == (None, 1_600)
    session.rollback()
    variant = product.variants[0].id

    browser.get(f"/san-pham/{product.slug}")
    browser.post("/gio-hang/them", {"variant": str(variant), "quantity": "2"})

    words = browser.text.replace("\xa0", " ")
    assert "khoảng 384.000 ₫" in words
    assert "nhiều nhất 441.600 ₫" in words
