"""`make bench`: pages beside bare pages, orders beside the bare database, origins, the log, the labels, and the live room.

BENCH_DATABASE_URL=postgresql://… measures on PostgreSQL instead of SQLite (the database it names is emptied).
BENCH_SIZES=1000,10000 chooses other numbers of products; BENCH_REQUESTS=200 shortens the rounds.
`python -m bench --products 0 --lots 100000 --events 1000000` measures origins at full size;
`python -m bench --products 0 --lots 0 --viewers ""` orders and labels alone;
`python -m bench --products 0 --no-orders --lots 0 --viewers 1000,5000,10000` the live room at full size.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from bench import labels, orders, origins, realtime
from bench.client import get, post
from bench.pages import ROUNDS, STRANGER_WITH_COOKIE, Row, command, environment, fetch, first, measure
from bench.processes import Server

SMALL_SIZE = 1_000


def main() -> None:
    wanted = _wanted()
    print(f"Chợ HTX bench, {datetime.now(UTC):%d %B %Y}; {platform.machine()}, {os.cpu_count()} cores, Python "
          f"{platform.python_version()}; {ROUNDS} rounds interleaved, medians; CPU of server and database.")  # fmt: skip
    sizes = _sizes(wanted.products)
    cpu_of: dict[tuple[int, str], float] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="htx-bench-") as folder:
            place = environment(Path(folder))
            began = time.perf_counter()
            command(place, "demo", "--products", str(size))
            print(f"\n## {size:,} products (made in {time.perf_counter() - began:.0f} s)\n", flush=True)
            for row in _measure(place):
                cpu_of[size, row.name] = row.cpu
    _growth(sizes, cpu_of)
    is_within = orders.bench() if wanted.orders else True
    if wanted.lots:
        with tempfile.TemporaryDirectory(prefix="htx-bench-") as folder:
            is_within = origins.bench(environment(Path(folder)), lots=wanted.lots, events=wanted.events)
    is_within &= labels.bench()
    if viewers := [int(number) for number in wanted.viewers.split(",") if number]:
        is_within &= realtime.bench(viewers)
    _import_time()
    sys.exit(0 if is_within else 1)


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--products", type=int, help="largest number of products; 0 leaves their pages out")
    parser.add_argument(
        "--lots", type=int, default=10_000, help="for the origin page; 0 leaves origins and the log out"
    )
    parser.add_argument("--events", type=int, default=100_000, help="trace events of these lots, each with a log entry")
    parser.add_argument("--no-orders", dest="orders", action="store_false", help="leave orders out")
    parser.add_argument("--viewers", default="1000", help='of a live room, several with commas; "" leaves it out')
    return parser.parse_args()


def _sizes(products: int | None) -> list[int]:
    if products is None:
        return [int(size) for size in os.environ.get("BENCH_SIZES", "1000,100000").split(",")]
    return sorted({min(SMALL_SIZE, products), products} - {0})


def _measure(place: dict[str, str]) -> list[Row]:
    with Server("marketplace.app.wsgi:app", place) as market, Server("bench.bare:app", place) as bare:
        rows = _rows(market, bare)
        measure(rows, market)
    return rows


def _rows(market: Server, bare: Server) -> list[Row]:
    listing = fetch(market, "/san-pham?con-hang=1")
    product = first(r'href="(/san-pham/[a-z0-9-]+)"', listing)
    page = fetch(market, product)
    cooperative = first(r'href="(/htx/[a-z0-9-]+)"', page)
    origin = first(r'href="(/q/[0-9A-Z]+)"', page)
    variant = first(r'name="variant"[^>]*value="(\d+)"', page)
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


def _growth(sizes: list[int], cpu_of: dict[tuple[int, str], float]) -> None:
    if len(sizes) < 2:
        return
    small, large = sizes[0], sizes[-1]
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
