"""A fair on air: one buys at the session price and another sees the stock fall; without scripts it is bought by reloading;
the running order is dragged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.fairs import actions, queries
from marketplace.fairs.models import Booth, Fair, Lead, Slot
from marketplace.fairs.states import FairState
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import Settings
from marketplace.orders.models import Order, OrderLine
from tests.factories.accounts import PASSWORD, app_code, make_officer
from tests.factories.fairs import approve_booth, make_booth, make_fair, make_live_fair
from tests.journeys.demo_market import PHONE_SCREEN
from tests.load.server import running


def on_air(*, booths: int = 1) -> tuple[Fair, list[Slot]]:
    """The first stall is on, its product pinned and its price open: 40.000 instead of 50.000 for 20 packs."""
    fair, slots = make_live_fair(booths=booths)
    with transaction():
        fair, slot = session.get_one(Fair, fair.id), session.get_one(Slot, slots[0].id)
        actions.put_on_air(fair, slot, by=1)
        item = session.get_one(Booth, slot.booth_id).items[0]
        actions.pin(fair, item, by=1)
        actions.open_price(fair, item, minutes=30, by=1)
    return fair, slots


def to_the_till(page: Page, packs: int) -> None:
    """From the room to the placed order: the sheet (or page) with the number, then the usual till."""
    page.locator(".pinned a.button-buy").click()
    page.locator("[data-buy-box] [name=quantity]").fill(str(packs))
    page.locator("[data-buy-box] form button.button-buy").click()
    page.wait_for_url("**/dat-hang**")
    page.fill("[name=phone]", "0912 345 678")
    page.fill("[name=name]", "Trần Thị Mua")
    page.select_option("[name=province]", "33")
    page.wait_for_load_state()
    page.fill("[name=commune]", "Xã Tân Hưng")
    page.fill("[name=address_line]", "Thôn Đông")
    page.get_by_role("button", name="Tiếp: chọn giao hàng").click()
    page.get_by_role("button", name="Tiếp: thanh toán").click()
    page.locator("[name=payment][value=cod]").check()
    page.locator("form[action$='/dat-hang'] button.button-buy").click()
    page.wait_for_url("**/don-hang/HTX**")


def bought() -> list[tuple[int, int, int | None]]:
    session.rollback()
    lines = session.scalars(select(OrderLine).join(Order, Order.id > 0).order_by(OrderLine.id))
    return [(line.quantity, line.amount_dong, line.regular_price_dong) for line in lines]


def test_one_buys_and_another_sees_the_stock_fall(app: Flask, phones: Callable[..., Page]) -> None:
    fair, _slots = on_air()
    watcher, buyer = phones(), phones()
    for page in (watcher, buyer):
        page.goto(f"/phien-cho/{fair.slug}/truc-tiep?live=poll")
    left = watcher.locator(".pinned [data-free]")
    expect(left).to_have_text("còn 20")
    to_the_till(buyer, 2)
    expect(left).to_have_text("còn 18")
    assert watcher.locator(".pinned [data-free-bar]").evaluate("bar => bar.value") == 18
    assert bought() == [(2, 80_000, 50_000)]


def test_a_number_is_left_with_the_stall_that_is_on_and_the_show_goes_on(
    app: Flask, chromium: Browser, site: str
) -> None:
    """The link follows the stall without losing the focus, and the way leads back into the room, where no stream process
    answers and the browser says so on its console."""
    fair, (first, other) = on_air(booths=2)
    room = f"/phien-cho/{fair.slug}/truc-tiep"
    context = chromium.new_context(base_url=site, viewport=PHONE_SCREEN, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{room}?live=poll")
    link = page.locator("#leave-number")
    expect(link).to_have_attribute("href", f"/phien-cho/{fair.slug}/gian-hang/{first.booth_id}/lien-he")
    link.focus()
    with transaction():
        actions.put_on_air(session.get_one(Fair, fair.id), session.get_one(Slot, other.id), by=1)
    expect(link).to_have_attribute("href", f"/phien-cho/{fair.slug}/gian-hang/{other.booth_id}/lien-he")
    expect(link).to_be_focused()
    link.press("Enter")
    for name, typed in {"name": "Bếp ăn Hoa Mai", "phone": "0912 345 678", "wants": "50 kg mỗi tuần"}.items():
        page.fill(f"main [name={name}]", typed)
    page.locator("main [name=consent]").check()
    page.locator("main form .form-actions button").click()
    page.get_by_role("link", name="Về phiên chợ", exact=True).click()
    page.wait_for_url(f"**{room}")
    context.close()
    session.rollback()
    assert [lead.booth_id for lead in session.scalars(select(Lead))] == [other.booth_id]


def test_questions_go_with_their_stall(app: Flask, chromium: Browser, site: str) -> None:
    """By polling: no stream process answers here, and the browser says so on its console each time it tries."""
    fair, (_slot, other) = on_air(booths=2)
    person = make_officer("33")
    with transaction():
        found = session.get_one(Fair, fair.id)
        visitor = actions.join_as_person(session.get_one(Person, person.id))
        actions.write(found, visitor, text="Nhãn hái hôm nào?", is_question=True, key="one")
    context = chromium.new_context(base_url=site, viewport=PHONE_SCREEN, locale="vi-VN")
    page = context.new_page()
    page.goto(f"/phien-cho/{fair.slug}/truc-tiep")
    asked = page.locator("[data-questions]")
    expect(asked).to_contain_text("Nhãn hái hôm nào?")
    with transaction():
        actions.put_on_air(session.get_one(Fair, fair.id), session.get_one(Slot, other.id), by=1)
    expect(asked).not_to_contain_text("Nhãn hái hôm nào?", timeout=20_000)
    context.close()


def test_without_scripts_the_show_is_seen_by_reloading_and_bought(app: Flask, phones: Callable[..., Page]) -> None:
    fair, (_slot, other) = on_air(booths=2)
    page = phones(scripts=False)
    page.goto(f"/phien-cho/{fair.slug}/truc-tiep")
    with transaction():
        fair = session.get_one(Fair, fair.id)
        actions.put_on_air(fair, session.get_one(Slot, other.id), by=1)
        item = session.get_one(Booth, other.booth_id).items[0]
        actions.pin(fair, item, by=1)
        actions.open_price(fair, item, by=1)
        name = queries.booth_name(other.booth_id) or ""
    expect(page.locator(".on-air-name")).not_to_contain_text(name)
    page.locator(".room noscript a, .room a:text('Tải lại')").first.click()
    expect(page.locator(".on-air-name")).to_contain_text(name)
    to_the_till(page, 1)
    assert bought() == [(1, 40_000, 50_000)]


def test_hls_is_played_by_our_player_where_the_browser_cannot(
    app: Flask, chromium: Browser, settings: Settings, tmp_path: Path
) -> None:
    """The player comes with the tap and not before; the page's policy lets it fetch from the named host alone."""
    fair, _slots = on_air()
    with transaction():
        session.get_one(Fair, fair.id).video_url = "https://video.example.vn/phien/1.m3u8"
    environment = {
        "HTX_MODE": "test", "DATABASE_URL": settings.database_url, "HTX_VAR": str(tmp_path),
        "HTX_HLS_HOSTS": "video.example.vn",
    }  # fmt: skip
    asked: list[str] = []
    problems: list[str] = []
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n1.ts\n"
    with running("marketplace.app.wsgi", environment, workers=1) as port:
        context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", viewport=PHONE_SCREEN)
        context.add_init_script("HTMLMediaElement.prototype.canPlayType = () => ''")
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/vnd.apple.mpegurl"}
        context.route("https://video.example.vn/**", lambda route: route.fulfill(body=playlist, headers=headers))
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on(
            "console", lambda message: problems.append(message.text) if "Content Security" in message.text else None
        )
        page.goto(f"/phien-cho/{fair.slug}/truc-tiep?live=poll")
        page.locator(".pinned").wait_for()
        assert not any("hls.light" in url or "video.example.vn" in url for url in asked)
        with page.expect_request("https://video.example.vn/phien/1.ts"):
            page.locator(".stage-video").click()
        assert problems == []
        context.close()


def test_the_running_order_is_dragged(app: Flask, phones: Callable[..., Page]) -> None:
    officer = make_officer("33")
    contact = officer.contacts[0]
    fair = make_fair(officer=officer)
    for _ in range(3):
        approve_booth(make_booth(fair), by=officer.id)
    with transaction():
        found = session.get_one(Fair, fair.id)
        actions.close_registration(found, by=officer.id)
        actions.plan_booths(found, session.query(Booth).filter_by(fair_id=fair.id).order_by(Booth.id).all())
    assert session.get_one(Fair, fair.id).state == FairState.REGISTRATION_CLOSED
    before = [slot.booth_id for slot in queries.slots_of(fair.id)]
    page = phones()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/dang-nhap")
    page.fill("input[name=contact]", contact)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.fill("[name=code]", app_code(session.get_one(Person, officer.id)))
    page.locator("main form .form-actions button").first.click()
    page.goto(f"/lien-minh/phien-cho/{fair.slug}/lich")
    rows = page.locator("[data-slots] [data-slot]")
    with page.expect_navigation():
        rows.nth(0).drag_to(rows.nth(2))
    session.rollback()
    assert [slot.booth_id for slot in queries.slots_of(fair.id)] == [*before[1:], before[0]]
