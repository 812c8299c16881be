"""Flowers for the pot: golden camellia tea."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places import tea_hill
from marketplace.demo.drawings.props import glass_jar, label, tray
from marketplace.demo.drawings.shapes import (
    Point,
    arc,
    box,
    darker,
    ellipse,
    lighter,
    ribbon,
    rounded,
    smooth,
    turned,
)
from marketplace.demo.drawings.stage import stage

YELLOW = ("#f6c52b", "#f9d34a", "#efb51c")


def _camellia(canvas: Canvas, x: float, y: float, size: float, flat: float = 1.0) -> None:
    """A golden camellia: waxy cupped petals around a brush of stamens."""
    canvas.shadow(ellipse(x + 4, y + 8, size, size * flat, count=24), size * 0.14, 0.3)
    for ring, (count, reach, width) in enumerate(((6, 1.0, 0.46), (5, 0.68, 0.36))):
        for i in range(count):
            angle = i * 360 / count + ring * 34 + x
            petal = smooth(
                [
                    (0, 0),
                    (reach * 0.45, -width),
                    (reach * 0.95, -width * 0.62),
                    (reach * 1.02, 0),
                    (reach * 0.95, width * 0.62),
                    (reach * 0.45, width),
                ],
                steps=6,
            )
            placed = [(x + a * size, y + b * size * flat) for a, b in turned(petal, angle)]
            tone = YELLOW[(i + ring) % 3]
            canvas.paint(placed, lighter(tone, 0.55), tone, darker(tone, 0.2), way="slant")
            canvas.fill(ribbon([placed[0], placed[len(placed) // 2]], size * 0.02, 1), darker(tone, 0.3), 0.35)
    for i in range(30):
        turn, far = i * 2.4, size * 0.3 * (i / 30) ** 0.5
        px, py = x + far * math.cos(turn), y + far * flat * math.sin(turn)
        canvas.fill(ellipse(px, py, size * 0.045, size * 0.045, count=10), ("#e08a1a", "#fff3c0", "#f0a52a")[i % 3])


def _dry_flower(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A freeze-dried blossom, paler and closed."""
    canvas.shadow(ellipse(x + 2, y + 5, size, size * 0.7, count=16), 5, 0.3)
    start = canvas.random.uniform(0, 360)
    for i in range(5):
        petal = turned(ellipse(size * 0.42, 0, size * 0.55, size * 0.34, count=16), start + i * 72)
        tone = canvas.random.choice(("#efc04a", "#e6b03a", "#f5d06a"))
        canvas.paint([(x + a, y + b * 0.8) for a, b in petal], lighter(tone, 0.4), darker(tone, 0.15), way="slant")
    canvas.fill(ellipse(x, y, size * 0.22, size * 0.18, count=12), "#c97f1c")


def _flowers(canvas: Canvas, x: float, y: float, rx: float, ry: float, count: int, size: float) -> None:
    spots: list[Point] = []
    for _ in range(count):
        turn, far = canvas.random.uniform(0, 6.28), canvas.random.uniform(0, 1) ** 0.5
        spots.append((y + ry * far * math.sin(turn), x + rx * far * math.cos(turn)))
    for down, across in sorted(spots):
        _dry_flower(canvas, across, down, canvas.wander(size, 0.15))


def _glass_cup(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """A glass of golden tea with one flower open in it."""
    foot = y + radius * 1.25
    canvas.ground_shadow(x, foot, radius * 0.8, radius * 0.26)
    canvas.glow(x + radius * 0.6, foot + 10, radius, "#ffdf7a", 0.5)
    canvas.paint(ellipse(x, foot + 6, radius * 1.3, radius * 0.3), "#ffffff", "#d9d2c2", way="slant")
    canvas.paint(ellipse(x, foot + 2, radius * 0.8, radius * 0.17), "#d9d2c2", "#f6f2e8")
    wall = (
        arc(x, y, radius, radius * 0.26, 180, 0)
        + smooth([(x + radius, y), (x + radius * 0.9, y + radius * 0.8), (x + radius * 0.55, foot)], False)
        + smooth([(x - radius * 0.55, foot), (x - radius * 0.9, y + radius * 0.8), (x - radius, y)], False)
    )
    canvas.stroke(
        arc(x + radius * 0.95, y + radius * 0.5, radius * 0.42, radius * 0.36, -95, 110),
        radius * 0.11,
        "#e9e3d2",
        curved=False,
    )
    canvas.paint(ellipse(x, y, radius, radius * 0.26), "#fbf8ee", "#e9e3d2")
    canvas.paint(wall, "#fdf0bd", "#f3cf5a", "#e0aa2a", "#b07a14", way="drum")
    canvas.paint(ellipse(x, y + radius * 0.08, radius * 0.94, radius * 0.22), "#f9df86", "#e6b53a", way="slant")
    _camellia(canvas, x, y + radius * 0.1, radius * 0.5, 0.42)
    canvas.fill(ribbon(arc(x, y, radius, radius * 0.26, 0, 360, 50), 4), "#ffffff", 0.8)
    canvas.fill(
        smooth(
            [
                (x - radius * 0.82, y + radius * 0.34),
                (x - radius * 0.7, y + radius * 0.36),
                (x - radius * 0.62, y + radius * 0.9),
                (x - radius * 0.72, y + radius * 0.9),
            ]
        ),
        "#ffffff",
        0.65,
    )
    for i in (-1, 1):
        steam = smooth(
            [
                (x + i * radius * 0.3, y - radius * 0.4),
                (x + i * radius * 0.5, y - radius * 0.8),
                (x + i * radius * 0.1, y - radius * 1.2),
                (x + i * radius * 0.4, y - radius * 1.6),
            ],
            False,
        )
        canvas.fill(ribbon(steam, radius * 0.12, 1), "#ffffff", 0.5)


def _spray(canvas: Canvas, x: float, y: float, size: float, side: int = 1) -> None:
    """A branch of the camellia lying or hanging, with long glossy leaves."""
    canvas.stroke(
        [(x, y), (x + side * size * 0.9, y + size * 0.12), (x + side * size * 1.8, y - size * 0.1)],
        size * 0.09,
        "#7a5a38",
        size * 0.04,
    )
    for dx, angle in ((0.3, -60), (0.6, 50), (1.0, -48), (1.3, 40), (1.7, -14)):
        turn = angle if side > 0 else 180 - angle
        canvas.leaf(x + side * dx * size, y + size * 0.05, size * 0.95, size * 0.36, turn, "#2f6f45", veins=5)
    _camellia(canvas, x + side * size * 0.85, y, size * 0.44)
    _camellia(canvas, x + side * size * 1.5, y - size * 0.14, size * 0.32)


def golden_camellia_tea(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#8a5f3c", "petals", "boards", (600, 380, 330))
    glass_jar(canvas, 395, 180, 310, 560, "#2f5a42", lambda: _jarful(canvas))
    label(canvas, 395, 520, 230, 165, "TRÀ HOA VÀNG", "sấy thăng hoa", "#2f5a42")
    _glass_cup(canvas, 830, 520, 165)
    _spray(canvas, 560, 800, 150)
    for x, y in ((150, 800), (205, 832), (262, 808)):
        _dry_flower(canvas, x, y, 32)


def _jarful(canvas: Canvas) -> None:
    canvas.paint(box(200, 360, 600, 760), "#e3b043", "#c08a20")
    _flowers(canvas, 395, 560, 170, 190, 110, 34)


def camellia_gift(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#d9c07a", "petals", "cloth", (600, 380, 330))
    canvas.ground_shadow(560, 785, 330, 60)
    canvas.paint(rounded(260, 190, 860, 790, 18), "#3f7a58", "#2f5a42", "#1f4030", way="slant")
    canvas.fill(ribbon([(284, 214), (836, 214), (836, 766), (284, 766), (284, 214)], 4), "#e9c46a")
    canvas.paint(ellipse(560, 400, 150, 150), "#fbf3d8", "#f0dfae")
    _camellia(canvas, 560, 400, 118)
    canvas.text(560, 615, "TRÀ HOA VÀNG", 54, "#f3d88a")
    canvas.text(560, 680, "nguyên bông, sấy thăng hoa", 28, "#e9dcb8", bold=False)
    canvas.leaf(690, 470, 150, 56, 30, "#6fa06a")
    canvas.leaf(430, 470, 150, 56, 150, "#6fa06a")
    tray(canvas, 990, 790, 180, 66)
    _flowers(canvas, 990, 776, 130, 34, 34, 27)


def camellia_hill(canvas: Canvas, _wall: str) -> None:
    tea_hill(canvas, 1, pickers=False)
    canvas.fill(box(0, 0, canvas.width, canvas.height), "#fff6dc", 0.15)
    canvas.stroke([(-20, 620), (280, 520), (600, 540), (930, 420)], 26, "#6d4a2e", 10)
    for x, y, angle, length in (
        (120, 570, -70, 280),
        (220, 545, 70, 300),
        (340, 525, -50, 290),
        (470, 535, 60, 300),
        (560, 540, -80, 270),
        (660, 525, 40, 300),
        (760, 490, -60, 280),
        (860, 450, 30, 280),
        (925, 420, -30, 290),
        (60, 600, 60, 260),
    ):
        canvas.leaf(x, y, length, length * 0.36, angle, "#2f6f45", veins=6)
    for x, y, size in ((250, 540, 130), (560, 560, 165), (840, 450, 120)):
        _camellia(canvas, x, y, size)
    for x, y in ((700, 640), (400, 660)):
        canvas.stroke([(x, y - 110), (x, y - 40)], 8, "#5f7a3a")
        canvas.ball(x, y, 34, 40, "#f3c53a", gloss=0.5)
        canvas.paint(arc(x, y - 22, 30, 24, 180, 360), "#7fae58", "#4f8040")


PRODUCTS = {
    "golden_camellia_tea": Kind(("#f4e0a0", "#cfdfc4"), golden_camellia_tea, camellia_gift, camellia_hill),
}
