"""The configurations in deploy/ under real nginx with nchan: the same events, to those with the key, once."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask

from marketplace.foundation.nchan import Nchan
from marketplace.foundation.settings import Settings
from tests.load import nginx as real
from tests.load.nginx import Nginx
from tests.load.server import ROOT
from tests.load.test_stream import Viewer, happen, stream


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    if real.program() is None:
        pytest.skip("no nginx with nchan is installed")
    with real.running(tmp_path_factory.mktemp("nginx")) as started:
        yield started


def test_viewers_behind_nginx_hear_everything_once(
    app: Flask, settings: Settings, nginx: Nginx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "HTX_NCHAN", nginx.publisher_url)
    with stream(settings, nginx.stream), ExitStack() as open_:
        viewers = [open_.enter_context(Viewer(nginx.viewers)) for _ in range(20)]
        other = open_.enter_context(Viewer(nginx.viewers, "fair:2"))
        happen(5)
        happen(1, "fair:2")
        assert [viewer.hear(5) for viewer in viewers] == [[1, 2, 3, 4, 5]] * 20
        assert other.hear(1) == [6]
        nchan = Nchan(nginx.publisher_url)
        assert (nchan.count("fair:1"), nchan.count("fair:2"), nchan.count("fair:3")) == (20, 1, 0)
        nchan.close()
        with Viewer(nginx.viewers, key="wrong") as stranger:
            assert stranger.answer.status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nobody_outside_publishes(nginx: Nginx, method: str) -> None:
    """The publisher's location stands on the loopback address alone; from the public side it is a way to listen only."""
    nchan = Nchan(nginx.publisher_url)
    nchan.tell("fair:1", "[]")
    before = nchan.messages("fair:1")
    with closing(http.client.HTTPConnection("127.0.0.1", nginx.viewers, timeout=20)) as connection:
        connection.request(method, "/luong/fair:1", b'[{"id":1,"kind":"state"}]', {"Content-Type": "application/json"})
        assert connection.getresponse().status in (403, 405, 500, 502)  # who may listen is asked first; nobody is there
    assert nchan.messages("fair:1") == before > 0
    nchan.close()
    assert "listen 127.0.0.1:8090;" in (ROOT / "deploy" / "live.conf").read_text()


class _Pages(BaseHTTPRequestHandler):
    """Page workers that write down what they were asked."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *words: object) -> None: ...


@contextmanager
def _serving(pages: type[_Pages]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), pages) as server, ThreadPoolExecutor(1) as thread:
        thread.submit(server.serve_forever)
        try:
            yield server.server_port
        finally:
            server.shutdown()


def test_polls_are_answered_once_a_second_but_never_to_a_page_whose_stream_begins(tmp_path: Path) -> None:
    """What happened within that second, before its stream was open, would reach such a page by neither way."""
    if real.program() is None:
        pytest.skip("no nginx with nchan is installed")
    pages = type("Pages", (_Pages,), {"asked": []})
    polled, fresh = "/phien-cho/a/truc-tiep/tin?sau=7", "/phien-cho/a/truc-tiep/tin?sau=7&moi=1"
    for each in (tmp_path, *tmp_path.parents):
        if each.owner() == tmp_path.owner() and each.stat().st_mode & 0o077 == 0:
            each.chmod(0o755)  # nginx's workers give up their rights
    with _serving(pages) as port, real.running(tmp_path, pages=port) as nginx:
        for path in [*[polled] * 20, *[fresh] * 3]:
            with closing(http.client.HTTPConnection("127.0.0.1", nginx.public, timeout=20)) as connection:
                connection.request("GET", path)
                assert connection.getresponse().status == 204
    assert pages.asked.count(polled) < 20
    assert pages.asked.count(fresh) == 3
