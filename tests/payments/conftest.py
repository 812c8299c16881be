"""A market that takes cards: the real server with two workers, and the provider's stand-in beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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


@dataclass
class CardMarket:
    """The market's server, the card provider, and a product to buy."""

    port: int
    stripe: FakeStripe
    variant_id: int
    environment: dict[str, str]
    buyers: int = 0

    def order(self, method: str = "card") -> PlacedOrder:
        """A new buyer orders one pack; by card he stands on the provider's page then."""
        self.buyers += 1
        buyer = Buyer(self.port, self.buyers)
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


@pytest.fixture
def card_market(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[CardMarket]:
    port = free_port()
    stripe = FakeStripe(f"http://127.0.0.1:{port}/webhooks/stripe")
    product = make_sold_product(quantity=20_000)
    variant_id = product.variants[0].id
    session.remove()
    environment = {
        "HTX_MODE": "test",
        "DATABASE_URL": settings.database_url,
        "HTX_VAR": str(tmp_path),
        "HTX_PROXIES": "1",
        "HTX_SECRET_KEY": settings.secret_key,
        "HTX_STRIPE_KEY": KEY,
        "HTX_STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        "HTX_STRIPE_BASE": stripe.url,
        "HTX_STRIPE_PAGE": stripe.url,
    }
    # What the worker process does, tests do here.
    providers.use({Method.CARD: StripeGateway(KEY, (WEBHOOK_SECRET,), stripe.url)})
    public_address.use(f"http://127.0.0.1:{port}")
    stop = threading.Event()
    worker = threading.Thread(target=_do_jobs, args=(app, stop))
    try:
        with running("marketplace.app.wsgi", environment, port=port):
            worker.start()
            yield CardMarket(port, stripe, variant_id, environment)
    finally:
        stop.set()
        worker.join(30)
        providers.use({})
        public_address.use(settings.public_url)
        stripe.stop()


def _do_jobs(app: Flask, stop: threading.Event) -> None:
    with app.app_context():
        while not stop.wait(0.05):
            jobs.run_all_due()
            session.remove()
