"""A sample certificate: a framed paper with a seal, marked across as sample data so that nobody takes it for real."""

from __future__ import annotations

import math
from functools import lru_cache

from PIL import Image

from marketplace.demo.drawings.canvas import SCALE, Canvas
from marketplace.demo.drawings.shapes import Outline, arc, box, darker, ellipse, lighter, moved, ribbon, star, turned

WIDTH, HEIGHT = 1000, 1400
SCHEMES = {
    "vietgap": ("GIẤY CHỨNG NHẬN VIETGAP", "Thực hành sản xuất nông nghiệp tốt", "#1c6b3c"),
    "globalgap": ("GIẤY CHỨNG NHẬN GLOBALG.A.P.", "Thực hành nông nghiệp tốt toàn cầu", "#17603f"),
    "organic": ("GIẤY CHỨNG NHẬN HỮU CƠ", "Sản xuất nông nghiệp hữu cơ", "#4b7a2a"),
    "ocop": ("GIẤY CHỨNG NHẬN OCOP", "Mỗi xã một sản phẩm", "#a8183b"),
    "gi": ("CHỈ DẪN ĐỊA LÝ", "Quyền sử dụng chỉ dẫn địa lý", "#174a70"),
    "attp": ("AN TOÀN THỰC PHẨM", "Cơ sở đủ điều kiện an toàn thực phẩm", "#174a70"),
    "haccp": ("GIẤY CHỨNG NHẬN HACCP", "Phân tích mối nguy và điểm kiểm soát tới hạn", "#2f5f7a"),
    "iso22000": ("GIẤY CHỨNG NHẬN ISO 22000", "Hệ thống quản lý an toàn thực phẩm", "#2f5f7a"),
    "collective_mark": ("NHÃN HIỆU TẬP THỂ", "Quyền sử dụng nhãn hiệu tập thể", "#6b4500"),
    "cert_mark": ("NHÃN HIỆU CHỨNG NHẬN", "Quyền sử dụng nhãn hiệu chứng nhận", "#6b4500"),
    "growing_area_code": ("MÃ SỐ VÙNG TRỒNG", "Vùng trồng được theo dõi và kiểm tra", "#3f6f2a"),
}


def certificate(canvas: Canvas, *, scheme: str, number: str, holder: str, scope: str, valid_to: str) -> None:
    title, subtitle, colour = _scheme(scheme)
    canvas.begin_with(_blank(colour))
    canvas.text(500, 178, "CỘNG ĐỒNG HỢP TÁC XÃ (MẪU)", 25, darker(colour, 0.2))
    canvas.text(500, 214, "Giấy tờ minh họa, không có giá trị pháp lý", 20, "#6b5f48", bold=False)
    canvas.fill(box(400, 240, 600, 243), colour)
    canvas.text(500, 320, title, min(54.0, 54 * 730 / canvas.text_width(title, 54)), colour)
    canvas.text(500, 376, subtitle, 25, "#4d4535", bold=False)
    y = 470.0
    for name, value, big in (
        ("Số", number, 34),
        ("Cấp cho", holder, 40),
        ("Phạm vi", scope, 31),
        ("Có hiệu lực đến", valid_to, 34),
    ):
        canvas.text(500, y, name, 21, "#7a6c50", bold=False)
        for line in _lines(canvas, value, big, 740):
            y += big * 1.36
            canvas.text(500, y, line, big, "#1c2920")
        canvas.fill(box(300, y + big * 0.86, 700, y + big * 0.86 + 1.5), "#d9cba4")
        y += big * 0.86 + 40
    _seal(canvas, 300, 1140, colour)
    canvas.text(690, 1070, "Đại diện tổ chức cấp", 22, "#4d4535", bold=False)
    sign = [(590, 1156), (625, 1110), (650, 1166), (676, 1106), (694, 1160), (730, 1128), (752, 1160), (800, 1136)]
    canvas.stroke(sign, 4.5, "#26456e", 1.5)
    canvas.text(690, 1212, "Nguyễn Văn Mẫu", 24, "#1c2920")


@lru_cache(maxsize=8)
def _blank(colour: str) -> Image.Image:
    """The paper before anything is written on it: most of the work, and the same for all of one colour."""
    canvas = Canvas(WIDTH, HEIGHT, colour)
    canvas.background("#fffdf5", "#fbf5e2", "#f5ecd2", way="slant")
    _guilloche(canvas, colour)
    _frame(canvas, colour)
    _sample_stamp(canvas)
    return canvas.image


def _scheme(code: str) -> tuple[str, str, str]:
    for known, words in SCHEMES.items():
        if code.startswith(known):
            return words
    return "GIẤY CHỨNG NHẬN", "Sản phẩm và nơi sản xuất", "#1c6b3c"


def _lines(canvas: Canvas, words: str, size: float, width: float) -> list[str]:
    """At most three lines; what does not fit ends in dots."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if canvas.text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    lines = [line for line in lines if line]
    if len(lines) > 3:
        lines = [*lines[:2], lines[2] + "…"]
    return lines


def _guilloche(canvas: Canvas, colour: str) -> None:
    """Fine crossing waves, as on printed money, very faint."""
    for i in range(26):
        wave: Outline = [(x, 110 + i * 48 + 26 * math.sin(x / 62 + i * 0.55)) for x in range(70, 940, 12)]
        canvas.fill(ribbon(wave, 1.6), lighter(colour, 0.5), 0.16)
        counter: Outline = [(x, 110 + i * 48 - 26 * math.sin(x / 62 + i * 0.55)) for x in range(70, 940, 12)]
        canvas.fill(ribbon(counter, 1.6), lighter(colour, 0.5), 0.13)
    canvas.glow(500, 640, 420, "#fffdf5", 0.75)


def _frame(canvas: Canvas, colour: str) -> None:
    for inset, width, tone in ((38, 16, colour), (62, 3, "#d99a1b"), (96, 3, colour)):
        right, bottom, half = WIDTH - inset, HEIGHT - inset, width / 2
        for edge in (inset, right):
            canvas.fill(box(edge - half, inset - half, edge + half, bottom + half), tone)
        for level in (inset, bottom):
            canvas.fill(box(inset - half, level - half, right + half, level + half), tone)
    for i in range(1, 26):
        for x, y, across in (
            (96 + i * 31.1, 79, True),
            (96 + i * 31.1, HEIGHT - 79, True),
            (79, 96 + i * 46.4, False),
            (WIDTH - 79, 96 + i * 46.4, False),
        ):
            petal = ellipse(x, y, 12 if across else 6, 6 if across else 12, count=14)
            canvas.fill(petal, lighter(colour, 0.25) if i % 2 else "#d99a1b")
    for x, y in ((79, 79), (WIDTH - 79, 79), (79, HEIGHT - 79), (WIDTH - 79, HEIGHT - 79)):
        canvas.fill(ellipse(x, y, 27, 27), "#fbf5e2")
        for i in range(8):
            leaf = moved(turned(ellipse(13, 0, 12, 5, count=16), i * 45), x, y)
            canvas.fill(leaf, colour if i % 2 else "#d99a1b")


def _seal(canvas: Canvas, x: float, y: float, colour: str) -> None:
    """A round red seal that says it is a sample."""
    red = "#c8382f"
    for radius, width in ((104, 6), (94, 2.5), (62, 2.5)):
        canvas.fill(ribbon(arc(x, y, radius, radius, 0, 360, 90), width), red, 0.85)
    canvas.fill(star(x, y - 6, 30, 12), red, 0.85)
    canvas.text(x, y + 40, "MẪU", 20, red, alpha=0.9)
    for i in range(24):
        dot = moved(turned([(78, 0)], i * 15), x, y)[0]
        canvas.fill(ellipse(*dot, 4.5, 4.5, count=12), red if i % 2 else colour, 0.75)


def _sample_stamp(canvas: Canvas) -> None:
    """The words DỮ LIỆU MẪU large across the paper, and again in a red band at the foot."""
    sheet = Canvas(1120, 240, "sample")
    sheet.background("#000000")
    sheet.text(560, 120, "DỮ LIỆU MẪU", 128, "#ffffff")
    mask = sheet.image.convert("L").rotate(32, Image.Resampling.BICUBIC, expand=True)
    mask = mask.point([round(value * 0.17) for value in range(256)])
    place = (WIDTH * SCALE - mask.width) // 2, (HEIGHT * SCALE - mask.height) // 2 - 20
    canvas.image.paste((200, 56, 47), place, mask)
    canvas.fill(box(98, 1298 - 34, 902, 1303), "#c8382f")
    canvas.text(500, 1283, "DỮ LIỆU MẪU · KHÔNG CÓ GIÁ TRỊ", 24, "#ffffff")
