"""Starting the fake beside a test and telling it, over HTTP, what to do."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.fakes.stripe.state import PAYS
from tests.servers import free_port

KEY = "sk_test_" + secrets.token_hex(12)
WEBHOOK_SECRET = "whsec_" + secrets.token_hex(12)


class FakeStripe:
    """One running fake; `url` is what the client's base address is set to."""

    def __init__(self, webhook_url: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "tests.fakes.stripe", "--port", str(port), "--webhook-url", webhook_url,
                "--webhook-secret", WEBHOOK_SECRET,
            ],
        )  # fmt: skip
        deadline = time.monotonic() + 20
        while True:
            try:
                self.look()
                break
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def control(self, **wanted: Any) -> None:
        self._send("/_control", json.dumps(wanted).encode(), "application/json")

    def look(self) -> dict[str, Any]:
        """Events told, deliveries made with their status, calls taken."""
        with urllib.request.urlopen(f"{self.url}/_control", timeout=10) as answer:
            seen: dict[str, Any] = json.load(answer)
        return seen

    def pay(self, page_url: str, card: str = PAYS, answer: str = "") -> tuple[int, str]:
        """The buyer sends the page; gives (status, where he is sent, or the page)."""
        body = urllib.parse.urlencode({"card": card, "answer": answer}).encode()
        return self._send(page_url.removeprefix(self.url), body, "application/x-www-form-urlencoded")

    def wait_for_deliveries(self, count: int) -> list[dict[str, Any]]:
        """Deliveries made so far, once there are so many."""
        deadline = time.monotonic() + 20
        while True:
            found: list[dict[str, Any]] = self.look()["deliveries"]
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.02)

    def _send(self, path: str, body: bytes, kind: str) -> tuple[int, str]:
        request = urllib.request.Request(self.url + path, data=body, headers={"Content-Type": kind}, method="POST")
        opener = urllib.request.build_opener(_Stay)
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as other:
            where = other.headers.get("Location")
            return other.code, where if where is not None else other.read().decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None
