"""What people and attackers send that is wrong: each gets a clear answer in the page's language, nothing is half saved."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from marketplace.catalogue.actions.importing import COLUMNS
from marketplace.catalogue.models import Product, ProductPicture, Variant
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import jobs
from marketplace.foundation.database import session
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative

LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])


class Desk:
    """A browser at the desk of a cooperative."""

    def __init__(self, browser: Browser, language: str = "vi") -> None:
        owner = make_person()
        self.cooperative = make_cooperative(owner=owner)
        self.browser = browser
        browser.sign_in(owner.contacts[0])
        browser.get(f"/ngon-ngu/{language}")
        self.base = f"/htx-cua-toi/{self.cooperative.slug}"

    def submit(self, path: str, data: dict[str, Any], **kwargs: Any) -> Any:
        return self.browser.submit(self.base + path, data, **kwargs)


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


def count(model: Any) -> int:
    session.rollback()
    return int(session.scalar(select(func.count()).select_from(model)) or 0)


def huge_png() -> bytes:
    """A valid PNG of 30,000 × 30,000 white pixels in a few kilobytes: decoding it would take gigabytes."""
    side = 30_000

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\x00" + b"\xff" * (side // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


PRODUCT = {
    "name": "Nhãn lồng",
    "subgroup": "food_fresh_produce",
    "packs-0-content": "1 kg",
    "packs-0-price": "55.000",
    "shelf_life_days": "12",
    "vat_code": "KCT",
    "storage": "ambient",
}


def test_the_product_form_takes_what_is_right(desk: Desk) -> None:
    page = desk.submit("/san-pham/moi", {**PRODUCT, "publish": "1"})
    assert page.status_code == 200, desk.browser.text[:600]
    assert (count(Product), count(Variant)) == (1, 1)


@LANGUAGES
@pytest.mark.parametrize(
    ("change", "vietnamese", "english"),
    [
        ({"packs-0-price": "-5"}, "Nhập số tiền như", "Type an amount"),
        ({"packs-0-price": "nhiều"}, "Nhập số tiền như", "Type an amount"),
        ({"packs-0-price": "0"}, "Nhập giá từ 1 ₫", "Type a price from 1 ₫"),
        ({"packs-0-price": "999999999999999"}, "Nhập", "Type"),
        ({"packs-0-content": "nửa bao tải"}, "Nhập lượng hàng", "Type what is in the pack"),
        ({"packs-0-content": ""}, "Hãy điền mục này", "Please fill this in"),
        ({"subgroup": "gold"}, "Hãy chọn một mục", "Please choose one"),
        ({"shelf_life_days": "-3"}, "Nhập số", "Type a"),
        ({"shelf_life_days": "100000000000"}, "Nhập số", "Type a number"),
        ({"name": "x" * 5000}, "Nhiều nhất 120", "At most 120"),
    ],
)
def test_a_wrong_product_is_refused_in_words(
    browser: Browser, language: str, change: dict[str, str], vietnamese: str, english: str
) -> None:
    desk = Desk(browser, language)
    page = desk.submit("/san-pham/moi", {**PRODUCT, **change})
    assert page.status_code == 422
    assert (vietnamese if language == "vi" else english) in browser.text
    assert "Nhãn lồng" in page.get_data(as_text=True) or "name" in change
    assert (count(Product), count(Variant)) == (0, 0)


@LANGUAGES
@pytest.mark.parametrize(
    ("name", "data", "vietnamese", "english"),
    [
        ("a.png", huge_png(), "quá nhiều điểm ảnh", "too many pixels"),
        ("a.jpg", b"<!doctype html><script>alert(1)</script>", "Không đọc được", "no photo that we can read"),
        ("a.jpg", b"\xff\xd8\xff\xe0 cut off", "Không đọc được", "no photo that we can read"),
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "Không đọc được",
            "no photo that we can read",
        ),
    ],
    ids=["30000x30000", "html", "broken", "svg"],
)
def test_a_photo_that_is_none_is_refused_in_words(
    browser: Browser, language: str, name: str, data: bytes, vietnamese: str, english: str
) -> None:
    desk = Desk(browser, language)
    sent = {**PRODUCT, "photos": (io.BytesIO(data), name)}
    page = desk.submit("/san-pham/moi", sent, content_type="multipart/form-data")
    assert page.status_code == 422
    assert (vietnamese if language == "vi" else english) in browser.text
    assert "Nhãn lồng" in page.get_data(as_text=True)
    assert (count(Product), count(ProductPicture)) == (0, 0)


@LANGUAGES
@pytest.mark.parametrize(
    ("change", "vietnamese", "english"),
    [
        ({"quantity": "-5 kg"}, "Nhập khối lượng", "Type a quantity"),
        ({"quantity": "rất nhiều"}, "Nhập khối lượng", "Type a quantity"),
        ({"quantity": "99999999999999999999 kg"}, "Nhập", "Type"),
        ({"harvested_on": "31/02/2026"}, "Nhập ngày như", "Type a day"),
        ({"harvested_on": "01/01/2090"}, "Ngày này chưa đến", "not come yet"),
    ],
)
def test_a_wrong_lot_is_refused_in_words(
    browser: Browser, language: str, change: dict[str, str], vietnamese: str, english: str
) -> None:
    desk = Desk(browser, language)
    make_product(desk.cooperative)
    page = desk.submit("/lo-hang/moi", {"quantity": "100 kg", "place": "Thôn Đông", **change})
    assert page.status_code == 422
    assert (vietnamese if language == "vi" else english) in browser.text
    assert count(Lot) == 0


@LANGUAGES
def test_a_wrong_tax_code_is_explained(browser: Browser, app: Flask, language: str) -> None:
    person = make_person()
    browser.sign_in(person.contacts[0])
    browser.get(f"/ngon-ngu/{language}")
    page = browser.submit("/mo-gian-hang", {"legal_name": "Hợp tác xã Thử", "tax_code": "0100109107", "province": "99"})
    assert page.status_code == 422
    assert ("số cuối dùng để kiểm tra" if language == "vi" else "the last checks the others") in browser.text
    assert "Hợp tác xã Thử" in page.get_data(as_text=True)
    assert count(Cooperative) == 0


@LANGUAGES
@pytest.mark.parametrize("code", ["AAAAAAAAAA", "7K3PQ9XWM", "%3Cscript%3E", "x" * 400, "🙂"])
def test_a_forged_code_is_named_as_such(browser: Browser, language: str, code: str) -> None:
    browser.get(f"/ngon-ngu/{language}")
    page = browser.get(f"/q/{code}")
    assert page.status_code == 404
    assert ("Mã này không phải của chợ" if language == "vi" else "This code is not from our market") in browser.text
    assert "<script>" not in page.get_data(as_text=True).split("<main")[1]


# -- Excel


def sheet(rows: list[tuple[Any, ...]]) -> io.BytesIO:
    book = Workbook()
    page = book.worksheets[0]
    page.append(COLUMNS)
    for row in rows:
        page.append(row)
    data = io.BytesIO()
    book.save(data)
    return io.BytesIO(data.getvalue())


def good_row(number: int) -> tuple[Any, ...]:
    return (
        f"Gạo mẫu {number}",
        "food_raw_grain",
        "1 kg",
        45_000,
        "5 kg",
        "210.000",
        240,
        "thường",
        "11, 12",
        "KCT",
        "Dẻo",
    )


def import_sheet(desk: Desk, data: io.BytesIO) -> str:
    desk.submit("/san-pham/nhap-excel", {"sheet": (data, "a.xlsx")}, content_type="multipart/form-data")
    jobs.run_all_due()
    assert desk.browser.page is not None
    desk.browser.get(desk.browser.page.request.path)
    return desk.browser.text


def test_three_bad_rows_of_fifty_import_nothing_and_are_named(desk: Desk) -> None:
    rows = [good_row(number) for number in range(50)]
    rows[6] = ("", *rows[6][1:])
    rows[20] = (*rows[20][:3], "miễn phí", *rows[20][4:])
    rows[49] = (*rows[49][:1], "food_gold", *rows[49][2:])
    text = import_sheet(desk, sheet(rows))
    assert count(Product) == 0
    assert "Có 3 ô sai. Chưa nhập gì." in text
    for words in ("8 Tên sản phẩm – Hãy điền mục này", "22 Giá 1 miễn phí Nhập giá từ 1 ₫", "51 Mã nhóm food_gold"):
        assert words in text


def test_fifty_good_rows_are_fifty_drafts(desk: Desk) -> None:
    assert "Đã nhập 50 sản phẩm" in import_sheet(desk, sheet([good_row(number) for number in range(50)]))
    assert (count(Product), count(Variant)) == (50, 100)
    assert set(session.scalars(select(Product.publication))) == {"draft"}


def test_the_template_can_be_filled_in_and_sent(desk: Desk) -> None:
    page = desk.browser.get(f"{desk.base}/san-pham/nhap-excel/mau.xlsx")
    book = load_workbook(io.BytesIO(page.data))
    book.worksheets[0].append(good_row(1))
    data = io.BytesIO()
    book.save(data)
    assert "Đã nhập 1 sản phẩm" in import_sheet(desk, io.BytesIO(data.getvalue()))


@pytest.mark.parametrize("data", [b"", b"name;price\n", b"PK\x03\x04 not a book", b"<html>"])
def test_what_is_no_workbook_is_said_to_be_none(desk: Desk, data: bytes) -> None:
    desk.submit("/san-pham/nhap-excel", {"sheet": (io.BytesIO(data), "a.xlsx")}, content_type="multipart/form-data")
    jobs.run_all_due()
    assert desk.browser.page is not None
    if desk.browser.page.status_code != 422:
        desk.browser.get(desk.browser.page.request.path)
        assert "không phải tệp mẫu" in desk.browser.text
    assert count(Product) == 0


def test_an_import_is_seen_by_its_cooperative_only(desk: Desk, browsers: Any) -> None:
    import_sheet(desk, sheet([good_row(1)]))
    assert desk.browser.page is not None
    code = desk.browser.page.request.path.rsplit("/", 1)[1]
    other = Desk(browsers())
    assert other.browser.get(f"{other.base}/san-pham/nhap-excel/{code}").status_code == 404
