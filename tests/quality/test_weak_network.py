"""The origin page in a shop at the edge of a village: slow 3G, and pictures that never come."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.journeys.conftest import PHONE_SCREEN
from tests.quality.conftest import Market

pytestmark = pytest.mark.xdist_group("quality")

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


def test_the_origin_can_be_read_and_reported_on_slow_3g(chromium: Browser, market: Market) -> None:
    context = chromium.new_context(viewport=PHONE_SCREEN, locale="vi-VN", base_url=market.base)
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.emulateNetworkConditions", SLOW_3G)
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        route.abort()

    page.route("**/anh/**", lose)
    page.route("**/*.js", lose)
    page.route("**/*.woff2", lose)
    page.goto(market.origin, wait_until="domcontentloaded")
    expect(page.locator("h1")).to_be_visible()
    for words in ("Lô hàng trên tay bạn", "Hạn sử dụng", "Từ ruộng đến gói hàng", "Ai làm ra"):
        expect(page.get_by_text(words, exact=True).first).to_be_visible()
    assert any("/anh/" in url for url in lost)
    page.get_by_role("link", name="Tem này có gì không đúng").click()
    page.locator("input[name=kind]").first.check()
    page.locator("main form button").first.click()
    expect(page.get_by_text("Cảm ơn bạn").first).to_be_visible()
    context.close()


def test_nothing_moves_while_the_origin_arrives(chromium: Browser, market: Market) -> None:
    context = chromium.new_context(viewport=PHONE_SCREEN, locale="vi-VN", base_url=market.base)
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.emulateNetworkConditions", SLOW_3G)
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => { for (const shift of list.getEntries())"
        " window.moved += shift.value; }).observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(market.origin)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.moved") < 0.02
    context.close()
