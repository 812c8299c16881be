"""Who has the market carry below its tariff bears the difference (docs/decisions/delivery.md), to the đồng."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from marketplace.foundation.database import session, transaction
from marketplace.ledger import queries as ledger
from marketplace.ledger.queries import Funds
from marketplace.ledger.rules import BANK, PLATFORM_FEE, SHIPPING_CLEARING, SHIPPING_MARGIN, SHIPPING_SUBSIDY
from marketplace.orders import actions as orders
from marketplace.orders.models import Order
from marketplace.payments.states import Method
from tests.factories.orders import make_order, make_sold_product, move, pay
from tests.orders.test_money import WAY, holds


@pytest.fixture(autouse=True)
def fee(app: Flask) -> None:
    with transaction():
        orders.set_fee_rate(valid_from=date(2026, 1, 1), basis_points=750, by=None)


def funds(order: Order) -> Funds:
    session.rollback()
    return ledger.funds_of(order.parts[0].cooperative_id)


def test_the_worked_example_of_free_delivery(app: Flask) -> None:
    order = make_order(make_sold_product(), quantity=20, method=Method.VIETQR, delivery_dong=0, carriage_dong=22_000)
    assert order.total_dong == 1_000_000
    pay(order)
    move(order, *WAY)
    balances = [ledger.balance(code) for code in (BANK, PLATFORM_FEE, SHIPPING_CLEARING)]
    assert balances == [1_000_000, -75_000, -22_000]
    assert funds(order) == Funds(903_000, 0, 0, 0)
    holds()


def test_what_a_cooperative_asks_above_the_tariff_is_its_own(app: Flask) -> None:
    order = make_order(
        make_sold_product(), quantity=20, method=Method.VIETQR, delivery_dong=30_000, carriage_dong=22_000
    )
    pay(order)
    move(order, *WAY)
    assert funds(order) == Funds(1_000_000 - 75_000 + 8_000, 0, 0, 0)
    holds()


def test_a_parcel_that_costs_more_to_carry_than_it_brings_leaves_a_debt(app: Flask) -> None:
    order = make_order(make_sold_product(), quantity=1, method=Method.VIETQR, delivery_dong=0, carriage_dong=60_000)
    assert order.total_dong == 50_000
    pay(order)
    move(order, *WAY)
    assert funds(order) == Funds(0, 0, 0, 60_000 - (50_000 - 3_750))
    holds()


@pytest.mark.parametrize(("charged", "account", "amount"), [
    (24_500, SHIPPING_SUBSIDY, 2_500), (20_000, SHIPPING_MARGIN, -2_000),
])  # fmt: skip
def test_the_market_bears_only_what_the_service_charges_beside_its_tariff(
    app: Flask, charged: int, account: str, amount: int
) -> None:
    order = make_order(make_sold_product(), quantity=20, delivery_dong=0, carriage_dong=22_000)
    move(order, *WAY)
    with transaction():
        orders.remit_part(order.parts[0].id, collected_dong=1_000_000, shipping_dong=charged, fee_dong=0)
    assert ledger.balance(account) == amount
    assert ledger.balance(SHIPPING_CLEARING) == 0
    assert funds(order).pending_dong == 903_000
    holds()
