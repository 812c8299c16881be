"""Fried cakes of the coast: squid and ragworm."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places import beach_boats, paddy_field
from marketplace.demo.drawings.poultry import herb
from marketplace.demo.drawings.props import bowl, label, plate, tray
from marketplace.demo.drawings.shapes import arc, darker, ellipse, lighter, moved, ribbon, rounded, smooth, turned
from marketplace.demo.drawings.stage import stage

CRUST = "#dc9a34"


def _patty(canvas: Canvas, x: float, y: float, rx: float, ry: float, crust: str, bits: tuple[str, ...]) -> None:
    """A fried cake: golden crust browned in spots, a soft rim."""
    canvas.shadow(ellipse(x + 4, y + ry * 0.5, rx, ry, count=30), 9, 0.45)
    side = [*arc(x, y, rx, ry, 180, 0), *arc(x, y + ry * 0.5, rx * 0.98, ry * 0.92, 0, 180)]
    canvas.paint(side, darker(crust, 0.12), darker(crust, 0.2), darker(crust, 0.5), way="drum")
    top = ellipse(x, y, rx, ry, count=40)
    canvas.paint(top, lighter(crust, 0.4), lighter(crust, 0.12), crust, darker(crust, 0.25), way="ball")
    for i in range(26):
        turn, far = canvas.random.uniform(0, 6.28), canvas.random.uniform(0, 0.9) ** 0.5
        px, py = x + rx * 0.92 * far * math.cos(turn), y + ry * 0.9 * far * math.sin(turn)
        size = rx * canvas.random.uniform(0.03, 0.1)
        canvas.fill(ellipse(px, py, size, size * 0.5, i * 37, 12), canvas.random.choice(bits), 0.6)
    canvas.fill(ellipse(x - rx * 0.35, y - ry * 0.4, rx * 0.26, ry * 0.12, -12, 18), "#ffffff", 0.4)


SQUID_BITS = (darker(CRUST, 0.4), "#f7e6bf", lighter(CRUST, 0.4), "#fff6e0")
WORM_BITS = ("#3f7a34", "#5f9a40", "#7a3f18", "#e8a24a", "#4f8a3a")


def _pile(
    canvas: Canvas, x: float, y: float, rx: float, crust: str, bits: tuple[str, ...], counts: tuple[int, ...]
) -> None:
    for level, count in enumerate(counts):
        for i in range(count):
            across = x + (i - (count - 1) / 2) * rx * 1.6
            _patty(canvas, across, y - level * rx * 0.5 + (i % 2) * 8, canvas.wander(rx, 0.05), rx * 0.44, crust, bits)


def _dip(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.ground_shadow(x, y + radius * 0.86, radius * 0.8, radius * 0.24)
    canvas.paint(ellipse(x, y, radius, radius * 0.26), "#ffffff", "#dcd6c8")
    canvas.paint(ellipse(x, y + 3, radius * 0.9, radius * 0.21), "#8a3212", "#c8602a", way="slant")
    for dx, dy in ((-0.3, 0.0), (0.1, 0.05), (0.35, -0.03)):
        canvas.fill(ribbon(arc(x + dx * radius, y + dy * radius, 10, 5, 0, 360, 16), 4), "#d2281f")
    bowl(canvas, x, y, radius)


def _squid(canvas: Canvas, x: float, y: float, size: float, angle: float) -> None:
    """A whole squid: mantle, fins, arms."""

    def put(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return moved(turned(points, angle), x, y, size)

    for i in range(7):
        spread = (i - 3) * 0.085
        arm = smooth(
            [(0.52, spread * 0.5), (0.8, spread * 1.6), (1.0, spread * 1.3 + 0.05 * (-1) ** i), (1.22, spread * 2.6)],
            False,
        )
        canvas.fill(ribbon(put(arm), size * 0.075, size * 0.02), ("#dba6a0", "#c98e8e", "#e6bab0")[i % 3])
    for side in (-1, 1):
        fin = smooth([(-0.88, 0), (-0.62, side * 0.46), (-0.3, side * 0.3), (-0.4, side * 0.14)])
        canvas.paint(put(fin), "#eac4bc", "#c48a8c", way="slant")
    mantle = smooth([(-0.95, 0), (-0.6, -0.21), (0.1, -0.27), (0.38, -0.2), (0.4, 0.2), (0.1, 0.27), (-0.6, 0.21)])
    canvas.shadow(put(mantle), 9, 0.35, down=9)
    canvas.paint(put(mantle), "#fbeae4", "#efcfc6", "#d09a98")
    head = smooth([(0.34, -0.15), (0.52, -0.19), (0.64, -0.12), (0.64, 0.12), (0.52, 0.19), (0.34, 0.15)])
    canvas.paint(put(head), "#f5d9d0", "#cf9c9a")
    for across in (-0.13, 0.13):
        eye = put([(0.52, across)])[0]
        canvas.fill(ellipse(*eye, size * 0.05, size * 0.05, count=16), "#ffffff")
        canvas.fill(ellipse(*eye, size * 0.03, size * 0.03, count=14), "#2a1c20")
    for _ in range(44):
        spot = put([canvas.spot(-0.75, -0.17, 0.34, 0.19)])[0]
        canvas.fill(ellipse(*spot, size * 0.012, size * 0.012, count=8), "#a85a5e", 0.55)


def squid_cake(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#a9815a", "waves", "boards", (560, 380, 330))
    plate(canvas, 520, 680, 400, 140)
    for x, y, angle in ((230, 650, 200), (800, 640, -20), (260, 600, 230)):
        herb(canvas, x, y, 130, angle)
    _pile(canvas, 520, 690, 108, CRUST, SQUID_BITS, (4, 3, 2, 1))
    _squid(canvas, 930, 800, 160, 168)
    _dip(canvas, 1020, 640, 105)


def squid_cake_pack(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#8fb5bd", "waves", "cloth", (600, 370, 320))
    _food_tray(canvas, "CHẢ MỰC", "giã tay, cấp đông", "#174a70", CRUST, SQUID_BITS)
    herb(canvas, 130, 810, 150, -20)


def _food_tray(canvas: Canvas, words: str, small: str, tone: str, crust: str, bits: tuple[str, ...]) -> None:
    """A tray under clear film with a printed sleeve across it."""
    canvas.ground_shadow(600, 790, 440, 64)
    canvas.paint([(170, 700), (290, 370), (910, 370), (1030, 700)], "#fdfdfb", "#dfe6e6")
    canvas.paint(rounded(160, 690, 1040, 790, 30), "#ffffff", "#c9d2d2")
    canvas.paint([(215, 680), (315, 395), (885, 395), (985, 680)], "#c4cfcf", "#e9eeee")
    for row, (y, count, rx) in enumerate(((440, 5, 62), (520, 5, 70), (616, 5, 80))):
        for i in range(count):
            _patty(canvas, 600 + (i - 2) * rx * 1.84, y, rx, rx * 0.5, crust, bits)
        if row == 1:
            continue
    canvas.fill([(215, 680), (300, 440), (380, 395), (560, 395), (330, 680)], "#ffffff", 0.2)
    sleeve = [(425, 704), (462, 362), (738, 362), (775, 704)]
    canvas.shadow(sleeve, 12, 0.3, down=6)
    canvas.paint(sleeve, lighter(tone, 0.15), tone, way="slant")
    canvas.paint([(425, 704), (775, 704), (775, 792), (425, 792)], darker(tone, 0.1), darker(tone, 0.3))
    label(canvas, 600, 540, 250, 220, words, small, tone)


def squid_beach(canvas: Canvas, _wall: str) -> None:
    beach_boats(canvas, 1)
    tray(canvas, 600, 770, 430, 118)
    for x, y, angle in ((420, 730, 10), (760, 720, 172), (600, 780, 6), (360, 810, -8), (830, 806, 178)):
        _squid(canvas, x, y, 140, angle)


def ragworm_patty(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#9a6840", "ears", "boards", (560, 380, 330))
    plate(canvas, 520, 690, 410, 140, "#efe6d2", "#8a4a26")
    for x, y, angle in ((220, 660, 200), (810, 650, -18), (250, 610, 226), (790, 600, -52)):
        herb(canvas, x, y, 150, angle)
    _pile(canvas, 520, 700, 122, "#b8692a", WORM_BITS, (4, 3, 2))
    _dip(canvas, 1030, 660, 110)
    for x, y, angle in ((980, 836, 20), (1050, 846, -30), (1110, 826, 10)):
        peel = moved(
            turned(smooth([(-1, 0), (-0.3, -0.34), (0.5, -0.3), (1, 0.1), (0.3, 0.24), (-0.5, 0.3)]), angle), x, y, 38
        )
        canvas.shadow(peel, 5, 0.35, down=5)
        canvas.paint(peel, "#f6a83a", "#d9781a", way="slant")


def ragworm_pack(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#cfae72", "ears", "cloth", (600, 370, 320))
    _food_tray(canvas, "CHẢ RƯƠI", "vỏ quýt, thì là", "#8a3a1c", "#b8692a", WORM_BITS)
    herb(canvas, 120, 820, 150, -20)


def ragworm_field(canvas: Canvas, _wall: str) -> None:
    paddy_field(canvas, 1, reapers=False)
    plate(canvas, 600, 745, 420, 118, "#efe6d2", "#8a4a26")
    herb(canvas, 250, 740, 150, 200)
    _pile(canvas, 600, 750, 116, "#b8692a", WORM_BITS, (4, 3, 2))


PRODUCTS = {
    "squid_cake": Kind(("#c9e0e2", "#f6dcb4"), squid_cake, squid_cake_pack, squid_beach),
    "ragworm_patty": Kind(("#f0d9a8", "#d8e0b4"), ragworm_patty, ragworm_pack, ragworm_field),
}
