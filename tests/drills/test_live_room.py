"""The stream process or a page worker dies while pages listen: the shop sells on, nobody misses or doubles an event."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.foundation.database import session
from marketplace.foundation.settings import Settings
from marketplace.orders.models import Order
from tests.factories.orders import make_sold_product
from tests.load.listening import Page
from tests.load.server import ROOT, Buyer, wait_for_health
from tests.load.test_stream import SECRET, happen
from tests.servers import free_port

pytestmark = pytest.mark.xdist_group("load")

PAGES = 30
CAUGHT_UP_SECONDS = 10
# A machine with other work needs longer to begin a process than the ten seconds allow for.
TIMES_OF_BEGINNING = 2


@dataclass
class Market:
    """All processes of one, as the command that opens it starts them."""

    supervisor: subprocess.Popen[bytes]
    port: int
    stream_port: int
    began_in: float

    def find(self, words: str, *, is_direct: bool) -> list[int]:
        """Processes with these words in their command: the supervisor's own, or those of its children."""
        direct = _children(self.supervisor.pid)
        found = direct if is_direct else [pid for child in direct for pid in _children(child)]
        return [pid for pid in found if words in _command(pid)]

    @property
    def patience(self) -> float:
        return max(CAUGHT_UP_SECONDS, TIMES_OF_BEGINNING * self.began_in)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


@contextmanager
def open_market(settings: Settings, folder: Path) -> Iterator[Market]:
    port, stream_port = free_port(), free_port()
    environment = {
        **os.environ, "HTX_MODE": "development", "DATABASE_URL": settings.database_url, "HTX_VAR": str(folder),
        "HTX_SECRET_KEY": SECRET, "PORT": str(port), "HTX_STREAM_PORT": str(stream_port), "HTX_PROXIES": "1",
    }  # fmt: skip
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace.app.serve"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        for answers in (port, stream_port):
            wait_for_health(answers, lambda: process.poll() is None)
        yield Market(process, port, stream_port, time.monotonic() - began)
    finally:
        process.terminate()
        process.wait(60)


def orders() -> int:
    session.rollback()
    return session.scalar(select(func.count(Order.id))) or 0


def buy(market: Market, variant_id: int, number: int) -> None:
    buyer = Buyer(market.port, number)
    status, body, where = buyer.ask("POST", "/dat-hang", buyer.go_to_checkout(variant_id))
    assert (status, "/don-hang/" in where) == (303, True), body[-2000:]


def test_killed_processes_stop_no_sale_and_cost_no_page_an_event(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    variant_id = make_sold_product(quantity=1_000_000).variants[0].id
    session.remove()
    with open_market(settings, tmp_path) as market, ExitStack() as open_:
        pages = [open_.enter_context(Page(market.stream_port, SECRET)) for _ in range(PAGES)]
        for page in pages:
            page.wait(openings=1)
        happen(2)
        _kill_a_page_worker(market, pages, variant_id)
        _kill_the_stream(market, pages, variant_id)
        happen(1)
        assert _heard(pages, 7) == {(1, 2, 3, 4, 5, 6, 7)}
        assert orders() == 6


def _kill_a_page_worker(market: Market, pages: list[Page], variant_id: int) -> None:
    workers = market.find("granian", is_direct=False)
    assert len(workers) >= 2
    os.kill(workers[-1], signal.SIGKILL)
    killed = time.monotonic()
    happen(2)
    wait_for_health(market.port)
    for number in range(1, 6):
        buy(market, variant_id, number)
    assert _heard(pages, 4) == {(1, 2, 3, 4)}
    assert {page.openings for page in pages} == {1}
    assert time.monotonic() - killed <= market.patience


def _kill_the_stream(market: Market, pages: list[Page], variant_id: int) -> None:
    (stream,) = market.find("marketplace.app.stream", is_direct=True)
    os.kill(stream, signal.SIGKILL)
    killed = time.monotonic()
    happen(2)
    buy(market, variant_id, 6)
    assert _heard(pages, 6) == {(1, 2, 3, 4, 5, 6)}
    assert time.monotonic() - killed <= market.patience
    assert {page.openings for page in pages} == {2}
    assert market.find("marketplace.app.stream", is_direct=True) != [stream]


def _heard(pages: list[Page], number: int) -> set[tuple[int, ...]]:
    """What the pages have heard once all have heard so much, or nobody has for a minute."""
    for page in pages:
        page.wait(heard=number)
    return {tuple(page.heard) for page in pages}
