"""The stream process over real connections: what is committed reaches every viewer once, through restarts."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest
from flask import Flask

from marketplace.foundation import realtime
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from tests.load.server import ROOT
from tests.servers import free_port

SECRET = "a secret that is long enough for tests 123"


@contextmanager
def stream(settings: Settings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ, "HTX_MODE": "test", "DATABASE_URL": settings.database_url, "HTX_VAR": str(settings.var),
        "HTX_SECRET_KEY": SECRET, "HTX_STREAM_PORT": str(port),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace.app.stream"], env=environment, cwd=ROOT, start_new_session=True
    )
    try:
        _wait(port, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the stream does not answer")


class Viewer:
    """A browser that holds the stream of a room."""

    def __init__(self, port: int, channel: str = "fair:1", *, after: int = 0, key: str | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        key = realtime.listening_key(channel, SECRET) if key is None else key
        self.connection.request(
            "GET", f"/luong/{channel}?khoa={key}&sau={after}", headers={"Accept": "text/event-stream"}
        )
        self.answer = self.connection.getresponse()

    def __enter__(self) -> Viewer:
        return self

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self.connection.close()

    def hear(self, count: int) -> list[int]:
        """Ids of the next events, as many as asked for."""
        ids: list[int] = []
        while len(ids) < count:
            line = self.answer.readline()
            if not line:
                raise EOFError(f"the stream ended after {ids}")
            if line.startswith(b"data: ["):
                ids += [event["id"] for event in json.loads(line[6:])]
        return ids


def happen(count: int, channel: str = "fair:1") -> None:
    for number in range(count):
        with transaction():
            realtime.publish(channel, "stock", {"free": number})


@pytest.fixture
def port() -> int:
    return free_port()


def test_every_viewer_hears_everything_once_and_in_order(app: Flask, settings: Settings, port: int) -> None:
    with stream(settings, port), ExitStack() as open_:
        viewers = [open_.enter_context(Viewer(port)) for _ in range(20)]
        other = open_.enter_context(Viewer(port, "fair:2"))
        happen(5)
        happen(1, "fair:2")
        assert [viewer.hear(5) for viewer in viewers] == [[1, 2, 3, 4, 5]] * 20
        assert other.hear(1) == [6]


def test_who_is_cut_off_goes_on_where_he_stopped_also_after_the_process_died(
    app: Flask, settings: Settings, port: int
) -> None:
    with stream(settings, port) as process, Viewer(port) as viewer:
        happen(3)
        assert viewer.hear(3) == [1, 2, 3]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        happen(2)
    with stream(settings, port), Viewer(port, after=3) as again:
        happen(1)
        assert again.hear(3) == [4, 5, 6]


def test_nobody_listens_without_the_key_of_the_room(app: Flask, settings: Settings, port: int) -> None:
    with stream(settings, port):
        for key in ("", "wrong", realtime.listening_key("fair:2", SECRET)):
            with Viewer(port, key=key) as stranger:
                assert stranger.answer.status == 404
