"""Label sheets as printers and phones see them: every code is read, nothing touches it, every text stays on its sticker."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from marketplace.foundation import clock
from marketplace.traceability.labels import (
    LAYOUTS,
    Fact,
    LabelTooSmall,
    LotLabel,
    SheetLayout,
    lot_label_sheets,
    plan_label,
)
from marketplace.traceability.qr import QUIET_ZONE, matrix

LABEL = LotLabel(
    title="Nhãn lồng Hưng Yên · 7K2M9QXDA4T7P",
    url="https://chohtx.vn/q/7K2M9QXDA4T7P",
    short_address="chohtx.vn/q/",
    code="7K2M9QXDA4T7P",
    product_name="Nhãn lồng Hưng Yên",
    cooperative_name="HTX Nông nghiệp Hồng Nam",
    facts=(
        Fact("Số lô", "NL-0712"),
        Fact("NSX", "12/07/2026"),
        Fact("HSD", "22/07/2026"),
        Fact("Khối lượng", "1 kg"),
    ),
    badges=("VietGAP", "OCOP 4 sao"),
    hint="Quét mã để xem nguồn gốc",
)
LONG = replace(
    LABEL,
    url="http://127.0.0.1:8000/q/7K2M9QXDA4T7P",
    short_address="127.0.0.1:8000/q/",
    product_name="Chả mực giã tay Hạ Long loại đặc biệt hấp chín hút chân không gia truyền cô Nguyễn Thị Ngọc Phượng",
    cooperative_name="Hợp tác xã Sản xuất, Chế biến và Tiêu thụ Nông sản An toàn Thống Nhất huyện Đông Hưng",
    facts=(
        Fact("Batch", "CHAMUC-2026-07-12-A"),
        Fact("Harvested", "12/07/2026"),
        Fact("Best before", "22/07/2026"),
        Fact("Net content", "500 g"),
    ),
    badges=("VietGAP", "OCOP 4 sao", "Hữu cơ"),
)
ONE_WORD = replace(LABEL, product_name="N" * 90, cooperative_name="Ễ" * 90, badges=())
PLAIN = replace(LABEL, product_name="Gạo", cooperative_name="HTX A", facts=(), badges=(), hint="")
LABELS = {"usual": LABEL, "long": LONG, "one word": ONE_WORD, "plain": PLAIN}

every_sheet = pytest.mark.parametrize(
    ("label", "layout"),
    [
        pytest.param(label, layout, id=f"{name} {layout.name}")
        for name, label in LABELS.items()
        for layout in LAYOUTS.values()
    ],
)

DPI = 200
PIXELS = DPI / 25.4


def lot_label_sheet(label: LotLabel, *, count: int, layout: SheetLayout) -> bytes:
    (file,) = lot_label_sheets(label, count=count, layout=layout)
    return file


def rendered(data: bytes, page: int = 0) -> Image.Image:
    with pypdfium2.PdfDocument(data) as document:
        return document[page].render(scale=DPI / 72).to_pil().convert("L")


def codes_on(image: Image.Image) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCodeModel2))


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def letters(data: bytes, page_height: float) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of every letter on the first page, in millimetres from the upper left."""
    boxes = []
    with pypdfium2.PdfDocument(data) as document:
        page = document[0].get_textpage()
        for number in range(page.count_chars()):
            if page.get_text_range(number, 1).strip():
                left, bottom, right, top = (value * 25.4 / 72 for value in page.get_charbox(number))
                boxes.append((left, page_height - top, right, page_height - bottom))
    return boxes


@every_sheet
def test_every_code_of_a_full_sheet_is_read_in_its_place(label: LotLabel, layout: SheetLayout) -> None:
    found = codes_on(rendered(lot_label_sheet(label, count=layout.count, layout=layout)))
    assert [code.text for code in found] == [label.url] * layout.count
    assert {code.ec_level for code in found} == {"Q"}
    plan = plan_label(matrix(label.url), layout)
    expected = sorted((x + plan.code.x, y + plan.code.y) for x, y in layout.places())
    corners = sorted((code.position.top_left.x / PIXELS, code.position.top_left.y / PIXELS) for code in found)
    for corner, place in zip(corners, sorted(expected), strict=True):
        assert corner == pytest.approx(place, abs=0.4)


@every_sheet
def test_every_letter_stays_on_its_sticker_and_off_the_code(label: LotLabel, layout: SheetLayout) -> None:
    boxes = letters(lot_label_sheet(label, count=1, layout=layout), layout.page[1])
    assert boxes
    plan = plan_label(matrix(label.url), layout)
    clear_of = layout.left + plan.code.x + plan.code.width + QUIET_ZONE * plan.module
    for left, top, right, bottom in boxes:
        assert left >= clear_of - 0.05
        assert right <= layout.left + layout.width - layout.margin + 0.1
        assert layout.top + 0.3 <= top
        assert bottom <= layout.top + layout.height - 0.3


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_module_and_quiet_zone_are_large_enough_and_on_the_printer_grid(layout: SheetLayout) -> None:
    plan = plan_label(matrix(LABEL.url), layout)
    assert plan.module >= 0.5
    dots = plan.module * (203 if layout.name == "50x30" else 300) / 25.4
    assert dots == pytest.approx(round(dots))
    quiet = QUIET_ZONE * plan.module
    assert plan.code.x >= quiet
    assert plan.code.y >= quiet
    assert plan.code.y + plan.code.height + quiet <= layout.height
    assert layout.name not in {"21", "24"} or plan.module >= 0.75


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_stickers_lie_inside_the_sheet_and_beside_each_other(layout: SheetLayout) -> None:
    assert layout.count == len(list(layout.places()))
    assert layout.name == (f"{layout.width:g}x{layout.height:g}" if layout.is_roll else str(layout.count))
    assert layout.page == ((layout.width, layout.height) if layout.is_roll else (210, 297))
    places = sorted(layout.places())
    assert places[0][0] + places[-1][0] + layout.width == pytest.approx(layout.page[0])
    assert min(y for _, y in places) + max(y for _, y in places) + layout.height == pytest.approx(layout.page[1])


@every_sheet
def test_facts_and_code_are_never_left_out(label: LotLabel, layout: SheetLayout) -> None:
    text = re.sub(r"\s", "", text_of(lot_label_sheet(label, count=1, layout=layout)))
    for part in (
        label.short_address,
        label.code,
        *(word for fact in label.facts for word in (fact.caption, fact.value)),
    ):
        assert part.replace(" ", "") in text


def test_text_is_searchable_as_written() -> None:
    data = lot_label_sheet(LABEL, count=1, layout=LAYOUTS["21"])
    with pypdfium2.PdfDocument(data) as document:
        page = document[0].get_textpage()
        for words in (
            "Nhãn lồng Hưng Yên",
            "HTX Nông nghiệp Hồng Nam",
            "Số lô NL-0712",
            "NSX 12/07/2026",
            "HSD 22/07/2026",
            "Khối lượng 1 kg",
            "VietGAP · OCOP 4 sao",
            "Quét mã để xem nguồn gốc",
            "chohtx.vn/q/",
            "7K2M 9QXD A4T7 P",
        ):
            assert page.search(words, match_case=True).get_next() is not None, words
        assert document.get_metadata_dict()["Title"] == "Nhãn lồng Hưng Yên · 7K2M9QXDA4T7P"


def test_long_name_shrinks_then_ends_in_an_ellipsis() -> None:
    roomy = text_of(lot_label_sheet(LONG, count=1, layout=LAYOUTS["24"]))
    assert "Nguyễn" in roomy
    assert "Phượng" in roomy
    text = text_of(lot_label_sheet(LONG, count=1, layout=LAYOUTS["40"]))
    assert "Chả mực giã tay Hạ Long" in text
    assert "Phượng" not in text
    assert text.count("…") == 2
    assert "…" not in text_of(lot_label_sheet(LABEL, count=1, layout=LAYOUTS["40"]))


def test_decomposed_letters_and_signs_outside_the_font_are_understood() -> None:
    label = replace(LABEL, product_name="Nha\u0303n lo\u0302\u0300ng \U0001f348\u4e2d Hưng\tYên\x00")
    assert "Nhãn lồng Hưng Yên" in text_of(lot_label_sheet(label, count=1, layout=LAYOUTS["21"]))


def test_only_the_letters_used_are_embedded_and_a_full_sheet_stays_small() -> None:
    data = lot_label_sheet(LABEL, count=65, layout=LAYOUTS["65"])
    assert len(data) < 40_000
    assert sorted(set(re.findall(rb"/BaseFont /([A-Z]{6}\+\S+)", data))) != []
    assert b"/ToUnicode" in data


def test_more_labels_than_stickers_fill_another_sheet() -> None:
    data = lot_label_sheet(LABEL, count=45, layout=LAYOUTS["21"])
    with pypdfium2.PdfDocument(data) as document:
        assert len(document) == 3
        assert {document.get_page_size(number) for number in range(3)} == {(595.280029296875, 841.8900146484375)}
    assert [len(codes_on(rendered(data, number))) for number in range(3)] == [21, 21, 3]


def test_print_dialogs_are_told_not_to_scale() -> None:
    assert b"/PrintScaling /None" in lot_label_sheet(LABEL, count=1, layout=LAYOUTS["24"])


def test_same_label_at_the_same_moment_is_the_same_file() -> None:
    with clock.moved_to(datetime(2026, 7, 12, 5, tzinfo=UTC)):
        assert lot_label_sheet(LABEL, count=3, layout=LAYOUTS["40"]) == lot_label_sheet(
            LABEL, count=3, layout=LAYOUTS["40"]
        )


def test_code_too_large_for_the_sticker_is_refused() -> None:
    label = replace(LABEL, url="https://a-market-with-a-very-long-name.example.com/q/7K2M9QXDA4T7P")
    with pytest.raises(LabelTooSmall, match=r"layout 65 has 21.2 mm"):
        lot_label_sheet(label, count=1, layout=LAYOUTS["65"])
    assert codes_on(rendered(lot_label_sheet(label, count=1, layout=LAYOUTS["24"])))[0].text == label.url


def test_facts_that_do_not_fit_are_refused_rather_than_dropped() -> None:
    label = replace(LABEL, facts=tuple(Fact(f"Fact {number}", "x" * 20) for number in range(12)))
    with pytest.raises(LabelTooSmall, match="layout 65"):
        lot_label_sheet(label, count=1, layout=LAYOUTS["65"])


def test_no_labels_are_no_sheet() -> None:
    with pytest.raises(ValueError, match="0 labels"):
        lot_label_sheet(LABEL, count=0, layout=LAYOUTS["65"])
