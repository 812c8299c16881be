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
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import uvicorn

from marketplace import wiring
from marketplace.app.factory import create_app
from marketplace.foundation import clock, database, realtime
from marketplace.foundation.broadcast import Broadcast, as_json, by_channel
from marketplace.foundation.nchan import Nchan
from marketplace.foundation.settings import Settings, read_settings
from marketplace.foundation.web import requests

log = logging.getLogger(__name__)

PREFIX = "/luong/"
MAY_LISTEN = "/duoc-nghe"  # asked by nginx
FLUSH_SECONDS = 0.25
HEARTBEAT_SECONDS = 20
COUNT_SECONDS = 5
REMEMBERS = timedelta(minutes=10)
MOST_VIEWERS = 12_000
# Many phones of one mobile network share an address.
MOST_OF_ONE_ADDRESS = 1_000
READ_AT_ONCE = 500
GRACE_SECONDS = 1

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Stream:
    """An ASGI application of one page."""

    def __init__(self, settings: Settings, count: Callable[[str, int], None]) -> None:
        self.secret = settings.secret_key
        self.count = count
        self.nchan = Nchan(settings.nchan_url) if settings.nchan_url else None
        self.told_by_nchan: set[str] = set()
        self.broadcast = Broadcast()
        self.addresses: Counter[str] = Counter()
        self.counted: dict[str, int] = {}
        self.running: list[asyncio.Task[None]] = []

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.broadcast.begin(*await asyncio.to_thread(_read_recent))
        self.running = [asyncio.create_task(each()) for each in (self._tail, self._keep_alive, self._count_viewers)]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in self.running:
            task.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        path = unquote(scope["path"])
        if path == "/healthz":
            return await _refuse(send, 200, "ok")
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        if path == MAY_LISTEN:
            original = urlsplit(dict(scope["headers"]).get(b"x-original-uri", b"").decode("latin-1"))
            may = self._may_listen(unquote(original.path), parse_qs(original.query))
            return await _refuse(send, 200 if may else 403, "yes" if may else "no")
        if not self._may_listen(path, asked):
            return await _refuse(send, 404, "no such stream")
        channel = path.removeprefix(PREFIX)
        address = _address(scope)
        if sum(self.addresses.values()) >= MOST_VIEWERS or self.addresses[address] >= MOST_OF_ONE_ADDRESS:
            return await _refuse(send, 503, "full; the page asks by itself")
        await self._hold(channel, _last_known(scope, asked), address, receive, send)

    def _may_listen(self, path: str, asked: dict[str, list[str]]) -> bool:
        key = asked.get("khoa", [""])[0]
        return path.startswith(PREFIX) and realtime.is_listening_key(path.removeprefix(PREFIX), key, self.secret)

    async def _hold(self, channel: str, after: int, address: str, receive: Receive, send: Send) -> None:
        self.addresses[address] += 1
        viewer, missed = self.broadcast.join(channel, send, after=after)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await send({"type": "http.response.body", "body": b"retry: 3000\n\n" + missed, "more_body": True})
            viewer.wake()
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self.broadcast.leave(viewer)
            self.addresses[address] -= 1
            if not self.addresses[address]:
                del self.addresses[address]

    async def _tail(self) -> None:
        """One query for all rooms, four times a second; what came meanwhile goes out as one message a room."""
        while True:
            try:
                events = await asyncio.to_thread(_read_after, self.broadcast.last_id)
                await asyncio.to_thread(self._tell_nchan, events)
                self.broadcast.tell(events)
                if len(events) == READ_AT_ONCE:
                    continue
            except Exception:
                log.exception("what happened could not be read; trying again")
            await asyncio.sleep(FLUSH_SECONDS)

    def _tell_nchan(self, events: list[realtime.Told]) -> None:
        if self.nchan is None:
            return
        for channel, several in by_channel(events).items():
            # Told twice when it fails in between; pages know each event by its id.
            self.nchan.tell(channel, as_json(several))
            self.told_by_nchan.add(channel)

    async def _keep_alive(self) -> None:
        # Mobile networks and proxies cut what is silent.
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
        return {channel: self.nchan.count(channel) for channel in self.told_by_nchan}


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
    # The page may stand on another port; the key in the address is what opens the stream, no cookie does.
    (b"access-control-allow-origin", b"*"),
]


async def _refuse(send: Send, status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain"), (b"access-control-allow-origin", b"*"), (b"retry-after", b"30")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})


def _last_known(scope: dict[str, Any], asked: dict[str, list[str]]) -> int:
    """From the browser's own header when it comes back by itself, else from the address."""
    headers = dict(scope["headers"])
    for typed in (headers.get(b"last-event-id", b"").decode("latin-1"), asked.get("sau", [""])[0]):
        if typed.isascii() and typed.isdigit() and len(typed) < 19:
            return int(typed)
    return 0


def _address(scope: dict[str, Any]) -> str:
    return str((scope.get("client") or ("", 0))[0])


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

    uvicorn.run(
        Stream(settings, count), host=settings.host, port=settings.stream_port, http="h11", ws="none", loop="asyncio",
        lifespan="on", log_level="warning", access_log=False, server_header=False, date_header=False,
        backlog=4096, timeout_graceful_shutdown=GRACE_SECONDS, proxy_headers=settings.trusted_proxies > 0,
    )  # fmt: skip


def _allow_many_connections() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
