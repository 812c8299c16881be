"""Grain: rice in bags and bowls, dried rice noodles."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places import paddy_field
from marketplace.demo.drawings.places_built import sun_drying_yard
from marketplace.demo.drawings.props import BAMBOO, bowl, carton, carton_front, label, pouch
from marketplace.demo.drawings.shapes import (
    Outline,
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
)
from marketplace.demo.drawings.stage import ear, stage

HUSK = ("#dcae45", "#c9971f", "#e6bf5e")
WHITE = ("#ffffff", "#f6f0e0", "#fdf9ee", "#ebe2cc")
SACK = "#d8bd8a"


def _grains(canvas: Canvas, x: float, y: float, rx: float, ry: float, high: float, count: int, size: float) -> None:
    """A mound of polished rice."""
    mound = smooth(
        [
            (x - rx, y),
            (x - rx * 0.6, y - high * 0.62),
            (x, y - high),
            (x + rx * 0.6, y - high * 0.62),
            (x + rx, y),
            (x + rx * 0.7, y + ry * 0.8),
            (x, y + ry),
            (x - rx * 0.7, y + ry * 0.8),
        ]
    )
    canvas.paint(mound, "#ffffff", "#f3ead4", "#d9cba8", way="slant")
    for _ in range(count):
        turn, far = canvas.random.uniform(0, 6.28), canvas.random.uniform(0, 1) ** 0.5
        px = x + rx * 0.96 * far * math.cos(turn)
        py = y + ry * 0.9 * far * math.sin(turn) - high * 0.94 * (1 - far**1.4)
        _grain(canvas, px, py, size)


def _grain(canvas: Canvas, x: float, y: float, size: float) -> None:
    grain = ellipse(x, y, size, size * 0.36, canvas.random.uniform(0, 180), 12)
    canvas.fill(moved(grain, 1.5, 2.5), "#a8905a", 0.4)
    canvas.fill(grain, canvas.random.choice(WHITE))


def _sheaf(canvas: Canvas, x: float, y: float, high: float, count: int, lean: float) -> None:
    """Cut ears of rice tied with straw."""
    for i in range(count):
        share = (i / max(1, count - 1) - 0.5) * 2
        ear(
            canvas, x + share * 14, y, lean + share * high * 0.28, high * canvas.random.uniform(0.85, 1.05), HUSK[i % 3]
        )
    canvas.paint(rounded(x - 30, y - high * 0.24, x + 30, y - high * 0.16, 8), "#e6c77e", "#a87f35", way="drum")


def _sack(canvas: Canvas, x: float, y: float, width: float, high: float) -> None:
    """An open jute sack with rolled rim, full of rice."""
    half = width / 2
    canvas.ground_shadow(x, y - 6, half, width * 0.14)
    side = smooth(
        [(half * 0.84, y - high), (half * 1.04, y - high * 0.5), (half * 0.98, y - high * 0.12), (half * 0.82, y)],
        False,
    )
    outline = [(x + a, b) for a, b in side] + [(x - a, b) for a, b in reversed(side)]
    canvas.paint(outline, lighter(SACK, 0.2), lighter(SACK, 0.3), SACK, darker(SACK, 0.42), way="drum")
    with canvas.inside(outline):
        for i in range(34):
            level = y - high + high * i / 33
            canvas.fill(ribbon(arc(x, level, half * 1.1, 14, 180, 0, 14), 1.6), darker(SACK, 0.35), 0.35)
            across = x - half * 1.05 + width * 1.05 * i / 33
            canvas.fill(ribbon([(across, y - high), (x + (across - x) * 1.05, y)], 1.6), darker(SACK, 0.35), 0.3)
        canvas.shadow(box(x - half, y - 12, x + half, y + 30), 18, 0.35)
    _grains(canvas, x, y - high, half * 0.82, half * 0.2, half * 0.42, 420, 9)
    for level, tone in ((8, darker(SACK, 0.2)), (0, lighter(SACK, 0.25))):
        canvas.stroke(arc(x, y - high + level, half * 0.86, half * 0.22, 182, -2), width * 0.06, tone, curved=False)


def _full_bowl(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.ground_shadow(x, y + radius * 0.9, radius * 0.7, radius * 0.24)
    canvas.paint(ellipse(x, y, radius, radius * 0.26), "#ffffff", "#e3dccb")
    _grains(canvas, x, y, radius * 0.92, radius * 0.2, radius * 0.5, 300, 9)
    bowl(canvas, x, y, radius)
    for i in (-1, 0, 1):
        steam = smooth(
            [
                (x + i * radius * 0.36, y - radius * 0.62),
                (x + i * radius * 0.36 + 22, y - radius * 0.9),
                (x + i * radius * 0.36 - 8, y - radius * 1.15),
                (x + i * radius * 0.36 + 14, y - radius * 1.45),
            ],
            False,
        )
        canvas.fill(ribbon(steam, 14, 1), "#ffffff", 0.5)


def rice(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#b98650", "ears", "boards", (580, 380, 330))
    _sack(canvas, 450, 770, 470, 480)
    label(canvas, 450, 560, 270, 190, "GẠO THƠM", "vụ mùa mới", "#1c6b3c")
    _full_bowl(canvas, 860, 640, 170)
    _sheaf(canvas, 1075, 800, 330, 5, -40)
    for _ in range(70):
        x, y = canvas.spot(640, 800, 1010, 862)
        _grain(canvas, x, y, 9)


def rice_bags(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#9db86a", "hills", "cloth", (600, 380, 320))
    for x, top, width, tone, words in (
        (285, 270, 290, "#c9902a", "GẠO NẾP"),
        (915, 270, 290, "#8a5a3a", "GẠO LỨT"),
        (600, 160, 350, "#2f7a45", "GẠO TẺ"),
    ):
        high = 770 + (20 if x == 600 else -20) - top
        pouch(canvas, x, top, width, high, tone)
        label(canvas, x, top + high * 0.36, width * 0.74, high * 0.36, words, "hợp tác xã xay xát", darker(tone, 0.25))
        window = ellipse(x, top + high * 0.76, width * 0.26, high * 0.13)
        canvas.fill(ellipse(x, top + high * 0.76, width * 0.28, high * 0.14), "#fdf3d8")
        with canvas.inside(window):
            _grains(canvas, x, top + high * 0.76, width * 0.3, high * 0.18, 20, 150, 9)
    for _ in range(80):
        _grain(canvas, *canvas.spot(380, 822, 840, 866), 9)
    _sheaf(canvas, 95, 840, 260, 4, 30)
    _sheaf(canvas, 1110, 840, 260, 4, -30)


def rice_field(canvas: Canvas, _wall: str) -> None:
    paddy_field(canvas, 0, reapers=False)
    for i in range(13):
        lean = 90 if i % 2 else -90
        ear(
            canvas,
            40 + i * 95,
            930,
            lean * canvas.random.uniform(0.5, 0.9),
            canvas.random.uniform(330, 470),
            HUSK[i % 3],
        )


def _noodles(canvas: Canvas, x: float, y: float, width: float, high: float, count: int, tone: str = "#f3e2b2") -> None:
    """A bundle of straight dry noodles lying along the table, tied with a red string."""
    half = high / 2
    canvas.shadow(rounded(x - width / 2, y - half * 0.4, x + width / 2, y + half, half * 0.5), 14, 0.4, down=14)
    canvas.paint(
        rounded(x - width / 2, y - half, x + width / 2, y + half, half * 0.5),
        lighter(tone, 0.4),
        tone,
        darker(tone, 0.35),
    )
    for i in range(count):
        share = (i + 0.5) / count * 2 - 1
        left, right = x - width / 2 - canvas.random.uniform(-12, 14), x + width / 2 + canvas.random.uniform(-12, 14)
        level = y + share * half * 0.94
        shade = mix(lighter(tone, 0.5), darker(tone, 0.28), (share + 1) / 2)
        shade = canvas.random.choice((shade, lighter(shade, 0.25), darker(shade, 0.12)))
        canvas.fill(
            ribbon(
                [
                    (left, level),
                    (x - width * 0.2, level - share * 9),
                    (x, level - share * 15),
                    (x + width * 0.2, level - share * 9),
                    (right, level),
                ],
                high / count * 0.86,
            ),
            shade,
        )
        canvas.fill(ellipse(right, level, 3, high / count * 0.45, count=10), lighter(shade, 0.5))
    canvas.paint(box(x - 30, y - half * 0.96, x + 30, y + half * 0.96), "#e8584a", "#b5352c", "#7d1f1a")
    canvas.fill(box(x - 30, y - half * 0.96, x - 24, y + half * 0.96), "#f3cf7a")
    canvas.fill(box(x + 24, y - half * 0.96, x + 30, y + half * 0.96), "#f3cf7a")


def _noodle_soup(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.ground_shadow(x, y + radius * 0.9, radius * 0.7, radius * 0.24)
    canvas.paint(ellipse(x, y, radius, radius * 0.27), "#ffffff", "#e3dccb")
    soup: Outline = ellipse(x, y + 2, radius * 0.92, radius * 0.22)
    canvas.paint(soup, "#e8b760", "#f3d189")
    with canvas.inside(ellipse(x, y - 16, radius * 0.86, radius * 0.24)):
        for _ in range(34):
            px, py = canvas.spot(x - radius * 0.7, y - radius * 0.2, x + radius * 0.5, y + radius * 0.14)
            canvas.stroke(
                [(px, py), (px + 26, py - 16), (px + 60, py + 6), (px + 84, py - 8)],
                6,
                canvas.random.choice(("#fffaf0", "#f6ecd6", "#ece0c4")),
            )
    for i in range(9):
        px, py = canvas.spot(x - radius * 0.3, y - radius * 0.2, x + radius * 0.5, y + radius * 0.06)
        canvas.fill(ellipse(px, py, 13, 8, i * 40, 14), ("#4f9a3f", "#7fbf57", "#d2402f")[i % 3])
    bowl(canvas, x, y, radius)


def rice_noodle(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#a5714a", "ears", "boards", (600, 370, 320))
    _noodles(canvas, 480, 720, 680, 120, 24)
    _noodles(canvas, 560, 610, 660, 120, 24)
    _noodles(canvas, 510, 504, 640, 116, 24)
    _noodle_soup(canvas, 960, 660, 180)
    for i in range(7):
        left, level = canvas.spot(100, 815, 420, 866)
        canvas.stroke([(left, level), (left + 210, level + 12 - i * 4)], 5, "#f6ecd0", curved=False)
    canvas.leaf(700, 850, 100, 44, -12, "#5fa548")
    canvas.leaf(740, 858, 90, 40, 20, "#6fb552")


def rice_noodle_box(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#cdb38a", "ears", "stone", (600, 370, 310))
    carton(canvas, 270, 470, 660, 330)
    for i in range(4):
        x = 370 + i * 152
        canvas.paint(rounded(x - 62, 290, x + 62, 520, 12), "#fffaf0", "#f0e4c4", "#d9c694", "#a88f55", way="drum")
        for k in range(17):
            across = x - 58 + k * 7.2
            canvas.fill(
                ribbon([(across, 284 + canvas.random.uniform(-8, 8)), (across, 520)], 4),
                canvas.random.choice(("#fffaf0", "#e9dab0", "#d9c694")),
                0.8,
            )
        canvas.paint(box(x - 64, 370, x + 64, 408), "#e8584a", "#b5352c", "#7d1f1a", way="drum")
    carton_front(canvas, 270, 480, 660, 320)
    label(canvas, 600, 655, 420, 230, "MÌ GẠO", "sợi gạo bao thai", "#8f2f22")
    _noodles(canvas, 1010, 846, 300, 50, 12)


def rice_noodle_yard(canvas: Canvas, _wall: str) -> None:
    sun_drying_yard(canvas, 1, "#f4ead0", workers=False)
    for level, (y, high) in enumerate(((430, 150), (560, 230))):
        canvas.shadow(box(-20, y + high + 80, 1220, y + high + 110), 16, 0.3)
        for x in (90 - level * 40, 600, 1110 + level * 40):
            canvas.stroke([(x, y - 20), (x, y + high + 100)], 16 + level * 6, darker(BAMBOO, 0.2), curved=False)
        canvas.stroke([(-20, y), (1220, y + 4)], 15 + level * 5, BAMBOO, curved=False)
        canvas.stroke([(-20, y - 4), (1220, y)], 4, lighter(BAMBOO, 0.4), curved=False)
        step = 9 + level * 3
        for i in range(round(1240 / step)):
            x = i * step
            if i % 16 in (14, 15):
                continue
            foot = y + high + canvas.random.uniform(-16, 16)
            tone = canvas.random.choice(("#fffaf0", "#f4ead0", "#e6d6ac", "#efe2be"))
            canvas.fill(ribbon([(x, y - 6), (x + canvas.random.uniform(-3, 3), foot)], step * 0.72), tone)
        canvas.shadow(box(-20, y + 8, 1220, y + 14), 6, 0.3)


PRODUCTS = {
    "rice": Kind(("#e3dfa0", "#f6dc9e"), rice, rice_bags, rice_field),
    "rice_noodle": Kind(("#f0d9b5", "#d5e0bd"), rice_noodle, rice_noodle_box, rice_noodle_yard),
}
