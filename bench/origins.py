"""The section "Origins": the page behind a label at many lots, what an event and a proof cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from sqlalchemy import create_engine, text

from bench.client import get
from bench.pages import STRANGER_WITH_COOKIE, Row, command, measure
from bench.processes import Server

PRODUCTS = 1_000
MOST_STATEMENTS = 4
PAGES = 200  # different lots that are asked for in turn


def bench(environment: dict[str, str], *, lots: int, events: int) -> bool:
    """Grow the market, measure, print; False when a page issued more statements than it may."""
    began = time.perf_counter()
    command(environment, "demo", "--products", str(PRODUCTS), "--lots", str(lots), "--events", str(events))
    made = time.perf_counter() - began
    print(
        f"\n## Origins: {lots:,} lots, {events:,} trace events with their log entries (made in {made:.0f} s)\n",
        flush=True,
    )
    rows = _pages(environment)
    _costs(_in_process(environment, "costs"))
    _self_check(_in_process(environment, "self_check"))
    return not any(row.is_over for row in rows)


def _pages(environment: dict[str, str]) -> list[Row]:
    codes = _some_codes(environment["DATABASE_URL"])
    stranger = STRANGER_WITH_COOKIE
    bare_page = "bare origin (ORM, 1 query)"
    with Server("marketplace.app.wsgi:app", environment) as market, Server("bench.bare:app", environment) as bare:
        rows = [
            Row("bare constant", bare, [get("/constant")]),
            Row(bare_page, bare, [get(f"/origin/{code}") for code in codes]),
            Row("origin", market, [get(f"/q/{code}", cookie=stranger) for code in codes], bare_page, MOST_STATEMENTS),
            Row("origin from the shared cache", market, [get(f"/q/{codes[0]}")], "bare constant"),
        ]
        measure(rows, market)
    return rows


def _some_codes(url: str) -> list[str]:
    """Codes of lots that lie all over the table."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        every = connection.scalars(text("SELECT code FROM lot WHERE batch LIKE 'M%' ORDER BY id")).all()
    engine.dispose()
    return list(every[:: max(1, len(every) // PAGES)][:PAGES])


def _in_process(environment: dict[str, str], what: str) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.log_costs", what],
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    return found


def _costs(found: dict[str, Any]) -> None:
    print("\n| what | ms | × its yardstick |\n|---|---:|---:|")
    for name, milliseconds, yardstick in found["rows"]:
        ratio = f"{milliseconds / found['yardsticks'][yardstick]:.2f}" if yardstick else ""
        print(f"| {name} | {milliseconds:.3f} | {ratio} |")


def _self_check(found: dict[str, Any]) -> None:
    print(
        f"\nSelf-check of {found['entries']:,} entries: {found['seconds']:.1f} s, {found['breaches']} breaches;"
        f" peak memory {found['peak_mb']:.0f} MB, {found['grown_mb']:.0f} MB of it by the check"
    )
