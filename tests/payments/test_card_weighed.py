"""Goods sold by weight that are paid by card: the difference goes back to the card, or is paid on a page of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from marketplace import wiring
from marketplace.foundation.database import session, transaction
from marketplace.ledger import queries as ledger
from marketplace.ledger.rules import STRIPE_RECEIVABLE
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder
from marketplace.orders.states import PartState, Surplus
from marketplace.payments.queries import payment_of, payments_of, refunds_of
from marketplace.payments.states import Method, RefundState
from tests.factories.accounts import make_person
from tests.factories.orders import make_weighed_product
from tests.payments.conftest import CardMarket, PlacedOrder

pytestmark = pytest.mark.xdist_group("load")


def weighed(market: CardMarket, grams: int) -> PlacedOrder:
    """A chicken of about 1,6 kg for 192.000 ₫ is ordered, paid by card, and weighs so much."""
    order = market.order()
    order.pay()
    until(lambda: order.row().paid_at is not None)
    part_id = order.row().parts[0].id
    session.rollback()
    with transaction():
        part = session.get_one(CooperativeOrder, part_id)
        orders.move_part(part, PartState.CONFIRMED, by=None)
        orders.weigh(part, weights={part.lines[0].id: [grams]}, seen=0, by=None)
    return order


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_so()


def holds() -> None:
    session.rollback()
    session.expire_all()
    assert {name: found for name, rule in wiring.INVARIANTS.items() if (found := rule())} == {}


def test_the_difference_goes_back_to_the_card_or_is_paid_with_it(card_market: CardMarket) -> None:
    card_market.variant_id = make_weighed_product().variants[0].id
    officer = make_person().id
    session.remove()

    lighter = weighed(card_market, 1_450)

    def states() -> list[tuple[int, RefundState]]:
        codes = lighter.row().references
        return [(one.amount_dong, one.state) for one in refunds_of([paid.id for paid in payments_of(*codes)])]

    until(lambda: states() == [(18_000, RefundState.DONE)])
    assert ledger.balance(STRIPE_RECEIVABLE) == lighter.row().total_dong
    holds()

    heavier = weighed(card_market, 1_840)
    part_id = heavier.row().parts[0].id
    session.rollback()
    with transaction():
        part = session.get_one(CooperativeOrder, part_id)
        assert orders.ask_for_surplus(part, method=Method.CARD, by=officer)
    status, page = heavier.buyer.ask("GET", heavier.page)[:2]
    assert (status, f"phan={part_id}" in page) == (200, True)
    heavier.pay_url = heavier.open_card_page(heavier.page.replace("?", "/tra-the?") + f"&phan={part_id}")

    back = heavier.pay()
    heavier.buyer.ask("GET", back)

    until(lambda: heavier.row().parts[0].surplus == Surplus.PAID)
    assert heavier.row().parts[0].goods_dong == 220_800
    assert payment_of(heavier.row().parts[0].code).received_dong == 28_800
    assert ledger.balance(STRIPE_RECEIVABLE) == lighter.row().total_dong + heavier.row().total_dong
    holds()
