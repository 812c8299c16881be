"""Buying in real Chromium: the page lies as a sheet over the room, and works without script as well."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from marketplace.foundation.database import session
from marketplace.foundation.settings import Settings
from tests.factories.fairs import make_live_fair
from tests.fairs.test_room import show
from tests.journeys.conftest import PHONE_SCREEN
from tests.load.server import running

pytestmark = pytest.mark.xdist_group("load")
SHOTS = os.environ.get("HTX_SHOTS", "")


@pytest.fixture
def room(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """A market on air; gives the address of its room."""
    fair, (slot,) = make_live_fair(packs=20)
    slug = fair.slug
    show(fair, slot)
    session.remove()
    environment = {"HTX_MODE": "test", "DATABASE_URL": settings.database_url, "HTX_VAR": str(tmp_path)}
    with running("marketplace.app.wsgi", environment, workers=1) as port:
        yield f"http://127.0.0.1:{port}/phien-cho/{slug}/truc-tiep"


def faults(page: Page, name: str) -> list[str]:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")
    found = [violation["id"] for violation in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    return found


def test_the_sheet_holds_and_leads_to_the_address(room: str, chromium: Browser) -> None:
    page = chromium.new_context(viewport=PHONE_SCREEN, locale="vi-VN").new_page()
    page.goto(f"{room}?live=poll")
    page.click(".pinned [data-buy]")
    sheet = page.locator("#buy-sheet")
    sheet.locator("h1").wait_for()
    sheet.locator('[data-step="1"]').click()
    assert faults(page, "sheet") == []
    sheet.get_by_role("button", name="Giữ hàng và đặt").click()
    page.wait_for_url("**/dat-hang")
    assert "Giá phiên chợ đang giữ cho bạn" in page.inner_text("main")
    assert faults(page, "order") == []
    page.goto(room.partition("/phien-cho")[0] + "/gio-hang")
    assert page.locator("input[name=quantity]").input_value() == "2"
    assert faults(page, "cart") == []


def test_without_script_the_page_does_the_same(room: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE_SCREEN, locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    page.goto(room)
    page.click(".pinned [data-buy]")
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/plain.png")
    page.get_by_role("button", name="Giữ hàng và đặt").click()
    assert page.url.endswith("/dat-hang")
