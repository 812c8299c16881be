"""A desk's first page says what waits, most urgent first, and which first steps are done."""

from __future__ import annotations

from flask import Flask

from marketplace.orders.states import PartState
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product, move


def test_a_new_desk_shows_its_first_steps_and_that_nothing_waits(app: Flask, browser: Browser) -> None:
    owner = make_person()
    cooperative = make_cooperative(owner=owner)
    browser.sign_in(owner.contacts[0])
    page = browser.get(f"/htx-cua-toi/{cooperative.slug}/").text
    assert "Không còn việc nào chờ" in page
    assert page.count("step-todo") == 4


def test_orders_are_counted_where_they_wait(app: Flask, browser: Browser) -> None:
    owner = make_person()
    cooperative = make_cooperative(owner=owner)
    address = f"/htx-cua-toi/{cooperative.slug}/"
    product = make_sold_product(cooperative)
    make_order(product)
    make_order(product)
    move(make_order(product), PartState.CONFIRMED)
    browser.sign_in(owner.contacts[0])
    page = browser.get(address).text
    assert "<strong>2</strong> đơn mới cần xác nhận" in page
    assert "<strong>1</strong> đơn cần đóng gói" in page
    assert "kiện chờ giao đi" not in page
    assert page.count("step-done") == 2  # a product and a lot; no certificate, no labels
