"""The check in the browser, with a real browser and files that a reader might drop on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import Context
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route, expect

from marketplace.transparency import signing
from tests.transparency.sealing import proof, seal


@pytest.fixture
def page(chromium: Chromium, app: Flask) -> Iterator[Page]:
    """A phone whose every request the application answers, without a server between."""
    context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN")

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://127.0.0.1:8000")
        with Context().run(app.test_client().get, path) as said:
            route.fulfill(status=said.status_code, headers=dict(said.headers), body=said.get_data())

    context.route("**/*", answer)
    yield context.new_page()
    context.close()


ADDRESS = "http://127.0.0.1:8000/xac-minh"


def test_the_browser_tells_right_from_wrong(page: Page, tmp_path: Path) -> None:
    seal(0, 11)
    good = proof(6, with_salt=False)
    lines = good.split("\n")
    swapped = "\n".join([*lines[:3], lines[4], lines[3], *lines[5:]])
    thief = signing.Signer(signing.signer().name, Ed25519PrivateKey.generate())
    body = good[: good.index("\n\n") + 2]
    files = {
        "Đúng:": good,
        "Sai: dòng này không có": swapped,
        "Sai: tệp này không do": body + thief.checkpoint(11, b"x" * 32),
        "Sai: đây không phải": good[:200],
        "Đây không phải tệp của sổ này": "rubbish",
    }
    page.goto(ADDRESS)
    if page.locator("[data-drop]").is_hidden():
        expect(page.locator("[data-say]")).to_contain_text("Ed25519")
        pytest.skip("this Chromium has no Ed25519; the page says so")
    for number, (words, content) in enumerate(files.items()):
        path = tmp_path / f"{number}.tlog-proof"
        path.write_text(content)
        page.set_input_files("[data-file]", path)
        expect(page.locator("[data-say]")).to_contain_text(words)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_browser_without_ed25519_says_so(page: Page) -> None:
    page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('unknown algorithm'))")
    page.goto(ADDRESS)
    expect(page.locator("[data-say]")).to_contain_text("Ed25519")
    expect(page.locator("[data-drop]")).to_be_hidden()
