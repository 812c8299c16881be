"""`make run` in full, and people with phones and desks in it: pages, worker, stream, and the stand-in that takes cards."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from marketplace.demo.accounts import PASSWORD
from tests.filled_demo import copy_filled
from tests.load.server import ROOT
from tests.servers import free_port

OPENS_WITHIN = 60
HUNG_YEN = "33"
PHONE_SCREEN: ViewportSize = {"width": 360, "height": 800}
DESK_SCREEN: ViewportSize = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Market:
    base: str
    database: Path

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.database) as connection:
            return connection.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """Everything that `make run` starts: pages, worker, the stand-in that takes cards."""
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("`make run` works on SQLite; what it does is tested on both databases elsewhere")
    folder, port = copy_filled(tmp_path_factory, "run"), free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "HTX_MODE": "demo", "HTX_VAR": str(folder), "PORT": str(port)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "marketplace.app.serve"],
            env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(base, process, folder / "log")
            yield Market(base, folder / "market.sqlite")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + OPENS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(log.read_text()[-2000:])


def phone(chromium: Browser, market: Market, *, screen: ViewportSize = PHONE_SCREEN, scripts: bool = True) -> Page:
    """A browser of its own, small unless told otherwise; it says yes to whatever it is asked."""
    context = chromium.new_context(
        viewport=screen, locale="vi-VN", base_url=market.base, has_touch=True, java_script_enabled=scripts
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def press(page: Page, words: str) -> None:
    page.locator("main").get_by_role("button", name=words).or_(
        page.locator("main").get_by_role("link", name=words)
    ).first.click()
    page.wait_for_load_state()


def secret_of(market: Market, contact: str) -> str:
    """What the authenticator of an officer of the demo is fed with."""
    return str(market.ask("SELECT totp_secret FROM person WHERE phone = ?", "+84" + contact[1:])[0][0])


def sign_in(page: Page, contact: str, secret: str = "") -> None:
    page.goto("/dang-nhap")
    page.fill("[name=contact]", contact)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .form-actions button").first.click()
    page.wait_for_load_state()
    if secret:
        page.fill("[name=code]", pyotp.TOTP(secret).now())
        page.locator("main form .form-actions button").first.click()
        page.wait_for_load_state()
