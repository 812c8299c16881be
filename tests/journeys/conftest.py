"""A real Chromium, a real server, a market that the test fills."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from marketplace.foundation import files
from marketplace.foundation.settings import Settings
from tests.journeys.demo_market import PHONE_SCREEN, market
from tests.load.server import running

__all__ = ["PHONE_SCREEN", "market"]


@pytest.fixture
def site(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The address of a server on the test's database."""
    environment = {"HTX_MODE": "test", "DATABASE_URL": settings.database_url, "HTX_VAR": str(tmp_path)}
    before = files.store()
    files.use(str(tmp_path / "files"))
    with running("marketplace.app.wsgi", environment, workers=1) as port:
        yield f"http://127.0.0.1:{port}"
    files._in_use[:] = [before]


@pytest.fixture
def phones(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """New phones, each with cookies of its own; every page must fit its width and raise no script error."""
    opened = []
    errors: list[str] = []

    def phone(*, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport=PHONE_SCREEN, locale="vi-VN", base_url=site, java_script_enabled=scripts, has_touch=True
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        opened.append(context)
        return page

    yield phone
    for context in opened:
        context.close()
    assert [error for error in errors if "404" not in error and "422" not in error] == []
