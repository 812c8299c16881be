"""A market that takes cards: the real server with two workers, and the provider's stand-in beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from flask import Flask

from marketplace.foundation import jobs, public_address
from marketplace.foundation.database import session
from marketplace.foundation.settings import Settings
from marketplace.orders.models import Order
from marketplace.payments import providers
from marketplace.payments.providers.stripe import StripeGateway
from marketplace.payments.states import Method
from tests.factories.orders import make_sold_product
from tests.fakes.stripe.process import KEY, WEBHOOK_SECRET, FakeStripe
from tests.load.server import Buyer, running
from tests.servers import free_port

BANK_SECRET = "bank-secret-for-tests"
_buyers = count(1)  # each has an address of his own, or the server would think that one of them orders too often


@dataclass
class CardMarket:
    """The market's server, the card provider, and a product to buy."""

    port: int
    stripe: FakeStripe
    variant_id: int
    environment: dict[str, str]

    def buyer(self) -> Buyer:
        return Buyer(self.port, next(_buyers))

    def order(self, method: str = "card") -> PlacedOrder:
        """A new buyer orders one pack; by card he stands on the provider's page then."""
        buyer = self.buyer()
        fields = buyer.go_to_checkout(self.variant_id) | {"payment": method}
        status, body, where = buyer.ask("POST", "/dat-hang", fields)
        assert status == 303, body[-3000:]
        page = where.replace("/tra-the?", "?")
        code = page.split("/")[-1].split("?")[0]
        placed = PlacedOrder(self, buyer, code, page)
        if method == "card":
            placed.pay_url = placed.open_card_page(where)
        return placed


@dataclass
class PlacedOrder:
    market: CardMarket
    buyer: Buyer
    code: str
    page: str
    pay_url: str = ""

    def open_card_page(self, where: str = "") -> str:
        """Follow the waiting page until it leads away: to the provider, or back to the order."""
        where = where or self.page.replace("?", "/tra-the?")
        deadline = time.monotonic() + 40
        while "/tra-the" in where and time.monotonic() < deadline:
            status, _, leads = self.buyer.ask("GET", where)
            where = leads or where
            if status == 200:
                time.sleep(0.05)
        return where

    def row(self) -> Order:
        session.rollback()
        session.expire_all()
        return session.query(Order).filter_by(code=self.code).one()

    def pay(self, *args: str) -> str:
        """Pay on the provider's page; gives where the buyer is sent."""
        status, where = self.market.stripe.pay(self.pay_url, *args)
        assert status == 303, where
        return where.split(f":{self.market.port}")[1]


@dataclass
class CardServers:
    port: int
    stripe: FakeStripe
    environment: dict[str, str]


@pytest.fixture(scope="module")
def card_servers(
    _application: Flask, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CardServers]:
    """One server and one provider for all tests of a file, each of which begins with an empty database."""
    port = free_port()
    stripe = FakeStripe(f"http://127.0.0.1:{port}/webhooks/stripe")
    environment = {
        "HTX_MODE": "test",
        "DATABASE_URL": settings.database_url,
        "HTX_VAR": str(tmp_path_factory.mktemp("cards")),
        "HTX_PROXIES": "1",
        "HTX_SECRET_KEY": settings.secret_key,
        "HTX_STRIPE_KEY": KEY,
        "HTX_STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        "HTX_STRIPE_BASE": stripe.url,
        "HTX_STRIPE_PAGE": stripe.url,
        "HTX_SEPAY_SECRET": BANK_SECRET,
        "HTX_CASSO_SECRET": BANK_SECRET,
    }
    try:
        with running("marketplace.app.wsgi", environment, port=port):
            yield CardServers(port, stripe, environment)
    finally:
        stripe.stop()


@pytest.fixture
def card_market(app: Flask, settings: Settings, card_servers: CardServers) -> Iterator[CardMarket]:
    stripe = card_servers.stripe
    stripe.control(forget=True)
    product = make_sold_product(quantity=20_000)
    variant_id = product.variants[0].id
    session.remove()
    # What the worker process does, tests do here.
    providers.use({Method.CARD: StripeGateway(KEY, (WEBHOOK_SECRET,), stripe.url)})
    public_address.use(f"http://127.0.0.1:{card_servers.port}")
    stop = threading.Event()
    worker = threading.Thread(target=_do_jobs, args=(app, stop))
    worker.start()
    try:
        yield CardMarket(card_servers.port, stripe, variant_id, card_servers.environment)
    finally:
        stop.set()
        worker.join(30)
        providers.use({})
        public_address.use(settings.public_url)


def _do_jobs(app: Flask, stop: threading.Event) -> None:
    with app.app_context():
        while not stop.wait(0.05):
            jobs.run_all_due()
            session.remove()
