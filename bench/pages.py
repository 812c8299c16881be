"""Measuring pages in interleaved rounds, and the table that shows them."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from bench.client import Load, load
from bench.processes import Server

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
    most_statements: int | None = None
    loads: list[Load] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    zipped: int = 0

    def measure(self, total: int) -> None:
        before = self.server.cpu_seconds()
        self.loads.append(load(self.server.port, self.requests, total=total))
        self.cpu_ms.append((self.server.cpu_seconds() - before) * 1000 / total)

    @property
    def statements(self) -> str:
        return self.loads[-1].headers.get("x-queries", "")

    @property
    def is_over(self) -> bool:
        """Whether it issued more statements than it may."""
        return self.most_statements is not None and int(self.statements or 0) > self.most_statements

    @property
    def cpu(self) -> float:
        return statistics.median(self.cpu_ms)

    @property
    def rate(self) -> float:
        return statistics.median(load.rate for load in self.loads)


def environment(folder: Path, url: str | None = None) -> dict[str, str]:
    """Of a market on the database at `url`, on SQLite when that is empty; without it, on the one that was wished for."""
    if url is None:
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


def command(environment: dict[str, str], *words: str) -> None:
    """Run a `flask` command on an up-to-date database."""
    whole = {**os.environ, **environment}
    for command in (["db", "upgrade"], list(words)):
        subprocess.run(
            [sys.executable, "-m", "flask", *command],
            env=whole,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def measure(rows: Sequence[Row], market: Server) -> None:
    """Every row in every round, A B A B; then the table."""
    for row in rows:
        row.measure(max(40, REQUESTS // 10))  # warm, and not counted
        row.loads.clear()
        row.cpu_ms.clear()
    for _ in range(ROUNDS):
        for row in rows:
            row.measure(REQUESTS)
    for row in rows:
        row.zipped = load(row.server.port, [_zipped(row.requests[0])], total=1).bytes
    _print(rows)
    print(f"\nMemory of the page workers after the rounds: {', '.join(f'{mb:.0f} MB' for mb in market.megabytes())}")


def _zipped(request: bytes) -> bytes:
    return request.replace(b"\r\n\r\n", b"\r\nAccept-Encoding: gzip, br\r\n\r\n", 1)


def fetch(server: Server, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{server.port}{path}") as answer:
        return str(answer.read().decode())


def first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"the page has nothing like {pattern}")
    return found.group(1)


def _print(rows: Sequence[Row]) -> None:
    by_name = {row.name: row for row in rows}
    print("| page | CPU ms a request | × its bare page | requests/s | p99 ms | statements | bytes (compressed) |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        last = row.loads[-1]
        errors = sum(load.errors for load in row.loads)
        bare = by_name[row.yardstick].cpu if row.yardstick else 0.0
        ratio = f"{row.cpu / bare:.2f}" if bare else ""
        if row.yardstick == "bare constant":
            ratio = f"{row.rate / by_name[row.yardstick].rate * 100:.0f} % of its rate"
        note = f" **{errors} errors**" if errors else ""
        statements = row.statements
        if row.most_statements is not None:
            statements = (
                f"**{statements} > {row.most_statements}**" if row.is_over else f"{statements} ≤ {row.most_statements}"
            )
        print(f"| {row.name}{note} | {row.cpu:.2f} | {ratio} | {row.rate:,.0f} | {last.p99_ms:.0f} "
              f"| {statements} | {last.bytes:,} ({row.zipped:,}) |")  # fmt: skip
