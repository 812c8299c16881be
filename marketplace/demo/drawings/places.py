"""Open land: orchard, paddies, tea hills, beach, beehives, greenhouse; wide pictures for cooperatives, backdrops for goods."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.figures import bee, boat, hive, person
from marketplace.demo.drawings.kinds import Place
from marketplace.demo.drawings.scenery import (
    EVENING,
    MIST,
    MORNING,
    areca,
    frame_of_leaves,
    house,
    meadow,
    ridge,
    sky,
    tree,
    tufts,
    waves,
)
from marketplace.demo.drawings.shapes import arc, box, darker, ellipse, lighter, mix, ribbon, smooth, turned
from marketplace.demo.drawings.stage import ear

SHIRTS = ("#7a4a8a", "#b5483f", "#3f6f8f", "#5d7a3a", "#8a5a3a")


def orchard(canvas: Canvas, variant: int = 0, fruit: str = "", pickers: bool = True) -> None:
    """Rows of fruit trees, a path between them, pickers with baskets."""
    wide = canvas.width
    fruit = fruit or ("#d9a441", "#c62f3f", "#d98a2f")[variant % 3]
    sky(canvas, (MORNING, EVENING, MIST)[variant % 3], 400, (wide * 0.7, 170))
    ridge(canvas, 400, 150, "#9dbfae", 460, 0.6 + variant)
    ridge(canvas, 430, 90, "#7fab7d", 480, 2.2 + variant, 170)
    meadow(canvas, 430, ("#a9cc74", "#7fae4f", "#5c8c3a"))
    canvas.paint([(wide * 0.49, 432), (wide * 0.51, 432), (wide * 0.72, 900), (wide * 0.3, 900)], "#e6cf98", "#d3b273")
    tufts(canvas, 450, 900, 110, "#4f8235")
    for distance in range(5):
        y, size = 470 + distance**1.55 * 34, 38 + distance * 36
        gap = wide * (0.085 + 0.066 * distance)
        for side in (-2.1, -1, 1, 2.1):
            tree(
                canvas,
                wide / 2 + side * gap + canvas.random.uniform(-8, 8),
                y,
                size,
                ("#4d8a3f", "#3f7a44")[distance % 2],
                fruit,
            )
        if distance == 2 and pickers:
            person(canvas, wide * 0.44, y + 60, 150, SHIRTS[variant % 5], (0.2, -0.9))
    if pickers:
        person(canvas, wide * 0.585, 800, 260, SHIRTS[(variant + 2) % 5], (-0.2, -0.5))
    frame_of_leaves(canvas, "#3f7d3a", 230)


def paddy_field(canvas: Canvas, variant: int = 0, reapers: bool = True) -> None:
    """Ripe rice in terraces of gold and green down to the path."""
    wide = canvas.width
    sky(canvas, (EVENING, MORNING, MIST)[variant % 3], 380, (wide * 0.3, 180))
    ridge(canvas, 390, 190, "#a3bfb4", 440, 1.2 + variant)
    ridge(canvas, 410, 110, "#86ab86", 450, 3 + variant, 180)
    for x, high in ((0.66, 150), (0.7, 185), (0.88, 160)):
        areca(canvas, wide * x, 432, high)
    house(canvas, wide * 0.73, 432, wide * 0.13)
    meadow(canvas, 425, ("#e8cd6a", "#d9b441", "#b98d24"))
    golds = ("#e9cf72", "#c9d069", "#e0bd4d", "#a9c25a", "#d9ae3a", "#e3c455")
    y, step = 425.0, 20.0
    for i in range(9):
        bend = math.sin(i * 1.7 + variant) * 26
        upper = smooth(
            [(-60, y), (wide * 0.3, y + bend * 0.5), (wide * 0.65, y - bend * 0.5), (wide + 60, y + bend * 0.3)], False
        )
        tone = golds[(i + variant) % 6]
        canvas.paint(
            [*upper, (wide + 60, y + step * 2.6), (-60, y + step * 2.6)], lighter(tone, 0.18), darker(tone, 0.12)
        )
        canvas.fill(ribbon(upper, 3 + i), "#7d9a3c", 0.8)
        canvas.fill(ribbon([(a, b + 4 + i) for a, b in upper], 2 + i * 0.5), "#5b6f24", 0.45)
        for _ in range(26):
            x, at = canvas.random.uniform(0, wide), y + canvas.random.uniform(6, step + 8)
            canvas.fill([(x - 1.5, at + 8), (x + 4 + i, at - 8 - i * 2), (x + 2, at + 8)], darker(tone, 0.2), 0.5)
        y, step = y + step, step * 1.32
    if reapers:
        person(canvas, wide * 0.3, 640, 150, SHIRTS[variant % 5], (0.2, -0.2), 0.2)
        person(canvas, wide * 0.4, 680, 180, SHIRTS[(variant + 1) % 5], (0.22, -0.2), 0.22)
    for i in range(round(wide / 30)):
        x = i * 30 + canvas.random.uniform(-12, 12)
        lean = canvas.random.choice((-1, 1)) * canvas.random.uniform(22, 46)
        ear(
            canvas,
            x,
            930,
            lean,
            canvas.random.uniform(110, 230),
            canvas.random.choice(("#c9971f", "#d8ac38", "#b5861a")),
        )


def tea_hill(canvas: Canvas, variant: int = 0, pickers: bool = True) -> None:
    """Rounded hills combed with tea hedges, mist behind."""
    wide = canvas.width
    sky(canvas, (MIST, MORNING, EVENING)[variant % 3], 380, (wide * 0.78, 150))
    ridge(canvas, 380, 230, "#a9c6c2", 440, 0.2 + variant)
    ridge(canvas, 420, 150, "#8ab39a", 640, 2.6 + variant, 200)
    for i, (middle, top, half) in enumerate(((0.86, 400, 0.5), (0.18, 440, 0.52), (0.62, 560, 0.72))):
        tone = ("#86b35e", "#6fa04b", "#5a9140")[i]
        x, reach = wide * middle, wide * half
        hill = [(x - reach, 960.0), *arc(x, 960, reach, 960 - top, 180, 360, 60)]
        canvas.paint(hill, lighter(tone, 0.28), tone, darker(tone, 0.25))
        with canvas.inside(hill):
            for row in range(1, 13):
                share = row / 13
                level = arc(
                    x, 960 + 20 * row, reach * (1.04 - share * 0.02), (960 - top) * (1.02 - share * 0.76), 180, 360, 50
                )
                canvas.fill(ribbon(level, 8 + row * 1.6), darker(tone, 0.28), 0.6)
                canvas.fill(ribbon([(a, b - 5 - row * 0.5) for a, b in level], 5 + row), lighter(tone, 0.24), 0.75)
        if i == 1 and pickers:
            for px, high, bend in ((0.1, 120, 0.15), (0.25, 130, 0.1)):
                person(canvas, wide * px, 650, high, SHIRTS[(variant + i) % 5], (0.22, -0.4), bend)
    if pickers:
        person(canvas, wide * 0.6, 760, 210, SHIRTS[(variant + 3) % 5], (-0.22, -0.42), -0.1)
    tufts(canvas, 840, 910, 60, "#3f7a34")
    frame_of_leaves(canvas, "#3f8040", 200)


def beach_boats(canvas: Canvas, variant: int = 0) -> None:
    """Karst islands, boats at anchor, a coracle and nets on the sand."""
    wide = canvas.width
    sky(canvas, (MORNING, EVENING, MIST)[variant % 3], 430, (wide * 0.25, 170))
    for x, high, half in (
        (0.08, 170, 90),
        (0.2, 110, 70),
        (0.58, 130, 80),
        (0.7, 220, 110),
        (0.83, 150, 90),
        (0.95, 190, 100),
    ):
        rock = smooth(
            [
                (wide * x - half, 434),
                (wide * x - half * 0.75, 434 - high * 0.7),
                (wide * x - half * 0.2, 434 - high),
                (wide * x + half * 0.5, 434 - high * 0.8),
                (wide * x + half, 434),
            ],
            False,
        )
        tone = mix("#7fa39a", "#b3cfcf", canvas.random.uniform(0.1, 0.6))
        canvas.paint(rock, tone, lighter(tone, 0.35), way="slant")
    canvas.paint(box(0, 430, wide, 720), "#a8dbd9", "#58b0bd", "#2f8ba3")
    waves(canvas, 440, 690, "#f2fbf4", 90)
    for x, y, length, colour in ((0.2, 500, 200, "#3f7f9a"), (0.82, 520, 250, "#4a8a5a"), (0.47, 590, 400, "#2f6f9f")):
        canvas.shadow(ellipse(wide * x, y + length * 0.06, length * 0.46, length * 0.03, count=24), 6, 0.4, "#12404f")
        boat(canvas, wide * x, y, length, colour)
    shore = smooth([(-60, 700), (wide * 0.25, 740), (wide * 0.55, 690), (wide * 0.8, 735), (wide + 60, 690)], False)
    canvas.fill(ribbon([(a, b - 4) for a, b in shore], 22), "#f4fbf2", 0.8)
    canvas.paint([*shore, (wide + 60, 920), (-60, 920)], "#e0c48c", "#f1ddb0", "#e6cb94")
    sand = box(0, 760, wide, 900)
    canvas.speckle(sand, 160, ["#c9a868", "#fff4d8"], (1, 3), 0.6)
    x, y = wide * 0.17, 815
    canvas.ground_shadow(x, y + 34, 130, 34)
    canvas.paint(arc(x, y, 140, 62, 0, 180) + arc(x, y, 140, 40, 180, 360), "#c08a4a", "#8a5a2c")
    canvas.paint(ellipse(x, y, 140, 40), "#5d3c1f", "#80562d")
    canvas.fill(ribbon(arc(x, y, 140, 40, 0, 360), 10), "#d9aa66")
    canvas.stroke([(x - 90, y + 10), (x + 150, y - 90)], 9, "#8a6238")
    person(canvas, wide * 0.7, 850, 220, SHIRTS[(variant + 2) % 5], (-0.25, -0.3), -0.12)
    net = [(wide * 0.6 - 40, 850), (wide * 0.64, 812), (wide * 0.67, 806), (wide * 0.68, 852)]
    canvas.fill(smooth(net), "#3f8f86", 0.7)


def beehives(canvas: Canvas, variant: int = 0, keeper: bool = True) -> None:
    """Wooden hives under flowering longan trees, bees in the air."""
    wide = canvas.width
    sky(canvas, (MORNING, EVENING, MIST)[variant % 3], 400, (wide * 0.5, 140))
    ridge(canvas, 410, 140, "#9fc3a8", 460, 1 + variant)
    meadow(canvas, 430, ("#b6d37c", "#8fbb58", "#6a9a42"))
    for x, y, size in ((0.06, 520.0, 130), (0.3, 480, 90), (0.5, 470, 80), (0.72, 485, 95), (0.95, 530, 140)):
        tree(canvas, wide * x, y, size, "#5b9448", "#f3e3a0")
    tufts(canvas, 500, 900, 120, "#557f32")
    for level, (y, size, count) in enumerate(((560.0, 78, 6), (650, 112, 5), (790, 160, 4))):
        for i in range(count):
            x = wide * (i + 0.5 + 0.18 * (level % 2)) / count
            if not (level == 2 and i == 1):
                hive(canvas, x, y, size, ("#e9b949", "#7fb3c4", "#d98a5a", "#b9c97a")[(i + level + variant) % 4])
    if keeper:
        person(canvas, wide * 0.38, 830, 260, "#f2ead6", (0.26, -0.42), 0.06)
    for _ in range(26):
        bee(canvas, canvas.random.uniform(0, wide), canvas.random.uniform(330, 800), canvas.random.uniform(5, 11))
    for _ in range(60):
        x, y = canvas.spot(0, 820, wide, 900)
        canvas.fill(ellipse(x, y, 6, 5, count=10), canvas.random.choice(("#fff6d8", "#f6d34f", "#f2a65a")))


def greenhouse_greens(canvas: Canvas, variant: int = 0) -> None:
    """Beds of young greens under a net house in the mountains."""
    wide = canvas.width
    sky(canvas, (MIST, MORNING, EVENING)[variant % 3], 380)
    ridge(canvas, 380, 280, "#9dbfc0", 440, 0.9 + variant)
    ridge(canvas, 420, 170, "#82ad93", 450, 2.4 + variant, 190)
    meadow(canvas, 440, ("#b08a5c", "#946c42", "#7a5634"))
    for i in range(-5, 6):
        near, far = wide / 2 + i * wide * 0.19, wide / 2 + i * wide * 0.035
        bed = [
            (far - wide * 0.012, 445),
            (far + wide * 0.012, 445),
            (near + wide * 0.068, 900),
            (near - wide * 0.068, 900),
        ]
        canvas.paint(bed, "#86b85c", "#5f9a40", "#4b8534")
        for step in range(15):
            share = ((step + 0.5) / 15) ** 1.7
            y, x = 448 + 452 * share, far + (near - far) * share
            size = 5 + 40 * share
            for side in (-0.8, 0, 0.8):
                tone = canvas.random.choice(("#7fbf57", "#9ccc66", "#5ea548"))
                for angle in (-150, -90, -30):
                    leaf = turned(ellipse(size * 0.5, 0, size * 0.55, size * 0.26, count=14), angle + side * 20)
                    canvas.fill(
                        [(x + side * size * 1.15 + a, y + b) for a, b in leaf],
                        tone if angle != -90 else lighter(tone, 0.3),
                    )
    for i in range(4):
        reach, top = wide * (0.14 + 0.15 * i**1.25), 380 - i * 75
        hoop = arc(wide / 2, 450 + i * 60, reach, 450 + i * 60 - top, 180, 360, 50)
        canvas.fill(ribbon(hoop, 4 + i * 2.5), "#eef2ee", 0.9)
    outer = arc(wide / 2, 630, wide * 0.73, 630 - 155, 180, 360, 50)
    inner = arc(wide / 2, 450, wide * 0.14, 70, 360, 180, 50)
    canvas.fill(outer + inner, "#ffffff", 0.2)
    person(canvas, wide * 0.36, 720, 210, SHIRTS[(variant + 1) % 5], (0.2, -0.22), 0.2)
    person(canvas, wide * 0.62, 640, 140, SHIRTS[(variant + 3) % 5], (-0.2, -0.25), -0.2)


PLACES: dict[str, Place] = {
    "orchard": orchard,
    "paddy_field": paddy_field,
    "tea_hill": tea_hill,
    "beach_boats": beach_boats,
    "beehives": beehives,
    "greenhouse_greens": greenhouse_greens,
}
