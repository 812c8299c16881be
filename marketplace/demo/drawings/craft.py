"""Handwork: baskets of sedge."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places_built import sun_drying_yard
from marketplace.demo.drawings.shapes import (
    arc,
    box,
    darker,
    ellipse,
    lighter,
    mix,
    ribbon,
    rounded,
    smooth,
)
from marketplace.demo.drawings.stage import stage

SEDGE = "#d9b872"
LEATHER = "#8a4a26"


def _bag(
    canvas: Canvas, x: float, top: float, width: float, high: float, sedge: str = SEDGE, band: str = "#7a5a34"
) -> None:
    """A round shopping basket, plaited, with two leather handles."""
    half, bottom = width / 2, top + high
    canvas.ground_shadow(x, bottom - 8, half * 0.9, width * 0.14)
    grip = arc(x, top + 6, half * 0.46, high * 0.62, 180, 360)
    canvas.stroke([(a, b - 16) for a, b in grip], width * 0.045, darker(LEATHER, 0.35), curved=False)
    canvas.paint(ellipse(x, top, half, width * 0.1), darker(sedge, 0.6), darker(sedge, 0.35))
    wall = arc(x, top, half, width * 0.1, 180, 0)
    wall += smooth(
        [
            (x + half, top),
            (x + half * 1.03, top + high * 0.45),
            (x + half * 0.86, bottom - 18),
            (x + half * 0.6, bottom),
        ],
        False,
    )
    wall += smooth(
        [
            (x - half * 0.6, bottom),
            (x - half * 0.86, bottom - 18),
            (x - half * 1.03, top + high * 0.45),
            (x - half, top),
        ],
        False,
    )
    canvas.paint(wall, darker(sedge, 0.15), sedge, darker(sedge, 0.5), way="drum")
    with canvas.inside(wall):
        rows, across = 15, 30
        for row in range(rows):
            level = top + high * 1.04 * row / rows
            tone = band if row in (5, 9) else (mix(sedge, band, 0.45) if row in (6, 7, 8) and row % 2 else sedge)
            for column in range(across):
                turn = math.pi * (column + 0.5) / across
                middle = x - half * 1.03 * math.cos(turn)
                reach = half * math.sin(turn) * math.pi / across
                bow = width * 0.095 * math.sin(turn)
                shade = (
                    lighter(tone, 0.45 - 0.5 * abs(column / across - 0.3)) if (row + column) % 2 else darker(tone, 0.1)
                )
                lean = reach * (0.7 if row % 2 else -0.7)
                strip = [
                    (middle - reach, level + bow),
                    (middle + reach * 0.8, level + bow - 2),
                    (middle + reach + lean, level + bow + high / rows),
                    (middle - reach * 0.8 + lean, level + bow + high / rows),
                ]
                canvas.fill(strip, shade, 0.92)
        canvas.shadow(box(x + half * 0.62, top, x + half * 1.1, bottom), 26, 0.4)
        canvas.shadow(box(x - half, bottom - 20, x + half, bottom + 30), 20, 0.35)
    rim = arc(x, top, half, width * 0.1, 180, 0)
    canvas.stroke(rim, width * 0.045, darker(sedge, 0.25), curved=False)
    canvas.stroke([(a, b - 3) for a, b in rim], width * 0.024, lighter(sedge, 0.4), curved=False)
    canvas.stroke([(a, b + 6) for a, b in grip], width * 0.05, LEATHER, curved=False)
    canvas.stroke([(a - 2, b + 2) for a, b in grip], width * 0.014, lighter(LEATHER, 0.35), curved=False)
    for side in (-1, 1):
        patch = x + side * half * 0.46
        canvas.paint(
            rounded(patch - width * 0.05, top + width * 0.04, patch + width * 0.05, top + high * 0.34, width * 0.03),
            lighter(LEATHER, 0.15),
            darker(LEATHER, 0.2),
            way="slant",
        )
        for y in (top + width * 0.1, top + high * 0.29):
            canvas.ball(patch, y, width * 0.016, width * 0.016, "#e0b45a", gloss=0.8)


def _reeds(canvas: Canvas, x: float, y: float, high: float, count: int, tones: tuple[str, ...]) -> None:
    """A standing bundle of dry sedge."""
    canvas.ground_shadow(x, y, high * 0.14, high * 0.05)
    for i in range(count):
        share = (i / (count - 1) - 0.5) * 2
        path = smooth(
            [
                (x + share * high * 0.07, y),
                (x + share * high * 0.03, y - high * 0.4),
                (x + share * high * 0.16, y - high * canvas.random.uniform(0.9, 1.08)),
            ],
            False,
        )
        canvas.fill(ribbon(path, high * 0.014, high * 0.008), tones[i % len(tones)])
    canvas.paint(
        rounded(x - high * 0.05, y - high * 0.44, x + high * 0.05, y - high * 0.38, 6), "#c9483c", "#8f2620", way="drum"
    )


def sedge_basket(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#c49a6a", "leaves", "boards", (580, 400, 340))
    for i in range(9):
        angle = -125 + i * 9
        canvas.leaf(470 + i * 26, 400, 300 + 26 * (i % 3), 64, angle, "#6f9a4a" if i % 2 else "#7fae58", veins=2)
    for i in range(5):
        path = smooth([(600 + i * 16, 390), (640 + i * 26, 270), (690 + i * 40, 150 + i * 22)], False)
        canvas.fill(ribbon(path, 7, 4), "#6d8a3a")
        for k in range(7):
            end = path[-1 - k * 2]
            canvas.ball(end[0], end[1], 13, 13, ("#f3b6b0", "#f7d9d0", "#e8918c")[k % 3], gloss=0.3)
    _bag(canvas, 580, 410, 520, 370)
    _coil(canvas, 1000, 780, 90)
    _coil(canvas, 190, 800, 76)


def _coil(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Plaited cord rolled up."""
    canvas.ground_shadow(x, y + size * 0.3, size, size * 0.4)
    canvas.paint(ellipse(x, y + size * 0.2, size, size * 0.5), darker(SEDGE, 0.2), darker(SEDGE, 0.45))
    for i in range(5):
        ring = arc(x, y, size * (1 - i * 0.18), size * 0.5 * (1 - i * 0.18), 0, 360, 50)
        canvas.fill(ribbon(ring, size * 0.13), (lighter(SEDGE, 0.3), SEDGE)[i % 2])
        for a, b in ring[::3]:
            canvas.fill(ribbon([(a - 5, b - 4), (a + 5, b + 4)], 3), darker(SEDGE, 0.35), 0.7)


def sedge_basket_sizes(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#b9a07a", "hills", "mat", (600, 380, 330))
    _bag(canvas, 370, 420, 400, 310, SEDGE, "#b5483f")
    _bag(canvas, 880, 470, 330, 270, lighter(SEDGE, 0.25), "#3f7a6a")
    _bag(canvas, 640, 580, 270, 220, darker(SEDGE, 0.1), "#5a3a22")
    _coil(canvas, 150, 820, 70)


def sedge_yard(canvas: Canvas, _wall: str) -> None:
    sun_drying_yard(canvas, 2, "#c9b25a", workers=False)
    for i in range(6):
        _reeds(canvas, 110 + i * 200, 690 - (i % 2) * 30, 380, 34, ("#c9b45e", "#a8a24a", "#dcc67a", "#8f9440"))
    _bag(canvas, 600, 600, 340, 250)


PRODUCTS = {
    "sedge_basket": Kind(("#e8d7b0", "#cfdcc0"), sedge_basket, sedge_basket_sizes, sedge_yard),
}
