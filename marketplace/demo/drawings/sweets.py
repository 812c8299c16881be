"""Sweet things that keep: bánh cáy, chè lam."""

from __future__ import annotations

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places_built import workshop
from marketplace.demo.drawings.props import BAMBOO, label, plate, pouch, tray
from marketplace.demo.drawings.shapes import (
    arc,
    box,
    darker,
    ellipse,
    lighter,
    mix,
    moved,
    ribbon,
    rounded,
    smooth,
    turned,
)
from marketplace.demo.drawings.stage import stage


def _slab(canvas: Canvas, x: float, y: float, width: float, high: float, depth: float, colour: str) -> None:
    """A cut block of cake: top, front and right side, its front face at (x, y)."""
    lean = depth * 0.55
    foot = [
        (x, y + high),
        (x + width, y + high),
        (x + width + lean, y + high - depth * 0.5),
        (x + lean, y + high - depth * 0.5),
    ]
    canvas.shadow(foot, 9, 0.4, down=7)
    top = [(x, y), (x + lean, y - depth * 0.5), (x + width + lean, y - depth * 0.5), (x + width, y)]
    right = [
        (x + width, y),
        (x + width + lean, y - depth * 0.5),
        (x + width + lean, y + high - depth * 0.5),
        (x + width, y + high),
    ]
    canvas.paint(right, darker(colour, 0.2), darker(colour, 0.34))
    canvas.paint(box(x, y, x + width, y + high), lighter(colour, 0.14), colour, darker(colour, 0.1))
    canvas.paint(top, lighter(colour, 0.42), lighter(colour, 0.22), way="slant")


def _crumbs(
    canvas: Canvas, x: float, y: float, width: float, high: float, count: int, tones: tuple[str, ...], size: float
) -> None:
    for _ in range(count):
        px, py = canvas.spot(x + size, y + size * 0.6, x + width - size, y + high - size * 0.6)
        tone = canvas.random.choice(tones)
        bit = ellipse(px, py, size * canvas.random.uniform(0.5, 1.0), size * 0.55, canvas.random.uniform(0, 180), 12)
        canvas.fill(moved(bit, 1.5, 2.5), "#5a2a08", 0.35)
        canvas.paint(bit, lighter(tone, 0.35), darker(tone, 0.12), way="slant")


CAY = ("#e2572b", "#f0a832", "#f7ead0", "#c98a4a", "#f7ead0", "#e88a2a")


def _cay(canvas: Canvas, x: float, y: float, width: float, high: float, depth: float) -> None:
    """Bánh cáy: sticky rice in the colours of gấc and gardenia, sesame on top."""
    _slab(canvas, x, y, width, high, depth, "#dd9340")
    _crumbs(canvas, x, y, width, high, round(width * high / 150), CAY, 9)
    lean = depth * 0.55
    for _ in range(round(width * depth / 90)):
        share = canvas.random.uniform(0.06, 0.94)
        px = x + lean * share + canvas.random.uniform(5, width - 5)
        seed = ellipse(px, y - depth * 0.5 * share, 4.2, 1.9, canvas.random.uniform(-40, 40), 10)
        canvas.fill(seed, canvas.random.choice(("#fff6df", "#f5e3b5", "#fffaf0", "#e7a23a")))


def _cup(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A small cup of green tea."""
    canvas.ground_shadow(x, y + size * 0.86, size * 0.8, size * 0.26)
    wall = (
        arc(x, y, size, size * 0.28, 180, 0)
        + smooth([(x + size, y), (x + size * 0.8, y + size * 0.7), (x + size * 0.45, y + size * 0.95)], False)
        + smooth([(x - size * 0.45, y + size * 0.95), (x - size * 0.8, y + size * 0.7), (x - size, y)], False)
    )
    canvas.paint(ellipse(x, y, size, size * 0.28), "#ffffff", "#ddd6c6")
    canvas.paint(ellipse(x, y + size * 0.05, size * 0.88, size * 0.22), "#9fae3a", "#c9cf6a")
    canvas.paint(wall, "#ffffff", "#f1ecdf", "#b9ae98", way="drum")
    canvas.stroke(arc(x, y + size * 0.2, size * 0.97, size * 0.27, 178, 2), size * 0.05, "#2f5f9a", curved=False)
    for i in (-1, 1):
        steam = smooth(
            [
                (x + i * size * 0.25, y - size * 0.3),
                (x + i * size * 0.45, y - size * 0.8),
                (x + i * size * 0.1, y - size * 1.2),
                (x + i * size * 0.35, y - size * 1.7),
            ],
            False,
        )
        canvas.fill(ribbon(steam, size * 0.14, 1), "#ffffff", 0.45)


def banh_cay(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#8f5a34", "ears", "boards", (560, 400, 330))
    canvas.ground_shadow(510, 775, 420, 60)
    canvas.paint([(120, 700), (210, 610), (900, 610), (960, 700)], "#d9a86a", "#c08a4e")
    canvas.paint(box(120, 700, 960, 736), "#a8743f", "#7d5227")
    _cay(canvas, 250, 520, 420, 130, 150)
    _cay(canvas, 300, 340, 380, 130, 150)
    for i in range(3):
        _cay(canvas, 690 + i * 62, 560 + i * 24, 46, 108, 130)
    _cup(canvas, 1050, 700, 84)
    for x, y, angle in ((210, 810, 10), (300, 838, -24)):
        _ginger(canvas, x, y, 54, angle)
    for x, y in ((430, 818), (486, 842), (540, 812), (590, 838)):
        _peanut(canvas, x, y, 20)


def _peanut(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.shadow(ellipse(x, y + 5, size, size * 0.6, count=16), 5, 0.35)
    canvas.ball(x, y, size, size * 0.66, "#d58a4a", canvas.random.uniform(-40, 40), gloss=0.5)


def _ginger(canvas: Canvas, x: float, y: float, size: float, angle: float) -> None:
    root = smooth(
        [
            (-1.1, 0.1),
            (-0.7, -0.42),
            (-0.1, -0.3),
            (0.1, -0.85),
            (0.5, -0.8),
            (0.5, -0.3),
            (1.1, -0.3),
            (1.2, 0.12),
            (0.6, 0.3),
            (0.3, 0.75),
            (-0.1, 0.7),
            (-0.2, 0.34),
            (-0.8, 0.5),
        ]
    )
    outline = moved(turned(root, angle), x, y, size)
    canvas.shadow(outline, 8, 0.4, down=8)
    canvas.paint(outline, "#f3dca6", "#d9b06a", "#a87a3a", way="slant")
    for dx, dy in ((-0.6, 0.0), (0.0, -0.1), (0.3, 0.1), (0.8, -0.08)):
        mark = moved(turned([(dx - 0.06, dy - 0.2), (dx + 0.06, dy), (dx, dy + 0.22)], angle), x, y, size)
        canvas.fill(ribbon(smooth(mark, False, 5), 2.5), "#9a6a2c", 0.6)


def _gift_box(canvas: Canvas, colour: str, words: str, small: str) -> None:
    """A flat box with its lid leaning behind it."""
    canvas.ground_shadow(600, 770, 400, 66)
    lid = [(250, 130), (950, 130), (930, 560), (270, 560)]
    canvas.shadow(lid, 20, 0.3, down=10)
    canvas.paint(lid, lighter(colour, 0.18), colour, darker(colour, 0.25), way="slant")
    canvas.fill(ribbon([(275, 152), (925, 152), (907, 540), (293, 540), (275, 152)], 4), "#f3cf7a", 0.9)
    label(canvas, 600, 325, 430, 250, words, small, darker(colour, 0.15))
    canvas.paint([(200, 760), (290, 580), (910, 580), (1000, 760)], darker(colour, 0.5), darker(colour, 0.3))
    canvas.paint(box(200, 748, 1000, 800), lighter(colour, 0.15), darker(colour, 0.15))
    canvas.fill(box(200, 748, 1000, 754), "#f3cf7a", 0.9)


def banh_cay_box(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#cf9a5a", "petals", "cloth", (600, 360, 330))
    _gift_box(canvas, "#b5352c", "BÁNH CÁY", "nếp cái hoa vàng")
    for row, (left, width) in enumerate(((306, 126), (268, 142))):
        for i in range(4):
            _cay(canvas, left + i * width * 1.13, 648 + row * 74, width * 0.92, 30, 66)
    canvas.paint(box(200, 756, 1000, 800), "#c8473c", "#8f2620")


def banh_cay_workshop(canvas: Canvas, _wall: str) -> None:
    workshop(canvas, 0)
    tray(canvas, 600, 770, 400, 118)
    for row, (y, count) in enumerate(((700, 4), (760, 5), (820, 4))):
        for i in range(count):
            _cay(canvas, 600 + (i - count / 2) * 132 + 8 - row * 6, y - 26, 96, 46, 56)


def _lam(canvas: Canvas, x: float, y: float, width: float, high: float, depth: float) -> None:
    """Chè lam: brown molasses dough dusted with rice flour, peanuts showing."""
    _slab(canvas, x, y, width, high, depth, "#a8672f")
    _crumbs(canvas, x, y, width, high, round(width * high / 520), ("#f0d3a0", "#e2b878", "#f5e2bd"), 11)
    lean = depth * 0.55
    top = [(x + 3, y), (x + lean, y - depth * 0.5), (x + width + lean - 3, y - depth * 0.5), (x + width, y)]
    canvas.fill(top, "#fff8ea", 0.62)
    for _ in range(round(width * depth / 130)):
        share = canvas.random.uniform(0.05, 0.95)
        px = x + lean * share + canvas.random.uniform(4, width - 4)
        canvas.fill(ellipse(px, y - depth * 0.5 * share, 4, 2, count=10), "#ffffff", 0.8)


def che_lam(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#a5764a", "hills", "mat", (560, 380, 320))
    plate(canvas, 540, 700, 400, 130, band="#7a8f3a")
    for row, (y, count, left) in enumerate(((560, 4, 300), (640, 5, 240))):
        for i in range(count):
            _lam(canvas, left + i * 122, y + 6 * row, 100, 62, 88)
    for i in range(3):
        _lam(canvas, 350 + i * 126, 466, 100, 62, 88)
    for i in range(2):
        _lam(canvas, 416 + i * 126, 380, 100, 62, 88)
    _cup(canvas, 1040, 700, 80)
    _ginger(canvas, 190, 830, 62, -8)
    for x, y in ((960, 836), (1010, 850), (1064, 832)):
        _peanut(canvas, x, y, 21)


def che_lam_pouch(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#c9b06a", "hills", "cloth", (600, 380, 310))
    pouch(canvas, 560, 140, 420, 610, "#6b7f3a")
    label(canvas, 560, 360, 320, 230, "CHÈ LAM", "gừng và mật mía", "#7a4a1c")
    window = rounded(430, 530, 690, 680, 30)
    canvas.fill(window, "#f5e6c6")
    with canvas.inside(rounded(438, 538, 682, 672, 26)):
        for i in range(6):
            _lam(canvas, 420 + (i % 3) * 96, 570 + (i // 3) * 62, 78, 40, 50)
    _lam(canvas, 850, 720, 130, 74, 110)
    _lam(canvas, 940, 786, 130, 74, 110)
    _ginger(canvas, 220, 800, 74, 6)


def che_lam_workshop(canvas: Canvas, _wall: str) -> None:
    workshop(canvas, 2)
    canvas.ground_shadow(600, 850, 480, 50)
    canvas.paint([(90, 840), (200, 700), (1000, 700), (1110, 840)], lighter(BAMBOO, 0.2), mix(BAMBOO, "#8a5a2a", 0.3))
    canvas.paint(box(90, 840, 1110, 876), "#a8743f", "#7d5227")
    for row, y in enumerate((690, 766)):
        for i in range(6):
            _lam(canvas, 230 - row * 50 + i * (122 + row * 14), y, 100 + row * 10, 44, 64)


PRODUCTS = {
    "banh_cay": Kind(("#f6d7a0", "#f3cdb4"), banh_cay, banh_cay_box, banh_cay_workshop),
    "che_lam": Kind(("#e5dcae", "#f2d9b0"), che_lam, che_lam_pouch, che_lam_workshop),
}
