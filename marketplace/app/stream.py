"""The stream process: tails what happened in rooms and tells it to all who listen, beside the page workers.

`/luong/<channel>?khoa=<key>&sau=<id>` answers with server-sent events. Page workers never hold a viewer; without this
process, or behind a proxy that cuts it, pages poll and the shop sells on. With HTX_NCHAN it holds nobody itself: it tells
nginx, asks it how many listen, and says who may (`/duoc-nghe`).
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, unquote

from marketplace import wiring
from marketplace.app.factory import create_app
from marketplace.foundation import clock, database, realtime
from marketplace.foundation.broadcast import Broadcast, as_json, by_channel
from marketplace.foundation.event_streams import Admission, Answer, Asked, Lines
from marketplace.foundation.nchan import Nchan
from marketplace.foundation.settings import Settings, read_settings
from marketplace.foundation.web import requests

log = logging.getLogger(__name__)

PREFIX = "/luong/"
MAY_LISTEN = "/duoc-nghe"  # asked by nginx
LOOK_SECONDS = 0.05
FLUSH_SECONDS = 0.25  # what happens within it goes out as one message
HEARTBEAT_SECONDS = 20
COUNT_SECONDS = 5
REMEMBERS = timedelta(minutes=10)
MOST_VIEWERS = 12_000
# Many phones of one mobile network share an address.
MOST_OF_ONE_ADDRESS = 1_000
READ_AT_ONCE = 500
LOOPBACK = ("127.0.0.1", "::1")


class Stream:
    """Who may listen to what, and the loops that tell them."""

    def __init__(self, settings: Settings, count: Callable[[str, int], None]) -> None:
        self.secret = settings.secret_key
        self.proxies = settings.trusted_proxies
        self.count = count
        # One connection each for the loop that tells and the one that counts: they run in threads of their own.
        self.nchan = (Nchan(settings.nchan_url), Nchan(settings.nchan_url)) if settings.nchan_url else None
        self.told_by_nchan: set[str] = set()
        self.broadcast = Broadcast()
        self.addresses: Counter[str] = Counter()
        self.counted: dict[str, int] = {}
        self.figures = Figures()

    async def run(self, host: str, port: int) -> None:
        """Until SIGTERM or Ctrl-C."""
        asked_to_stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
        self.broadcast.begin(*await asyncio.to_thread(_read_recent))
        lines = Lines(self.answer)
        await lines.open(host, port)
        running = [asyncio.create_task(each()) for each in (self._tail, self._keep_alive, self._count_viewers)]
        await asked_to_stop.wait()
        for task in running:
            task.cancel()
        lines.close()
        await asyncio.sleep(0)  # connections say goodbye

    def answer(self, asked: Asked) -> Answer | Admission:
        path, query = _path_and_query(asked.path)
        if path == "/healthz":
            return Answer(200, "ok")
        if path == "/metrics":
            # Behind a proxy everybody seems local, so a forwarded request is never an operator's.
            is_operator = asked.peer in LOOPBACK and b"x-forwarded-for" not in asked.headers
            return Answer(200, self.figures.text(self.broadcast)) if is_operator else Answer(404, "no such page")
        if path == MAY_LISTEN:
            may = self._may_listen(*_path_and_query(asked.headers.get(b"x-original-uri", b"").decode("latin-1")))
            return Answer(200, "yes") if may else Answer(403, "no")
        if not self._may_listen(path, query):
            return Answer(404, "no such stream")
        address = self._address(asked)
        if self.addresses.total() >= MOST_VIEWERS or self.addresses[address] >= MOST_OF_ONE_ADDRESS:
            return Answer(503, "full; the page asks by itself")
        self.addresses[address] += 1
        channel = path.removeprefix(PREFIX)
        return Admission(self.broadcast, channel, _last_known(asked, query), lambda: self._left(address))

    def _may_listen(self, path: str, asked: dict[str, list[str]]) -> bool:
        key = asked.get("khoa", [""])[0]
        return path.startswith(PREFIX) and realtime.is_listening_key(path.removeprefix(PREFIX), key, self.secret)

    def _address(self, asked: Asked) -> str:
        """The visitor's own, as the last proxy that we trust has seen it."""
        forwarded = [each.strip() for each in asked.headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")]
        if self.proxies and len(forwarded) >= self.proxies and forwarded[-self.proxies]:
            return forwarded[-self.proxies]
        return asked.peer

    def _left(self, address: str) -> None:
        self.addresses[address] -= 1
        if not self.addresses[address]:
            del self.addresses[address]

    async def _tail(self) -> None:
        """One query for all rooms, some times a second; what came meanwhile goes out as one message a room."""
        while True:
            events: list[realtime.Told] = []
            try:
                events = await asyncio.to_thread(_read_after, self.broadcast.last_id)
                await asyncio.to_thread(self._tell_nchan, events)
                self.broadcast.tell(events)
                self.figures.looked(events)
                if len(events) == READ_AT_ONCE:
                    continue
            except Exception:
                log.exception("what happened could not be read; trying again")
            await asyncio.sleep(FLUSH_SECONDS if events else LOOK_SECONDS)

    def _tell_nchan(self, events: list[realtime.Told]) -> None:
        if self.nchan is None:
            return
        for channel, several in by_channel(events).items():
            # Told twice when it fails in between; pages know each event by its id.
            self.nchan[0].tell(channel, as_json(several))
            self.told_by_nchan.add(channel)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self.broadcast.keep_alive()

    async def _count_viewers(self) -> None:
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            try:
                counts = await asyncio.to_thread(self._listeners)
                for channel in [channel for channel, count in counts.items() if count or self.counted.get(channel)]:
                    self.counted[channel] = counts[channel]
                    await asyncio.to_thread(self.count, channel, counts[channel])
            except Exception:
                log.exception("viewers could not be counted")

    def _listeners(self) -> dict[str, int]:
        if self.nchan is None:
            return self.broadcast.counts()
        return {channel: self.nchan[1].count(channel) for channel in sorted(self.told_by_nchan)}


class Figures:
    """What an operator wants to know of the stream."""

    def __init__(self) -> None:
        self.events = 0
        self.lag_seconds = 0.0  # of all events together, from being written to being told
        self.looked_at = time.monotonic()

    def looked(self, events: list[realtime.Told]) -> None:
        """The database was read; these events were told."""
        self.looked_at = time.monotonic()
        self.events += len(events)
        self.lag_seconds += sum((clock.now() - event.at).total_seconds() for event in events)

    def text(self, broadcast: Broadcast) -> str:
        """In the text format of Prometheus."""
        counts = broadcast.counts()
        lines = [
            f"market_stream_viewers {sum(counts.values())}",
            f"market_stream_rooms {sum(count > 0 for count in counts.values())}",
            f"market_stream_slow_viewers {broadcast.slow()}",
            f"market_stream_events_total {self.events}",
            f"market_stream_lag_seconds_sum {self.lag_seconds:.3f}",
            f"market_stream_lag_seconds_count {self.events}",
            f"market_stream_last_look_seconds {time.monotonic() - self.looked_at:.3f}",
        ]
        return "\n".join(lines) + "\n"


def _path_and_query(target: str) -> tuple[str, dict[str, list[str]]]:
    path, _, query = target.partition("?")
    return unquote(path), parse_qs(query)


def _last_known(asked: Asked, query: dict[str, list[str]]) -> int:
    """From the browser's own header when it comes back by itself, else from the address."""
    for typed in (asked.headers.get(b"last-event-id", b"").decode("latin-1"), query.get("sau", [""])[0]):
        if typed.isascii() and typed.isdigit() and len(typed) < 19:
            return int(typed)
    return 0


def _read_recent() -> tuple[list[realtime.Told], int]:
    try:
        last_id = realtime.latest_id()
        recent = realtime.recent(clock.now() - REMEMBERS)
        return [event for event in recent if event.id <= last_id], last_id
    finally:
        database.session.remove()


def _read_after(after: int) -> list[realtime.Told]:
    try:
        return realtime.events_after(after, limit=READ_AT_ONCE)
    finally:
        database.session.remove()


def main() -> None:
    requests.log_to_stderr()
    settings = read_settings(os.environ)
    app = create_app(settings)
    _allow_many_connections()

    def count(channel: str, viewers: int) -> None:
        with app.app_context():
            wiring.count_listeners(channel, viewers)

    asyncio.run(Stream(settings, count).run(settings.host, settings.stream_port))


def _allow_many_connections() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
