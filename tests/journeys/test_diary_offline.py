"""The diary on a phone whose network goes and comes, and a server that goes and comes with it."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select

from marketplace.farming.models import DiaryEntry, Season
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.dates import format_day
from marketplace.foundation.settings import Settings
from tests.factories.accounts import PASSWORD, make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.farming import make_season
from tests.journeys.conftest import PHONE_SCREEN
from tests.load.server import ROOT, _wait

WAITING, DONE, REFUSED = "Đang chờ gửi", "Đã ghi", "Bị từ chối"


class Server:
    """A market on one port that can be taken away and brought back."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = folder / "server.log"
        self.environment = {
            **os.environ,
            "HTX_MODE": "test",
            "DATABASE_URL": settings.database_url,
            "HTX_VAR": str(folder),
            "HTX_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port), "--workers", "1",
            "--blocking-threads", "1", "--no-ws", "--http", "1", "--log-level", "error", "marketplace.app.wsgi:app",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=log, stderr=log)
        _wait(self.port, self.process, self.log)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None


@pytest.fixture
def server(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[Server]:
    made = Server(settings, tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def phone(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        viewport=PHONE_SCREEN, locale="vi-VN", base_url=f"http://127.0.0.1:{server.port}", has_touch=True
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def farm() -> tuple[str, str, Season]:
    """(address of the diary, the owner's phone number, a season)"""
    owner = make_person()
    cooperative = make_cooperative(owner=owner)
    season = make_season(make_product(cooperative))
    return f"/htx-cua-toi/{cooperative.slug}/nhat-ky", owner.contacts[0], season


def sign_in(page: Page, contact: str, diary: str) -> None:
    page.goto("/dang-nhap")
    page.locator("[name=contact]").fill(contact)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "dang-nhap" not in address)
    page.goto(diary)
    expect(page.locator("#kept")).to_be_visible()


def water(page: Page, source: str, day: str = "") -> None:
    page.locator("a.kind[data-kind=irrigation]").click()
    page.locator("[name=water_source]").fill(source)
    page.locator("[name=watering_method]").fill("nhỏ giọt")
    if day:
        page.locator("[name=happened_on]").fill(day)
    page.locator("#entry button[type=submit]").click()


def spray(page: Page) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (320, 240), "green").save(photo, "JPEG")
    page.locator("a.kind[data-kind=pesticide]").click()
    for name in ("trade_name", "active_ingredient", "target_pest", "dose", "volume", "sprayer", "weather"):
        page.locator(f"[name={name}]").fill(f"mẫu {name}")
    page.locator("[name=phi_days]").fill("7")
    page.locator("[name=photos]").set_input_files(
        {"name": "ruong.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}
    )
    expect(page.locator(".previews img")).to_have_count(1)
    page.locator("#entry button[type=submit]").click()


def states(page: Page) -> Locator:
    return page.locator(".queue-item .tag")


def written() -> list[DiaryEntry]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(DiaryEntry).order_by(DiaryEntry.id)))


def test_entries_written_without_network_arrive_once_each_and_in_order(
    server: Server, phone: BrowserContext, farm: tuple[str, str, Season]
) -> None:
    diary, contact, season = farm
    page = phone.new_page()
    sign_in(page, contact, diary)

    # A browser that plays offline still lets its service worker through in some versions; so the market goes as well.
    phone.set_offline(True)
    server.stop()
    water(page, "kênh làng")
    expect(states(page)).to_have_text([WAITING])
    spray(page)
    expect(states(page)).to_have_text([WAITING, WAITING])
    expect(page.locator("#queue-state")).to_contain_text("Không có mạng")

    page.reload()
    expect(states(page)).to_have_text([WAITING, WAITING])
    expect(page.locator(".queue-item").nth(1)).to_contain_text("1 ảnh")
    assert page.locator(".kind-grid").first.evaluate("grid => getComputedStyle(grid).display") == "grid"
    page.goto(f"{diary}?loai=fertilizer&vu={season.id}")
    expect(page.locator("[name=fertilizer]")).to_be_visible()
    assert written() == []

    server.start()
    phone.set_offline(False)
    expect(states(page)).to_have_text([DONE, DONE])
    entries = written()
    assert [(entry.kind, entry.season_id, len(entry.photos)) for entry in entries] == [
        ("irrigation", season.id, 0), ("pesticide", season.id, 1),
    ]  # fmt: skip
    assert entries[0].fields == {"water_source": "kênh làng", "watering_method": "nhỏ giọt"}

    page.reload()
    expect(states(page)).to_have_text([DONE, DONE])
    assert len(written()) == 2


def test_an_answer_that_was_lost_makes_no_second_entry(
    server: Server, phone: BrowserContext, farm: tuple[str, str, Season]
) -> None:
    diary, contact, _ = farm
    page = phone.new_page()
    sign_in(page, contact, diary)
    # The first answer never reaches the page: the market has written, the phone does not know.
    page.evaluate(
        """() => {
          const real = window.fetch;
          let lost = false;
          window.fetch = async (address, given) => {
            const answer = await real(address, given);
            if (given?.method !== "POST" || lost) return answer;
            lost = true;
            throw new TypeError("the network went away");
          };
        }"""
    )
    water(page, "giếng khoan")
    expect(page.locator("#queue-state")).to_contain_text("Không có mạng")
    expect(states(page)).to_have_text([WAITING])
    (entry,) = written()
    server.stop()
    server.start()
    page.reload()
    expect(states(page)).to_have_text([DONE])
    assert [one.id for one in written()] == [entry.id]


def test_whoever_is_signed_out_loses_nothing(
    server: Server, phone: BrowserContext, farm: tuple[str, str, Season]
) -> None:
    diary, contact, _ = farm
    page = phone.new_page()
    sign_in(page, contact, diary)
    phone.clear_cookies()
    water(page, "ao nhà")
    expect(page.locator("#queue-state")).to_contain_text("đăng xuất")
    expect(states(page)).to_have_text([WAITING])
    assert written() == []
    page.locator("#queue-sign-in a").click()
    page.locator("[name=contact]").fill(contact)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(states(page)).to_have_text([DONE])
    assert [entry.fields["water_source"] for entry in written()] == ["ao nhà"]


def test_a_refused_entry_says_why_is_mended_and_sent_again(
    server: Server, phone: BrowserContext, farm: tuple[str, str, Season]
) -> None:
    diary, contact, _ = farm
    page = phone.new_page()
    sign_in(page, contact, diary)
    phone.set_offline(True)
    water(page, "kênh làng", day="31/12/2199")
    water(page, "ao nhà")
    phone.set_offline(False)
    expect(states(page)).to_have_text([REFUSED, DONE])
    expect(page.locator(".queue-why")).to_contain_text("Ngày này chưa đến")
    page.get_by_role("button", name="Sửa và gửi lại").click()
    expect(page.locator("[name=water_source]")).to_have_value("kênh làng")
    page.locator("[name=happened_on]").fill(format_day(clock.today()))
    page.locator("#entry button[type=submit]").click()
    expect(states(page)).to_have_text([DONE, DONE])
    assert [entry.fields["water_source"] for entry in written()] == ["ao nhà", "kênh làng"]


def test_the_form_names_what_is_missing_before_it_keeps_anything(
    phone: BrowserContext, farm: tuple[str, str, Season]
) -> None:
    diary, contact, _ = farm
    page = phone.new_page()
    sign_in(page, contact, diary)
    page.locator("a.kind[data-kind=irrigation]").click()
    page.locator("[name=water_source]").fill("kênh làng")
    page.locator("#entry button[type=submit]").click()
    expect(page.locator("[data-field=watering_method] .error-text")).to_have_text("Hãy điền mục này.")
    expect(states(page)).to_have_count(0)
