"""`make run`, and then a newcomer with a phone: the same goods of two cooperatives by card, by transfer and in cash, each
followed to a payout statement that adds up. Every step is a press on words that stand on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.demo_market import HUNG_YEN, Market, phone, press, secret_of, sign_in


def goods(market: Market) -> list[tuple[str, str, str]]:
    """(product page, its cooperative's slug, its owner's number) of two cooperatives that have a bank account and bring
    goods to Hưng Yên."""
    rows = market.ask(
        "SELECT product.slug, cooperative.slug, person.phone FROM product"
        " JOIN cooperative ON cooperative.id = product.cooperative_id"
        " JOIN membership ON membership.cooperative_id = cooperative.id AND membership.role = 'owner'"
        " JOIN person ON person.id = membership.person_id"
        " JOIN payout_account ON payout_account.cooperative_id = cooperative.id"
        " JOIN lot ON lot.product_id = product.id AND lot.state = 'published' AND lot.best_before > date('now', '+5 day')"
        " WHERE cooperative.province_code = ? GROUP BY cooperative.id ORDER BY cooperative.id LIMIT 2",
        HUNG_YEN,
    )
    assert len(rows) == 2, "the demo has two cooperatives in Hưng Yên that can be paid"
    return [(str(product), str(slug), str(owner)) for product, slug, owner in rows]


def order(page: Page, things: list[tuple[str, str, str]], how: str) -> str:
    """From the products to the order's page; gives the order's code."""
    for product, _, _ in things:
        page.goto(f"/san-pham/{product}")
        page.locator("form[action$='/gio-hang/them'] button.button-buy").click()
        page.wait_for_url("**/gio-hang?them=1")
    press(page, "Đặt hàng")
    page.fill("[name=phone]", "0912 345 678")
    page.fill("[name=name]", "Trần Thị Mua")
    page.select_option("[name=province]", HUNG_YEN)
    page.wait_for_load_state()
    page.fill("[name=commune]", "Xã Tân Hưng")
    page.fill("[name=address_line]", "Thôn Đông")
    press(page, "Tiếp: chọn giao hàng")
    press(page, "Tiếp: thanh toán")
    page.get_by_text(how).first.click()
    press(page, "Đặt hàng ngay")
    if how.startswith("Thẻ"):
        page.wait_for_url("**/pay/**")
        page.get_by_role("button", name="Trả bằng thẻ thử").click()
    elif how.startswith("Chuyển khoản"):
        press(page, "Bản mẫu: giả lập đã chuyển khoản")
    page.wait_for_url("**/don-hang/HTX**")
    if not how.startswith("Trả tiền mặt"):
        page.get_by_text("Đã thanh toán").first.wait_for()
    found = re.search(r"HTX[0-9A-Z]{8}", page.url)
    assert found is not None
    return found[0]


def work_off(page: Page, slug: str, code: str) -> None:
    """The cooperative's own way of an order, from its list to the end."""
    page.goto(f"/htx-cua-toi/{slug}/don-hang")
    page.locator(f"a[href*='{code}']").first.click()
    page.wait_for_load_state()
    for words in ("Xác nhận", "Đã đóng gói", "Đã giao", "Người mua đã nhận", "Xong"):
        unscanned = page.locator(".pack-next details#unscanned")
        if unscanned.count():
            unscanned.locator("summary").click()
            unscanned.locator("[name=reason]").fill("Gói này chỉ dán tem lô")
        button = page.locator(".pack-next button[type=submit]").first
        assert words in button.inner_text() or button.is_visible(), words
        tracking = page.locator(".pack-next input[name=tracking]")
        if tracking.count():
            tracking.fill("")
        button.click()
        page.wait_for_load_state()


@pytest.mark.xdist_group("browser")
def test_each_way_to_pay_ends_in_a_statement_that_adds_up(chromium: Browser, market: Market, tmp_path: Path) -> None:
    things = goods(market)
    buyer = phone(chromium, market)
    codes = [order(buyer, things, how) for how in ("Thẻ (Visa", "Chuyển khoản bằng mã", "Trả tiền mặt")]

    for _, slug, owner in things:
        page = phone(chromium, market)
        sign_in(page, owner)
        for code in codes:
            work_off(page, slug, code)

    maker, checker = phone(chromium, market), phone(chromium, market)
    # An officer pays out in his provinces; who looks after him answers for all of them.
    sign_in(maker, "0900000002", secret_of(market, "0900000002"))
    maker.goto("/lien-minh/thu-ho")
    with maker.expect_download() as download:
        maker.get_by_role("link", name="Tải bảng kê mẫu của Giao Hàng Nhanh").click()
    statement = tmp_path / "bang-ke.csv"
    download.value.save_as(statement)
    maker.set_input_files("[name=table]", statement)
    press(maker, "Nhận tệp")
    maker.goto("/lien-minh/chi-tra")
    press(maker, "Bản mẫu: coi như đã qua ba ngày")
    press(maker, "Lập đợt chi trả")
    batch = maker.url.rsplit("/", 1)[1]
    sign_in(checker, "0900000001", secret_of(market, "0900000001"))
    checker.goto(f"/lien-minh/chi-tra/{batch}")
    press(checker, "Tôi đã đối chiếu: duyệt")
    for _, slug, _ in things:
        name = str(market.ask("SELECT short_name FROM cooperative WHERE slug = ?", slug)[0][0])
        card = checker.locator("section.card", has=checker.get_by_role("heading", name=name, exact=True))
        card.get_by_label("Số giao dịch của ngân hàng").fill("FT26328001")
        card.get_by_role("button", name=re.compile("đã chuyển", re.IGNORECASE)).click()
        checker.wait_for_load_state()

    for _, slug, owner in things:
        page = phone(chromium, market)
        sign_in(page, owner)
        page.goto(f"/htx-cua-toi/{slug}/tien")
        page.locator("a[href*='/tien/PO']").first.click()
        page.wait_for_load_state()
        lines = [dong(words) for words in page.locator("section[aria-labelledby=lines] dd").all_inner_texts()]
        headings = page.locator("section[aria-labelledby=lines] h3").all_inner_texts()
        assert {f"{code}-{number}" for code in codes for number in (1, 2)} & set(headings) == {
            heading for heading in headings if heading[:11] in codes
        }
        assert sum(heading[:11] in codes for heading in headings) == len(codes)
        adds_up(lines)


def dong(words: str) -> int:
    return int(re.sub(r"[^0-9\-−]", "", words).replace("−", "-"))


def adds_up(amounts: list[int]) -> None:
    """Items, then what is left of them, again and again; at the end all that was left together."""
    *groups, total = amounts
    waiting, left = 0, 0
    for amount in groups:
        if waiting and amount == waiting:
            left, waiting = left + amount, 0
        else:
            waiting += amount
    assert (waiting, left) == (0, total)
