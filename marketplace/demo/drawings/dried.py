"""Dried longan: amber flesh on trays and in jars."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places_built import sun_drying_yard
from marketplace.demo.drawings.props import glass_jar, label, plate, pouch, tray
from marketplace.demo.drawings.shapes import (
    box,
    darker,
    ellipse,
    lighter,
    moved,
    ribbon,
    smooth,
)
from marketplace.demo.drawings.stage import stage

AMBER = ("#c9741f", "#d9892b", "#b8611a", "#e39c3c")


def _amber(canvas: Canvas, x: float, y: float, size: float) -> None:
    """One dried longan: a wrinkled, translucent flower of flesh."""
    colour = canvas.random.choice(AMBER)
    points = [
        (
            x + size * canvas.random.uniform(0.78, 1.08) * math.cos(i * 0.785),
            y + size * 0.8 * canvas.random.uniform(0.8, 1.08) * math.sin(i * 0.785),
        )
        for i in range(8)
    ]
    outline = smooth(points, steps=5)
    canvas.fill(moved(outline, 3, 6), "#4a2208", 0.3)
    canvas.paint(outline, lighter(colour, 0.55), colour, darker(colour, 0.45), way="ball")
    for i in range(3):
        fold = [
            (x - size * 0.5 + i * size * 0.4, y - size * 0.3),
            (x - size * 0.3 + i * size * 0.32, y),
            (x - size * 0.4 + i * size * 0.36, y + size * 0.4),
        ]
        canvas.fill(ribbon(smooth(fold, False, 4), 3, 1), lighter(colour, 0.6) if i == 0 else darker(colour, 0.4), 0.6)


def _amber_heap(canvas: Canvas, x: float, y: float, rx: float, ry: float, high: float, size: float, count: int) -> None:
    spots = []
    for _ in range(count):
        turn, far = canvas.random.uniform(0, 6.28), canvas.random.uniform(0, 1) ** 0.5
        spots.append((y + ry * far * math.sin(turn) - high * (1 - far), x + rx * far * math.cos(turn)))
    for level, across in sorted(spots):
        _amber(canvas, across, level, canvas.wander(size, 0.15))


def _amber_in_jar(canvas: Canvas) -> None:
    canvas.paint(box(600, 410, 940, 720), "#c9741f", "#8a4a12")
    _amber_heap(canvas, 770, 550, 160, 170, 30, 34, 150)


def dried_longan(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#9a6238", "petals", "boards")
    glass_jar(canvas, 770, 190, 290, 520, "#c98f5a", lambda: _amber_in_jar(canvas))
    label(canvas, 770, 530, 210, 150, "LONG NHÃN", "sấy hơi nước", "#8a4a1c")
    tray(canvas, 400, 730, 290, 105)
    _amber_heap(canvas, 400, 720, 230, 72, 90, 33, 120)
    for x, y in ((790.0, 810.0), (870, 838), (950, 800)):
        canvas.ground_shadow(x, y + 18, 34, 12)
        _amber(canvas, float(x), float(y), 36)


def dried_longan_pouch(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#d9a66a", "petals", "cloth", (600, 380, 310))
    pouch(canvas, 600, 130, 430, 620, "#b3652f")
    label(canvas, 600, 360, 320, 230, "LONG NHÃN", "cùi nhãn xoáy tay", "#8a4a1c")
    canvas.fill(ellipse(600, 610, 150, 92), "#fdf0d8")
    with canvas.inside(ellipse(600, 610, 142, 85)):
        _amber_heap(canvas, 600, 620, 170, 90, 20, 32, 90)
    plate(canvas, 230, 790, 180, 58)
    _amber_heap(canvas, 230, 778, 110, 28, 46, 26, 40)
    for x, y in ((940, 800), (1010, 760), (1030, 830)):
        canvas.ground_shadow(x, y + 22, 40, 14)
        _amber(canvas, x, y, 40)


def dried_longan_yard(canvas: Canvas, _wall: str) -> None:
    sun_drying_yard(canvas, 0, AMBER[1], workers=False)
    tray(canvas, 600, 760, 420, 130)
    _amber_heap(canvas, 600, 745, 350, 92, 60, 34, 170)


PRODUCTS = {
    "dried_longan": Kind(("#f2c98e", "#e9d6ae"), dried_longan, dried_longan_pouch, dried_longan_yard),
}
