"""Viewers of a room, thousands in one process: `python -m bench.listeners <port> <path> <how many> <first one's number>`.

Says {"held": …} once all are let in or refused, waits for a line, then says what each of them heard and when. Nothing is
read into while they listen: the client stands on the same cores as what it measures.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import resource
import sys
import time
from collections import defaultdict

AT_ONCE = 100  # connections being opened
OF_ONE_ADDRESS = 500  # the stream lets in a thousand of one address; this machine answers to all of 127.0.0.0/8
PATIENCE_SECONDS = 30
EVENT = re.compile(rb'"id":(\d+),"kind":"(?:[a-z_]+)","body":\{(?:"text":"tap (\d+)")?')


class Viewer(asyncio.Protocol):
    """One open stream: when each piece came, and whether it was let in and kept."""

    __slots__ = ("answered", "heard", "is_open", "request")

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.heard: list[tuple[float, bytes]] = []
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.heard.append((time.monotonic(), data))
        if not self.answered.done():
            self.is_open = data.startswith(b"HTTP/1.1 200 ")
            self.answered.set_result(self.is_open)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if not self.answered.done():
            self.answered.set_result(False)

    def events(self) -> list[tuple[int, int | None, float]]:
        """(id, number of the tap if it was one, when its last byte came) of all it heard, in order."""
        ends, whole = [], b""
        for _, data in self.heard:
            whole += data
            ends.append(len(whole))
        found, piece = [], 0
        for match in EVENT.finditer(whole):
            while ends[piece] < match.end():
                piece += 1
            found.append((int(match[1]), int(match[2]) if match[2] else None, self.heard[piece][0]))
        return found


async def listen(port: int, path: str, number: int, first: int) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode()
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)

    async def come(index: int) -> Viewer:
        viewer = Viewer(request)
        place = index // OF_ONE_ADDRESS
        async with gate:
            await loop.create_connection(lambda: viewer, "127.0.0.1", port, local_addr=(f"127.0.1.{1 + place}", 0))
            await asyncio.wait_for(viewer.answered, PATIENCE_SECONDS)
        return viewer

    viewers = await asyncio.gather(*(come(first + index) for index in range(number)))
    _say({"held": sum(viewer.is_open for viewer in viewers)})
    told_to_leave = loop.create_future()
    loop.add_reader(sys.stdin, told_to_leave.set_result, None)
    await told_to_leave
    loop.remove_reader(sys.stdin)
    _say(_heard(viewers))


def _heard(viewers: list[Viewer]) -> dict[str, object]:
    """How many were kept, which events each group of viewers heard, and when each tap came to each viewer."""
    ids: defaultdict[str, int] = defaultdict(int)
    taps: defaultdict[int, list[float]] = defaultdict(list)
    for viewer in viewers:
        events = viewer.events()
        ids[" ".join(str(number) for number, _, _ in events)] += 1
        for _, tap, at in events:
            if tap is not None:
                taps[tap].append(round(at, 4))
    return {"kept": sum(viewer.is_open for viewer in viewers), "ids": ids, "taps": taps}


def _say(words: dict[str, object]) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    _soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))
    gc.disable()  # a pause of ours would count as one of theirs
    asyncio.run(listen(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
