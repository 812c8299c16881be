"""Whole runs of labels as the printer gets them: every code read by three decoders, every serial once, bounded memory."""

from __future__ import annotations

import ctypes.util
import random
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from math import ceil, floor
from typing import Any

import cv2
import numpy
import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from PIL import Image

from marketplace.catalogue.models import Product
from marketplace.foundation import codes, files, jobs
from marketplace.foundation.database import session, transaction
from marketplace.traceability import actions, sheets
from marketplace.traceability.labels import (
    LAYOUTS,
    Cover,
    Fact,
    LabelTooSmall,
    LotLabel,
    Section,
    SheetLayout,
    UnitLabel,
    lot_label_sheets,
    plan_label,
    unit_label_sheets,
)
from marketplace.traceability.models import LabelRun, Lot, Unit
from marketplace.traceability.qr import QUIET_ZONE, TextTooLong, matrix
from marketplace.traceability.queries.labels import serials_of
from marketplace.transparency import signing
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot

needs_zbar = pytest.mark.skipif(
    ctypes.util.find_library("zbar") is None, reason="ZBar's library is not installed (Debian: libzbar0)"
)
every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))

HOST = "https://chohtx.vn"
GTIN = "09528888123457"
RESOLUTIONS = (203, 300)
ON_A_ROLL = 6  # stickers drawn where a page has only one
SERIALS = ["".join(random.Random(seed).choices(codes.ALPHABET, k=13)) for seed in range(1_000)]
OF_UNITS = {
    "own path": lambda serial: f"{HOST}/q/{serial}",
    "GTIN": lambda serial: f"{HOST}/01/{GTIN}/21/{serial}",
}
OF_LOTS = {"own path": f"{HOST}/q/7K2M9QXDA4T7P", "GTIN": f"{HOST}/01/{GTIN}/10/CHAMUC-2026-07-12-A"}
LONGEST: dict[str, Any] = {
    "title": "Chả mực",
    "short_address": "chohtx.vn/q/",
    "product_name": "Chả mực giã tay Hạ Long loại đặc biệt hấp chín hút chân không gia truyền cô Nguyễn Thị Ngọc Phượng",
    "cooperative_name": "Hợp tác xã Sản xuất, Chế biến và Tiêu thụ Nông sản An toàn Thống Nhất huyện Đông Hưng",
    "facts": (
        Fact("Số lô", "CHAMUC-2026-07-12-A"),
        Fact("NSX", "12/07/2026"),
        Fact("HSD", "22/07/2026"),
        Fact("Khối lượng tịnh", "500 g"),
    ),
    "badges": ("VietGAP", "OCOP 4 sao"),
    "hint": "Quét mã để xem nguồn gốc",
}


def drawn(layout: SheetLayout) -> int:
    return ON_A_ROLL if layout.is_roll else layout.count


def unit_sheet(layout: SheetLayout, url_of: Callable[[str], str], **changes: Any) -> bytes:
    count = drawn(layout)
    label = UnitLabel(**{**LONGEST, **changes})
    (file,) = unit_label_sheets(label, serials=SERIALS[:count], url_of=url_of, count=count, layout=layout)
    return file


def lot_sheet(layout: SheetLayout, url: str) -> bytes:
    label = LotLabel(**LONGEST, url=url, code="7K2M9QXDA4T7P")
    (file,) = lot_label_sheets(label, count=drawn(layout), layout=layout)
    return file


def pages_of(data: bytes, resolution: int) -> Iterator[Image.Image]:
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            yield page.render(scale=resolution / 72).to_pil().convert("L")


def stickers_on(page: Image.Image, layout: SheetLayout, resolution: int) -> list[Image.Image]:
    pixels = resolution / 25.4
    return [
        page.crop(
            (int(x * pixels), int(y * pixels), int((x + layout.width) * pixels), int((y + layout.height) * pixels))
        )
        for x, y in layout.places()
    ]


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def by_zxing(image: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    assert {code.ec_level for code in found} <= {"Q", "M"}
    return [code.text for code in found]


@cache
def zbar() -> Any:
    from pyzbar import pyzbar

    return pyzbar


def by_zbar(image: Image.Image) -> list[str]:
    return [found.data.decode() for found in zbar().decode(image, symbols=[zbar().ZBarSymbol.QRCODE])]


def by_opencv(image: Image.Image) -> list[str]:
    """Up to four looks, the later ones a little turned, as a hand holds a phone.

    On one of forty labels OpenCV 5.0 takes an upright, flawless code for none, at 203 and at 300 dpi and also where a
    module is a whole number of pixels: its search for the corners is easily led astray by the modules inside.
    """
    detector = cv2.QRCodeDetector()
    for degrees in (0, 3, -7, 12):
        look = image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        text, _corners, _straight = detector.detectAndDecode(numpy.array(look))
        if text:
            return [text]
    return []


DECODERS = [
    pytest.param(by_zxing, id="zxing"),
    # On a page with dozens of codes ZBar mixes their corners up and finds a tenth of them, so each sticker by itself.
    pytest.param(by_zbar, id="ZBar", marks=needs_zbar),
    pytest.param(by_opencv, id="OpenCV"),
]


def read(data: bytes, layout: SheetLayout, decode: Callable[[Image.Image], list[str]], resolution: int) -> list[str]:
    """What stands in the codes, sticker by sticker; a sticker with none or two gives a text that nobody expects."""
    stickers = (sticker for page in pages_of(data, resolution) for sticker in stickers_on(page, layout, resolution))
    return [" and ".join(decode(sticker)) or "nothing" for sticker in stickers]


@every_layout
@pytest.mark.parametrize("kind", OF_UNITS)
@pytest.mark.parametrize("decode", DECODERS)
@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_every_unit_label_says_its_own_serial(
    layout: SheetLayout, kind: str, decode: Callable[[Image.Image], list[str]], resolution: int
) -> None:
    data = unit_sheet(layout, OF_UNITS[kind])
    assert read(data, layout, decode, resolution) == [OF_UNITS[kind](serial) for serial in SERIALS[: drawn(layout)]]


@every_layout
@pytest.mark.parametrize("kind", OF_LOTS)
@pytest.mark.parametrize("decode", DECODERS)
@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_every_lot_label_says_its_lot(
    layout: SheetLayout, kind: str, decode: Callable[[Image.Image], list[str]], resolution: int
) -> None:
    data = lot_sheet(layout, OF_LOTS[kind])
    assert read(data, layout, decode, resolution) == [OF_LOTS[kind]] * drawn(layout)


@every_layout
@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_a_whole_page_at_once_is_read_by_zxing(layout: SheetLayout, resolution: int) -> None:
    (page, *_rest) = pages_of(unit_sheet(layout, OF_UNITS["GTIN"]), resolution)
    assert sorted(by_zxing(page)) == sorted(map(OF_UNITS["GTIN"], SERIALS[: layout.count]))


@every_layout
@pytest.mark.parametrize(
    ("host", "modules"), [("cho-htx12.vn", {33}), ("lien-minh-htx.cho-que.com.vn", {33, 37, 41})], ids=["12", "28"]
)
@pytest.mark.parametrize("decode", DECODERS)
def test_longer_hosts_are_read_too(
    layout: SheetLayout, host: str, modules: set[int], decode: Callable[[Image.Image], list[str]]
) -> None:
    def url_of(serial: str) -> str:
        return f"https://{host}/01/{GTIN}/21/{serial}"

    data = unit_sheet(
        layout, url_of, short_address=f"{host}/q/", facts=(Fact("Số lô", "NL-0712"), *LONGEST["facts"][1:])
    )
    for resolution in RESOLUTIONS:
        assert read(data, layout, decode, resolution) == list(map(url_of, SERIALS[: drawn(layout)]))
    assert matrix(url_of(SERIALS[0])).size in modules


def test_the_smallest_sticker_takes_less_correction_for_a_long_host_and_no_longer_one() -> None:
    def first_code(host: str) -> str:
        data = unit_sheet(LAYOUTS["65"], lambda serial: f"https://{host}/q/{serial}")
        (found, *_rest) = zxingcpp.read_barcodes(next(pages_of(data, 300)), formats=zxingcpp.BarcodeFormat.QRCodeModel2)
        return f"{found.ec_level}{found.extra['Version']}"

    assert first_code("cho-htx12.vn") == "Q4"
    assert first_code("lien-minh-htx.cho-que.com.vn") == "M4"
    with pytest.raises(LabelTooSmall, match="layout 65"):
        first_code("lien-minh-hop-tac-xa-nong-nghiep.cho-que.com.vn")


@every_layout
@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize("make", [lambda layout: unit_sheet(layout, OF_UNITS["GTIN"]),
                                  lambda layout: lot_sheet(layout, OF_LOTS["own path"])], ids=["unit", "lot"])  # fmt: skip
def test_four_modules_around_every_code_are_pure_white(
    layout: SheetLayout, resolution: int, make: Callable[[SheetLayout], bytes]
) -> None:
    plan = plan_label(matrix(OF_UNITS["GTIN"](SERIALS[0])), layout)
    pixels, quiet = resolution / 25.4, QUIET_ZONE * plan.module
    looked_at = 0
    for page in pages_of(make(layout), resolution):
        for x, y in layout.places():
            left, top = (x + plan.code.x) * pixels, (y + plan.code.y) * pixels
            side, rim = plan.code.width * pixels, quiet * pixels
            around = numpy.array(
                page.crop((ceil(left - rim), ceil(top - rim), floor(left + side + rim), floor(top + side + rim)))
            )
            # The code lies on the grid of dots, up to half a dot beside its plan, and its edge may be grey.
            edge = 2
            first, last = round(rim) - edge, round(rim + side) + edge
            assert (around[first + edge + 2, first + edge + 2 : first + edge + 12] == 0).all(), "no code here"
            around[first:last, first:last] = 255
            assert (around == 255).all()
            looked_at += 1
    assert looked_at == drawn(layout)


@every_layout
def test_the_serial_stands_in_clear_beside_its_code(layout: SheetLayout) -> None:
    text = " ".join(text_of(unit_sheet(layout, OF_UNITS["own path"])).split())
    for serial in SERIALS[: drawn(layout)]:
        assert codes.grouped(serial) in text
    assert text.replace(" ", "").count("CHAMUC-2026-07-12-A") == drawn(layout)


@every_layout
@pytest.mark.parametrize("serial", ["W" * 13, "1" * 13, "M0M0M0M0M0M0M"])
def test_serials_of_any_width_stay_on_their_sticker(layout: SheetLayout, serial: str) -> None:
    (data,) = unit_label_sheets(UnitLabel(**LONGEST), serials=[serial], url_of=OF_UNITS["GTIN"], count=1, layout=layout)
    with pypdfium2.PdfDocument(data) as document:
        page = document[0].get_textpage()
        rights = [page.get_charbox(number)[2] * 25.4 / 72 for number in range(page.count_chars())]
    assert max(rights) <= layout.left + layout.width - layout.margin + 0.1


def test_all_codes_of_a_run_are_as_large_as_the_first() -> None:
    def url_of(serial: str) -> str:
        return f"{HOST}/q/{serial}" + ("/and-much-more-than-in-the-first" if serial == SERIALS[1] else "")

    with pytest.raises(TextTooLong):
        unit_sheet(LAYOUTS["24"], url_of)


def peak_of(count: int) -> int:
    """Bytes that drawing so many labels holds at most, when each file is put away as soon as it is there."""
    serials: Iterable[str] = (f"{number:013d}" for number in range(count))
    tracemalloc.start()
    try:
        for _file in unit_label_sheets(
            UnitLabel(**LONGEST), serials=serials, url_of=OF_UNITS["own path"], count=count, layout=LAYOUTS["65"]
        ):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_second_file_takes_no_more_memory_than_the_first() -> None:
    peak_of(1)  # what is kept for all runs
    # The first file itself is still there when the second is drawn; its drawings are not.
    assert peak_of(2_080) < 1.4 * peak_of(1_040)


@pytest.fixture
def product(app: Flask) -> Product:
    return make_product(make_cooperative())


@pytest.fixture
def lot(product: Product) -> Lot:
    return make_lot(product, quantity=5_000_000)


def printed(lot: Lot, product: Product, *, count: int, layout: str) -> int:
    with transaction():
        return actions.print_units(
            session.merge(lot), session.merge(product).variants[0], count=count, layout=layout, by=None
        ).id


def codes_in(data: bytes) -> list[str]:
    return [text for page in pages_of(data, 203) for text in by_zxing(page)]


def living(run_id: int) -> list[str]:
    return [unit.serial for unit in serials_of(run_id, limit=10_000)]


def urls_of(run_id: int) -> list[str]:
    return [f"{HOST}/q/{serial}" for serial in living(run_id)]


def test_a_thousand_units_are_all_different_and_all_known(lot: Lot, product: Product) -> None:
    run = printed(lot, product, count=1_000, layout="65")
    found = codes_in(sheets.draw(run, public_url=HOST))
    assert len(found) == len(set(found)) == 1_000
    assert set(found) == set(urls_of(run))


def test_serials_come_in_pieces(lot: Lot, product: Product) -> None:
    run, other = printed(lot, product, count=7, layout="65"), printed(lot, product, count=2, layout="65")
    whole = serials_of(run, limit=100)
    assert len(whole) == 7
    assert serials_of(run, limit=3) + serials_of(run, after=whole[2].unit_id, limit=10) == whole
    assert not set(whole) & set(serials_of(other, limit=10))


def test_void_labels_are_left_out_and_their_places_closed_up(lot: Lot, product: Product) -> None:
    run = printed(lot, product, count=43, layout="21")
    whole = urls_of(run)
    with pypdfium2.PdfDocument(sheets.draw(run, public_url=HOST)) as document:
        assert len(document) == 1 + 3
    with transaction():
        spoilt = [url.rpartition("/")[2] for url in whole[3:5]]
        actions.void_units(session.get_one(Lot, lot.id), spoilt, reason="rách", by=None)  # type: ignore[arg-type]
    _cover, *pages = pages_of(sheets.draw(run, public_url=HOST), 203)
    assert [len(by_zxing(page)) for page in pages] == [21, 20]
    assert sorted(text for page in pages for text in by_zxing(page)) == sorted(whole[:3] + whole[5:])


def test_a_run_without_any_label_left_is_its_cover(lot: Lot, product: Product) -> None:
    run = printed(lot, product, count=2, layout="50x30")
    with transaction():
        serials = living(run)
        actions.void_units(session.get_one(Lot, lot.id), serials, reason="rách", by=None)  # type: ignore[arg-type]
    text = " ".join(text_of(sheets.draw(run, public_url=HOST)).split())
    assert "mọi tem của lần in này đã hủy" in text


def test_labels_with_a_gtin_are_digital_links(lot: Lot, product: Product) -> None:
    run = printed(lot, product, count=2, layout="40")
    with transaction():
        session.get_one(LabelRun, run).gtin = GTIN
        lot_run = LabelRun(
            lot_id=lot.id, variant_id=session.merge(product).variants[0].id, gtin=GTIN, content=1000, count=1,
            layout="40", printed_at=session.get_one(LabelRun, run).printed_at,
        )  # fmt: skip
        session.add(lot_run)
        session.flush()
        lot_run_id = lot_run.id
    serials = living(run)
    assert sorted(codes_in(sheets.draw(run, public_url=HOST))) == sorted(map(OF_UNITS["GTIN"], serials))
    assert codes_in(sheets.draw(lot_run_id, public_url=HOST)) == [f"{HOST}/01/{GTIN}/10/{lot.batch}"]
    assert codes.grouped(lot.code) in " ".join(text_of(sheets.draw(lot_run_id, public_url=HOST)).split())


def test_the_cover_says_what_to_do_and_no_serial(lot: Lot, product: Product) -> None:
    run = printed(lot, product, count=25, layout="24")
    data = sheets.draw(run, public_url=HOST)
    with pypdfium2.PdfDocument(data) as document:
        assert len(document) == 1 + 2
        cover = " ".join(document[0].get_textpage().get_text_range().split())
    for words in (product.name, lot.batch, "25 tem, mỗi tem một số riêng", "100 %", "chohtx.vn/xac-minh", "hủy tem"):
        assert words in cover
    assert signing.signer().verifier_key in cover.replace(" ", "")
    assert not [serial for serial in living(run) if serial in cover or codes.grouped(serial) in cover]
    assert codes_in(sheets.cover(run, public_url=HOST)) == []


def test_the_ruler_of_the_cover_is_a_hundred_millimetres_long(lot: Lot, product: Product) -> None:
    run = printed(lot, product, count=1, layout="24")
    (page,) = pages_of(sheets.cover(run, public_url=HOST), 254)
    dark = (numpy.array(page) < 100).astype(int)
    longest = max(max(map(len, "".join(map(str, row)).split("0"))) for row in dark)
    assert longest == pytest.approx(1_000, abs=5)


def test_a_roll_has_no_cover_but_gets_one_beside_it(lot: Lot, product: Product) -> None:
    run = printed(lot, product, count=3, layout="50x30")
    with pypdfium2.PdfDocument(sheets.draw(run, public_url=HOST)) as document:
        assert [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in document] == [(50, 30)] * 3
    with pypdfium2.PdfDocument(sheets.cover(run, public_url=HOST)) as document:
        assert [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in document] == [(210, 297)]


def test_check_refuses_before_anything_is_printed(lot: Lot, product: Product) -> None:
    run = printed(lot, product, count=3, layout="65")
    sheets.check(run, public_url=HOST)
    with pytest.raises(LabelTooSmall):
        sheets.check(run, public_url="https://lien-minh-hop-tac-xa-nong-nghiep-an-toan.cho-que.com.vn")


def test_a_large_run_becomes_files_of_at_most_a_thousand_labels(lot: Lot, product: Product) -> None:
    run = printed(lot, product, count=1_100, layout="65")
    with transaction():
        actions.order_sheet(session.merge(lot), session.get_one(LabelRun, run), public_url=HOST, by=None)
    jobs.run_all_due()
    job = jobs.find_job(session.get_one(LabelRun, run).job_code, cooperative_id=lot.cooperative_id)
    assert job is not None
    assert job.result["sheet"] == job.result["sheets"][0]
    found = [codes_in(files.store().read(key)) for key in job.result["sheets"]]
    assert [len(texts) for texts in found] == [1_040, 60]
    assert sorted(found[0] + found[1]) == sorted(urls_of(run))
    assert "Chia làm 2 tệp" in " ".join(text_of(files.store().read(job.result["sheet"])).split())
    assert session.query(Unit).count() == 1_100


def test_long_words_on_the_cover_are_broken_not_cut() -> None:
    cover = Cover("N" * 200, (Fact("Ễ" * 90, "N" * 200),), (Section("N" * 90, ("Ễ" * 300,)),), "x", "y", "z", "k" * 300)
    (file,) = lot_label_sheets(
        LotLabel(**LONGEST, url=OF_LOTS["GTIN"], code="7K2M"), count=1, layout=LAYOUTS["24"], cover=cover
    )
    with pypdfium2.PdfDocument(file) as document:
        page = document[0].get_textpage()
        assert page.get_text_range().count("k") == 300
        assert max(page.get_charbox(number)[2] for number in range(page.count_chars())) < 190 * 72 / 25.4
