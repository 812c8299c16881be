"""`make bench`: pages of the market beside bare pages, at 1,000 and 100,000 products, as ratios.

BENCH_DATABASE_URL=postgresql://… measures on PostgreSQL instead of SQLite (the database it names is emptied).
BENCH_SIZES=1000,10000 chooses other sizes; BENCH_REQUESTS=200 shortens the rounds.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from bench.client import Load, get, load, post
from bench.processes import Server
from tests.load.server import Buyer

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "1000,100000").split(",")]
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "400"))
ROUNDS = 3
# Any session cookie makes a visitor a person of his own, for whom every page is made anew.
STRANGER_WITH_COOKIE = "htx=none"


@dataclass
class Row:
    """One page, measured in every round."""

    name: str
    server: Server
    requests: Sequence[bytes]
    yardstick: str = ""
    loads: list[Load] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    zipped: int = 0

    def measure(self, total: int) -> None:
        before = self.server.cpu_seconds()
        self.loads.append(load(self.server.port, self.requests, total=total))
        self.cpu_ms.append((self.server.cpu_seconds() - before) * 1000 / total)

    @property
    def cpu(self) -> float:
        return statistics.median(self.cpu_ms)

    @property
    def rate(self) -> float:
        return statistics.median(load.rate for load in self.loads)


def main() -> None:
    print(f"Chợ HTX bench, {datetime.now(UTC):%d %B %Y}; {platform.machine()}, {os.cpu_count()} cores, Python "
          f"{platform.python_version()}; {ROUNDS} rounds interleaved, medians; CPU of server and database.")  # fmt: skip
    cpu_of: dict[tuple[int, str], float] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="htx-bench-") as folder:
            environment = _environment(Path(folder))
            began = time.perf_counter()
            _command(environment, "demo", "--products", str(size))
            print(f"\n## {size:,} products (made in {time.perf_counter() - began:.0f} s)\n")
            for row in _measure(environment):
                cpu_of[size, row.name] = row.cpu
            _orders(environment)
    _growth(cpu_of)
    _import_time()


def _environment(folder: Path) -> dict[str, str]:
    url = os.environ.get("BENCH_DATABASE_URL", "")
    if url:
        _empty_postgresql(url)
    return {
        "HTX_MODE": "demo",
        "HTX_VAR": str(folder),
        "DATABASE_URL": url or f"sqlite:///{folder / 'market.sqlite'}",
        "BENCH_COUNT_QUERIES": "1",
        "HTX_PROXIES": "1",  # each buyer comes from an address of his own
        "FLASK_APP": "marketplace.app.wsgi",
    }


def _empty_postgresql(url: str) -> None:
    subprocess.run(["psql", "-q", url, "-c", "DROP SCHEMA public CASCADE; CREATE SCHEMA public"], check=True)


def _command(environment: dict[str, str], *words: str) -> None:
    whole = {**os.environ, **environment}
    for command in (["db", "upgrade"], list(words)):
        subprocess.run([sys.executable, "-m", "flask", *command], env=whole, check=True, stderr=subprocess.DEVNULL)


def _measure(environment: dict[str, str]) -> list[Row]:
    with Server("marketplace.app.wsgi:app", environment) as market, Server("bench.bare:app", environment) as bare:
        rows = _rows(market, bare)
        for row in rows:
            row.measure(max(40, REQUESTS // 10))  # warm, and not counted
            row.loads.clear()
            row.cpu_ms.clear()
        for _ in range(ROUNDS):
            for row in rows:
                row.measure(REQUESTS)
        for row in rows:
            row.zipped = load(row.server.port, [_zipped(row.requests[0])], total=1).bytes
        _print_pages(rows)
        print(
            f"\nMemory of the page workers after the rounds: {', '.join(f'{mb:.0f} MB' for mb in market.megabytes())}"
        )
    return rows


def _zipped(request: bytes) -> bytes:
    return request.replace(b"\r\n\r\n", b"\r\nAccept-Encoding: gzip, br\r\n\r\n", 1)


def _rows(market: Server, bare: Server) -> list[Row]:
    listing = _fetch(market, "/san-pham?con-hang=1")
    product = _first(r'href="(/san-pham/[a-z0-9-]+)"', listing)
    page = _fetch(market, product)
    cooperative = _first(r'href="(/htx/[a-z0-9-]+)"', page)
    origin = _first(r'href="(/q/[0-9A-Z]+)"', page)
    variant = _first(r'name="variant"[^>]*value="(\d+)"', page)
    known = STRANGER_WITH_COOKIE
    add = post("/gio-hang/them", urlencode({"variant": variant, "quantity": 1}))
    return [
        Row("bare constant", bare, [get("/constant")]),
        Row("bare listing (ORM, 1 query)", bare, [get("/listing")]),
        Row("bare product (ORM)", bare, [get(product.replace("/san-pham", "/product"))]),
        Row("listing", market, [get("/san-pham", cookie=known)], "bare listing (ORM, 1 query)"),
        Row("listing, page 20", market, [get("/san-pham?trang=20", cookie=known)], "bare listing (ORM, 1 query)"),
        Row("search, two words", market, [get("/san-pham?q=gao+nep", cookie=known)], "bare listing (ORM, 1 query)"),
        Row("search, one broad word", market, [get("/san-pham?q=gao", cookie=known)], "bare listing (ORM, 1 query)"),
        Row("product", market, [get(product, cookie=known)], "bare product (ORM)"),
        Row("origin", market, [get(origin, cookie=known)], "bare product (ORM)"),
        Row("cooperative", market, [get(cooperative, cookie=known)], "bare product (ORM)"),
        Row("add to cart, new visitor", market, [add], "bare product (ORM)"),
        Row("listing from the shared cache", market, [get("/san-pham")], "bare constant"),
        Row("origin from the shared cache", market, [get(origin)], "bare constant"),
    ]


def _fetch(server: Server, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{server.port}{path}") as answer:
        return str(answer.read().decode())


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"the page has nothing like {pattern}")
    return found.group(1)


def _print_pages(rows: list[Row]) -> None:
    by_name = {row.name: row for row in rows}
    print("| page | CPU ms a request | × its bare page | requests/s | p99 ms | statements | bytes (compressed) |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        last = row.loads[-1]
        errors = sum(load.errors for load in row.loads)
        ratio = f"{row.cpu / by_name[row.yardstick].cpu:.2f}" if row.yardstick else ""
        if row.yardstick == "bare constant":
            ratio = f"{row.rate / by_name[row.yardstick].rate * 100:.0f} % of its rate"
        note = f" **{errors} errors**" if errors else ""
        print(f"| {row.name}{note} | {row.cpu:.2f} | {ratio} | {row.rate:,.0f} | {last.p99_ms:.0f} "
              f"| {last.headers.get('x-queries', '')} | {last.bytes:,} ({row.zipped:,}) |")  # fmt: skip


def _orders(environment: dict[str, str]) -> None:
    """Whole orders as a browser makes them: product into the cart, checkout page, order sent."""
    with Server("marketplace.app.wsgi:app", environment) as market:
        listing = _fetch(market, "/san-pham?con-hang=1")
        pages = re.findall(r'href="(/san-pham/[a-z0-9-]+)"', listing)
        variants = [
            _first(r'name="variant"[^>]*value="(\d+)"', _fetch(market, page)) for page in dict.fromkeys(pages[:5])
        ]
        numbers = count(1)
        total = max(10, REQUESTS // 10)
        for variant in variants[:1]:
            _one_order(market, variant, next(numbers))
        before, began = market.cpu_seconds(), time.perf_counter()
        for number in range(total):
            _one_order(market, variants[number % len(variants)], next(numbers))
        seconds = time.perf_counter() - began
        cpu = (market.cpu_seconds() - before) * 1000 / total
        print(
            f"\nWhole order, one buyer after the other (cart, page, order): {cpu:.1f} ms CPU, {total / seconds:.1f} orders/s"
        )


def _one_order(market: Server, variant: str, number: int) -> None:
    buyer = Buyer(market.port, number)
    fields = buyer.go_to_checkout(int(variant))
    status, body, target = buyer.ask("POST", "/dat-hang", fields)
    if status != 303 or "/don-hang/HTX" not in target:
        raise RuntimeError(f"the order was not taken ({status}): {body[:300]}")


def _growth(cpu_of: dict[tuple[int, str], float]) -> None:
    if len(SIZES) < 2:
        return
    small, large = SIZES[0], SIZES[-1]
    print(f"\n## Growth from {small:,} to {large:,} products\n\n| page | CPU × |\n|---|---:|")
    for (size, name), cpu in cpu_of.items():
        if size == small and (large, name) in cpu_of and cpu > 0:
            print(f"| {name} | {cpu_of[large, name] / cpu:.2f} |")


def _import_time() -> None:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import marketplace.app.factory"], check=True)
    print(f"\nImport of the application: {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()
