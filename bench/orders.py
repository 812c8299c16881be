"""The section "Orders": whole orders over HTTP, of one product and of many, beside what the database alone could do."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bench.pages import REQUESTS, ROUNDS, command, environment
from bench.processes import Server
from tests import servers
from tests.load.server import Buyer

PRODUCTS = 1_000
SPREAD = 20  # products of as many cooperatives
BUYERS, CROWD = 8, 200  # at the same time
STEPS = ("product into the cart", "checkout page", "order", "page of the order")


@dataclass
class Round:
    """What the buyers of one round met; the times of a step in seconds."""

    orders: int = 0
    errors: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    times: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})

    @property
    def a_minute(self) -> float:
        return self.orders / self.seconds * 60

    def p95_ms(self, step: str) -> float:
        return statistics.quantiles(self.times[step], n=20)[-1] * 1000


@dataclass
class Kind:
    """What is ordered, by how many at once; the rounds so far."""

    name: str
    goods: list[int]  # variants, in turn
    buyers: int
    rounds: list[Round] = field(default_factory=list)


def bench() -> bool:
    """Measure on both databases and print; False when an order was not taken, or is not in the database once."""
    total = max(80, REQUESTS)
    print(f"\n## Orders: {total} a round, 2 page workers, {PRODUCTS:,} products\n")
    print("| database | goods | buyers at once | orders a minute | bare driver, same statements | of it | CPU ms an order "
          "| slowest step, p95 ms | errors |")  # fmt: skip
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    is_right = True
    for place in _places():
        is_right &= _bench(place, total)
    return is_right


def _places() -> Iterator[dict[str, str]]:
    """A market on each database; says plainly when there is no PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="htx-bench-") as folder:
        yield environment(Path(folder), url="")
    server = servers.postgresql()
    if server is None:
        print("\nNOT MEASURED on PostgreSQL: none answers and none is installed to start one.")
        return
    with tempfile.TemporaryDirectory(prefix="htx-bench-") as folder, _own_database(server) as url:
        yield environment(Path(folder), url=url)


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS htx_bench_orders WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE htx_bench_orders"))
        try:
            yield make_url(server).set(database="htx_bench_orders").render_as_string(hide_password=False)
        finally:
            connection.execute(text("DROP DATABASE htx_bench_orders WITH (FORCE)"))
    engine.dispose()


def _bench(place: dict[str, str], total: int) -> bool:
    command(place, "demo", "--products", str(PRODUCTS))
    variants = json.loads(_raw(place, "prepare", str(SPREAD + 1)))
    one, many = variants[:1], variants[1:]
    kinds = [
        Kind("one product", one, BUYERS),
        Kind("one product", one, CROWD),
        Kind(f"{SPREAD} products", many, BUYERS),
    ]
    raw = {kind.name: 60 * float(_raw(place, "play", json.dumps(kind.goods), str(total * 5))) for kind in kinds}
    before = _written(place)
    numbers = count(1)
    with Server("marketplace.app.wsgi:app", place) as market:
        taken = _round(market, Kind("all", variants, BUYERS), numbers, CROWD).orders  # warm, and not counted
        for _ in range(ROUNDS):
            for kind in kinds:
                kind.rounds.append(_round(market, kind, numbers, total))
    taken += sum(one.orders for kind in kinds for one in kind.rounds)
    name = "PostgreSQL" if place["DATABASE_URL"].startswith("postgresql") else "SQLite"
    is_right = _written(place) - before == taken
    for kind in kinds:
        errors = sum(one.errors for one in kind.rounds)
        middle = sorted(kind.rounds, key=lambda one: one.a_minute)[ROUNDS // 2]
        step = max(STEPS, key=middle.p95_ms)
        print(f"| {name} | {kind.name} | {kind.buyers} | {middle.a_minute:,.0f} | {raw[kind.name]:,.0f} "
              f"| {middle.a_minute / raw[kind.name] * 100:.1f} % | {middle.cpu_seconds / middle.orders * 1000:.0f} "
              f"| {step}, {middle.p95_ms(step):.0f} | {errors} |", flush=True)  # fmt: skip
        is_right &= errors == 0
    if not is_right:
        print(f"\n**Acknowledged: {taken} orders; written: {_written(place) - before}.**")
    return is_right


def _round(market: Server, kind: Kind, numbers: Iterator[int], total: int) -> Round:
    """So many orders of a pack each, every one by a buyer of his own."""
    found, lock = Round(), threading.Lock()

    def one_order(index: int) -> None:
        with lock:
            buyer = Buyer(market.port, next(numbers))
        times = [time.perf_counter()]
        buyer.put_into_cart(kind.goods[index % len(kind.goods)])
        times.append(time.perf_counter())
        fields = buyer.form()
        times.append(time.perf_counter())
        _, _, target = buyer.ask("POST", "/dat-hang", fields)
        times.append(time.perf_counter())
        buyer.ask("GET", target or "/gio-hang")
        times.append(time.perf_counter())
        is_taken = "/don-hang/HTX" in target and set(buyer.statuses) <= {200, 303}
        with lock:
            found.orders += is_taken
            found.errors += not is_taken
            for step, began, ended in zip(STEPS, times, times[1:], strict=False):
                found.times[step].append(ended - began)

    cpu, began = market.cpu_seconds(), time.perf_counter()
    with ThreadPoolExecutor(kind.buyers) as crowd:
        list(crowd.map(one_order, range(total)))
    found.seconds, found.cpu_seconds = time.perf_counter() - began, market.cpu_seconds() - cpu
    return found


def _raw(place: dict[str, str], *words: str) -> str:
    """In a process of its own: nothing that the application imports weighs on the buyers."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.raw_orders", *words],
        env={**os.environ, **place},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return done.stdout.decode().splitlines()[-1]


def _written(place: dict[str, str]) -> int:
    engine = create_engine(place["DATABASE_URL"])
    with engine.connect() as connection:
        found = int(connection.scalar(text('SELECT count(*) FROM "order"')) or 0)
    engine.dispose()
    return found
