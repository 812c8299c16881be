"""The real server with two worker processes, and buyers who press at the same moment."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(
    module: str, environment: dict[str, str], *, workers: int = 2, port: int = 0, program: str = "granian"
) -> Iterator[int]:
    """A granian server of `module:app`; gives its port."""
    port = port or free_port()
    command = [
        sys.executable, "-m", program, "--interface", "wsgi", "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "1", "--backlog", "1024", "--no-ws", "--http", "1", "--log-level", "error", f"{module}:app",
    ]  # fmt: skip
    log = Path(environment["HTX_VAR"]) / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            env={**os.environ, "HTX_PUBLIC_URL": f"http://127.0.0.1:{port}", **environment},
            cwd=ROOT,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
        try:
            _wait(port, process, log)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                # A connection that nobody closed keeps it waiting, or a worker that was asked to end while it began.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    try:
        wait_for_health(port, lambda: process.poll() is None)
    except RuntimeError as never:
        raise RuntimeError(f"{never}: {log.read_text()[-2000:]}") from None


def wait_for_health(port: int, is_alive: Callable[[], bool] = lambda: True, *, seconds: float = 180) -> None:
    """Until the server answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and is_alive():
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
    raise RuntimeError("the server does not answer")


class Buyer:
    """One browser with its own address and cookies. Every answer's status is kept."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.number = port, number
        self.cookies: dict[str, str] = {}
        self.statuses: list[int] = []

    @property
    def address(self) -> str:
        return f"10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}"

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """(status, body, where it leads)."""
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-Forwarded-For": self.address,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as connection:
            connection.request(method, path, urlencode(fields or {}) if method == "POST" else None, headers)
            answer = connection.getresponse()
            body = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.update({key: morsel.value for key, morsel in SimpleCookie(value).items()})
        self.statuses.append(answer.status)
        return answer.status, body, answer.getheader("Location") or ""

    def go_to_checkout(self, variant_id: int) -> dict[str, str]:
        """Put one pack into the cart and open the checkout page; gives the fields to send."""
        self.put_into_cart(variant_id)
        return self.form()

    def put_into_cart(self, variant_id: int) -> None:
        self.ask("POST", "/gio-hang/them", {"variant": str(variant_id), "quantity": "1"})

    def form(self) -> dict[str, str]:
        """The checkout page's fields, filled in."""
        _, page, _ = self.ask("GET", "/dat-hang?tinh=33")
        hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
        fields = {}
        for field in hidden:
            name, value = re.search(r'name="([^"]*)"', field), re.search(r'value="([^"]*)"', field)
            if name:
                fields[name[1]] = unescape(value[1]) if value else ""
        return fields | {
            "phone": f"09{self.number:08d}",
            "name": f"Người mua {self.number}",
            "province": "33",
            "commune": "11977",
            "address_line": "Thôn Đông",
            "payment": "cod",
        }
