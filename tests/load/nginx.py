"""deploy/nginx.conf and deploy/live.conf under real nginx with nchan, on ports of their own."""

from __future__ import annotations

import glob
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from marketplace.foundation.nchan import Nchan
from tests.load.server import ROOT
from tests.servers import free_port

MODULE = "ngx_nchan_module.so"


@dataclass(frozen=True)
class Nginx:
    """Both running: where visitors reach the pages, and where viewers; where the stream process tells the viewers' one,
    and where that looks for it."""

    public: int
    viewers: int
    publisher: int
    stream: int
    viewers_pid: int

    @property
    def publisher_url(self) -> str:
        return f"http://127.0.0.1:{self.publisher}"


def program() -> tuple[str, str] | None:
    """Paths of nginx and of its module, when both are installed."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    modules = glob.glob(f"/usr/lib/nginx/modules/{MODULE}")
    return (found, modules[0]) if found and modules else None


@contextmanager
def running(folder: Path, *, pages: int = 8000, viewers: int = 0) -> Iterator[Nginx]:
    """The very files of deploy/ with other ports; page workers are looked for on `pages`. Their pages must know where to
    listen: on `viewers`, or any free port."""
    installed = program()
    assert installed, "nginx with nchan is not installed"
    public, publisher, stream = free_port(), free_port(), free_port()
    viewers = viewers or free_port()
    shutil.copy(ROOT / "deploy" / "proxy_to_pages.conf", folder)
    of_pages = {
        "mime.types": "/etc/nginx/mime.types",
        "listen 8080": f"listen 127.0.0.1:{public}",
        "127.0.0.1:8000": f"127.0.0.1:{pages}",
    }
    of_viewers = {
        f"modules/{MODULE}": installed[1],
        "/run/nginx-live.pid": f"{folder}/live.conf.pid",
        "listen 8081": f"listen 127.0.0.1:{viewers}",
        "127.0.0.1:8090": f"127.0.0.1:{publisher}",
        "127.0.0.1:8001": f"127.0.0.1:{stream}",
    }
    with ExitStack() as stack:
        stack.enter_context(_started(installed[0], folder, "nginx.conf", of_pages))
        live = stack.enter_context(_started(installed[0], folder, "live.conf", of_viewers))
        found = Nginx(public, viewers, publisher, stream, live.pid)
        _wait(live, found, folder / "live.conf.log")
        yield found


@contextmanager
def _started(program: str, folder: Path, name: str, changes: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    text = (ROOT / "deploy" / name).read_text()
    for known, ours in changes.items():
        assert known in text, f"deploy/{name} has no {known} any more"
        text = text.replace(known, ours)
    own_pid = "" if "\npid " in text else f"pid {folder}/{name}.pid;"
    (folder / name).write_text(f"daemon off; {own_pid} error_log {folder}/{name}.log;\n{text}")
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / name)], cwd=folder)
    try:
        yield process
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
