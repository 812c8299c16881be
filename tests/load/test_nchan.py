"""The configuration in deploy/ under a real nginx with nchan: the same events, to those with the key, once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from marketplace.foundation.nchan import Nchan
from marketplace.foundation.settings import Settings
from tests.load import nginx as real
from tests.load.nginx import Nginx
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
        viewers = [open_.enter_context(Viewer(nginx.public)) for _ in range(20)]
        other = open_.enter_context(Viewer(nginx.public, "fair:2"))
        happen(5)
        happen(1, "fair:2")
        assert [viewer.hear(5) for viewer in viewers] == [[1, 2, 3, 4, 5]] * 20
        assert other.hear(1) == [6]
        nchan = Nchan(nginx.publisher_url)
        assert (nchan.count("fair:1"), nchan.count("fair:2"), nchan.count("fair:3")) == (20, 1, 0)
        nchan.close()
        with Viewer(nginx.public, key="wrong") as stranger:
            assert stranger.answer.status == 403
