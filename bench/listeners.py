"""Viewers of a room, thousands in one process: `python -m bench.listeners <port> <path> <how many> <first one's number>`.

Says {"held": …} once all are let in or refused, waits for a line, then says what each of them heard and when. Nothing is
read into while they listen: the client stands on the same cores as what it measures.
"""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import select
import socket
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field

AT_ONCE = 100  # connections being opened
OF_ONE_ADDRESS = 500  # the stream lets in a thousand of one address; this machine answers to all of 127.0.0.0/8
PATIENCE_SECONDS = 30
PIECE = 65536
EVENT = re.compile(rb'"id":(\d+),"kind":"(?:[a-z_]+)","body":\{(?:"text":"tap (\d+)")?')


@dataclass
class Viewer:
    """One open stream: when each piece came, and whether it was let in and kept."""

    socket: socket.socket
    heard: list[tuple[float, bytes]] = field(default_factory=list)
    is_gone: bool = False

    @property
    def is_open(self) -> bool:
        return not self.is_gone and bool(self.heard) and self.heard[0][1].startswith(b"HTTP/1.1 200 ")

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


class Crowd:
    """Viewers on one epoll: through asyncio each piece cost 9 microseconds of the cores that are measured, so one."""

    def __init__(self, port: int, path: str) -> None:
        self.port = port
        self.request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode()
        self.viewers: dict[int, Viewer] = {}
        self.epoll = select.epoll()

    def come(self, numbers: range) -> None:
        """Let so many in, some at a time; whoever is refused is told by `is_open`."""
        for begin in range(0, len(numbers), AT_ONCE):
            several = [self._open(number) for number in numbers[begin : begin + AT_ONCE]]
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not all(viewer.heard or viewer.is_gone for viewer in several) and time.monotonic() < deadline:
                self.hear(1)

    def hear(self, seconds: float = -1) -> bool:
        """Take what came; False when somebody wrote to this process."""
        for file, _ in self.epoll.poll(seconds):
            viewer = self.viewers.get(file)
            if viewer is None:
                return False
            try:
                data = os.read(file, PIECE)
            except OSError:
                data = b""
            if data:
                viewer.heard.append((time.monotonic(), data))
            else:
                viewer.is_gone = True
                self.epoll.unregister(file)
        return True

    def _open(self, number: int) -> Viewer:
        place = number // OF_ONE_ADDRESS
        viewer = Viewer(
            socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS, (f"127.0.1.{1 + place}", 0))
        )
        viewer.socket.sendall(self.request)
        self.viewers[viewer.socket.fileno()] = viewer
        self.epoll.register(viewer.socket, select.EPOLLIN)
        return viewer


def listen(port: int, path: str, number: int, first: int) -> None:
    crowd = Crowd(port, path)
    crowd.come(range(first, first + number))
    _say({"held": sum(viewer.is_open for viewer in crowd.viewers.values())})
    crowd.epoll.register(sys.stdin, select.EPOLLIN)
    while crowd.hear():
        pass
    _say(_heard(list(crowd.viewers.values())))


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
    listen(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
