"""The stream process over real connections: what is committed reaches every viewer once, through restarts."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace.app.stream import Stream
from marketplace.foundation import realtime
from marketplace.foundation.database import is_sqlite, session, transaction
from marketplace.foundation.event_streams import Lines
from marketplace.foundation.settings import Settings, read_settings
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


def figures(port: int, **headers: str) -> dict[str, float]:
    """What the stream says to its operator; nothing to others."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", "/metrics", headers=headers)
        answer = connection.getresponse()
        lines = answer.read().decode().splitlines() if answer.status == 200 else []
    return {name: float(value) for name, value in (line.split() for line in lines)}


def test_its_operator_reads_figures_and_nobody_else(app: Flask, settings: Settings, port: int) -> None:
    with stream(settings, port), Viewer(port) as viewer, Viewer(port, "fair:2"):
        happen(3)
        viewer.hear(3)
        told = figures(port)
        assert (told["market_stream_viewers"], told["market_stream_rooms"]) == (2, 2)
        assert (told["market_stream_events_total"], told["market_stream_slow_viewers"]) == (3, 0)
        assert told["market_stream_lag_seconds_sum"] > 0
        assert told["market_stream_last_look_seconds"] < 20
        assert figures(port, **{"X-Forwarded-For": "127.0.0.1"}) == {}


def test_a_viewer_who_does_not_read_costs_the_others_nothing_and_catches_up(
    app: Flask, settings: Settings, port: int
) -> None:
    bulk = "x" * 40_000  # more than the system keeps for a socket, after some messages
    with stream(settings, port), Viewer(port) as viewer, socket.socket() as dead:
        dead.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        dead.connect(("127.0.0.1", port))
        key = realtime.listening_key("fair:1", SECRET)
        dead.sendall(f"GET /luong/fair:1?khoa={key} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while figures(port)["market_stream_viewers"] < 2:
            pass
        for number in range(1, 13):
            with transaction():
                realtime.publish("fair:1", "notice", {"text": bulk})
            assert viewer.hear(1) == [number]
        assert figures(port)["market_stream_slow_viewers"] == 1
        assert _ids_of(dead, last=12) == list(range(1, 13))
        assert figures(port)["market_stream_slow_viewers"] == 0


def _ids_of(reader: socket.socket, *, last: int) -> list[int]:
    """What a viewer who was slow finds when he reads at last."""
    reader.settimeout(20)
    got, end = b"", f"id: {last}\n".encode()
    while end not in got or not got.endswith(b"\n\n"):
        got += reader.recv(1 << 16)
    lines = [line for line in got.split(b"\n") if line.startswith(b"data: [")]
    return [event["id"] for line in lines for event in json.loads(line[6:])]


def test_viewers_hold_no_connection_to_the_database(app: Flask, settings: Settings, port: int) -> None:
    with stream(settings, port) as process, ExitStack() as open_:
        first = open_.enter_context(Viewer(port))
        happen(1)
        assert first.hear(1) == [1]
        alone = _database_connections(process.pid)
        crowd = [open_.enter_context(Viewer(port, after=1)) for _ in range(200)]
        happen(5)
        assert {tuple(viewer.hear(5)) for viewer in crowd} == {(2, 3, 4, 5, 6)}
        assert figures(port)["market_stream_viewers"] == 201
        # Two loops read it, each for itself.
        assert _database_connections(process.pid) <= max(alone, 2)


def _database_connections(pid: int) -> int:
    """Open files of the SQLite database, or sessions that PostgreSQL sees of the process."""
    if is_sqlite():
        path = str(session.get_bind().engine.url.database)
        return sum(os.path.realpath(file) == os.path.realpath(path) for file in Path(f"/proc/{pid}/fd").iterdir())
    session.rollback()
    here = text("SELECT client_port FROM pg_stat_activity WHERE datname = current_database()")
    ports = set(session.scalars(here))
    return len(ports & _local_ports(pid))


def _local_ports(pid: int) -> set[int]:
    sockets = {os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink()}
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return {int(row[1].split(":")[1], 16) for row in rows if f"socket:[{row[9]}]" in sockets}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /" + b"a" * 17_000, 431),
        (b"POST /luong/fair:1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 405),
        (b"PUT /luong/fair:1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405),
        (b"GET /luong/fair:1?khoa=%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET /luong/../metrics HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    ],
)
def test_whoever_asks_for_nonsense_or_would_publish_is_refused(sent: bytes, status: int) -> None:
    async def ask() -> bytes:
        door = Stream(read_settings({"HTX_MODE": "test", "HTX_VAR": "/tmp"}), lambda _channel, _count: None)
        lines, port = Lines(door.answer), free_port()
        await lines.open("127.0.0.1", port)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        answer = await reader.readuntil(b"\r\n")
        writer.close()
        lines.close()
        return answer

    with ThreadPoolExecutor(1) as thread:  # a browser that was started before keeps a loop in this one
        assert thread.submit(asyncio.run, ask()).result().startswith(f"HTTP/1.1 {status} ".encode())
