"""News on a phone, in a real Chromium: switched on, encrypted, opened, shown by the service worker, switched off.

Only the vendor's push service is not there: the browser's subscription is one of the test's, and what our server sent to
it is handed to the service worker by the browser's own developer protocol.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from marketplace.foundation import clock, web_push
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web_push import PushService
from marketplace.notifications import actions, pushing
from marketplace.notifications.actions import NewNotice
from marketplace.notifications.models import PushDevice
from tests.factories.accounts import PASSWORD, make_person
from tests.fakes.gateway import Gateway, listening
from tests.fakes.push_browser import PushBrowser
from tests.journeys.conftest import PHONE_SCREEN
from tests.load.server import running
from tests.notifications.reading import Someone, work

KEY = bytes(range(1, 33))
# What the vendor's service would have made; everything else of the page is the real one.
SUBSCRIBES = """
  let made = null;
  PushManager.prototype.getSubscription = async () => made;
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly || new Uint8Array(options.applicationServerKey).length !== 65) throw new Error("options");
    const told = %s;
    made = { endpoint: told.endpoint, toJSON: () => told, unsubscribe: async () => { made = null; return true; } };
    return made;
  };
"""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with listening() as found:
        yield found


@pytest.fixture
def site(app: Flask, settings: Settings, tmp_path: Path, gateway: Gateway) -> Iterator[str]:
    environment = {
        "HTX_MODE": "test", "DATABASE_URL": settings.database_url, "HTX_VAR": str(tmp_path),
        "HTX_PUSH_KEY": web_push.encode(KEY), "HTX_PUSH_SERVICE": gateway.url,
    }  # fmt: skip
    pushing.use(PushService(KEY, contact="mailto:x@htx.example", trusted=gateway.url))
    with running("marketplace.app.wsgi", environment, workers=1) as port:
        yield f"http://127.0.0.1:{port}"
    pushing.use(None)


def devices() -> int:
    session.rollback()
    return session.query(PushDevice).count()


def test_a_phone_shows_news_while_the_market_is_closed(site: str, chromium: Browser, gateway: Gateway) -> None:
    person, receiver = Someone.of(make_person()), PushBrowser(f"{gateway.url}/push/1")
    context = chromium.new_context(viewport=PHONE_SCREEN, locale="vi-VN", base_url=site)
    context.grant_permissions(["notifications"], origin=site)
    context.add_init_script(SUBSCRIBES % json.dumps(receiver.as_json()))
    page = context.new_page()
    try:
        _sign_in(page, person)
        page.goto("/tai-khoan/thong-bao/cai-dat")
        switch = page.locator("#push button")
        switch.click()
        expect(switch).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#push")).to_contain_text("đang hiện thông báo")
        assert devices() == 1

        with transaction():
            notice = NewNotice(
                person.id, "orders/placed", {"code": "HTX7F2K", "amount_dong": 75_000}, "/tai-khoan/don-hang"
            )
            actions.tell(notice, key="test", at=clock.now())
        work()
        [came] = gateway.came
        payload = receiver.open(came.body).decode()

        _deliver(page, payload)
        _deliver(page, payload)
        shown = page.evaluate(
            """async () => {
              const registration = await navigator.serviceWorker.getRegistration("/tai-khoan/thong-bao/");
              const found = await registration.getNotifications();
              return found.map((one) => [one.title, one.body, one.data.url]);
            }"""
        )
        # The same news twice is shown once.
        assert [(title, body.replace("\xa0", " ")) for title, body, _ in shown] == [
            ("Hàng tôi mua", "Đã đặt đơn HTX7F2K: 75.000 ₫.")
        ]
        page.goto(shown[0][2])
        assert urlsplit(page.url).path == "/tai-khoan/don-hang"

        page.goto("/tai-khoan/thong-bao/cai-dat")
        assert devices() == 1
    finally:
        context.close()


def test_the_switch_goes_off_again_and_is_absent_without_scripts(
    site: str, chromium: Browser, gateway: Gateway
) -> None:
    person, receiver = Someone.of(make_person()), PushBrowser(f"{gateway.url}/push/2")
    context = chromium.new_context(viewport=PHONE_SCREEN, locale="vi-VN", base_url=site)
    context.grant_permissions(["notifications"], origin=site)
    context.add_init_script(SUBSCRIBES % json.dumps(receiver.as_json()))
    page = context.new_page()
    try:
        _sign_in(page, person)
        page.goto("/tai-khoan/thong-bao")
        switch = page.locator("#push button")
        switch.click()
        expect(switch).to_have_attribute("aria-pressed", "true")
        switch.click()
        expect(switch).to_have_attribute("aria-pressed", "false")
        assert devices() == 0
    finally:
        context.close()
    plain = chromium.new_context(base_url=site, java_script_enabled=False)
    page = plain.new_page()
    try:
        _sign_in(page, person)
        page.goto("/tai-khoan/thong-bao")
        expect(page.locator("#push")).to_be_hidden()
    finally:
        plain.close()


def _sign_in(page: Page, person: Someone) -> None:
    page.goto("/dang-nhap")
    page.fill("[name=contact]", person.contact)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .form-actions button").first.click()
    page.wait_for_load_state()


def _deliver(page: Page, payload: str) -> None:
    """What the browser does when its push service brings a message."""
    protocol = page.context.new_cdp_session(page)
    found: list[str] = []
    protocol.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(
            one["registrationId"] for one in event["registrations"] if one["scopeURL"].endswith("/thong-bao/")
        ),
    )
    protocol.send("ServiceWorker.enable")
    page.wait_for_function(
        "async () => (await navigator.serviceWorker.getRegistration('/tai-khoan/thong-bao/'))?.active"
    )
    origin = page.evaluate("location.origin")
    assert found, "the worker is registered"
    protocol.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[-1], "data": payload})
    page.wait_for_function(
        "async () => (await (await navigator.serviceWorker.getRegistration('/tai-khoan/thong-bao/')).getNotifications()).length"
    )
