"""What a Vietnamese landscape is made of: sky, ridges, trees, palms, houses with tiled roofs, people in conical hats."""

from __future__ import annotations

import math
from collections.abc import Sequence

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.shapes import (
    Outline,
    Point,
    box,
    darker,
    ellipse,
    lighter,
    ribbon,
    smooth,
    turned,
)

MORNING = ("#9fd0e6", "#cfe7e8", "#fdeccb")
EVENING = ("#f3b77a", "#f9d7a3", "#fdf0d3")
MIST = ("#b9d6d9", "#dde9df", "#f6f0dc")


def sky(canvas: Canvas, colours: Sequence[str] = MORNING, horizon: float = 420, sun: Point | None = None) -> None:
    canvas.background(colours[-1])
    canvas.paint(box(0, 0, canvas.width, horizon + 40), *colours)
    if sun:
        canvas.glow(*sun, 300, "#fff6d8", 0.75)
        canvas.paint(ellipse(*sun, 62, 62), "#fffbe8", "#ffe9ab")
    for _ in range(4):
        cloud(
            canvas,
            canvas.random.uniform(0, canvas.width),
            canvas.random.uniform(50, horizon * 0.45),
            canvas.random.uniform(70, 130),
        )


def cloud(canvas: Canvas, x: float, y: float, size: float) -> None:
    for dx, dy, share in ((-0.9, 0.1, 0.34), (-0.35, -0.12, 0.46), (0.3, -0.05, 0.4), (0.85, 0.12, 0.3)):
        canvas.fill(ellipse(x + dx * size, y + dy * size, share * size * 1.3, share * size * 0.62), "#ffffff", 0.5)


def ridge(
    canvas: Canvas, y: float, height: float, colour: str, foot: float, phase: float = 0, wave: float = 230
) -> None:
    """A line of hills fading into mist at its foot."""
    points: Outline = [(-100, foot)]
    x = -100.0
    while x <= canvas.width + 160:
        rise = math.sin(x / wave + phase) * 0.6 + math.sin(x / wave * 2.3 + phase * 1.7) * 0.4
        points.append((x, y - height * 0.5 * (1 + rise)))
        x += wave * 0.25
    canvas.paint([*smooth(points[1:], False, 6), (canvas.width + 200, foot), points[0]], colour, lighter(colour, 0.45))


def meadow(canvas: Canvas, y: float, colours: Sequence[str]) -> None:
    canvas.paint(box(0, y, canvas.width, canvas.height), *colours)


def tufts(canvas: Canvas, top: float, bottom: float, count: int, colour: str) -> None:
    """Grass blades, bigger towards the viewer."""
    for y in sorted(canvas.random.uniform(top, bottom) for _ in range(count)):
        x, size = canvas.random.uniform(0, canvas.width), 6 + 22 * (y - top) / max(1.0, bottom - top)
        for lean in (-0.5, 0.05, 0.55):
            canvas.fill([(x - size * 0.1, y), (x + size * lean, y - size), (x + size * 0.1, y)], colour, 0.7)


def crown(canvas: Canvas, x: float, y: float, size: float, colour: str) -> None:
    """The leaves of a tree as three scalloped clouds, lit from the left."""
    layers = (
        (0, 0.05, 1.0, darker(colour, 0.32)),
        (-0.08, -0.08, 0.82, colour),
        (-0.2, -0.24, 0.52, lighter(colour, 0.2)),
    )
    for dx, dy, share, tone in layers:
        points: Outline = []
        lobes = 11
        for i in range(lobes * 2):
            turn = math.pi * i / lobes
            reach = size * share * ((1.02 if i % 2 else 0.88) + canvas.random.uniform(-0.05, 0.05))
            points.append((x + dx * size + reach * math.cos(turn), y + dy * size + reach * 0.8 * math.sin(turn)))
        canvas.paint(smooth(points, steps=5), lighter(tone, 0.12), darker(tone, 0.16), way="slant")


def tree(canvas: Canvas, x: float, y: float, size: float, colour: str = "#4d8a3f", fruit: str = "") -> None:
    """A fruit tree standing at (x, y), `size` the radius of its crown."""
    canvas.shadow(ellipse(x + size * 0.2, y, size * 1.0, size * 0.2, count=30), size * 0.1, 0.32, "#2a3a12")
    canvas.stroke(
        [(x, y), (x - size * 0.04, y - size * 0.7), (x + size * 0.05, y - size * 1.1)],
        size * 0.17,
        "#6d4a2e",
        size * 0.09,
    )
    canvas.stroke([(x, y - size * 0.5), (x + size * 0.3, y - size * 0.95)], size * 0.09, "#6d4a2e", size * 0.05)
    crown(canvas, x, y - size * 1.45, size, colour)
    if fruit:
        for _ in range(round(16 + size / 12)):
            turn, far = canvas.random.uniform(0, 6.28), canvas.random.uniform(0.1, 0.85)
            px, py = x + size * far * math.cos(turn), y - size * 1.4 + size * far * 0.78 * math.sin(turn)
            radius = max(2.5, size * 0.05)
            for dx, dy in ((0, 0), (1.3, 0.6), (0.3, 1.5)):
                dot = ellipse(px + dx * radius, py + dy * radius, radius, radius, count=14)
                canvas.fill(dot, canvas.random.choice((fruit, darker(fruit, 0.15), lighter(fruit, 0.2))))


def areca(canvas: Canvas, x: float, y: float, high: float, colour: str = "#4f8a4a") -> None:
    """The slim palm beside every old house."""
    canvas.stroke(
        [(x, y), (x + high * 0.02, y - high * 0.5), (x - high * 0.01, y - high)], high * 0.035, "#9a8a6a", high * 0.022
    )
    for angle in (-165, -140, -110, -78, -45, -18, 8, 172):
        reach = high * 0.3
        tip = turned([(reach, 0)], angle)[0]
        path = smooth(
            [
                (x, y - high),
                (x + tip[0] * 0.55, y - high + tip[1] * 0.75),
                (x + tip[0], y - high + tip[1] + reach * 0.35),
            ],
            False,
            6,
        )
        canvas.fill(ribbon(path, high * 0.06, 2), darker(colour, 0.15) if tip[0] > 0 else colour)


def house(canvas: Canvas, x: float, y: float, width: float, wall: str = "#f3dfb4", roof: str = "#b5573a") -> None:
    """A low house: whitewashed front, three doors, a roof of red tiles with turned-up ends."""
    high = width * 0.3
    canvas.paint(box(x, y - high, x + width, y), wall, darker(wall, 0.12), way="slant")
    for i in range(3):
        left = x + width * (0.12 + 0.29 * i)
        canvas.paint(box(left, y - high * 0.78, left + width * 0.18, y), "#7a4b2c", "#5b3520")
        canvas.fill(box(left + width * 0.086, y - high * 0.78, left + width * 0.094, y), "#3e2415")
    eaves = width * 0.08
    outline = smooth([(x - eaves, y - high * 0.92), (x + width * 0.1, y - high * 1.75)], False, 4)
    outline += [(x + width * 0.9, y - high * 1.75), (x + width + eaves, y - high * 0.92)]
    canvas.paint(outline, lighter(roof, 0.12), roof, darker(roof, 0.25))
    for i in range(1, 18):
        share = i / 18
        top, foot = x + width * (0.1 + 0.8 * share), x - eaves + (width + 2 * eaves) * share
        canvas.fill(ribbon([(top, y - high * 1.75), (foot, y - high * 0.92)], 2), darker(roof, 0.4), 0.45)
    canvas.fill(
        ribbon(
            [
                (x + width * 0.07, y - high * 1.83),
                (x + width * 0.1, y - high * 1.75),
                (x + width * 0.9, y - high * 1.75),
                (x + width * 0.93, y - high * 1.83),
            ],
            8,
        ),
        darker(roof, 0.3),
    )
    canvas.fill(
        [(x, y - high * 0.92), (x + width, y - high * 0.92), (x + width, y - high * 0.82), (x, y - high * 0.86)],
        "#3a2412",
        0.3,
    )


def frame_of_leaves(canvas: Canvas, colour: str, size: float = 240) -> None:
    """Near leaves hanging into the picture from above, to give depth."""
    for x, y, angle in ((-20, -30, 50), (90, -50, 78), (210, -60, 98), (-40, 90, 20)):
        canvas.leaf(x, y, size, size * 0.36, angle, colour)
        canvas.leaf(canvas.width - x, y, size, size * 0.36, 180 - angle, colour)


def waves(canvas: Canvas, top: float, bottom: float, colour: str, count: int = 60) -> None:
    """Short lights on water."""
    for _ in range(count):
        y = canvas.random.uniform(top, bottom)
        near = (y - top) / max(1.0, bottom - top)
        x, length = canvas.random.uniform(-50, canvas.width), 20 + 110 * near
        canvas.fill(ellipse(x, y, length, 1.5 + 2.5 * near, count=16), colour, 0.4)


def rows(canvas: Canvas, vanish: Point, bottom: float, count: int, colour: str, spread: float, width: float) -> None:
    """Furrows running to a point on the horizon."""
    for i in range(-count, count + 1):
        x = vanish[0] + i * spread
        canvas.fill(
            [(vanish[0] + i * spread * 0.06, vanish[1]), (x + width, bottom), (x - width, bottom)], colour, 0.55
        )
