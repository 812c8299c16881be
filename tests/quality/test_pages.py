"""Every kind of page: accessible, no wider than a phone, light on its first visit; in both languages where strangers
read, in Vietnamese where members work."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from marketplace.demo.accounts import BUYER, CREW, OFFICER, PASSWORD
from tests.journeys.conftest import PHONE_SCREEN
from tests.quality.conftest import Market

pytestmark = pytest.mark.xdist_group("quality")

LANGUAGES = ("vi", "en")
# Kilobytes over the wire on a first visit with nothing kept (design.md 6).
BUDGETS = {"home": 100, "listing": 100, "product": 60, "origin": 40, "pack": 40, "live room": 60}

DESK = (
    "/", "/don-hang", "/san-pham", "/san-pham/moi", "/san-pham/nhap-excel", "/lo-hang", "/lo-hang/moi", "/chung-nhan",
    "/chung-nhan/moi", "/ho-so", "/nhan-su", "/giao-hang", "/thua-dat", "/thua-dat/moi", "/vu-mua", "/vu-mua/moi",
    "/nhat-ky", "/lo-hang/hien-thi", "/che-bien", "/che-bien/moi", "/giao-nhan", "/giao-nhan/moi", "/ket-noi",
    "/canh-bao", "/dong-goi", "/dong-goi/kien", "/tien", "/tien/tai-khoan", "/giao-hang/diem-nhan/moi",
    "/dong-goi/hang-van-chuyen", "/hoa-don", "/hoa-don?xem=da-co", "/sao-ke", "/chia-tien", "/khieu-nai",
    "/khieu-nai?xem=da-xong", "/danh-gia", "/dong-goi/diem-gom", "/phien-cho", "/cung-cau", "/cam-ket", "/du-bao",
    "/du-bao/moi",
)  # fmt: skip
DESK_DETAILS = (
    "/san-pham/", "/lo-hang/", "/chung-nhan/", "/don-hang/HTX", "/hoa-don/HTX", "/chia-tien/CH", "/khieu-nai/",
    "/phien-cho/", "/tien/PO",
)  # fmt: skip
ACCOUNT = (
    "/tai-khoan", "/tai-khoan/bao-mat", "/tai-khoan/thong-bao", "/tai-khoan/thong-bao/cai-dat", "/tai-khoan/phien-cho",
)  # fmt: skip
ALLIANCE = (
    "/ho-so-htx", "/chung-nhan", "/chung-nhan?xem=da-duyet", "/htx", "/thanh-toan", "/nhat-ky", "/lo-hang",
    "/lo-cho-duyet", "/nhat-ky-dong-ruong", "/canh-bao", "/chi-tra", "/thu-ho", "/sao-ke", "/khieu-nai", "/danh-gia",
    "/diem-gom", "/diem-gom/moi", "/hai-nguoi",
    "/phien-cho", "/phien-cho/moi", "/so-lieu-nam",
)  # fmt: skip
ALLIANCE_DETAILS = (
    "/ho-so-htx/", "/htx/", "/chung-nhan/", "/lo-hang/", "/chi-tra/PO", "/sao-ke/", "/thu-ho/", "/khieu-nai/", "/diem-gom/",
    "/phien-cho/",
)  # fmt: skip
ADMIN = (
    "/can-bo", "/ngan-hang", "/so-cai", "/so-cai/ke-toan", "/doi-chieu", "/doi-chieu?xem=da-giai-thich",
    "/hoa-don-van-chuyen", "/hoan-tien", "/cach-tra-tien",
    "/tien-bi-rut", "/ngan-hang/{movement}?code={order}&reason=x",
)  # fmt: skip


@pytest.fixture
def open_phone(chromium: Browser, market: Market) -> Iterator[Callable[[str], BrowserContext]]:
    opened: list[BrowserContext] = []

    def phone(language: str) -> BrowserContext:
        context = chromium.new_context(viewport=PHONE_SCREEN, locale="vi-VN", base_url=market.base)
        context.add_cookies([{"name": "lang", "value": language, "url": market.base}])
        opened.append(context)
        return context

    yield phone
    for context in opened:
        context.close()


def faults(page: Page, path: str) -> list[str]:
    """What axe finds, and whether the page is wider than the screen."""
    page.goto(path)
    page.wait_for_load_state("load")
    found = [
        f"{path}: {violation['id']}: {node['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"][:3]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{path}: wider than {PHONE_SCREEN['width']} px")
    return found


def sign_in(page: Page, contact: str, secret: str = "") -> None:
    page.goto("/dang-nhap")
    page.fill("[name=contact]", contact)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .form-actions button").first.click()
    page.wait_for_load_state()
    if secret:
        page.fill("[name=code]", pyotp.TOTP(secret).now())
        page.locator("main form .form-actions button").first.click()
        page.wait_for_load_state()


def details(page: Page, base: str, lists: tuple[str, ...], wanted: tuple[str, ...]) -> list[str]:
    """One address of each kind of detail page that the lists link to."""
    links: list[str] = []
    for path in lists:
        page.goto(base + path)
        links += page.locator("main a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    kinds = {}
    for link in links:
        for kind in wanted:
            tail = (link or "").removeprefix(base + kind.removesuffix("HTX"))
            if (link or "").startswith(base + kind) and tail and tail not in ("moi", "nhap-excel"):
                kinds.setdefault(kind, link)
    assert set(kinds) == set(wanted), f"no link to {set(wanted) - set(kinds)}"
    return list(kinds.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages_are_accessible(
    open_phone: Callable[[str], BrowserContext], market: Market, language: str
) -> None:
    page = open_phone(language).new_page()
    assert [fault for path in market.public_pages.values() for fault in faults(page, path)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_buying_is_accessible(open_phone: Callable[[str], BrowserContext], market: Market, language: str) -> None:
    page = open_phone(language).new_page()
    page.goto(market.product)
    page.locator("form[action$='/gio-hang/them'] button.button-buy").click()
    page.wait_for_url("**/gio-hang?them=1")
    found = faults(page, "/gio-hang") + faults(page, "/dat-hang?tinh=33")

    def go_on(to: str) -> None:
        page.locator("form[action$='/dat-hang'] button.button-buy").click()
        page.wait_for_load_state()
        found.extend(f"{violation['id']} {to}" for violation in Axe().run(page).response["violations"])

    go_on("after errors")
    for name, typed in {"phone": "0912345678", "name": "Mua", "commune": "11977", "address_line": "Thôn Đông"}.items():
        page.fill(f"[name={name}]", typed)
    go_on("at the delivery")
    page.wait_for_url("**buoc=giao-hang")
    go_on("at the payment")
    page.wait_for_url("**buoc=thanh-toan")
    assert found == []


def test_complaining_and_reviewing_is_accessible(open_phone: Callable[[str], BrowserContext], market: Market) -> None:
    page = open_phone("vi").new_page()
    sign_in(page, "0900000010")
    page.goto("/tai-khoan/don-hang")
    orders = page.locator("main a[href^='/don-hang/HTX']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    kinds: dict[str, str] = {}
    for order in orders:
        page.goto(order)
        links = page.locator("main a[href^='/don-hang/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        for kind in ("/khieu-nai/", "/phieu/", "/danh-gia/"):
            for link in links:
                if kind in link:
                    kinds.setdefault(kind, link)
                    kinds.setdefault(f"order with {kind}", order)
    assert {"/khieu-nai/", "/phieu/", "/danh-gia/"} < set(kinds)
    found = [fault for path in kinds.values() for fault in faults(page, path)]
    page.goto(kinds["/khieu-nai/"])
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    found += [f"{violation['id']} after errors" for violation in Axe().run(page).response["violations"]]
    assert found == []


def test_the_desk_is_accessible(open_phone: Callable[[str], BrowserContext], market: Market) -> None:
    page = open_phone("vi").new_page()
    sign_in(page, "0900000024")
    page.goto("/htx-cua-toi")
    base = page.url.removeprefix(market.base).rstrip("/")
    paths = [base + path for path in DESK] + details(page, base, DESK, DESK_DETAILS)
    lot = f"{base}/lo-hang/{market.labelled_lot}"
    paths += [f"{lot}/nhan", f"{lot}/nhan/{market.label_run}", f"{lot}/xem-truoc"]
    paths += [f"{path}/goi" for path in paths if path.startswith(f"{base}/don-hang/HTX")]
    paths.append(market.stall)
    assert [fault for path in [*ACCOUNT, *paths] for fault in faults(page, path)] == []


def test_asking_and_signing_is_accessible(open_phone: Callable[[str], BrowserContext], market: Market) -> None:
    page = open_phone("vi").new_page()
    sign_in(page, BUYER)
    lists = ("/nhu-cau", "/cam-ket")
    with sqlite3.connect(market.database) as database:
        talks = database.execute("SELECT d.code, q.id FROM demand d JOIN quote q ON q.demand_id = d.id").fetchall()
    paths = ["/cung-cau", f"/cung-cau/{talks[0][0]}", "/tai-khoan/nhu-cau/moi"]
    paths += [f"/tai-khoan{path}" for path in lists]
    paths += details(page, "/tai-khoan", lists, ("/nhu-cau/NC", "/cam-ket/CK"))
    paths += [f"/tai-khoan/nhu-cau/{code}/bao-gia/{quote}" for code, quote in talks]
    found = [fault for path in paths for fault in faults(page, path)]
    page.goto("/tai-khoan/nhu-cau/moi")
    page.locator("main form .form-actions button").last.click()
    page.wait_for_load_state()
    found += [f"{violation['id']} after errors" for violation in Axe().run(page).response["violations"]]
    assert found == []


def test_goods_sold_by_weight_are_accessible(open_phone: Callable[[str], BrowserContext], market: Market) -> None:
    """On the shop's pages, on the scales, and where a buyer is asked for the difference."""
    with sqlite3.connect(market.database) as database:
        rows = database.execute(
            "SELECT DISTINCT cooperative.slug, cooperative.phone, cooperative_order.code, product_slug FROM order_line"
            " JOIN cooperative_order ON cooperative_order.id = cooperative_order_id"
            " JOIN cooperative ON cooperative.id = cooperative_id WHERE kilogram_dong IS NOT NULL"
        ).fetchall()
    desk, buyer = open_phone("vi").new_page(), open_phone("vi").new_page()
    sign_in(desk, rows[0][1])
    sign_in(buyer, BUYER)
    found = []
    for slug, _phone, code, product in rows:
        order = f"/htx-cua-toi/{slug}/don-hang/{code}"
        found += faults(desk, order) + faults(desk, f"{order}/can")
        found += faults(buyer, f"/don-hang/{code.partition('-')[0]}") + faults(buyer, f"/san-pham/{product}")
    assert len(rows) == 3
    assert found == []


def test_what_follows_an_order_is_accessible(open_phone: Callable[[str], BrowserContext], market: Market) -> None:
    page = open_phone("vi").new_page()
    sign_in(page, BUYER)
    with sqlite3.connect(market.database) as database:
        (invoiced,) = database.execute(
            'SELECT o.code FROM "order" o JOIN cooperative_order p ON p.order_id = o.id'
            " JOIN invoice i ON i.cooperative_order_id = p.id WHERE i.issued_at IS NOT NULL"
        ).fetchone()
        (without,) = database.execute(
            "SELECT code FROM \"order\" WHERE person_id IS NOT NULL AND json_type(invoice) = 'null' AND state = 'open'"
        ).fetchone()
        owed = database.execute(
            "SELECT p.reference FROM refund r JOIN payment p ON p.id = r.payment_id ORDER BY r.bank_account"
        ).fetchall()
    paths = [f"/don-hang/{invoiced}{beside}" for beside in ("", "/hoa-don", "/thong-tin-dat-hang")]
    paths.append(f"/don-hang/{without}/hoa-don")
    paths += [f"/don-hang/{code}{beside}" for (code,) in (owed[0], owed[-1]) for beside in ("", "/hoan-tien")]
    assert [fault for path in paths for fault in faults(page, path)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_alliance_is_accessible(open_phone: Callable[[str], BrowserContext], market: Market, language: str) -> None:
    page = open_phone(language).new_page()
    contact = {"vi": "+84900000002", "en": "+84900000001"}[language]
    with sqlite3.connect(market.database) as database:
        (secret,) = database.execute("SELECT totp_secret FROM person WHERE phone = ?", (contact,)).fetchone()
        (movement,) = database.execute("SELECT id FROM bank_transaction WHERE state = 'unmatched'").fetchone()
        (order,) = database.execute("SELECT reference FROM payment WHERE method = 'vietqr'").fetchone()
        (over,) = database.execute("SELECT slug FROM fair WHERE state = 'reported'").fetchone()
        (coming,) = database.execute(
            "SELECT fair.slug FROM fair JOIN booth ON booth.fair_id = fair.id"
            " WHERE fair.state = 'registration_open' AND booth.state = 'approved' ORDER BY fair.id"
        ).fetchone()
    sign_in(page, contact, secret)
    paths = [f"/phien-cho/{over}"]
    paths += [f"/lien-minh/phien-cho/{over}/{beside}" for beside in ("bao-cao", "bao-cao?so=1", "phat-lai")]
    paths += ["/lien-minh" + path for path in ALLIANCE] + details(page, "/lien-minh", ALLIANCE, ALLIANCE_DETAILS)
    admins = ["/lien-minh" + path.format(movement=movement, order=order) for path in ADMIN]
    paths += admins if language == "en" else []
    found = faults_of_running_order(page, f"/lien-minh/phien-cho/{coming}")
    assert found + [fault for path in paths for fault in faults(page, path)] == []


def faults_of_running_order(page: Page, fair: str) -> list[str]:
    """Before anything is planned, with the form of every part open, and on paper."""
    found = faults(page, f"{fair}/sua") + faults(page, f"{fair}/lich")
    plan = page.locator("form[action$='/lich/xep'] button")
    if plan.count():
        plan.click()
        page.wait_for_load_state()
    forms = page.locator("main details")
    assert forms.count() > 2
    forms.evaluate_all("all => all.forEach(one => { one.open = true; })")
    found += [f"{violation['id']} in the open forms" for violation in Axe().run(page).response["violations"]]
    return found + faults(page, f"{fair}/lich/in")


def test_the_crew_of_a_fair_finds_its_desk_accessible(
    open_phone: Callable[[str], BrowserContext], market: Market
) -> None:
    page = open_phone("vi").new_page()
    sign_in(page, CREW)
    found = faults(page, "/tai-khoan/phien-cho")
    page.locator("main a[href$='/dieu-hanh']").first.click()
    page.wait_for_load_state()
    found += [f"{violation['id']} at the host desk" for violation in Axe().run(page).response["violations"]]
    assert found + faults(page, f"{market.fair}/tap-duot") == []


def test_meeting_at_a_conference_is_accessible(open_phone: Callable[[str], BrowserContext], market: Market) -> None:
    with sqlite3.connect(market.database) as database:
        (fair,) = database.execute("SELECT slug FROM fair JOIN conference ON conference.fair_id = fair.id").fetchone()
        meetings = database.execute(
            "SELECT meeting.id, cooperative.slug, cooperative.phone FROM meeting"
            " JOIN cooperative ON cooperative.id = meeting.cooperative_id ORDER BY meeting.id"
        ).fetchall()
        (booth,) = database.execute(
            "SELECT booth.id FROM booth JOIN fair ON fair.id = booth.fair_id WHERE fair.slug = ? AND cooperative_id"
            " NOT IN (SELECT cooperative_id FROM meeting)",
            (fair,),
        ).fetchone()
        (secret,) = database.execute("SELECT totp_secret FROM person WHERE phone = ?", (OFFICER,)).fetchone()
    buyer, officer, desk = (open_phone("vi").new_page() for _ in range(3))
    sign_in(buyer, BUYER)
    paths = [f"/phien-cho/{fair}", f"/phien-cho/{fair}/hoi-nghi", f"/phien-cho/{fair}/hoi-nghi/{booth}"]
    paths += ["/tai-khoan/lich-gap", *(f"/tai-khoan/lich-gap/{id}" for id, _, _ in meetings)]
    found = [fault for path in paths for fault in faults(buyer, path)]
    sign_in(officer, OFFICER, secret)
    timetable = f"/lien-minh/phien-cho/{fair}/hoi-nghi"
    for beside in ("", "/in", "/thiet-lap", "/xep?luc=11:00&ban=2", f"/{meetings[1][0]}"):
        found += faults(officer, timetable + beside)
    id, slug, phone = meetings[0]
    sign_in(desk, phone)
    for beside in ("", f"/{id}"):
        found += faults(desk, f"/htx-cua-toi/{slug}/lich-gap{beside}")
    assert found == []


@pytest.mark.parametrize("name", BUDGETS)
def test_a_first_visit_is_light(open_phone: Callable[[str], BrowserContext], market: Market, name: str) -> None:
    context = open_phone("vi")
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    received: list[float] = []
    client.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(market.public_pages[name])
    page.wait_for_load_state("networkidle")
    assert sum(received) / 1024 <= BUDGETS[name]
