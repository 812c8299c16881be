"""Greens: chayote tips."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places import greenhouse_greens
from marketplace.demo.drawings.props import basket_back, basket_front, label
from marketplace.demo.drawings.shapes import (
    darker,
    ellipse,
    lighter,
    moved,
    ribbon,
    rounded,
    smooth,
    turned,
)
from marketplace.demo.drawings.stage import stage

GREENS = ("#6fb04a", "#84c05a", "#5a9e3f", "#98cc6a")


def _tip(canvas: Canvas, x: float, y: float, length: float, angle: float) -> None:
    """One shoot: a juicy stem, heart-shaped leaves getting smaller, curled tendrils."""
    tone = canvas.random.choice(GREENS)
    bend = canvas.random.uniform(-0.14, 0.14)
    path = [
        (0.0, 0.0),
        (length * 0.4, length * bend * 0.6),
        (length * 0.75, length * bend * 0.3),
        (length, -length * bend),
    ]
    spine = smooth(moved(turned(path, angle), x, y), False)
    canvas.fill(ribbon([(a + 3, b + 5) for a, b in spine], length * 0.05, length * 0.02), "#24401a", 0.25)
    canvas.fill(ribbon(spine, length * 0.05, length * 0.018), lighter(tone, 0.2))
    canvas.fill(ribbon([(a - 2, b - 2) for a, b in spine], length * 0.014, 1), lighter(tone, 0.6))
    for share, side in ((0.5, -1), (0.62, 1), (0.74, -1), (0.85, 1), (0.95, -1)):
        px, py = spine[int(share * (len(spine) - 1))]
        size = length * (0.36 - 0.24 * share)
        _heart(canvas, px, py, size, angle + side * (70 - 30 * share), tone)
        if share < 0.8:
            curl = [
                (px, py),
                *[
                    (
                        px + math.cos(k * 0.9 + angle) * size * (1 - k * 0.09) * 0.5,
                        py - side * size * 0.2 - math.sin(k * 0.9) * size * 0.4 * (1 - k * 0.09),
                    )
                    for k in range(9)
                ],
            ]
            canvas.fill(ribbon(smooth(curl, False, 4), 3, 1.4), lighter(tone, 0.35), 0.9)
    _heart(canvas, *spine[-1], length * 0.12, angle, lighter(tone, 0.25))


def _heart(canvas: Canvas, x: float, y: float, size: float, angle: float, tone: str) -> None:
    """A lobed leaf with its stalk at (x, y)."""
    half = smooth(
        [(0.1, 0), (-0.08, -0.3), (0.2, -0.56), (0.52, -0.44), (0.72, -0.46), (0.86, -0.16), (1.12, 0)], False, 5
    )
    upper = moved(turned(half, angle), x, y, size)
    lower = moved(turned([(a, -b) for a, b in half], angle), x, y, size)
    canvas.fill(moved(upper + lower[::-1], 3, 5), "#24401a", 0.22)
    canvas.paint(lower + upper[:1], darker(tone, 0.06), darker(tone, 0.26), way="slant")
    canvas.paint(upper + lower[:1], lighter(tone, 0.32), tone, way="slant")
    for end, width in (((1.0, 0.0), 0.035), ((0.6, -0.34), 0.025), ((0.6, 0.34), 0.025)):
        vein = moved(turned([(0.08, 0), end], angle), x, y, size)
        canvas.fill(ribbon(vein, size * width, 1), lighter(tone, 0.5), 0.7)


def _bunch(canvas: Canvas, x: float, y: float, length: float, count: int, fan: float = 44, angle: float = -90) -> None:
    """Shoots tied with bamboo string; (x, y) is where the stems are cut."""
    for i in range(count):
        share = (i / (count - 1) - 0.5) * 2
        across = turned([(0, share * length * 0.07)], angle)[0]
        _tip(
            canvas, x + across[0], y + across[1], length * canvas.random.uniform(0.84, 1.06), angle + share * fan * 0.5
        )
    knot = turned(rounded(length * 0.2, -length * 0.19, length * 0.27, length * 0.19, length * 0.03), angle)
    canvas.paint(moved(knot, x, y), "#f0d48a", "#b8873a", way="slant")


def chayote_tips(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#a9764a", "hills", "boards", (600, 400, 340))
    canvas.ground_shadow(600, 785, 300, 62, 0.5)
    basket_back(canvas, 600, 555, 640)
    for x, lean in ((420, -134), (780, -46), (470, -116), (730, -64), (530, -100), (670, -80), (600, -90)):
        _tip(canvas, x, 650, 470 - abs(x - 600) * 0.35, lean)
    for x, lean in ((390, -138), (810, -42), (490, -118), (710, -62), (560, -98), (650, -80)):
        _tip(canvas, x, 680, 350, lean)
    for i in range(22):
        x, level = 320 + i * 27, 590 + 36 * math.sin(i * math.pi / 21) + canvas.random.uniform(-22, 14)
        _heart(canvas, x, level, canvas.random.uniform(70, 104), -90 + canvas.random.uniform(-60, 60), GREENS[i % 4])
    basket_front(canvas, 600, 570, 640, 225)
    _bunch(canvas, 1130, 830, 300, 5, 40, -168)
    _chayote(canvas, 190, 780, 80)


def _chayote(canvas: Canvas, x: float, y: float, size: float) -> None:
    """The wrinkled pear-shaped fruit of the same vine."""
    canvas.ground_shadow(x, y + size * 0.85, size, size * 0.32)
    body = smooth(
        [
            (x - size * 0.2, y - size * 1.1),
            (x + size * 0.4, y - size * 0.9),
            (x + size * 0.9, y + size * 0.1),
            (x + size * 0.6, y + size * 0.85),
            (x, y + size * 0.9),
            (x - size * 0.6, y + size * 0.85),
            (x - size * 0.95, y + size * 0.1),
            (x - size * 0.6, y - size * 0.85),
        ]
    )
    canvas.paint(body, "#e3efb0", "#b3d070", "#8fb54a", "#5f8a30", way="ball")
    for share in (-0.5, 0.05, 0.55):
        fold = smooth(
            [(x + share * size * 0.5, y - size * 0.8), (x + share * size, y), (x + share * size * 0.6, y + size * 0.8)],
            False,
        )
        canvas.fill(ribbon(fold, size * 0.05, 1), "#6f9a3a", 0.5)
    canvas.fill(ellipse(x - size * 0.4, y - size * 0.4, size * 0.12, size * 0.26, 20, 18), "#ffffff", 0.45)


def chayote_bunch(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#b9cf8a", "leaves", "cloth", (600, 390, 330))
    _bunch(canvas, 600, 830, 620, 13, 80)
    paper = [(486, 600), (714, 600), (680, 832), (520, 832)]
    canvas.shadow(paper, 14, 0.3, down=8)
    canvas.paint(paper, "#f6ead0", "#e3cf9f", "#c9ae72", way="drum")
    label(canvas, 600, 712, 172, 140, "NGỌN SU SU", "hái sớm trong ngày", "#2f7a3a")
    _chayote(canvas, 240, 790, 84)
    _chayote(canvas, 950, 790, 84)


def chayote_field(canvas: Canvas, _wall: str) -> None:
    greenhouse_greens(canvas, 1)
    for x, lean, length in (
        (60, -70, 420),
        (230, -96, 360),
        (400, -80, 320),
        (600, -92, 300),
        (800, -100, 330),
        (980, -84, 370),
        (1150, -108, 430),
    ):
        _tip(canvas, x, 920, length, lean)


PRODUCTS = {
    "chayote_tips": Kind(("#d3e4b8", "#f2e2b4"), chayote_tips, chayote_bunch, chayote_field),
}
