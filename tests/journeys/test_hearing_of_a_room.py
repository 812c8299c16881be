"""A room's page in a real Chromium hears everything once: by the stream, through its death, without it, behind nginx."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from marketplace.accounts.models import Person
from marketplace.fairs import actions
from marketplace.fairs.models import Fair, Room
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import Settings
from tests.factories.accounts import make_person
from tests.factories.fairs import make_live_fair
from tests.journeys.conftest import PHONE_SCREEN
from tests.load import nginx as real_nginx
from tests.load.server import running
from tests.load.test_stream import SECRET, figures, stream
from tests.servers import free_port

pytestmark = pytest.mark.xdist_group("load")

# The browser's own, which also counts what it was told.
NOTES_NEWS = """
  window.newsHeard = 0;
  window.EventSource = class extends EventSource {
    constructor(address) {
      super(address);
      this.addEventListener("news", () => (window.newsHeard += 1));
    }
  };
"""


class Chat:
    """A live fair in which somebody writes."""

    def __init__(self) -> None:
        self.person_id = make_person().id
        fair, _slots = make_live_fair()
        with transaction():
            session.get_one(Room, fair.id).slow_seconds = 0
        self.fair_id, self.path = fair.id, f"/phien-cho/{fair.slug}/truc-tiep"

    def write(self, *lines: str) -> None:
        for text in lines:
            with transaction():
                visitor = actions.join_as_person(session.get_one(Person, self.person_id))
                fair = session.get_one(Fair, self.fair_id)
                actions.write(fair, visitor, text=text, key=text, is_question=False)
        session.remove()


@pytest.fixture
def chat(app: Flask) -> Chat:
    return Chat()


@pytest.fixture
def open_site(settings: Settings, tmp_path: Path) -> Callable[..., Any]:
    """Start page workers that send their visitors to this stream; gives their port."""

    @contextmanager
    def start(stream_url: str) -> Iterator[int]:
        session.remove()
        environment = {
            "HTX_MODE": "test", "DATABASE_URL": settings.database_url, "HTX_VAR": str(tmp_path),
            "HTX_SECRET_KEY": SECRET, "HTX_STREAM_URL": stream_url, "HTX_PROXIES": "1",
        }  # fmt: skip
        with running("marketplace.app.wsgi", environment, workers=1) as port:
            yield port

    return start


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE_SCREEN, locale="vi-VN")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def expect_lines(page: Page, *lines: str) -> None:
    shown = page.locator("[data-lines] [data-message]")
    expect(shown).to_have_count(len(lines), timeout=40_000)
    for place, text in zip(shown.all(), lines, strict=True):
        expect(place).to_contain_text(text)


def wait(page: Page, holds: Callable[[], object]) -> None:
    """Let the browser go on until it holds."""
    for _ in range(600):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came about")


def test_a_page_hears_all_once_through_the_death_of_the_stream(
    chat: Chat, open_site: Callable[..., Any], settings: Settings, phone: Page
) -> None:
    port = free_port()
    with open_site(f":{port}") as pages:
        with stream(settings, port) as process:
            phone.goto(f"http://127.0.0.1:{pages}{chat.path}")
            wait(phone, lambda: figures(port)["market_stream_viewers"])
            chat.write("Một")
            expect_lines(phone, "Một")
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        expect(phone.locator("[data-connection]")).to_be_visible()
        chat.write("Hai")
        with stream(settings, port):
            chat.write("Ba")
            expect_lines(phone, "Một", "Hai", "Ba")
            expect(phone.locator("[data-connection]")).to_be_hidden()


def test_where_no_stream_comes_through_the_page_asks_by_itself(
    chat: Chat, open_site: Callable[..., Any], phone: Page
) -> None:
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.abort()

    phone.route("**/luong/**", refuse)
    with open_site(":8001") as pages:
        room = f"http://127.0.0.1:{pages}{chat.path}"
        phone.goto(f"{room}?live=poll")
        chat.write("Một", "Hai")
        expect_lines(phone, "Một", "Hai")
        assert refused == []  # it did not even try
        phone.goto(room)
        chat.write("Ba")
        expect_lines(phone, "Một", "Hai", "Ba")
        assert len(refused) >= 1


def test_what_happened_before_the_stream_opened_is_not_lost_to_what_came_by_it(
    chat: Chat, open_site: Callable[..., Any], settings: Settings, phone: Page, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Behind nginx the stream begins with what is new. "Hai" comes by it while the page still asks for "Một"."""
    if real_nginx.program() is None:
        pytest.skip("no nginx with nchan is installed")
    scripts: list[Route] = []
    questions: list[Route] = []
    phone.route("**/listening.js*", lambda route: scripts.append(route))
    phone.route("**/truc-tiep/tin?*", lambda route: questions.append(route))
    phone.add_init_script(NOTES_NEWS)
    folder = tmp_path / "nginx"
    folder.mkdir()
    for each in (folder, *folder.parents[:3]):
        each.chmod(0o755)  # nginx's workers give up their rights
    viewers = free_port()
    with open_site(f":{viewers}") as pages, real_nginx.running(folder, pages=pages, viewers=viewers) as nginx:
        monkeypatch.setenv("HTX_NCHAN", nginx.publisher_url)
        with stream(settings, nginx.stream):
            phone.goto(f"http://127.0.0.1:{nginx.public}{chat.path}", wait_until="commit")
            wait(phone, lambda: scripts)
            chat.write("Một")
            wait(phone, lambda: figures(nginx.stream)["market_stream_events_total"] == 1)
            scripts[0].continue_()
            wait(phone, lambda: questions)
            chat.write("Hai")
            wait(phone, lambda: phone.evaluate("window.newsHeard"))
            phone.unroute("**/truc-tiep/tin?*")
            for question in questions:
                question.continue_()
            expect_lines(phone, "Một", "Hai")
