"""The configuration in deploy/ under a real nginx with nchan: the same events, to those with the key, once."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from marketplace.foundation.nchan import Nchan
from marketplace.foundation.settings import Settings
from tests.load.server import ROOT
from tests.load.test_stream import Viewer, happen, stream
from tests.servers import free_port

MODULE = "ngx_nchan_module.so"


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int, int]]:
    """Its public port, its publisher's port, and the port where it looks for the stream process."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    modules = glob.glob(f"/usr/lib/nginx/modules/{MODULE}")
    if program is None or not modules:
        pytest.skip("no nginx with nchan is installed")
    folder = tmp_path_factory.mktemp("nginx")
    public, publisher, behind = free_port(), free_port(), free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for known, ours in (
        (f"modules/{MODULE}", modules[0]),
        ("mime.types", "/etc/nginx/mime.types"),
        ("listen 8080", f"listen 127.0.0.1:{public}"),
        ("127.0.0.1:8090", f"127.0.0.1:{publisher}"),
        ("127.0.0.1:8001", f"127.0.0.1:{behind}"),
    ):
        assert known in text, "deploy/nginx.conf has changed"
        text = text.replace(known, ours)
    shutil.copy(ROOT / "deploy" / "proxy_to_pages.conf", folder)
    (folder / "nginx.conf").write_text(f"daemon off; pid {folder}/pid; error_log {folder}/log;\n{text}")
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], cwd=folder)
    try:
        _wait(process, Nchan(f"http://127.0.0.1:{publisher}"), folder / "log")
        yield public, publisher, behind
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], nchan: Nchan, log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            nchan.count("fair:1")
            nchan.close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(log.read_text()[-2000:] if log.exists() else "nginx does not answer")


def test_viewers_behind_nginx_hear_everything_once(
    app: Flask, settings: Settings, nginx: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    public, publisher, behind = nginx
    monkeypatch.setitem(os.environ, "HTX_NCHAN", f"http://127.0.0.1:{publisher}")
    with stream(settings, behind), ExitStack() as open_:
        viewers = [open_.enter_context(Viewer(public)) for _ in range(20)]
        other = open_.enter_context(Viewer(public, "fair:2"))
        happen(5)
        happen(1, "fair:2")
        assert [viewer.hear(5) for viewer in viewers] == [[1, 2, 3, 4, 5]] * 20
        assert other.hear(1) == [6]
        nchan = Nchan(f"http://127.0.0.1:{publisher}")
        assert (nchan.count("fair:1"), nchan.count("fair:2"), nchan.count("fair:3")) == (20, 1, 0)
        nchan.close()
        with Viewer(public, key="wrong") as stranger:
            assert stranger.answer.status == 403
