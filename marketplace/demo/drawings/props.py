"""Things that carry food in many pictures: baskets, trays, plates, bowls, boxes, pouches and their labels."""

from __future__ import annotations

import math
from collections.abc import Callable

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.shapes import (
    Outline,
    arc,
    box,
    darker,
    ellipse,
    lighter,
    mix,
    ribbon,
    rounded,
    smooth,
    star,
)

BAMBOO = "#d2a35c"
CARTON = "#cf9f66"


def basket_back(canvas: Canvas, x: float, y: float, width: float, colour: str = BAMBOO) -> None:
    """The inner wall and far rim; fruit goes between this and `basket_front`."""
    canvas.paint(ellipse(x, y, width / 2, width * 0.13), darker(colour, 0.62), darker(colour, 0.4))
    canvas.stroke(arc(x, y, width / 2, width * 0.13, 180, 360), width * 0.035, darker(colour, 0.18), curved=False)


def basket_front(canvas: Canvas, x: float, y: float, width: float, depth: float, colour: str = BAMBOO) -> None:
    half, foot = width / 2, width * 0.36
    rim = arc(x, y, half, width * 0.13, 180, 0)
    base = [(x + foot, y + depth * 0.82), (x + foot * 0.75, y + depth), (x, y + depth * 1.06)]
    base += [(2 * x - a, b) for a, b in reversed(base[:-1])]
    wall = rim + smooth(
        [(x + half, y), (x + half * 0.96, y + depth * 0.4), *base, (x - half * 0.96, y + depth * 0.4), (x - half, y)],
        False,
    )
    canvas.paint(wall, darker(colour, 0.3), colour, darker(colour, 0.5), way="across")
    with canvas.inside(wall):
        rows, across = 10, 26
        for row in range(rows):
            level = y + depth * 1.12 * (row + 0.2) / rows
            narrowing = 1 - 0.22 * (row / rows) ** 1.5
            for column in range(-1, across + 1):
                if (row + column) % 2:
                    continue
                turn = math.pi * (column + 0.5) / across
                middle = x - half * math.cos(turn) * narrowing
                reach = max(4.0, half * math.sin(turn) * math.pi / across * 1.02)
                bow = width * 0.115 * math.sin(turn)
                high = depth / rows * 1.02
                light = lighter(colour, 0.38) if column < across * 0.6 else lighter(colour, 0.08)
                strip = rounded(
                    middle - reach, level + bow, middle + reach, level + bow + high, min(reach, high) * 0.45
                )
                canvas.paint(strip, light, mix(light, darker(colour, 0.25), 0.6))
        canvas.shadow([*arc(x, y, half, width * 0.13, 180, 0), (x + half, y + 14), (x - half, y + 14)], 12, 0.45)
    band = arc(x, y, half, width * 0.13, 180, 0)
    canvas.stroke(band, width * 0.05, darker(colour, 0.2), curved=False)
    canvas.stroke([(a, b - 3) for a, b in band], width * 0.026, lighter(colour, 0.4), curved=False)
    for a, b in band[2:-2:3]:
        canvas.fill(ribbon([(a - 6, b - 11), (a + 6, b + 11)], 6), darker(colour, 0.4), 0.8)


def tray(canvas: Canvas, x: float, y: float, rx: float, ry: float, colour: str = BAMBOO) -> None:
    """A flat round winnowing tray of bamboo."""
    canvas.ground_shadow(x, y + ry * 0.35, rx, ry * 0.9, 0.4)
    canvas.paint(ellipse(x, y + ry * 0.12, rx, ry), darker(colour, 0.2), darker(colour, 0.5), way="across")
    canvas.paint(ellipse(x, y, rx, ry, count=90), lighter(colour, 0.25), darker(colour, 0.2), way="slant")
    floor = ellipse(x, y + ry * 0.03, rx * 0.92, ry * 0.9, count=90)
    canvas.paint(floor, darker(colour, 0.22), colour, lighter(colour, 0.2))
    with canvas.inside(floor):
        step = rx / 16
        for i in range(-17, 18):
            for j in range(-17, 18):
                if (i + j) % 2 == 0 and i * i + j * j < 300:
                    left, top = x + i * step, y + j * step * ry / rx
                    canvas.fill(
                        box(left, top, left + step * 0.94, top + step * ry / rx * 0.9), lighter(colour, 0.35), 0.7
                    )
    canvas.stroke(arc(x, y, rx * 0.96, ry * 0.95, 20, 160), ry * 0.05, lighter(colour, 0.45), curved=False)


def plate(
    canvas: Canvas, x: float, y: float, rx: float, ry: float, colour: str = "#f7f3ea", band: str = "#2f5f9a"
) -> None:
    """A stoneware plate with two painted rings."""
    canvas.ground_shadow(x, y + ry * 0.3, rx, ry, 0.42)
    canvas.paint(ellipse(x, y + ry * 0.11, rx * 0.97, ry), darker(colour, 0.12), darker(colour, 0.45), way="across")
    canvas.paint(ellipse(x, y, rx, ry, count=90), "#ffffff", colour, darker(colour, 0.12), way="slant")
    for share, width in ((0.93, 7), (0.88, 3)):
        ring = arc(x, y, rx * share, ry * share, 0, 360, 90)
        canvas.fill(ribbon(ring, width), band, 0.8)
    canvas.paint(ellipse(x, y + ry * 0.02, rx * 0.72, ry * 0.7, count=80), darker(colour, 0.14), colour, "#ffffff")


def bowl(canvas: Canvas, x: float, y: float, radius: float, colour: str = "#f7f3ea", band: str = "#2f5f9a") -> None:
    """The front of a rice bowl; its opening is an ellipse of radius by radius * 0.26 around (x, y)."""
    wall = arc(x, y, radius, radius * 0.26, 180, 0)
    wall += smooth(
        [(x + radius, y), (x + radius * 0.86, y + radius * 0.5), (x + radius * 0.42, y + radius * 0.84)], False
    )
    wall += smooth(
        [(x - radius * 0.42, y + radius * 0.84), (x - radius * 0.86, y + radius * 0.5), (x - radius, y)], False
    )
    foot = box(x - radius * 0.4, y + radius * 0.8, x + radius * 0.4, y + radius * 0.93)
    canvas.paint(foot, colour, darker(colour, 0.4), way="drum")
    canvas.paint(wall, "#ffffff", colour, darker(colour, 0.34), way="drum")
    with canvas.inside(wall):
        for down, width in ((0.13, 6), (0.19, 3), (0.66, 4)):
            canvas.fill(ribbon(arc(x, y + radius * down, radius, radius * 0.26, 180, 0), width), band, 0.85)
        for i in range(7):
            turn = math.pi * (i + 0.5) / 7
            middle = x - radius * 0.94 * math.cos(turn)
            level = y + radius * (0.36 + 0.25 * math.sin(turn))
            for side in (-1, 0, 1):
                petal = ellipse(
                    middle + side * 13 * math.sin(turn),
                    level - abs(side) * -5,
                    6 + 2 * math.sin(turn),
                    17,
                    side * 32,
                    20,
                )
                canvas.fill(petal, band, 0.8)
    canvas.fill(ribbon(arc(x, y, radius, radius * 0.26, 180, 0), 5), "#ffffff")


def label(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    words: str,
    small: str,
    colour: str,
    paper: str = "#fdf6e3",
) -> None:
    """A paper label: coloured frame, a star, the name of the thing and one line below."""
    outline = rounded(x - width / 2, y - height / 2, x + width / 2, y + height / 2, height * 0.1)
    canvas.paint(outline, paper, darker(paper, 0.07), way="slant")
    inset = rounded(x - width * 0.455, y - height * 0.43, x + width * 0.455, y + height * 0.43, height * 0.07)
    canvas.fill(ribbon([*inset, inset[0]], 2.6), colour)
    size = min(height * 0.25, width * 0.82 / max(1.0, canvas.text_width(words, 1)))
    canvas.fill(star(x, y - height * 0.25, height * 0.09, height * 0.045, 8), colour)
    canvas.text(x, y + height * 0.02, words, size, colour)
    line = min(height * 0.12, width * 0.78 / max(1.0, canvas.text_width(small, 1, False)))
    canvas.text(x, y + height * 0.27, small, line, darker(colour, 0.2), bold=False)


def carton(
    canvas: Canvas, left: float, top: float, width: float, height: float, colour: str = CARTON, lean: float = 90
) -> Outline:
    """An open carton seen from the front and a little from above; returns the opening."""
    right, bottom = left + width, top + height
    canvas.ground_shadow(left + width / 2 + 15, bottom - 5, width * 0.54, 60)
    opening = [(left, top), (left + lean, top - lean * 0.8), (right - lean * 0.35, top - lean * 0.8), (right, top)]
    canvas.paint(opening, darker(colour, 0.6), darker(colour, 0.4))
    canvas.fill(
        [
            (left + lean, top - lean * 0.8),
            (right - lean * 0.35, top - lean * 0.8),
            (right - lean * 0.6, top - lean * 1.4),
            (left + lean * 1.2, top - lean * 1.4),
        ],
        darker(colour, 0.1),
    )
    return opening


def carton_front(canvas: Canvas, left: float, top: float, width: float, height: float, colour: str = CARTON) -> None:
    right, bottom = left + width, top + height
    canvas.paint(rounded(left, top, right, bottom, 6), lighter(colour, 0.2), colour, darker(colour, 0.12), way="slant")
    canvas.paint(box(left, top, right, top + 14), lighter(colour, 0.45), lighter(colour, 0.2))
    for x in (left + width * 0.1, right - width * 0.1):
        canvas.paint(ellipse(x, top + height * 0.3, 24, 13), darker(colour, 0.65), darker(colour, 0.45))


def pouch(canvas: Canvas, x: float, top: float, width: float, height: float, colour: str) -> Outline:
    """A standing bag with a sealed top and side folds; returns its outline."""
    half, bottom = width / 2, top + height
    canvas.ground_shadow(x, bottom - 4, half, width * 0.13)
    side = [
        (x + half * 0.9, top),
        (x + half * 0.92, top + height * 0.1),
        (x + half * 1.02, top + height * 0.5),
        (x + half, bottom - 16),
        (x + half * 0.9, bottom),
    ]
    outline = smooth(side, False) + smooth([(2 * x - a, b) for a, b in reversed(side)], False)
    canvas.paint(outline, lighter(colour, 0.28), lighter(colour, 0.12), colour, darker(colour, 0.35), way="drum")
    seal = box(x - half * 0.9, top, x + half * 0.9, top + height * 0.075)
    canvas.paint(seal, lighter(colour, 0.35), darker(colour, 0.2), way="across")
    for i in range(1, 26):
        across = x - half * 0.9 + width * 0.9 * i / 26
        canvas.fill(ribbon([(across, top + 3), (across, top + height * 0.072)], 2), darker(colour, 0.25), 0.35)
    with canvas.inside(outline):
        for side_x, tone, alpha in ((x - half * 0.8, "#ffffff", 0.3), (x + half * 0.82, darker(colour, 0.6), 0.22)):
            fold = smooth([(side_x, top + height * 0.1), (side_x + 8, top + height * 0.5), (side_x, bottom)], False)
            canvas.fill(ribbon(fold, 10, 24), tone, alpha)
        canvas.shadow(box(x - half, bottom - 10, x + half, bottom + 30), 16, 0.3)
    return outline


def glass_jar(
    canvas: Canvas, x: float, top: float, width: float, height: float, lid: str, contents: Callable[[], None]
) -> None:
    """A jar of clear glass; `contents` draws what is seen inside it."""
    half, bottom = width / 2, top + height
    canvas.ground_shadow(x, bottom - 6, half, width * 0.15)
    body = rounded(x - half, top + height * 0.13, x + half, bottom, width * 0.16)
    canvas.paint(body, "#fdfaf2", "#efe9dc", "#d3c8b2", way="drum")
    with canvas.inside(
        rounded(x - half * 0.94, top + height * 0.15, x + half * 0.94, bottom - height * 0.02, width * 0.14)
    ):
        contents()
        canvas.paint(box(x - half, top, x - half * 0.7, bottom), "#ffffff", "#ffffff", alpha=0.16)
        canvas.shadow(box(x + half * 0.72, top, x + half + 40, bottom), 22, 0.35)
    canvas.fill(
        rounded(x - half * 0.84, top + height * 0.2, x - half * 0.7, bottom - height * 0.1, width * 0.03),
        "#ffffff",
        0.55,
    )
    canvas.fill(ribbon([*body, body[0]], 4), "#ffffff", 0.5)
    cap = rounded(x - half * 0.86, top, x + half * 0.86, top + height * 0.15, width * 0.05)
    canvas.paint(cap, lighter(lid, 0.3), lighter(lid, 0.15), lid, darker(lid, 0.45), way="drum")
    for i in range(24):
        turn = math.pi * (i + 0.5) / 24
        across = x - half * 0.86 * math.cos(turn)
        canvas.fill(ribbon([(across, top + height * 0.03), (across, top + height * 0.14)], 2.5), darker(lid, 0.35), 0.5)
