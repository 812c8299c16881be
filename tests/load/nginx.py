"""deploy/nginx.conf under a real nginx with nchan, on ports of its own."""

from __future__ import annotations

import glob
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from marketplace.foundation.nchan import Nchan
from tests.load.server import ROOT
from tests.servers import free_port

MODULE = "ngx_nchan_module.so"


@dataclass(frozen=True)
class Nginx:
    """A running one: where visitors reach it, where the stream process tells it, and where it looks for that process."""

    public: int
    publisher: int
    stream: int
    pid: int

    @property
    def publisher_url(self) -> str:
        return f"http://127.0.0.1:{self.publisher}"


def program() -> tuple[str, str] | None:
    """Paths of nginx and of its module, when both are installed."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    modules = glob.glob(f"/usr/lib/nginx/modules/{MODULE}")
    return (found, modules[0]) if found and modules else None


@contextmanager
def running(folder: Path, *, pages: int = 8000) -> Iterator[Nginx]:
    """The very file of deploy/ with other ports; page workers are looked for on `pages`."""
    installed = program()
    assert installed, "nginx with nchan is not installed"
    public, publisher, stream = free_port(), free_port(), free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for known, ours in (
        (f"modules/{MODULE}", installed[1]),
        ("mime.types", "/etc/nginx/mime.types"),
        ("listen 8080", f"listen 127.0.0.1:{public}"),
        ("127.0.0.1:8090", f"127.0.0.1:{publisher}"),
        ("127.0.0.1:8000", f"127.0.0.1:{pages}"),
        ("127.0.0.1:8001", f"127.0.0.1:{stream}"),
    ):
        assert known in text, f"deploy/nginx.conf has no {known} any more"
        text = text.replace(known, ours)
    shutil.copy(ROOT / "deploy" / "proxy_to_pages.conf", folder)
    (folder / "nginx.conf").write_text(f"daemon off; pid {folder}/pid; error_log {folder}/log;\n{text}")
    process = subprocess.Popen([installed[0], "-p", str(folder), "-c", str(folder / "nginx.conf")], cwd=folder)
    try:
        found = Nginx(public, publisher, stream, process.pid)
        _wait(process, found, folder / "log")
        yield found
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], nginx: Nginx, log: Path) -> None:
    nchan = Nchan(nginx.publisher_url)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            nchan.count("fair:1")
            nchan.close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(log.read_text()[-2000:] if log.exists() else "nginx does not answer")
