"""The ring of a room: who comes back gets exactly what he lacks; who is slow costs only himself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from marketplace.foundation import broadcast, clock
from marketplace.foundation.broadcast import START_ANEW, Broadcast
from marketplace.foundation.realtime import Told

T = TypeVar("T")


def told(number: int, channel: str = "fair:1") -> Told:
    return Told(number, channel, "stock", {"free": number}, clock.now())


def ids(chunk: bytes) -> list[int]:
    return [event["id"] for line in chunk.splitlines() if line.startswith(b"data: ") for event in json.loads(line[6:])]


def run(scene: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: a browser that was started before keeps a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scene).result()


class Phone:
    """What one viewer was sent; `gate` closed is a phone that does not read."""

    def __init__(self) -> None:
        self.got = b""
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, message: dict[str, Any]) -> None:
        await self.gate.wait()
        self.got += message["body"]


def test_a_viewer_who_comes_back_gets_exactly_the_gap() -> None:
    live = Broadcast()
    live.begin([told(7), told(8, "fair:2"), told(9)], last_id=9)
    _, missed = live.join("fair:1", Phone().send, after=7)
    assert ids(missed) == [9]
    _, missed = live.join("fair:1", Phone().send, after=9)
    assert missed == b""


def test_a_viewer_from_before_the_ring_starts_anew() -> None:
    live = Broadcast()
    live.begin([told(7), told(9)], last_id=9)
    assert live.join("fair:1", Phone().send, after=5)[1] == START_ANEW
    assert ids(live.join("fair:1", Phone().send, after=6)[1]) == [7, 9]


def test_what_is_told_reaches_its_room_once_and_no_other() -> None:
    async def scene() -> tuple[bytes, bytes]:
        live, here, there = Broadcast(), Phone(), Phone()
        live.join("fair:1", here.send, after=0)
        live.join("fair:2", there.send, after=0)
        live.tell([told(1), told(2, "fair:2"), told(3)])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return here.got, there.got

    here, there = run(scene())
    assert (ids(here), ids(there)) == ([1, 3], [2])


def test_a_phone_that_does_not_read_holds_nobody_up_and_catches_up_or_starts_anew() -> None:
    async def scene(flushes: int) -> tuple[bytes, bytes, int]:
        live, dead, alive = Broadcast(), Phone(), Phone()
        dead.gate.clear()
        live.join("fair:1", dead.send, after=0)
        live.join("fair:1", alive.send, after=0)
        for number in range(1, flushes + 1):
            live.tell([told(number)])
            for _ in range(3):
                await asyncio.sleep(0)
        waiting = len(asyncio.all_tasks()) - 1
        dead.gate.set()
        for _ in range(5):
            await asyncio.sleep(0)
        return dead.got, alive.got, waiting

    dead, alive, waiting = run(scene(30))
    assert ids(dead) == ids(alive) == list(range(1, 31))
    assert waiting == 1
    dead, alive, _ = run(scene(broadcast.KEPT_FLUSHES + 5))
    assert len(ids(alive)) == broadcast.KEPT_FLUSHES + 5
    assert dead.endswith(START_ANEW)


def test_who_leaves_is_counted_no_more() -> None:
    live = Broadcast()
    viewer, _ = live.join("fair:1", Phone().send, after=0)
    live.join("fair:1", Phone().send, after=0)
    assert live.counts() == {"fair:1": 2}
    live.leave(viewer)
    assert live.counts() == {"fair:1": 1}
