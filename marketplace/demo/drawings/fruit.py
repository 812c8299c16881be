"""Fruit: longan, lychee, guava."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places import orchard
from marketplace.demo.drawings.props import (
    basket_back,
    basket_front,
    carton,
    carton_front,
    label,
)
from marketplace.demo.drawings.shapes import Point, arc, box, darker, ellipse, lighter, smooth, turned
from marketplace.demo.drawings.stage import stage

LEAF = "#3f7d3a"
LONGAN = ("#c8964f", "#d0a05a", "#bd8a48", "#c99c5c")
LYCHEE = ("#c4283f", "#d23b4b", "#b51f38", "#cf4a4f")
GUAVA = ("#b9cf6a", "#a9c65c", "#c6d67c")


def _longan(canvas: Canvas, x: float, y: float, size: float) -> None:
    colour = canvas.random.choice(LONGAN)
    canvas.shadow(ellipse(x + 4, y + 8, size, size, count=24), 7, 0.35)
    canvas.ball(x, y, size, size * 0.97, colour, gloss=0.45)
    for _ in range(14):
        turn, far = canvas.random.uniform(0, 6.3), canvas.random.uniform(0, 0.85) ** 0.5
        canvas.fill(
            ellipse(x + size * far * math.cos(turn), y + size * far * math.sin(turn), 1.5, 1.2, count=6),
            darker(colour, 0.45),
            0.35,
        )


def _lychee(canvas: Canvas, x: float, y: float, size: float) -> None:
    colour = canvas.random.choice(LYCHEE)
    canvas.shadow(ellipse(x + 4, y + 8, size, size, count=24), 7, 0.35)
    body = smooth(
        [
            (x, y - size * 1.06),
            (x + size * 0.88, y - size * 0.45),
            (x + size * 0.72, y + size * 0.6),
            (x, y + size * 1.04),
            (x - size * 0.72, y + size * 0.6),
            (x - size * 0.88, y - size * 0.45),
        ],
        steps=6,
    )
    canvas.paint(body, lighter(colour, 0.4), colour, darker(colour, 0.2), darker(colour, 0.5), way="ball")
    for row in range(-3, 4):
        for column in range(-3, 4):
            a, b = (column + 0.5 * (row % 2)) * 0.25, row * 0.26
            if a * a / 0.6 + b * b < 0.86:
                bump = ellipse(x + a * size, y + b * size, size * 0.085, size * 0.075, count=8)
                canvas.fill(bump, lighter(colour, 0.32) if a + b < 0.1 else darker(colour, 0.32), 0.55)
    canvas.fill(ellipse(x - size * 0.3, y - size * 0.45, size * 0.16, size * 0.1, -35, 14), "#ffffff", 0.45)


def _guava(canvas: Canvas, x: float, y: float, size: float) -> None:
    colour = canvas.random.choice(GUAVA)
    canvas.shadow(ellipse(x + 5, y + 10, size, size, count=24), 9, 0.35)
    body = smooth(
        [
            (x, y - size * 1.12),
            (x + size * 0.52, y - size * 0.86),
            (x + size * 0.98, y + size * 0.15),
            (x + size * 0.6, y + size * 0.88),
            (x, y + size * 0.98),
            (x - size * 0.6, y + size * 0.88),
            (x - size * 0.98, y + size * 0.15),
            (x - size * 0.52, y - size * 0.86),
        ],
        steps=6,
    )
    canvas.paint(body, lighter(colour, 0.55), colour, darker(colour, 0.13), darker(colour, 0.4), way="ball")
    with_dots = [
        (x + size * 0.75 * math.cos(i * 2.4) * (i / 22) ** 0.5, y + size * 0.75 * math.sin(i * 2.4) * (i / 22) ** 0.5)
        for i in range(22)
    ]
    for a, b in with_dots:
        canvas.fill(ellipse(a, b, 2, 1.6, count=6), darker(colour, 0.4), 0.3)
    canvas.fill(ellipse(x - size * 0.36, y - size * 0.35, size * 0.16, size * 0.3, 20, 18), "#ffffff", 0.4)
    for angle in (-150, -110, -70, -30):
        tip = turned([(size * 0.2, 0)], angle + 180)[0]
        canvas.fill(
            ellipse(x + tip[0] * 0.6, y + size * 0.95 + tip[1] * 0.3, size * 0.09, size * 0.05, angle, 10), "#7a5a30"
        )


def _half_guava(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.ground_shadow(x, y + size * 0.8, size, size * 0.3)
    canvas.paint(ellipse(x, y, size, size), "#c6d67c", "#86a83c", way="slant")
    canvas.paint(ellipse(x, y, size * 0.9, size * 0.9), "#fbfbe6", "#f2f1cf", "#e0e0a8", way="ball")
    canvas.fill(ellipse(x, y, size * 0.55, size * 0.55), "#f7e9c0")
    for i in range(34):
        turn, far = i * 2.4, size * 0.5 * (i / 34) ** 0.5
        canvas.fill(
            ellipse(x + far * math.cos(turn), y + far * math.sin(turn), size * 0.05, size * 0.035, turn * 57, 10),
            "#d8b25e",
        )


def _peeled(canvas: Canvas, x: float, y: float, size: float, shell: str) -> None:
    """Half out of its shell, the dark stone showing through."""
    canvas.ground_shadow(x, y + size * 0.75, size, size * 0.4)
    canvas.paint(ellipse(x, y, size, size), "#ffffff", "#f4ecdc", "#d9cbb0", way="ball")
    canvas.shadow(ellipse(x - size * 0.05, y - size * 0.12, size * 0.5, size * 0.5), 7, 0.85, "#33180e")
    canvas.fill(ellipse(x - size * 0.35, y - size * 0.45, size * 0.2, size * 0.11, -35), "#ffffff", 0.9)
    rest = arc(x, y, size * 1.06, size * 1.06, 8, 172) + arc(x, y + size * 0.06, size * 1.06, size * 0.3, 180, 0)
    canvas.paint(rest, lighter(shell, 0.2), shell, darker(shell, 0.3), way="slant")


DRAW = {"longan": _longan, "lychee": _lychee, "guava": _guava}


def _heap(canvas: Canvas, fruit: str, x: float, y: float, width: float, rows: int, size: float) -> None:
    """A pyramid of fruit, the lowest row at y."""
    for row in range(rows):
        level = y - (rows - 1 - row) * size * 1.12
        share = 1 - ((rows - 1 - row) / rows) ** 1.6 * 0.78
        count = max(2, round(width * share / (size * 1.75)))
        for i in range(count):
            across = x + (i - (count - 1) / 2) * size * 1.75 + canvas.random.uniform(-9, 9)
            bow = size * 0.5 * (1 - abs(2 * i / max(1, count - 1) - 1))
            DRAW[fruit](canvas, across, level + bow + canvas.random.uniform(-6, 6), canvas.wander(size, 0.06))


def _in_basket(canvas: Canvas, wall: str, fruit: str, rows: int, size: float, table: str) -> None:
    stage(canvas, wall, table, "leaves", "boards")
    canvas.ground_shadow(600, 785, 300, 62, 0.5)
    basket_back(canvas, 600, 545, 680)
    for x, y, angle, length in (
        (330, 430, 205, 190),
        (420, 330, 240, 190),
        (840, 400, -25, 210),
        (760, 310, -60, 190),
        (590, 250, 262, 150),
    ):
        canvas.leaf(x, y, length, length * 0.42, angle, LEAF)
    canvas.stroke([(640, 420), (660, 300), (740, 200)], 14, "#7a5230", 7)
    _heap(canvas, fruit, 600, 590, 610, rows, size)
    basket_front(canvas, 600, 560, 680, 235)
    canvas.leaf(880, 520, 170, 74, 48, LEAF)


def _in_box(canvas: Canvas, wall: str, fruit: str, words: str, tone: str, size: float) -> None:
    stage(canvas, wall, "#cdb38a", "leaves", "stone", (600, 380, 300))
    carton(canvas, 270, 470, 660, 330)
    canvas.leaf(380, 410, 170, 70, 215, LEAF)
    canvas.leaf(800, 390, 180, 74, -35, LEAF)
    _heap(canvas, fruit, 605, 490, 560, 5 if size < 60 else 4, size)
    carton_front(canvas, 270, 480, 660, 320)
    label(canvas, 600, 655, 420, 230, words, "Hợp tác xã trồng và đóng hộp", tone)
    for x in (150, 1020, 1100):
        y = 800 - abs(x - 1000) * 0.12
        canvas.ground_shadow(x, y + size * 0.75, size, size * 0.4)
        DRAW[fruit](canvas, x, y, size)


def _on_branch(canvas: Canvas, fruit: str, orchard_fruit: str, season: int, size: float, count: int) -> None:
    """Near fruit hanging into the orchard."""
    orchard(canvas, season, orchard_fruit, pickers=False)
    canvas.fill(box(0, 0, canvas.width, canvas.height), "#fff6dc", 0.22)
    canvas.stroke([(-20, 90), (300, 130), (640, 90), (1000, 160), (1240, 120)], 34, "#6d4a2e", 22)
    canvas.stroke([(-20, 82), (300, 122), (640, 82), (1000, 152), (1240, 112)], 8, "#9a724c", 5)
    for x, y, angle, length in (
        (160, 110, 120, 260),
        (420, 110, 60, 250),
        (860, 130, 125, 260),
        (1080, 140, 40, 240),
        (640, 90, 250, 230),
        (960, 130, 285, 220),
        (260, 100, 290, 210),
        (90, 80, 60, 240),
    ):
        canvas.leaf(x, y, length, length * 0.38, angle, LEAF)
    for middle, top, share in ((330, 200, 0.8), (790, 210, 1.0)):
        near, heart = size * share, (middle, top + size * share * 2.3)
        canvas.stroke([(middle + 10, 110), (middle - 6, top), heart], 13, "#7a5230", 8)
        spots: list[Point] = []
        for i in range(count):
            turn, far = i * 2.4, near * 0.53 * i**0.5
            spots.append((heart[0] + far * math.cos(turn), heart[1] + far * 1.12 * math.sin(turn)))
        for spot in sorted(spots, key=lambda spot: spot[1]):
            DRAW[fruit](canvas, *spot, near * (0.56 if count > 4 else 0.95))
        canvas.leaf(middle - 10, top - 10, near * 2.4, near * 0.95, 145, LEAF)
        canvas.leaf(middle + 16, top - 14, near * 2.5, near, 34, LEAF)


def longan(canvas: Canvas, wall: str) -> None:
    _in_basket(canvas, wall, "longan", 7, 47, "#b8814a")
    for x, y in ((210, 760), (300, 812)):
        canvas.ground_shadow(x, y + 36, 46, 22)
        _longan(canvas, x, y, 48)
    _peeled(canvas, 960, 790, 54, LONGAN[0])


def longan_box(canvas: Canvas, wall: str) -> None:
    _in_box(canvas, wall, "longan", "NHÃN LỒNG", "#8a5a1f", 44)


def longan_tree(canvas: Canvas, _wall: str) -> None:
    _on_branch(canvas, "longan", LONGAN[0], 0, 92, 19)


def lychee(canvas: Canvas, wall: str) -> None:
    _in_basket(canvas, wall, "lychee", 7, 47, "#a8724a")
    for x, y in ((210, 760), (300, 812)):
        canvas.ground_shadow(x, y + 36, 46, 22)
        _lychee(canvas, x, y, 48)
    _peeled(canvas, 960, 790, 54, LYCHEE[0])


def lychee_box(canvas: Canvas, wall: str) -> None:
    _in_box(canvas, wall, "lychee", "VẢI THIỀU", "#a8183b", 44)


def lychee_tree(canvas: Canvas, _wall: str) -> None:
    _on_branch(canvas, "lychee", LYCHEE[0], 1, 96, 15)


def guava(canvas: Canvas, wall: str) -> None:
    _in_basket(canvas, wall, "guava", 3, 98, "#b58a55")
    _half_guava(canvas, 975, 770, 88)
    canvas.leaf(250, 800, 170, 70, -20, LEAF)


def guava_box(canvas: Canvas, wall: str) -> None:
    _in_box(canvas, wall, "guava", "ỔI LÊ", "#4b7a2a", 72)


def guava_tree(canvas: Canvas, _wall: str) -> None:
    _on_branch(canvas, "guava", GUAVA[0], 2, 118, 3)


PRODUCTS = {
    "longan": Kind(("#f3d48e", "#cfdca0"), longan, longan_box, longan_tree),
    "lychee": Kind(("#f6cfc2", "#d8e0ae"), lychee, lychee_box, lychee_tree),
    "guava": Kind(("#d3e2a6", "#f5dfa0"), guava, guava_box, guava_tree),
}
