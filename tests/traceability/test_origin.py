"""What the reader of a label sees: true and false codes, every state of a lot, the camera page, reports of bad labels."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
import zxingcpp
from PIL import Image

from marketplace.catalogue.models import Product, ProductClaim, ProductPicture
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.traceability import actions, queries, rules
from marketplace.traceability.actions import Input, NewStage, Output, labels
from marketplace.traceability.events import LabelReported
from marketplace.traceability.models import LabelReport, Lot
from marketplace.traceability.rules import RANDOM_LENGTH, lot_code
from marketplace.traceability.states import LotState, StageKind
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.farming import make_plot, make_season
from tests.factories.traceability import make_lot, make_units

Row = TypeVar("Row", Product, Lot)

COUNTER = '<script type="module" src="/static/js/traceability/count-scan.js">'
FOREIGN = lot_code("7K3PQ9XWM")  # well made, but no lot has it
PICTURE = {
    "key": "pictures/x", "width": 400, "height": 300, "mean_colour": "#8a7f52", "widths": [400], "formats": ["jpg"],
    "state": "ready",
}  # fmt: skip


@pytest.fixture
def cooperative(browser: Browser) -> Cooperative:
    return make_cooperative()


@pytest.fixture
def product(cooperative: Cooperative) -> Product:
    product = make_product(
        cooperative,
        brand="Nhãn Nhà Lan",
        ingredients="Nhãn tươi",
        usage="Rửa sạch, ăn ngay",
        warnings="Có hạt, cẩn thận với trẻ nhỏ",
        storage_note="Nơi thoáng mát",
    )
    with transaction():
        session.add(ProductPicture(product_id=product.id, picture=PICTURE))
    return _loose(product)


@pytest.fixture
def lot(product: Product) -> Lot:
    return _loose(make_lot(product, batch="NL-07", best_before=clock.today() + timedelta(days=10)))


def _loose(row: Row) -> Row:
    """The row as it is now, still readable after requests have ended the session that it came from."""
    session.refresh(row)
    session.expunge(row)
    return row


def claim(product: Product, **dates: Any) -> int:
    """A certificate that the product claims; gives its number in addresses."""
    cooperative = session.get_one(Cooperative, product.cooperative_id)
    certificate = make_certificate(cooperative, product.name, **dates)
    with transaction():
        session.add(ProductClaim(product_id=product.id, certificate_id=certificate.id, counts=True))
    return certificate.id


def html(browser: Browser) -> str:
    assert browser.page is not None
    return browser.page.get_data(as_text=True)


def main(browser: Browser) -> str:
    return html(browser).split("<main", 1)[1]


# -- what stands on the page


def test_everything_obligatory_is_there(browser: Browser, product: Product, lot: Lot) -> None:
    """Circular 02/2024/TT-BKHCN: name, picture, producer and address, steps with place and time, code; the rest if any."""
    certificate = claim(product)
    assert browser.get(f"/q/{lot.code}").status_code == 200
    story = queries.origin_story(lot.code, on=clock.today())
    assert story is not None
    for said in (
        product.name, story.producer, story.producer_address, story.producer_tax_code, lot.code, "NL-07",
        "Nhãn Nhà Lan", "Nhãn tươi", "Rửa sạch, ăn ngay", "Có hạt, cẩn thận với trẻ nhỏ", "Nơi thoáng mát",
        "Thu hoạch", "Đóng gói", "Thôn Đông", f"{lot.harvested_on:%d/%m/%Y}", f"{lot.best_before:%d/%m/%Y}",
        "Lô hàng có thật trong chợ", "Có giá trị vào ngày thu hoạch và hôm nay",
    ):  # fmt: skip
        assert said in browser.text, said
    page = main(browser)
    assert "/anh/pictures/x" in page
    assert f'href="/chung-nhan/{certificate}"' in page
    assert f'href="/san-pham/{product.slug}"' in page
    assert f'href="/q/{lot.code}/bao-loi"' in page


def test_what_matters_most_comes_first(browser: Browser, lot: Lot) -> None:
    browser.get(f"/q/{lot.code}")
    places = [browser.text.index(said) for said in ("Lô hàng có thật", "Lô hàng trên tay", "Từ ruộng đến", "Ai làm ra")]
    assert places == sorted(places)


def test_the_page_is_light_and_takes_four_statements(browser: Browser, product: Product, lot: Lot) -> None:
    claim(product)
    browser.get(f"/q/{lot.code}")
    few = browser.page and browser.page.headers["X-Queries"]
    with transaction():
        for day in range(20):
            stage = NewStage(StageKind.STORING, f"Kho {day}", clock.today())
            actions.add_stage(session.get_one(Lot, lot.id), stage, by=None)
    page = Browser(browser.client.application).get(f"/q/{lot.code}")
    assert page.headers["X-Queries"] == few
    assert int(page.headers["X-Queries"]) <= 4
    assert len(page.data) < 24_000
    assert "Set-Cookie" not in page.headers
    # One script, which waits for nothing and for which nothing waits: it counts the reader.
    assert re.findall(r"<script[^>]*>", re.sub(r"\?v=\w+", "", page.get_data(as_text=True))) == [COUNTER]
    assert "woff2" not in page.get_data(as_text=True)


def test_the_lot_lies_in_the_province_of_its_commune(product: Product) -> None:
    lot = make_lot(product, commune_code="14236")
    story = queries.origin_story(lot.code, on=clock.today())
    assert story is not None
    assert story.place.startswith("Thôn Đông, ")
    assert story.place.endswith(", tỉnh Ninh Bình")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en-GB,en;q=0.9", "Who made it"), ("vi", "Ai làm ra"), ("fr", "Ai làm ra"), ("", "Ai làm ra")],
)
def test_a_foreign_reader_gets_english(browser: Browser, lot: Lot, language: str, words: str) -> None:
    browser.get(f"/q/{lot.code}", headers={"Accept-Language": language})
    assert words in browser.text
    browser.get("/san-pham", headers={"Accept-Language": language})
    assert 'lang="vi"' in html(browser)[:200]


# -- states


def test_past_its_date(browser: Browser, lot: Lot) -> None:
    last_moment = datetime(lot.best_before.year, lot.best_before.month, lot.best_before.day, 16, 59, tzinfo=UTC)
    with clock.moved_to(last_moment):
        browser.get(f"/q/{lot.code}")
        assert "Lô hàng có thật" in browser.text
    with clock.moved_to(last_moment + timedelta(minutes=1)):
        browser.get(f"/q/{lot.code}")
        assert "Đã quá hạn sử dụng" in browser.text
        assert "Mua sản phẩm này" not in browser.text


def test_a_certificate_that_ended_since_the_harvest(browser: Browser, product: Product, lot: Lot) -> None:
    certificate = claim(product, valid_to=clock.today() + timedelta(days=2))
    with clock.moved_to(clock.now() + timedelta(days=3)):
        browser.get(f"/q/{lot.code}")
    assert "có chứng nhận đã hết hạn sau ngày thu hoạch" in browser.text
    assert "Có giá trị vào ngày thu hoạch; nay đã hết hạn." in browser.text
    assert f'href="/chung-nhan/{certificate}"' in main(browser)


def test_a_certificate_from_after_the_harvest_is_not_claimed(browser: Browser, product: Product, lot: Lot) -> None:
    certificate = claim(product, valid_from=clock.today())
    browser.get(f"/q/{lot.code}")
    assert f"/chung-nhan/{certificate}" not in html(browser)
    assert "chưa có chứng nhận nào được Liên minh kiểm tra" in browser.text


@pytest.mark.parametrize(
    ("act", "words"), [(actions.hold, "Đang tạm giữ: khoan dùng"), (actions.recall, "Đã thu hồi: không ăn, không dùng")]
)
def test_a_held_or_recalled_lot_warns_at_once(browser: Browser, lot: Lot, act: Any, words: str) -> None:
    browser.get(f"/q/{lot.code}")
    by = make_person().id
    with transaction():
        act(session.get_one(Lot, lot.id), by=by, reason="Nghi nhiễm khuẩn")
    browser.get(f"/q/{lot.code}")
    first = main(browser).split("<h1", 1)[0]
    assert 'role="alert"' in first
    assert "Nghi nhiễm khuẩn" in first
    assert "tel:" in first
    assert words in browser.text
    assert "Mua sản phẩm này" not in browser.text
    assert ("origin-alarm" in first) is (act is actions.recall)


def test_a_recall_outweighs_an_old_date(browser: Browser, lot: Lot) -> None:
    by = make_person().id
    with transaction():
        actions.recall(session.get_one(Lot, lot.id), by=by, reason="Nghi nhiễm khuẩn")
    with clock.moved_to(clock.now() + timedelta(days=60)):
        browser.get(f"/q/{lot.code}")
    assert "Đã thu hồi" in browser.text
    assert "Đã quá hạn" not in browser.text


def test_a_corrected_step_stays_struck_out_and_a_late_one_says_so(browser: Browser, lot: Lot) -> None:
    with transaction():
        row = session.get_one(Lot, lot.id)
        again = NewStage(StageKind.PACKING, "Nhà đóng gói số 2", lot.harvested_on)
        actions.add_stage(row, again, by=None, corrects=row.stages[-1])
    with clock.moved_to(clock.now() + timedelta(days=9)):
        with transaction():
            late = NewStage(StageKind.STORING, "Kho mát", lot.harvested_on)
            actions.add_stage(session.get_one(Lot, lot.id), late, by=None)
        told = clock.today()
        browser.get(f"/q/{lot.code}")
    steps = main(browser).split('<li class="step')[1:]
    assert [("is-struck" in step.split(">", 1)[0]) for step in steps] == [False, True, False, False]
    assert "Đã sửa sau" in steps[1]
    assert "Nhà đóng gói số 2" in steps[2]
    assert f"Ghi bổ sung ngày {told:%d/%m/%Y}" in steps[3]
    assert html(browser).count("Ghi bổ sung") == 1


def test_a_closed_cooperative_is_named_but_sells_nothing(browser: Browser, lot: Lot) -> None:
    with transaction():
        session.get_one(Cooperative, lot.cooperative_id).admission = "suspended"  # type: ignore[assignment]
    assert browser.get(f"/q/{lot.code}").status_code == 200
    assert "/htx/" not in main(browser)
    assert "Mua sản phẩm này" not in browser.text


# -- codes


def test_a_draft_has_no_page(browser: Browser, product: Product) -> None:
    draft = make_lot(product, state=LotState.DRAFT)
    for page in ("", "/qr.svg", "/qr.png"):
        assert browser.get(f"/q/{draft.code}{page}").status_code == 404
    assert draft.batch not in browser.text


@pytest.mark.parametrize("code", [FOREIGN, "7K3PQ9XWMZ", "7K3PQ", "-", "%20", "' OR 1=1"])
def test_a_code_of_nobody_warns(browser: Browser, code: str) -> None:
    page = browser.get(f"/q/{code}")
    assert page.status_code == 404
    assert "Mã này không phải của chợ" in browser.text
    assert "đừng tin tem này" in browser.text
    assert "bao-loi" in html(browser)


def test_a_mistyped_code_costs_no_statement(browser: Browser) -> None:
    wrong = FOREIGN[:-1] + codes.ALPHABET[(codes.ALPHABET.index(FOREIGN[-1]) + 1) % 32]
    assert browser.get(f"/q/{wrong}").headers["X-Queries"] == "0"


def test_a_code_is_understood_as_people_write_it(browser: Browser, product: Product) -> None:
    lot = make_lot(product, code=lot_code("0O1ILABCD".translate(str.maketrans("OIL", "011"))))
    assert len(lot.code) == RANDOM_LENGTH + 1
    page = browser.get(f"/q/o0il1-abcd {lot.code[-1].lower()}")
    assert page.status_code == 200
    assert page.request.path == f"/q/{lot.code}"


def test_the_code_as_pictures(browser: Browser, lot: Lot) -> None:
    assert "<svg" in browser.get(f"/q/{lot.code}/qr.svg").get_data(as_text=True)
    page = browser.get(f"/q/{lot.code}/qr.png")
    with Image.open(io.BytesIO(page.data)) as picture:
        assert zxingcpp.read_barcodes(picture)[0].text == f"http://127.0.0.1:8000/q/{lot.code}"


# -- the camera page


@pytest.mark.parametrize(
    "typed",
    ["{code}", " {code} ", "http://127.0.0.1:8000/q/{code}", "127.0.0.1:8000/q/{code}/", "http://localhost/q/{code}"],
)
def test_a_typed_code_or_our_own_address_opens_its_page(browser: Browser, lot: Lot, typed: str) -> None:
    page = browser.get("/quet", query_string={"ma": typed.format(code=lot.code)})
    assert page.status_code == 200
    assert page.request.path == f"/q/{lot.code}"


@pytest.mark.parametrize(
    "host", ["https://cho-htx.example", "//cho-htx.example", "http://127.0.0.1:8000@cho-htx.example"]
)
def test_a_true_code_behind_a_foreign_address_is_refused(browser: Browser, lot: Lot, host: str) -> None:
    page = browser.get("/quet", query_string={"ma": f"{host}/q/{lot.code}"})
    assert page.status_code == 422
    assert "Đây không phải tem của chợ" in browser.text
    assert f'value="{host}/q/{lot.code}"' in html(browser)


def test_the_camera_page_works_without_script_and_may_use_the_camera(browser: Browser) -> None:
    page = browser.get("/quet")
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert {"action": "/quet", "method": "get", "fields": {"ma": ""}} in browser.forms()


# -- reports


def test_a_bad_label_is_reported(browser: Browser, lot: Lot, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(labels, "announce", told.append)
    typed = {"kind": "differs", "place": "Chợ Gạo", "note": "Túi nhẹ hơn", "phone": "0912 345 678"}
    page = browser.submit(f"/q/{lot.code}/bao-loi", typed)
    assert page.request.path == f"/q/{lot.code}/bao-loi/cam-on"
    assert "Cảm ơn bạn đã báo cho chợ" in browser.text
    row = session.query(LabelReport).one()
    assert (row.lot_id, row.code, row.kind, row.place, row.note) == (
        lot.id, lot.code, "differs", "Chợ Gạo", "Túi nhẹ hơn",
    )  # fmt: skip
    assert row.phone == "+84912345678"
    assert told == [LabelReported(row.id, lot.id)]
    assert [report.id for report in queries.reports_of(lot.id)] == [row.id]


def test_a_code_of_nobody_is_reported_too(browser: Browser) -> None:
    browser.submit(f"/q/{FOREIGN}/bao-loi", {"kind": "fake"})
    assert "Cảm ơn bạn" in browser.text
    row = session.query(LabelReport).one()
    assert (row.code, row.lot_id) == (FOREIGN, None)


@pytest.mark.parametrize("code", ["%00", "A%00B", "-", "x" * 500])
def test_a_report_of_an_impossible_code(browser: Browser, code: str) -> None:
    browser.submit(f"/q/{code}/bao-loi", {"kind": "fake"})
    assert "Cảm ơn bạn" in browser.text
    row = session.query(LabelReport).one()
    assert len(row.code) <= 40
    assert "\0" not in row.code
    assert browser.get(f"/q/{code}/qr.svg").status_code == 404


def test_a_report_that_says_nothing_is_kept_as_typed(browser: Browser, lot: Lot) -> None:
    page = browser.submit(f"/q/{lot.code}/bao-loi", {"note": "Mùi lạ", "phone": "12"})
    assert page.status_code == 422
    assert "Mùi lạ" in html(browser)
    assert 'value="12"' in html(browser)
    assert session.query(LabelReport).count() == 0


def test_nobody_reports_without_end(browser: Browser, lot: Lot) -> None:
    answers = [browser.submit(f"/q/{lot.code}/bao-loi", {"kind": "fake"}).status_code for _number in range(31)]
    assert answers == [200] * 30 + [429]


# -- land, what it was made from, and what the cooperative shows


def test_a_lot_of_a_season_names_its_plot_coarsely_and_its_diary(browser: Browser, cooperative: Cooperative) -> None:
    product = make_product(cooperative)
    plot = make_plot(cooperative.id, name="Ruộng Cửa Đình", latitude_hundredths=2065, longitude_hundredths=10605)
    season = make_season(product, plot=plot)
    made = make_lot(product, season_id=season.id)
    browser.get(f"/q/{made.code}")
    for words in ("Ruộng Cửa Đình", "20.65, 106.05 (chính xác khoảng 1 km)", "0 lần ghi trong vụ này"):
        assert words in browser.text


def test_a_lot_made_of_others_names_them_with_their_cooperative(browser: Browser, cooperative: Cooperative) -> None:
    longan, dried = make_product(cooperative, name="Nhãn tươi"), make_product(cooperative, name="Long nhãn")
    with transaction():
        session.add(ProductPicture(product_id=dried.id, picture=PICTURE))
    fresh = [make_lot(longan, quantity=10_000, batch=f"NT-{number}") for number in range(2)]
    with transaction():
        (made,) = actions.transform(
            cooperative_id=cooperative.id,
            recipe=rules.drying(820, 180),
            inputs=[Input(lot.id, 6_000) for lot in fresh],
            outputs=[
                Output(
                    session.get_one(Product, dried.id, populate_existing=True),
                    2_000,
                    "LN-1",
                    clock.today() + timedelta(days=300),
                )
            ],
            place="Lò sấy",
            commune_code=cooperative.commune_code,
            on=clock.today(),
            by=None,
        )
        actions.publish(made, by=None)
    browser.get(f"/q/{made.code}")
    for words in ("Được làm từ", "NT-0", "NT-1", "6 kg", cooperative.short_name):
        assert words in browser.text
    assert browser.text.count("Nhãn tươi") == 2
    (pack,) = make_units(made)
    assert int(browser.get(f"/q/{pack.serial}").headers["X-Queries"]) <= 4
    browser.get(f"/q/{fresh[0].code}")
    assert "Được làm từ" not in browser.text


def test_what_a_cooperative_hides_is_hidden_and_the_obligatory_stays(browser: Browser, lot: Lot) -> None:
    browser.get(f"/q/{lot.code}")
    assert "100 kg" in browser.text
    owner = make_person()
    with transaction():
        actions.choose_publicity(
            lot.cooperative_id, quantity=False, operators=False, notes=False, photos=False, coarse_place=False,
            by=owner.id,
        )  # fmt: skip
    browser.get(f"/q/{lot.code}")
    assert "100 kg" not in browser.text
    for words in (lot.code, lot.batch, "Thôn Đông", "Thu hoạch"):
        assert words in browser.text
