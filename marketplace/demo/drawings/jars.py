"""What is poured: honey and fish sauce."""

from __future__ import annotations

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.figures import bee, jar
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places import beach_boats, beehives
from marketplace.demo.drawings.props import bowl, label
from marketplace.demo.drawings.shapes import (
    Outline,
    arc,
    box,
    darker,
    ellipse,
    lighter,
    moved,
    ribbon,
    rounded,
    smooth,
    turned,
    vessel,
)
from marketplace.demo.drawings.stage import stage

HONEY = "#e39a1c"
SAUCE = "#a8431a"


def _honey_jar(canvas: Canvas, x: float, top: float, width: float, height: float, words: str = "MẬT ONG") -> None:
    half, bottom = width / 2, top + height
    canvas.ground_shadow(x, bottom - 8, half, width * 0.15)
    canvas.glow(x + half * 0.7, bottom + 24, width * 0.5, "#ffcf5a", 0.5)
    glass = vessel(
        x,
        [
            (half * 0.66, top + height * 0.13),
            (half * 0.7, top + height * 0.2),
            (half * 0.97, top + height * 0.3),
            (half, top + height * 0.55),
            (half * 0.97, bottom - height * 0.06),
            (half * 0.8, bottom),
        ],
    )
    canvas.paint(glass, "#fff0c4", "#f6c552", HONEY, "#a85f0c", way="drum")
    with canvas.inside(glass):
        canvas.paint(box(x - half, top, x + half, top + height * 0.24), "#fffaf0", "#f3e6c8")
        canvas.paint(ellipse(x, top + height * 0.245, half * 0.9, height * 0.03), "#f9d67a", "#eab23e")
        canvas.glow(x + half * 0.45, bottom - height * 0.14, half * 0.9, "#ffe08a", 0.75)
        canvas.shadow(box(x - half, bottom - 8, x + half, bottom + 30), 14, 0.4, "#7a3a06")
        for dx, dy, size in ((0.5, 0.36, 7), (0.62, 0.5, 5), (-0.2, 0.3, 6), (0.35, 0.29, 4)):
            canvas.fill(ellipse(x + half * dx, top + height * dy, size, size, count=16), "#fff2c0", 0.75)
    canvas.fill(
        smooth(
            [
                (x - half * 0.84, top + height * 0.38),
                (x - half * 0.74, top + height * 0.36),
                (x - half * 0.76, bottom - height * 0.12),
                (x - half * 0.86, bottom - height * 0.14),
            ]
        ),
        "#ffffff",
        0.6,
    )
    lid = rounded(x - half * 0.74, top, x + half * 0.74, top + height * 0.14, width * 0.04)
    canvas.paint(lid, "#fff3d6", "#efc98a", "#c08a3e", "#7d4f1c", way="drum")
    cloth = smooth(
        [
            (x - half * 0.78, top + height * 0.1),
            (x, top + height * 0.13),
            (x + half * 0.78, top + height * 0.1),
            (x + half * 0.9, top + height * 0.2),
            (x + half * 0.3, top + height * 0.18),
            (x, top + height * 0.21),
            (x - half * 0.35, top + height * 0.18),
            (x - half * 0.9, top + height * 0.2),
        ],
        steps=6,
    )
    canvas.paint(cloth, "#fffaf0", "#e9d2a4", way="across")
    canvas.stroke(
        [(x - half * 0.76, top + height * 0.125), (x, top + height * 0.15), (x + half * 0.76, top + height * 0.125)],
        7,
        "#b5483f",
    )
    label(canvas, x, top + height * 0.62, width * 0.68, height * 0.34, words, "hoa nhãn nguyên chất", "#8a4f0e")


def _comb(canvas: Canvas, outline: Outline, size: float) -> None:
    """Honeycomb within an outline: hexagons of wax, some full and shining."""
    canvas.paint(moved(outline, 8, 12), "#8a520f", "#6b3d08")
    canvas.paint(outline, "#f7cf6a", "#e3a02a")
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    with canvas.inside(outline):
        row, y = 0, min(ys)
        while y < max(ys) + size:
            x = min(xs) + (size * 0.9 if row % 2 else 0)
            while x < max(xs) + size:
                cell = ellipse(x, y, size, size, 30, 6)
                tone = canvas.random.choice(("#d9880f", "#e79d22", "#c9780a", "#efb23e"))
                canvas.fill(cell, "#fbe09a")
                canvas.paint(
                    ellipse(x, y, size * 0.82, size * 0.82, 30, 6),
                    darker(tone, 0.25),
                    tone,
                    lighter(tone, 0.35),
                    way="slant",
                )
                canvas.fill(ellipse(x - size * 0.25, y - size * 0.3, size * 0.2, size * 0.12, -30, 10), "#ffffff", 0.55)
                x += size * 1.8
            row, y = row + 1, y + size * 1.56


def _dipper(canvas: Canvas, x: float, y: float, angle: float, size: float) -> None:
    """A wooden honey dipper, its head at (x, y), the handle running off at the angle."""
    handle = turned([(0, 0), (size * 3.4, 0)], angle)
    canvas.stroke(moved(handle, x, y), size * 0.24, "#b07a42", size * 0.3, curved=False)
    canvas.stroke(moved(handle, x - 2, y - 3), size * 0.07, "#e0b27a", curved=False)
    for i in range(-3, 4):
        half = size * (0.62 - abs(i) * 0.07)
        rib = moved(turned(ellipse(i * size * 0.22, 0, size * 0.1, half), angle), x, y)
        canvas.paint(rib, "#f6c04a", "#d98a1a", "#9a5a10", way="slant")


def honey(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#b57a3c", "petals", "boards", (560, 390, 330))
    comb = smooth([(790, 560), (900, 500), (1040, 540), (1090, 650), (1040, 760), (900, 790), (790, 740), (750, 650)])
    canvas.ground_shadow(920, 765, 180, 50)
    _comb(canvas, comb, 36)
    _honey_jar(canvas, 520, 150, 430, 620)
    canvas.ground_shadow(260, 806, 130, 26)
    canvas.paint(
        smooth([(140, 800), (200, 770), (300, 778), (350, 806), (290, 836), (190, 830)]),
        "#f9c94e",
        HONEY,
        "#c9780a",
        way="slant",
    )
    _dipper(canvas, 250, 770, -42, 66)
    canvas.fill(ellipse(210, 795, 30, 8, -10), "#ffffff", 0.6)
    for x, y, size in ((900, 300, 26), (300, 250, 20), (1000, 440, 18)):
        bee(canvas, x, y, size)
    for x, y in ((690, 812), (730, 835), (765, 808)):
        _blossom(canvas, x, y, 24)


def _blossom(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.shadow(ellipse(x + 3, y + 6, size, size * 0.7, count=16), 6, 0.25)
    for i in range(5):
        petal = moved(turned(ellipse(size * 0.6, 0, size * 0.48, size * 0.32, count=18), i * 72 - 90), x, y)
        canvas.paint(petal, "#ffffff", "#f6ecd0", way="slant")
    canvas.paint(ellipse(x, y, size * 0.3, size * 0.3, count=16), "#ffe07a", "#e0a020")


def honey_bottles(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#e0a94a", "petals", "cloth", (600, 400, 320))
    _honey_jar(canvas, 850, 330, 270, 420)
    _honey_jar(canvas, 330, 330, 270, 420)
    _honey_jar(canvas, 590, 190, 360, 610)
    _dipper(canvas, 210, 820, -14, 48)
    for x, y in ((960, 800), (1010, 830), (1060, 795)):
        _blossom(canvas, x, y, 30)
    bee(canvas, 980, 240, 24)


def honey_hives(canvas: Canvas, _wall: str) -> None:
    beehives(canvas, 1, keeper=False)
    frame = box(330, 330, 870, 720)
    canvas.shadow(frame, 26, 0.4, down=16)
    canvas.paint(box(280, 300, 920, 352), "#c9935a", "#94632f")
    canvas.paint(box(318, 340, 882, 742), "#b57d45", "#7d5227", way="slant")
    _comb(
        canvas,
        smooth([(350, 366), (850, 366), (850, 640), (760, 706), (600, 690), (440, 712), (350, 650)], steps=6),
        30,
    )
    for i in range(15):
        x, y = canvas.spot(380, 390, 820, 640)
        bee(canvas, x, y, 13 + i % 3 * 2)


def _sauce_bottle(canvas: Canvas, x: float, top: float, width: float, height: float) -> None:
    half, bottom = width / 2, top + height
    canvas.ground_shadow(x, bottom - 8, half, width * 0.17)
    canvas.glow(x + half, bottom + 16, width * 0.55, "#e8833a", 0.4)
    glass = vessel(
        x,
        [
            (half * 0.32, top + height * 0.1),
            (half * 0.33, top + height * 0.24),
            (half * 0.48, top + height * 0.32),
            (half * 0.97, top + height * 0.42),
            (half, top + height * 0.55),
            (half, bottom - height * 0.03),
            (half * 0.85, bottom),
        ],
    )
    canvas.paint(glass, "#d9702e", "#e8924a", SAUCE, "#4f1a08", way="drum")
    with canvas.inside(glass):
        canvas.paint(box(x - half, top, x + half, top + height * 0.2), "#fdf3e0", "#e3c4a0", way="across")
        canvas.glow(x + half * 0.4, bottom - height * 0.12, half, "#f0a050", 0.55)
        canvas.shadow(box(x + half * 0.75, top, x + half + 30, bottom), 16, 0.45, "#2a0c02")
    shine = smooth(
        [
            (x - half * 0.82, top + height * 0.47),
            (x - half * 0.7, top + height * 0.44),
            (x - half * 0.72, bottom - height * 0.05),
            (x - half * 0.84, bottom - height * 0.07),
        ]
    )
    canvas.fill(shine, "#ffffff", 0.5)
    canvas.fill(rounded(x - half * 0.22, top + height * 0.13, x - half * 0.12, top + height * 0.3, 5), "#ffffff", 0.55)
    canvas.paint(
        rounded(x - half * 0.38, top, x + half * 0.38, top + height * 0.12, 9),
        "#f3c34a",
        "#e0a52a",
        "#a86a10",
        way="drum",
    )
    label(canvas, x, top + height * 0.69, width * 0.84, height * 0.34, "NƯỚC MẮM", "cá biển ủ chượp", "#174a70")


def _fish(canvas: Canvas, x: float, y: float, length: float, angle: float) -> None:
    """A slim silver fish."""
    body = smooth([(-0.5, 0), (-0.3, -0.09), (0.1, -0.11), (0.36, -0.03), (0.36, 0.03), (0.1, 0.1), (-0.3, 0.09)])
    tail = [(0.33, 0.0), (0.52, -0.11), (0.47, 0.0), (0.52, 0.11)]
    place = [moved(turned(part, angle), x, y, length) for part in (body, tail)]
    canvas.shadow(place[0], 6, 0.35, down=6)
    canvas.paint(place[1], "#7f97a3", "#5b7480")
    canvas.paint(place[0], "#4f6f80", "#dfe9ec", "#f8fbfa", "#b5c4c9")
    band = moved(turned([(-0.34, -0.03), (0.34, -0.012), (0.34, 0.012), (-0.34, 0.0)], angle), x, y, length)
    canvas.fill(band, "#3f6073", 0.55)
    eye = moved(turned([(-0.4, -0.015)], angle), x, y, length)[0]
    canvas.fill(ellipse(*eye, length * 0.026, length * 0.026, count=14), "#ffffff")
    canvas.fill(ellipse(*eye, length * 0.014, length * 0.014, count=12), "#1c2429")


def _chilli(canvas: Canvas, x: float, y: float, length: float, angle: float) -> None:
    path = moved(turned([(0, 0), (length * 0.4, -length * 0.1), (length, length * 0.08)], angle), x, y)
    canvas.shadow(ribbon(path, length * 0.2, 2), 6, 0.35, down=6)
    canvas.stroke(path, length * 0.2, "#c8241f", 2)
    canvas.stroke(moved(path, -1, -length * 0.04), length * 0.05, "#f58a7a", 1)
    canvas.stroke(moved(turned([(0, 0), (-length * 0.22, -length * 0.06)], angle), x, y), length * 0.08, "#4f8a3a", 3)


def fish_sauce(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#c4a27a", "waves", "boards", (600, 370, 320))
    _sauce_bottle(canvas, 560, 110, 260, 660)
    canvas.ground_shadow(840, 775, 130, 36)
    canvas.paint(ellipse(840, 690, 150, 40), "#ffffff", "#dcd6c8")
    canvas.paint(ellipse(840, 692, 132, 33), "#8a3212", "#c8602a", "#e08a4a", way="slant")
    canvas.fill(ellipse(800, 684, 44, 8, -6), "#ffffff", 0.5)
    bowl(canvas, 840, 690, 150)
    for x, y in ((800, 694), (862, 700), (890, 686)):
        canvas.fill(ribbon(arc(x, y, 15, 7, 0, 360, 20), 6), "#d2281f")
    for x, y, length, angle in ((250, 740, 270, 8), (320, 790, 280, -6), (240, 830, 260, 3)):
        _fish(canvas, x, y, length, angle)
    _chilli(canvas, 1010, 812, 110, -14)
    _chilli(canvas, 1030, 760, 96, 18)


def fish_sauce_cans(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#9db8bd", "waves", "cloth", (600, 380, 330))
    _sauce_bottle(canvas, 330, 190, 190, 560)
    left, right, top, bottom = 490.0, 830.0, 240.0, 790.0
    canvas.ground_shadow(660, bottom - 8, 180, 56)
    canvas.stroke([(560, 300), (560, 200), (760, 200), (760, 300)], 40, "#6b2a10", curved=False)
    canvas.paint(rounded(left, top + 40, right, bottom, 44), "#d9702e", "#e08a48", SAUCE, "#5a1e0a", way="drum")
    canvas.paint(rounded(620, 170, 700, 260, 10), "#f3c34a", "#a86a10", way="drum")
    canvas.fill(rounded(left + 24, top + 80, left + 44, bottom - 50, 9), "#ffffff", 0.4)
    label(canvas, 660, 550, 270, 290, "NƯỚC MẮM", "mắm rút nõn, can 2 lít", "#174a70")
    _sauce_bottle(canvas, 960, 230, 180, 530)
    _chilli(canvas, 150, 820, 110, -10)
    _fish(canvas, 980, 830, 250, -4)


def fish_sauce_jars(canvas: Canvas, _wall: str) -> None:
    beach_boats(canvas, 0)
    for x, y, size in ((160, 800, 190), (370, 790, 190), (590, 785, 190), (800, 790, 190), (1030, 800, 190)):
        jar(canvas, x, y, size, size * 1.35, "#8a4a2c")
    for x, y, size in ((70, 900, 240), (340, 905, 250), (640, 900, 260), (940, 905, 250), (1190, 900, 240)):
        jar(canvas, x, y, size, size * 1.3, "#7a3f24")


PRODUCTS = {
    "honey": Kind(("#f7d98a", "#e2dca2"), honey, honey_bottles, honey_hives),
    "fish_sauce": Kind(("#bcdcdc", "#f3d7a8"), fish_sauce, fish_sauce_cans, fish_sauce_jars),
}
