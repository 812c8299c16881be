"""What a room's page does, without a browser: it listens, and when it is cut off comes back with the last id it knows."""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import suppress
from types import TracebackType

from marketplace.foundation import realtime

# listening.js waits between 0.5 and 3.5 seconds.
COMES_BACK_AFTER = 0.5


class Page(threading.Thread):
    """`heard` are the ids of all events, as often as they came."""

    def __init__(self, port: int, secret: str, channel: str = "fair:1", *, after: int = 0) -> None:
        super().__init__(daemon=True)
        self.port, self.channel, self.known = port, channel, after
        self.key = realtime.listening_key(channel, secret)
        self.heard: list[int] = []
        self.openings = 0
        self._moved = threading.Condition()
        self._is_closed = False

    def __enter__(self) -> Page:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_closed = True

    def run(self) -> None:
        while not self._is_closed:
            with suppress(OSError, http.client.HTTPException):
                self._listen()
            time.sleep(COMES_BACK_AFTER)

    def _listen(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            address = f"/luong/{self.channel}?khoa={self.key}&sau={self.known}"
            connection.request("GET", address, headers={"Accept": "text/event-stream"})
            answer = connection.getresponse()
            if answer.status != 200:
                return
            with self._moved:
                self.openings += 1
                self._moved.notify_all()
            while (line := answer.readline()) and not self._is_closed:
                if line.startswith(b"data: ["):
                    self._take([event["id"] for event in json.loads(line[6:])])
        finally:
            connection.close()

    def _take(self, ids: list[int]) -> None:
        with self._moved:
            self.heard += ids
            self.known = ids[-1]
            self._moved.notify_all()

    def wait(self, *, heard: int = 0, openings: int = 0, seconds: float = 60) -> None:
        """Until so many events were heard and the stream was opened so often, or so much time has passed."""
        with self._moved:
            self._moved.wait_for(lambda: len(self.heard) >= heard and self.openings >= openings, timeout=seconds)
