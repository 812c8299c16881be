"""A fair from its call to its report, in three browsers at once: the host desk, a cooperative's phone, a buyer's phone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from marketplace.foundation.dates import format_moment
from marketplace.foundation.money import format_dong, parse_dong
from tests.journeys.demo_market import DESK_SCREEN, HUNG_YEN, Market, phone, press, secret_of, sign_in

OFFICER, BUYER = "0900000002", "0900000010"
PACKS, PER_BUYER, BOUGHT, MINUTES = 7, 3, 2, 20
QUESTION, ANSWER = "Hàng thu hoạch hôm nào vậy bác?", "Dạ sáng hôm qua, lô ghi rõ trên tem."
RUDE = "Hàng chợ nào cũng thế thôi"
CUT_REASON = "Nói sai về chứng nhận"
COUNTED = {
    "HTX đăng ký gian hàng": "1",
    "HTX được duyệt": "1",
    "Lượt HTX tham gia": "1",
    "Lượt lên sóng": "1",
    "Câu hỏi của người xem": "1",
    "Câu hỏi được trả lời": "1",
    "Đơn đã đặt": "1",
    "Số gói đã bán": str(BOUGHT),
}
expect.set_options(timeout=15_000)


def submit(page: Page, action: str, **fields: str) -> None:
    """Fill in the form that goes to this address, and press its button."""
    form = page.locator(f"form[action$='{action}']").first
    for name, value in fields.items():
        form.locator(f"[name={name}]").first.fill(value)
    # With scripts the page stays where it is; what was pressed is done once it is answered.
    with page.expect_response(lambda said: said.request.method == "POST" and urlsplit(said.url).path.endswith(action)):
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


def apply(farmer: Page, cooperative: str, slug: str) -> tuple[str, str]:
    """The cooperative applies with packs of one lot; gives the product's name and its session price."""
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
    usual = re.search(r"Giá thường ([\d.]+)", farmer.locator("main").inner_text())
    assert usual is not None
    price = format_dong(int(usual[1].replace(".", "")) * 6 // 10_000 * 1_000)
    for name, value in {"price": price, "packs": str(PACKS), "per_buyer": str(PER_BUYER)}.items():
        farmer.fill(f"main [name={name}]", value)
    farmer.locator("main form .form-actions button").first.click()
    farmer.wait_for_url(f"**{desk}*")
    farmer.locator("form[action$='/nop'] [name=accept]").check()
    submit(farmer, "/nop")
    return product, price


def give_place(host: Page, slug: str) -> None:
    """Check who speaks, say yes, build the running order, and show it."""
    host.goto(f"/lien-minh/phien-cho/{slug}/dang-ky")
    host.locator(f"main a[href*='/{slug}/dang-ky/']").first.click()
    host.wait_for_load_state()
    submit(host, "/nguoi-noi")
    host.locator("[name=answer][value=approve]").check()
    submit(host, host.url.rsplit("/lien-minh", 1)[1])
    step(host, slug, "dong-dang-ky")
    host.goto(f"/lien-minh/phien-cho/{slug}/lich")
    press(host, "Xếp giờ")
    step(host, slug, "cong-bo-lich")


def step(host: Page, slug: str, name: str) -> None:
    host.goto(f"/lien-minh/phien-cho/{slug}")
    host.locator(f"form[action$='/buoc']:has([value={name}]) button").click()
    host.wait_for_load_state()


def buy(buyer: Page, packs: int) -> str:
    """Two taps in the room, then the till, paid by a transfer that the demo plays; gives the order's code."""
    buyer.locator(".pinned a.button-buy").click()
    buyer.locator("[data-buy-box] [name=quantity]").fill(str(packs))
    buyer.locator("[data-buy-box] form button.button-buy").click()
    buyer.wait_for_url("**/dat-hang**")
    for name, value in {"phone": "0912 345 678", "name": "Trần Thị Mua", "address_line": "Thôn Đông"}.items():
        buyer.fill(f"[name={name}]", value)
    buyer.select_option("[name=province]", HUNG_YEN)
    buyer.wait_for_load_state()
    buyer.fill("[name=commune]", "Xã Tân Hưng")
    press(buyer, "Tiếp: chọn giao hàng")
    press(buyer, "Tiếp: thanh toán")
    buyer.get_by_text("Chuyển khoản bằng mã").first.click()
    press(buyer, "Đặt hàng ngay")
    press(buyer, "Bản mẫu: giả lập đã chuyển khoản")
    buyer.wait_for_url("**/don-hang/HTX**")
    buyer.get_by_text("Đã thanh toán").first.wait_for()
    found = re.search(r"HTX-?[0-9A-Z]{8}", buyer.url)
    assert found is not None
    return found[0]


def figures(host: Page) -> dict[str, str]:
    """By their names, as the closing report shows them."""
    names = host.locator(".figure-line .figure-name").all_inner_texts()
    return dict(zip(names, host.locator(".figure-line .figure-number").all_inner_texts(), strict=True))


@pytest.mark.xdist_group("browser")
def test_a_fair_from_its_call_to_its_report(chromium: Browser, market: Market) -> None:
    cooperative, name, owner = seller(market)
    host = phone(chromium, market, screen=DESK_SCREEN)
    farmer, buyer = phone(chromium, market), phone(chromium, market)
    sign_in(host, OFFICER, secret_of(market, OFFICER))
    sign_in(farmer, owner)
    sign_in(buyer, BUYER)

    slug = call_fair(host)
    product, price = apply(farmer, cooperative, slug)
    give_place(host, slug)
    farmer.goto(f"/htx-cua-toi/{cooperative}/phien-cho/{slug}")
    farmer.locator("form[action*='/xac-nhan-gio/'] button").click()
    farmer.wait_for_load_state()
    submit(farmer, "/xac-nhan-hang")

    # On air: the buyer is in the room before the price opens, and sees each deed of the host without touching his phone.
    host.goto(f"/lien-minh/phien-cho/{slug}/dieu-hanh")
    submit(host, "/dieu-hanh/mo")
    room = f"/phien-cho/{slug}/truc-tiep"
    buyer.goto(room)
    submit(host, "/len-song")
    expect(buyer.locator(".on-air-name")).to_contain_text(name)
    submit(host, "/ghim")
    expect(buyer.locator(".pinned")).to_contain_text(product)
    submit(host, "/mo-gia", minutes=str(MINUTES))
    farmer.goto(f"/htx-cua-toi/{cooperative}/phien-cho/{slug}/len-song")
    expect(buyer.locator(".pinned")).to_contain_text(price)
    expect(buyer.locator(".pinned [data-free]")).to_have_text(f"còn {PACKS}")

    # A question goes to the cooperative's phone and its answer to everybody; what is rude is hidden from everybody.
    buyer.fill("[data-say] [name=text]", QUESTION)
    buyer.get_by_role("button", name="Hỏi").first.click()
    asked = farmer.locator("#cau-hoi article", has_text=QUESTION)
    asked.locator("[name=answer]").fill(ANSWER)
    asked.locator("button").click()
    expect(buyer.locator("[data-questions]")).to_contain_text(ANSWER)
    buyer.locator("[data-say] [name=text]").fill(RUDE)
    with buyer.expect_response("**/noi") as said:
        buyer.get_by_role("button", name="Gửi", exact=True).click()
    while said.value.status == 422:  # one message every few seconds
        buyer.wait_for_timeout(1_000)
        with buyer.expect_response("**/noi") as said:
            buyer.get_by_role("button", name="Gửi", exact=True).click()
    visitor = phone(chromium, market)
    visitor.goto(room)
    expect(visitor.locator("[data-lines]")).to_contain_text(RUDE)
    line = host.locator(".desk-line", has_text=RUDE)
    line.get_by_role("button", name="Ẩn").click()
    expect(visitor.locator("[data-lines]")).not_to_contain_text(RUDE)

    # Bought from the room, paid by transfer; host and cooperative see what is left.
    code = buy(buyer, BOUGHT)
    expect(host.locator("[data-free-figure]")).to_have_text(str(PACKS - BOUGHT))
    expect(visitor.locator(".pinned [data-free]")).to_have_text(f"còn {PACKS - BOUGHT}")
    expect(farmer.locator("[data-panel=stock] [data-free-figure]")).to_have_text(str(PACKS - BOUGHT))
    expect(farmer.locator("[data-panel=sales]")).to_contain_text(code)

    # The stream is cut: within seconds the stage, the pin and the price are gone for everybody.
    host.locator(".cut-box summary").click()
    submit(host, "/cat-song", reason=CUT_REASON)
    expect(visitor.locator(".stage.is-cut")).to_contain_text(CUT_REASON, timeout=5_000)
    expect(visitor.locator(".pinned")).to_have_count(0)

    submit(host, "/ket-thuc")
    expect(visitor.locator(".stage-title")).to_contain_text("đã kết thúc")

    # The report shows exactly that, and stays as it was handed in.
    host.goto(f"/lien-minh/phien-cho/{slug}/bao-cao")
    counted = COUNTED | {"Doanh số đặt hàng": format_dong(BOUGHT * parse_dong(price))}
    assert {name: number for name, number in figures(host).items() if name in counted} == counted
    press(host, "Lập và nộp báo cáo")
    press(host, "Tính lại để đối chiếu")
    expect(host.locator("#again .notice-success")).to_be_visible()
