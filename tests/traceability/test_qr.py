"""Codes as decoders see them: every drawing is read back, the quiet zone is there, sizes are what was promised."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
import zxingcpp
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from marketplace.traceability.qr import QUIET_ZONE, Correction, QrMatrix, TextTooLong, matrix, pdf_path, png, svg

LOT = "https://chohtx.vn/q/7K2M9QXDA4T7P"
UNIT = "https://chohtx.vn/01/08931234567894/21/7K2M9QXDA4T7P"
VIETQR = "00020101021238570010A00000072701270006970403011200110123456780208QRIBFTTA530370454061800005802VN6304ABCD"


def read(image: Image.Image) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCodeModel2))


def drawn_svg(text: str) -> Image.Image:
    """The drawing of our SVG by its own path, ten pixels a unit."""
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', text)
    assert box is not None
    image = Image.new("L", (int(box[1]), int(box[2])), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", text):
        image.paste(0, (int(x), int(y), int(x) + int(length), int(y) + 1))
    return image.resize((image.width * 10, image.height * 10), Image.Resampling.NEAREST)


def drawn_pdf(code: QrMatrix) -> Image.Image:
    sheet = FPDF(unit="pt", format=(code.size + 2 * QUIET_ZONE, code.size + 2 * QUIET_ZONE))
    sheet.add_page()
    sheet._out(f"q 1 0 0 1 {QUIET_ZONE} {QUIET_ZONE} cm".encode() + b"\n" + pdf_path(code) + b"Q")
    with pypdfium2.PdfDocument(bytes(sheet.output())) as document:
        return document[0].render(scale=6).to_pil()


@pytest.mark.parametrize("correction", Correction)
@pytest.mark.parametrize("text", [LOT, UNIT, VIETQR, "1", "Nhãn lồng Hưng Yên"])
def test_every_drawing_says_the_text(text: str, correction: Correction) -> None:
    code = matrix(text, correction=correction)
    for image in (Image.open(io.BytesIO(png(code))), drawn_svg(svg(code)), drawn_pdf(code)):
        (found,) = read(image)
        assert (found.text, found.ec_level) == (text, correction.name)


def test_label_codes_keep_to_version_four() -> None:
    assert [matrix(text).size for text in (LOT, UNIT)] == [33, 33]
    assert matrix(LOT, correction=Correction.M).size == 29


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghijklmnopqrstuvwxyz:/.-?=&", min_size=1, max_size=120))
def test_any_address_is_read_back(text: str) -> None:
    (found,) = read(Image.open(io.BytesIO(png(matrix(text), module_px=4))))
    assert found.text == text


def test_png_has_one_bit_whole_modules_and_four_white_ones_around() -> None:
    code = matrix(LOT)
    image = Image.open(io.BytesIO(png(code, module_px=7, module_mm=0.75)))
    assert (image.mode, image.size) == ("1", (41 * 7, 41 * 7))
    assert image.convert("L").point(lambda value: 255 - value).getbbox() == (28, 28, 37 * 7, 37 * 7)
    assert image.info["dpi"] == pytest.approx((237.07, 237.07), abs=0.05)
    modules = image.convert("L").resize((41, 41), Image.Resampling.BOX)
    assert {value for _, value in modules.getcolors() or []} == {0, 255}
    assert [[modules.getpixel((x + 4, y + 4)) == 0 for x in range(33)] for y in range(33)] == [
        list(row) for row in code.rows
    ]


def test_svg_has_its_true_size_and_quiet_zone() -> None:
    text = svg(matrix(LOT), module_mm=0.5)
    assert 'width="20.5mm" height="20.5mm" viewBox="0 0 41 41"' in text
    assert drawn_svg(text).point(lambda value: 255 - value).getbbox() == (40, 40, 370, 370)


def test_runs_cover_the_dark_modules_exactly() -> None:
    code = QrMatrix(rows=((True, True, False), (False, False, False), (True, False, True)))
    assert list(code.runs()) == [(0, 0, 2), (0, 2, 1), (2, 2, 1)]


def test_same_text_gives_the_same_code_and_mask() -> None:
    assert matrix(LOT) == matrix(LOT)
    codes = [read(Image.open(io.BytesIO(png(matrix(text)))))[0] for text in (LOT, UNIT)]
    assert {code.extra["DataMask"] for code in codes} == {5}


def test_text_that_fits_no_code_is_refused() -> None:
    with pytest.raises(TextTooLong, match="3000 characters"):
        matrix("x" * 3000)
