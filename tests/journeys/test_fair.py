"""A fair from its call to its report, in three browsers at once: the host desk, a cooperative's phone, a buyer's phone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from marketplace.foundation.dates import format_moment
from tests.journeys.demo_market import DESK_SCREEN, HUNG_YEN, Market, phone, press, secret_of, sign_in

OFFICER, BUYER = "0900000002", "0900000010"
PRICE, PACKS, PER_BUYER, MINUTES = 11_000, 7, 3, 20
QUESTION, ANSWER = "Hàng thu hoạch hôm nào vậy bác?", "Dạ sáng hôm qua, lô ghi rõ trên tem."
RUDE = "Hàng chợ nào cũng thế thôi"
CUT_REASON = "Nói sai về chứng nhận"


def submit(page: Page, action: str, **fields: str) -> None:
    """Fill in the form that goes to this address, and press its button."""
    form = page.locator(f"form[action$='{action}']").first
    for name, value in fields.items():
        form.locator(f"[name={name}]").first.fill(value)
    form.locator("button[type=submit], button:not([type])").first.click()
    page.wait_for_load_state()


def seller(market: Market) -> tuple[str, str, str]:
    """(slug, name, owner's number) of a verified cooperative of Hưng Yên with a lot that keeps for some days."""
    ((slug, name, owner),) = market.ask(
        "SELECT cooperative.slug, cooperative.short_name, person.phone FROM cooperative"
        " JOIN membership ON membership.cooperative_id = cooperative.id AND membership.role = 'owner'"
        " JOIN person ON person.id = membership.person_id"
        " JOIN lot ON lot.cooperative_id = cooperative.id AND lot.state = 'published'"
        " AND lot.best_before > date('now', '+5 day')"
        " WHERE cooperative.province_code = ? AND cooperative.admission = 'verified' ORDER BY cooperative.id LIMIT 1",
        HUNG_YEN,
    )
    return str(slug), str(name), str(owner)


def call_fair(host: Page) -> str:
    """The officer writes the call and opens it for applications; gives its name in addresses."""
    now = datetime.now(UTC)
    host.goto("/lien-minh/phien-cho/moi")
    for name, value in {
        "name": "Phiên chợ ba màn hình",
        "theme": "Ba người, ba nơi",
        "registration_opens_at": format_moment(now - timedelta(hours=1)),
        "registration_closes_at": format_moment(now + timedelta(hours=1)),
        "starts_at": format_moment(now + timedelta(hours=2)),
        "ends_at": format_moment(now + timedelta(hours=4)),
    }.items():
        host.fill(f"main [name={name}]", value)
    host.select_option("main [name=province]", HUNG_YEN)
    host.locator("main form .form-actions button").first.click()
    host.wait_for_url(re.compile(r"/lien-minh/phien-cho/(?!moi)"))
    slug = host.url.rsplit("/", 1)[1]
    for _step in ("announce", "open applications"):
        submit(host, f"/{slug}/buoc")
    return slug


def apply(farmer: Page, cooperative: str, slug: str) -> str:
    """The cooperative applies with packs of one lot; gives the product's name."""
    desk = f"/htx-cua-toi/{cooperative}/phien-cho/{slug}"
    farmer.goto(desk)
    submit(farmer, "/bat-dau")
    submit(
        farmer, "/gioi-thieu", profile="Trồng bốn mươi năm ở bãi sông.", speaker_name="Nguyễn Thị Lan",
        speaker_phone="0912 000 111",
    )  # fmt: skip
    farmer.goto(f"{desk}/hang")
    fold = farmer.locator("main details").first
    if not fold.evaluate("fold => fold.open"):
        fold.locator("summary").click()
    product = fold.locator("summary").inner_text().strip()
    fold.locator("a.button").first.click()
    farmer.wait_for_load_state()
    for name, value in {"price": str(PRICE), "packs": str(PACKS), "per_buyer": str(PER_BUYER)}.items():
        farmer.fill(f"main [name={name}]", value)
    farmer.locator("main form .form-actions button").first.click()
    farmer.wait_for_url(f"**{desk}*")
    farmer.locator("form[action$='/nop'] [name=accept]").check()
    submit(farmer, "/nop")
    return product


def give_place(host: Page, slug: str) -> None:
    """Check who speaks, say yes, build the running order, and show it."""
    host.goto(f"/lien-minh/phien-cho/{slug}/dang-ky")
    host.locator(f"main a[href*='/{slug}/dang-ky/']").first.click()
    host.wait_for_load_state()
    submit(host, "/nguoi-noi")
    host.locator("[name=answer][value=approve]").check()
    submit(host, host.url.rsplit("/lien-minh", 1)[1])
    host.goto(f"/lien-minh/phien-cho/{slug}")
    submit(host, f"/{slug}/buoc:has([value=dong-dang-ky])".split(":")[0])
    host.goto(f"/lien-minh/phien-cho/{slug}/lich")
    press(host, "Xếp giờ")
    host.goto(f"/lien-minh/phien-cho/{slug}")
    submit(host, f"/{slug}/buoc")


@pytest.mark.xdist_group("browser")
def test_a_fair_from_its_call_to_its_report(chromium: Browser, market: Market) -> None:
    cooperative, name, owner = seller(market)
    host = phone(chromium, market, screen=DESK_SCREEN)
    farmer, buyer = phone(chromium, market), phone(chromium, market)
    sign_in(host, OFFICER, secret_of(market, OFFICER))
    sign_in(farmer, owner)
    sign_in(buyer, BUYER)
