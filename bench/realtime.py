"""The section "Live room": from the host's tap to every viewer, by our stream process and by nginx with nchan.

A tap is the desk's own form, posted to the page workers; a viewer is an open stream. Meanwhile a shopper opens the listing
and a product, twenty times a second, before, with and after the viewers. Targets: performance.md, section 7.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlencode

from bench.pages import STRANGER_WITH_COOKIE, command, environment, first
from bench.processes import Server, cpu_seconds, family, free_port, proportional_kilobytes
from tests.load import nginx as real_nginx
from tests.load.server import wait_for_health

PRODUCTS = 1_000
TAPS = 20
SECONDS_BETWEEN_TAPS = 1.0
PAGES_A_SECOND = 20
IDLE_PAGES = 10 * PAGES_A_SECOND
OF_ONE_PROCESS = 5_000  # viewers
SPARE_FILES = 200  # what a process opens beside its viewers
GROWTH_OF_PAGES = 2.0


class Heard(TypedDict):
    """What one process of viewers says at the end; see bench/listeners.py."""

    kept: int
    ids: dict[str, int]
    taps: dict[str, list[float]]


@dataclass(frozen=True)
class Transport:
    """Who holds the viewers, and what it must keep to up to so many of them."""

    name: str
    most_viewers: int
    p99_ms: float
    kilobytes: float


EMBEDDED = Transport("stream process", 5_000, 800, 30)
NCHAN = Transport("nginx with nchan", 10_000, 300, 12)


@dataclass(frozen=True)
class Holders:
    """The running processes of one transport."""

    pids: list[int]
    viewers: int  # port where they listen
    pages: int  # port where shoppers look meanwhile

    def kilobytes(self) -> float:
        return sum(proportional_kilobytes(each) for pid in self.pids for each in family(pid))

    def cpu_seconds(self) -> float:
        return sum(cpu_seconds(each) for pid in self.pids for each in family(pid))


@dataclass
class Level:
    """What was measured with so many viewers."""

    transport: Transport
    viewers: int
    held: int = 0
    kept: int = 0
    kilobytes: float = 0.0
    cpu_us: float = 0.0
    answered_ms: list[float] = field(default_factory=list)
    heard_ms: list[float] = field(default_factory=list)
    stories: int = 0  # different sequences of events; one when nobody missed or doubled anything
    idle_pages_ms: list[float] = field(default_factory=list)
    pages_ms: list[float] = field(default_factory=list)

    @property
    def pages_times(self) -> float:
        return _percentile(self.pages_ms, 99) / _percentile(self.idle_pages_ms, 99)

    @property
    def misses(self) -> list[str]:
        """Which targets it does not keep to."""
        found = []
        if self.held < self.viewers or self.kept < self.held:
            found.append("viewers lost")
        if self.stories != 1 or len(self.heard_ms) != self.held * len(self.answered_ms):
            found.append("events lost or doubled")
        if self.viewers <= self.transport.most_viewers:
            if _percentile(self.heard_ms, 99) > self.transport.p99_ms:
                found.append(f"p99 > {self.transport.p99_ms:.0f} ms")
            if self.kilobytes > self.transport.kilobytes:
                found.append(f"memory > {self.transport.kilobytes:.0f} KB")
            if self.pages_times > GROWTH_OF_PAGES:
                found.append(f"pages > {GROWTH_OF_PAGES:.0f} ×")
        return found


def bench(numbers: Sequence[int]) -> bool:
    """Measure with each number of viewers and print; False when a target is missed."""
    print(f"\n## Live room: {TAPS} taps of the host, one each {SECONDS_BETWEEN_TAPS:.0f} s; everything on this machine, "
          f"viewers too (load {os.getloadavg()[0]:.1f} before)\n")  # fmt: skip
    numbers = _that_can_be_opened(numbers)
    print("| held by | viewers | KB each | CPU µs a delivery | tap answered, p50 / p99 ms | tap heard, p50 / p99 ms "
          "| pages before and after, p50 / p99 ms | meanwhile | p99 × | within |")  # fmt: skip
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|", flush=True)
    is_within = True
    with tempfile.TemporaryDirectory(prefix="htx-bench-") as folder:
        place = environment(Path(folder))
        command(place, "demo", "--products", str(PRODUCTS))
        with Server("marketplace.app.wsgi:app", place) as market:
            room = _open_room(place)
            for transport in (EMBEDDED, NCHAN):
                if transport is NCHAN and real_nginx.program() is None:
                    print("\nNOT MEASURED with nchan: nginx with libnginx-mod-nchan is not installed.")
                    continue
                for viewers in numbers:
                    level = _measure(transport, viewers, market, place, room)
                    _print(level)
                    is_within &= not level.misses
    return is_within


def _that_can_be_opened(numbers: Sequence[int]) -> list[int]:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    possible = [number for number in numbers if number + SPARE_FILES <= hard]
    for number in set(numbers) - set(possible):
        print(f"NOT MEASURED with {number:,} viewers: a process may open {hard:,} files only (ulimit -Hn).\n")
    return possible


def _measure(transport: Transport, viewers: int, market: Server, place: dict[str, str], room: dict[str, str]) -> Level:
    level = Level(transport, viewers)
    with ExitStack() as stack:
        holders = stack.enter_context(_held_by(transport, market, place))
        level.idle_pages_ms = _shop(holders.pages, IDLE_PAGES)
        empty = holders.kilobytes()
        with _Visitor(market.port, STRANGER_WITH_COOKIE) as stranger:
            known = json.loads(stranger.ask("GET", f"{room['room']}/hien-trang"))["event_id"]
        crowd = stack.enter_context(_Crowd(holders.viewers, f"{room['stream']}&sau={known}", viewers))
        level.held = crowd.held
        level.kilobytes = (holders.kilobytes() - empty) / max(1, level.held)
        pressed = _show(level, room, holders)
        _read(level, crowd.leave(), pressed)
        level.idle_pages_ms += _shop(holders.pages, IDLE_PAGES)
    return level


def _open_room(place: dict[str, str]) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.room"], env={**os.environ, **place}, check=True, stdout=subprocess.PIPE
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def _held_by(transport: Transport, market: Server, place: dict[str, str]) -> Iterator[Holders]:
    with ExitStack() as stack:
        if transport is EMBEDDED:
            port = free_port()
            process = stack.enter_context(_stream(place, port))
            yield Holders([process.pid], port, market.port)
            return
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="htx-bench-nginx-")))
        folder.chmod(0o755)  # nginx's workers give up their rights and still keep their cache there
        nginx = stack.enter_context(real_nginx.running(folder, pages=market.port))
        process = stack.enter_context(_stream({**place, "HTX_NCHAN": nginx.publisher_url}, nginx.stream))
        yield Holders([nginx.viewers_pid, process.pid], nginx.viewers, nginx.public)


@contextmanager
def _stream(place: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace.app.stream"], env={**os.environ, **place, "HTX_STREAM_PORT": str(port)}
    )
    try:
        wait_for_health(port, lambda: process.poll() is None)
        yield process
    finally:
        process.terminate()
        process.wait(30)


class _Crowd:
    """Viewers in processes of their own."""

    def __init__(self, port: int, path: str, viewers: int) -> None:
        self.processes = []
        for begin in range(0, viewers, OF_ONE_PROCESS):
            number = min(OF_ONE_PROCESS, viewers - begin)
            command = [sys.executable, "-m", "bench.listeners", str(port), path, str(number), str(begin)]
            self.processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        self.held = sum(said["held"] for said in map(self._hear, self.processes))

    @staticmethod
    def _hear(process: subprocess.Popen[bytes]) -> dict[str, int]:
        assert process.stdout is not None
        return dict(json.loads(process.stdout.readline()))

    def leave(self) -> list[Heard]:
        """Everybody goes; what they heard, a part from each process."""
        return [json.loads(process.communicate(b"\n")[0]) for process in self.processes]

    def __enter__(self) -> _Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()


def _show(level: Level, room: dict[str, str], holders: Holders) -> dict[int, float]:
    """The host taps while a shopper opens pages; gives when each tap was pressed."""
    over = threading.Event()
    shopper = threading.Thread(target=lambda: level.pages_ms.extend(_shop(holders.pages, until=over)))
    shopper.start()
    cpu, pressed = holders.cpu_seconds(), {}
    with _Visitor(holders.pages, room["cookie"]) as host:
        token = first(r'name="csrf_token"[^>]*value="([^"]+)"', host.ask("GET", room["desk"]))
        for tap in range(1, TAPS + 1):
            pressed[tap] = time.monotonic()
            host.ask("POST", f"{room['desk']}/thong-bao", {"csrf_token": token, "text": f"tap {tap}"})
            answered = time.monotonic()
            level.answered_ms.append((answered - pressed[tap]) * 1000)
            time.sleep(max(0.0, pressed[tap] + SECONDS_BETWEEN_TAPS - answered))
    over.set()
    shopper.join()
    level.cpu_us = (holders.cpu_seconds() - cpu) / TAPS / max(1, level.held) * 1e6
    return pressed


def _shop(port: int, number: int = 0, *, until: threading.Event | None = None) -> list[float]:
    """Milliseconds that a listing and a product took in turn, of pages made anew, so many or until told to stop."""
    taken: list[float] = []
    with _Visitor(port, STRANGER_WITH_COOKIE) as shopper:
        product = first(r'href="(/san-pham/[a-z0-9-]+)"', shopper.ask("GET", "/san-pham"))
        while len(taken) < number or (until is not None and not until.is_set()):
            began = time.monotonic()
            shopper.ask("GET", product if len(taken) % 2 else "/san-pham")
            taken.append((time.monotonic() - began) * 1000)
            time.sleep(max(0.0, began + 1 / PAGES_A_SECOND - time.monotonic()))
    return taken


class _Visitor:
    """One browser on one connection that stays open."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = cookie

    def __enter__(self) -> _Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        if answer.status not in (200, 303):
            raise RuntimeError(f"{method} {path} is answered {answer.status}")
        return body


def _read(level: Level, parts: list[Heard], pressed: dict[int, float]) -> None:
    """What the viewers say they heard, and how long after its tap."""
    level.kept = sum(part["kept"] for part in parts)
    level.stories = len({story for part in parts for story in part["ids"]})
    for part in parts:
        for tap, moments in part["taps"].items():
            level.heard_ms += [(moment - pressed[int(tap)]) * 1000 for moment in moments]


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else math.inf


def _pair(values: Sequence[float]) -> str:
    return f"{_percentile(values, 50):,.0f} / {_percentile(values, 99):,.0f}"


def _print(level: Level) -> None:
    within = f"**no: {', '.join(level.misses)}**" if level.misses else "yes"
    print(f"| {level.transport.name} | {level.kept:,} of {level.viewers:,} | {level.kilobytes:.1f} | {level.cpu_us:.0f} "
          f"| {_pair(level.answered_ms)} | {_pair(level.heard_ms)} | {_pair(level.idle_pages_ms)} | {_pair(level.pages_ms)} "
          f"| {level.pages_times:.1f} | {within} |", flush=True)  # fmt: skip
