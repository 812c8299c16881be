"""Goods that lie ready to be fetched are on no way: nobody can say that they never arrived; and heavier goods go nowhere
before it is settled what they cost."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from marketplace.care import actions as care
from marketplace.care.errors import ComplaintRefused
from marketplace.care.states import Kind, Wish
from marketplace.foundation.database import session, transaction
from marketplace.orders import actions as orders
from marketplace.orders.errors import MoveRefused, SurplusIsOpen
from marketplace.orders.models import CooperativeOrder
from marketplace.orders.states import PartState, Surplus
from marketplace.payments.states import Method
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.orders import make_order, make_sold_product, make_weighed_product, move, now, only_part, pay
from tests.orders.test_following import link

PACKED = (PartState.CONFIRMED, PartState.PACKED)


def complain(part: CooperativeOrder) -> None:
    packs = {part.lines[0].id: 1}
    with transaction():
        care.open_complaint(
            part.order_id, part.id, kind=Kind.NOT_ARRIVED, wish=Wish.REFUND, words="x", packs=packs, by=None
        )


@pytest.mark.parametrize(("way", "moves"), [("pickup", PACKED), ("hub_pickup", (*PACKED, PartState.AT_HUB))])
def test_what_lies_ready_to_be_fetched_is_never_lost(app: Flask, way: str, moves: tuple[PartState, ...]) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR, way=way)
    pay(order)
    move(order, *moves, PartState.SHIPPED)
    with pytest.raises(ComplaintRefused, match="to_fetch"):
        complain(only_part(now(order)))
    with pytest.raises(MoveRefused):
        move(order, PartState.LOST)
    assert only_part(now(order)).state == PartState.SHIPPED


def test_what_a_parcel_service_carries_can_be_missed(app: Flask) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR)
    pay(order)
    move(order, *PACKED, PartState.SHIPPED)
    complain(only_part(now(order)))
    assert only_part(now(order)).held_because == "complaint"


def test_heavier_goods_wait_in_the_house_until_their_price_is_settled(app: Flask) -> None:
    order = make_order(make_weighed_product(), method=Method.VIETQR, way="hub", quantity=1)
    pay(order)
    move(order, PartState.CONFIRMED)
    by = make_person().id
    with transaction():
        part = session.get_one(CooperativeOrder, order.parts[0].id)
        orders.weigh(part, weights={part.lines[0].id: [1_800]}, seen=0, by=by)
    move(order, PartState.PACKED)
    assert only_part(now(order)).surplus == Surplus.UNDECIDED
    with pytest.raises(SurplusIsOpen):
        move(order, PartState.AT_HUB)
    with transaction():
        orders.waive_surplus(session.get_one(CooperativeOrder, order.parts[0].id), by=by)
    move(order, PartState.AT_HUB)
    assert only_part(now(order)).state == PartState.AT_HUB


def test_the_order_of_who_fetches_it_says_where_and_when_and_how_far_it_is(app: Flask, browser: Browser) -> None:
    order = make_order(make_sold_product(), way="pickup")
    with transaction():
        session.get_one(CooperativeOrder, only_part(order).id).delivery_place = "Nhà đóng gói, 7–17 giờ"
    page = link(app, order)
    browser.get(page)
    assert [words in browser.text for words in ("Nhà đóng gói, 7–17 giờ", "Người đến lấy", "Giao đến", "Chờ đến lấy")] == [
        True, True, False, True,
    ]  # fmt: skip
    assert order.address not in browser.text
    assert browser.text.count("Chờ đến lấy") == 1, "who comes for it waits once"
    move(order, *PACKED)
    assert tags(browser, page) == ["Chờ đến lấy"]
    move(order, PartState.SHIPPED)
    assert tags(browser, page) == ["Chờ đến lấy"]
    assert "Đang giao" not in browser.text
    move(order, PartState.DELIVERED)
    assert tags(browser, page) == ["Đã lấy"]


def test_beside_goods_that_are_brought_those_to_fetch_are_named(app: Flask, browser: Browser) -> None:
    order = make_order(make_sold_product(), make_sold_product())
    with transaction():
        session.get_one(CooperativeOrder, order.parts[0].id).delivery_way = "pickup"
    browser.get(link(app, order))
    assert "Giao đến" in browser.text
    assert order.address in browser.text
    assert f"Bạn tự đến lấy hàng của: {order.parts[0].seller['short_name']}" in browser.text


def tags(browser: Browser, page: str) -> list[str]:
    """How far each part is, as it stands beside its name."""
    return re.findall(
        r'</h2>\s*<span class="tag[^>]*>(?:<svg.*?</svg>)?([^<]+)</span>', browser.get(page).get_data(True)
    )
