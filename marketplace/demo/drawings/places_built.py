"""Yards and halls: drying yard, kiln village, packing house, workshop."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.figures import jar, person
from marketplace.demo.drawings.kinds import Place
from marketplace.demo.drawings.places import PLACES as OPEN_PLACES
from marketplace.demo.drawings.places import SHIRTS
from marketplace.demo.drawings.props import BAMBOO, CARTON
from marketplace.demo.drawings.scenery import (
    EVENING,
    MIST,
    MORNING,
    areca,
    cloud,
    house,
    meadow,
    ridge,
    sky,
    tree,
)
from marketplace.demo.drawings.shapes import arc, box, darker, ellipse, lighter, mix, ribbon, rounded, smooth


def sun_drying_yard(canvas: Canvas, variant: int = 0, heap: str = "", workers: bool = True) -> None:
    """A brick yard with winnowing trays laid out in the sun."""
    wide = canvas.width
    heap = heap or ("#d99a3f", "#f4ead0", "#e3c06a")[variant % 3]
    sky(canvas, (MORNING, EVENING, MORNING)[variant % 3], 400, (wide * 0.82, 140))
    ridge(canvas, 400, 110, "#93b99a", 460, 0.4 + variant)
    for x, high in ((0.05, 210), (0.11, 260), (0.63, 230), (0.93, 250)):
        areca(canvas, wide * x, 450, high)
    tree(canvas, wide * 0.56, 455, 70)
    house(canvas, wide * 0.16, 462, wide * 0.32)
    tree(canvas, wide * 0.8, 460, 95, "#5b9448")
    meadow(canvas, 455, ("#e0b58a", "#d39b6c", "#bd8052"))
    for i in range(10):
        y = 455 + 445 * (i / 9) ** 1.7
        canvas.fill(box(0, y, wide, y + 2 + i * 0.4), "#a86b42", 0.4)
    for i in range(-12, 13):
        near, far = wide / 2 + i * wide * 0.16, wide / 2 + i * wide * 0.055
        canvas.fill(ribbon([(far, 455), (near, 900)], 1.5, 5), "#a86b42", 0.35)
    for y, radius, count in ((510, 58, 9), (580, 84, 7), (672, 118, 5)):
        for i in range(count):
            x = wide * (i + 0.5) / count + (radius * 0.35 if count == 7 else 0)
            if not (count == 7 and i == 2):
                drying_tray(canvas, x, y, radius, heap)
    if workers:
        person(canvas, wide * 0.37, 650, 200, SHIRTS[variant % 5], (0.26, -0.32), 0.12)
    for i in range(4):
        if i != 2:
            drying_tray(canvas, wide * (0.09 + 0.28 * i), 815, 168, heap)
    if workers:
        person(canvas, wide * 0.66, 850, 270, SHIRTS[(variant + 1) % 5], (-0.27, -0.36), -0.1)


def drying_tray(canvas: Canvas, x: float, y: float, radius: float, heap: str) -> None:
    canvas.shadow(ellipse(x + radius * 0.08, y + radius * 0.16, radius, radius * 0.36, count=30), radius * 0.08, 0.4)
    canvas.paint(ellipse(x, y + radius * 0.07, radius, radius * 0.4), darker(BAMBOO, 0.3), darker(BAMBOO, 0.5))
    canvas.paint(ellipse(x, y, radius, radius * 0.4), lighter(BAMBOO, 0.3), BAMBOO, way="slant")
    pile = ellipse(x, y - radius * 0.01, radius * 0.86, radius * 0.32)
    canvas.paint(pile, lighter(heap, 0.28), heap, darker(heap, 0.18), way="slant")
    for _ in range(round(30 + radius / 3)):
        turn, far = canvas.random.uniform(0, 6.28), canvas.random.uniform(0, 1) ** 0.5
        px, py = x + radius * 0.8 * far * math.cos(turn), y + radius * 0.28 * far * math.sin(turn)
        dot = ellipse(px, py, radius * 0.045, radius * 0.03, canvas.random.uniform(0, 90), 10)
        canvas.fill(dot, canvas.random.choice((lighter(heap, 0.45), darker(heap, 0.22), lighter(heap, 0.2))))


def kiln_village(canvas: Canvas, variant: int = 0) -> None:
    """Brick kilns with round crowns, pots drying on planks, a potter at the wheel."""
    wide = canvas.width
    sky(canvas, (EVENING, MORNING, MIST)[variant % 3], 400, (wide * 0.42, 160))
    ridge(canvas, 410, 120, "#b5b79a", 470, 1.1 + variant)
    house(canvas, wide * 0.36, 470, wide * 0.24)
    tree(canvas, wide * 0.32, 470, 80)
    tree(canvas, wide * 0.66, 468, 66, "#5b9448")
    meadow(canvas, 460, ("#dcb98a", "#cba06c", "#b4824f"))
    kiln(canvas, wide * 0.15, 590, 330)
    kiln(canvas, wide * 0.86, 570, 290)
    for dx, dy, size in ((0, 0, 36), (16, -52, 48), (44, -112, 62)):
        cloud(canvas, wide * 0.15 + dx, 240 + dy, size)
    for level, (left, right, y, size) in enumerate(((0.3, 0.72, 560, 46), (0.26, 0.76, 650, 62))):
        canvas.shadow(box(wide * left, y + 14, wide * right, y + 40), 10, 0.3)
        canvas.paint(box(wide * left, y, wide * right, y + 14), "#b98550", "#8a5e34")
        for share in (0.04, 0.5, 0.94):
            x = wide * (left + (right - left) * share)
            canvas.fill(box(x, y + 14, x + 12, y + 46), "#7a5230")
        count = round(wide * (right - left) / (size * 1.35))
        for i in range(count):
            x = wide * left + (i + 0.5) * wide * (right - left) / count
            tone = ("#c77f50", "#5f8f86", "#d8b98a", "#7d5a8a", "#a9543a")[(i + level * 2 + variant) % 5]
            pot(canvas, x, y, size, canvas.wander(size * 1.2, 0.15), tone)
    x, y = wide * 0.52, 860
    person(canvas, x - 120, y, 260, SHIRTS[variant % 5], (0.36, -0.42), 0.12)
    canvas.ground_shadow(x, y, 110, 26)
    canvas.paint([(x - 34, y - 88), (x + 34, y - 88), (x + 60, y), (x - 60, y)], "#a97a4a", "#6d4a2e", way="drum")
    canvas.paint(ellipse(x, y - 90, 96, 20), "#e0d2b8", "#9c8a6c")
    pot(canvas, x, y - 92, 78, 92, "#b9764c")
    for px, size in ((0.08, 130), (0.2, 96), (0.78, 100), (0.93, 140)):
        jar(canvas, wide * px, 870, size, size * 1.15, ("#8a4a2c", "#5b6f66", "#a5683c")[round(size) % 3], lid=False)


def kiln(canvas: Canvas, x: float, y: float, width: float) -> None:
    """A bottle kiln of brick."""
    half = width / 2
    canvas.ground_shadow(x, y, half, half * 0.22)
    side = smooth(
        [(half * 0.2, y - width * 1.02), (half * 0.24, y - width * 0.85), (half * 0.8, y - width * 0.5), (half, y)],
        False,
    )
    outline = [(x + a, b) for a, b in side] + [(x - a, b) for a, b in reversed(side)]
    canvas.paint(outline, "#c9805a", "#d08a62", "#b0603c", "#6f3823", way="drum")
    with canvas.inside(outline):
        for row in range(24):
            level = y - row * width / 23
            canvas.fill(ribbon(arc(x, level - 10, half * 1.05, 14, 180, 0), 2), "#6f3823", 0.5)
            for i in range(12):
                left = x - half + (i + 0.5 * (row % 2)) * width / 12
                canvas.fill(box(left, level, left + 2, level + width / 23), "#6f3823", 0.3)
    door = [
        (x - width * 0.14, y),
        *arc(x, y - width * 0.2, width * 0.14, width * 0.15, 180, 360),
        (x + width * 0.14, y),
    ]
    canvas.paint(door, "#3a1b10", "#7a2a12", "#f08a2c")
    canvas.glow(x, y - width * 0.06, width * 0.16, "#ffd36a", 0.8)
    canvas.fill(ribbon(door, 9), "#8a4a2f")


def pot(canvas: Canvas, x: float, y: float, width: float, high: float, colour: str) -> None:
    half = width / 2
    side = smooth(
        [(half * 0.5, y - high), (half * 0.46, y - high * 0.85), (half, y - high * 0.5), (half * 0.55, y)], False
    )
    outline = [(x + a, b) for a, b in side] + [(x - a, b) for a, b in reversed(side)]
    canvas.paint(outline, lighter(colour, 0.15), lighter(colour, 0.32), colour, darker(colour, 0.5), way="drum")
    canvas.fill(ellipse(x, y - high, half * 0.5, half * 0.12, count=20), darker(colour, 0.6))
    canvas.fill(ribbon(arc(x, y - high * 0.5, half, half * 0.2, 175, 5, 20), high * 0.05), darker(colour, 0.3), 0.7)


def _hall(canvas: Canvas, wall: str, floor: str, variant: int) -> None:
    """A long room with high windows on trees and morning light on the floor."""
    wide = canvas.width
    canvas.background(lighter(wall, 0.3), wall, darker(wall, 0.08))
    for i in range(4):
        left = wide * (0.06 + 0.235 * i)
        right = left + wide * 0.175
        window = box(left, 110, right, 360)
        canvas.paint(window, *(MORNING, EVENING, MIST)[variant % 3])
        with canvas.inside(window):
            tree(canvas, left + (right - left) * (0.3 + 0.4 * (i % 2)), 400, 96, "#6aa552")
        for x in (left, (left + right) / 2, right):
            canvas.fill(box(x - 5, 104, x + 5, 366), "#8a5e3a")
        for y in (107, 190, 363):
            canvas.fill(box(left - 5, y - 4, right + 5, y + 5), "#8a5e3a")
    canvas.fill(box(0, 44, wide, 66), darker(wall, 0.35), 0.8)
    for i in range(4):
        x = wide * (0.148 + 0.235 * i)
        canvas.fill(box(x - 1.5, 0, x + 1.5, 60), "#5a4632")
        canvas.paint([(x - 16, 56), (x + 16, 56), (x + 46, 88), (x - 46, 88)], "#4f7a6a", "#335248")
        canvas.glow(x, 98, 60, "#fff3c4", 0.8)
    canvas.paint(box(0, 470, wide, 900), lighter(floor, 0.25), floor, darker(floor, 0.12))
    canvas.fill(box(0, 462, wide, 474), darker(wall, 0.3))
    for i in range(4):
        left = wide * (0.1 + 0.235 * i)
        canvas.fill(
            [(left, 490), (left + wide * 0.16, 490), (left + wide * 0.24, 880), (left + wide * 0.06, 880)],
            "#fff4d2",
            0.16,
        )


def packing_house(canvas: Canvas, variant: int = 0) -> None:
    """A clean hall: a belt with fruit and cartons, people in white sorting and taping."""
    wide = canvas.width
    _hall(canvas, "#e6ead9", "#b9c2b4", variant)
    for column, count in ((0.03, 4), (0.1, 3), (0.88, 4), (0.955, 3)):
        for i in range(count):
            stacked_box(canvas, wide * column - 50, 560 - i * 74, 108, 74)
    goods = ("#cf3b45", "#d9a441", "#efe8da")[variant % 3]
    for share, tone in ((0.24, "#f4f6f2"), (0.43, "#dfeee2"), (0.62, "#f4f6f2"), (0.79, "#dfe9f2")):
        person(canvas, wide * share, 690, 300, tone, (0.16 if share < 0.5 else -0.16, -0.42), cap="#f4f6f2")
    canvas.shadow(box(wide * 0.04, 700, wide * 0.96, 740), 20, 0.4)
    for share in (0.1, 0.36, 0.63, 0.9):
        canvas.paint(box(wide * share - 12, 640, wide * share + 12, 790), "#8fa1a6", "#566970", way="across")
    canvas.paint(box(wide * 0.03, 590, wide * 0.97, 640), "#4b5d63", "#33444a")
    canvas.paint(box(wide * 0.03, 632, wide * 0.97, 664), "#c6d0d0", "#8b9a9d")
    for i in range(round(wide / 46)):
        canvas.fill(ellipse(wide * 0.04 + i * 44, 648, 9, 9, count=20), "#5d6e73")
    for i in range(7):
        x = wide * (0.07 + 0.128 * i)
        if i % 2:
            stacked_box(canvas, x, 530, 128, 84)
        else:
            canvas.paint(rounded(x, 560, x + 140, 612, 8), "#5f9fb5", "#3f7a92")
            for k in range(14):
                px, py = x + 16 + (k % 7) * 18, 560 - (k // 7) * 13
                canvas.ball(px, py, 13, 13, goods, gloss=0.4)
            canvas.paint(rounded(x, 566, x + 140, 614, 8), "#6fb0c4", "#3f7a92")
    for x, y in ((0.05, 800), (0.18, 830), (0.78, 815), (0.9, 790)):
        stacked_box(canvas, wide * x - 60, y - 60, 170, 110)


def stacked_box(canvas: Canvas, x: float, y: float, width: float, high: float) -> None:
    """A closed carton with tape and a green leaf mark."""
    canvas.paint(box(x, y, x + width, y + high), lighter(CARTON, 0.28), CARTON, darker(CARTON, 0.14), way="slant")
    canvas.fill(box(x, y, x + width, y + 3), lighter(CARTON, 0.5))
    canvas.fill(box(x, y + high - 3, x + width, y + high), darker(CARTON, 0.4), 0.6)
    canvas.fill(box(x + width * 0.42, y, x + width * 0.58, y + high * 0.3), "#efe0b8", 0.8)
    canvas.leaf(x + width * 0.18, y + high * 0.74, width * 0.3, width * 0.15, -35, "#3f8a4a", veins=0)


def workshop(canvas: Canvas, variant: int = 0) -> None:
    """A village workshop: tables, steamers, jars, women working in the light of the windows."""
    wide = canvas.width
    _hall(canvas, ("#f0ddb0", "#ead4b4", "#e9dfc0")[variant % 3], "#c48f5e", variant)
    for i in range(3):
        x = wide * (0.055 + 0.075 * i)
        jar(canvas, x, 560, 96, 128, ("#8a4a2c", "#a5683c", "#7a5230")[i], lid=i != 1)
    steamer(canvas, wide * 0.87, 590, 190)
    for share, tone in (
        (0.31, SHIRTS[variant % 5]),
        (0.5, SHIRTS[(variant + 1) % 5]),
        (0.68, SHIRTS[(variant + 2) % 5]),
    ):
        person(canvas, wide * share, 700, 320, tone, (0.2 if share < 0.45 else -0.18, -0.36), 0.04, cap="#e9d9b0")
    canvas.shadow(box(wide * 0.16, 780, wide * 0.84, 830), 24, 0.4)
    for share in (0.19, 0.79):
        canvas.paint(box(wide * share, 690, wide * share + 30, 850), "#8a5e34", "#5d3c1f", way="across")
    canvas.paint([(wide * 0.17, 600), (wide * 0.83, 600), (wide * 0.87, 680), (wide * 0.13, 680)], "#dcae74", "#c08a4e")
    canvas.paint(box(wide * 0.13, 680, wide * 0.87, 712), "#a8743f", "#7a5230")
    heaps = (("#e8c05a", "#d9532f", "#efe3c4"), ("#efe3c4", "#c99a5c", "#7fae4f"), ("#b5743a", "#efe3c4", "#d9a441"))[
        variant % 3
    ]
    for i, tone in enumerate((heaps[0], heaps[1], heaps[2], heaps[0])):
        drying_tray(canvas, wide * (0.25 + 0.17 * i), 640, wide * 0.062, tone)
    for x in (0.07, 0.94):
        canvas.ground_shadow(wide * x, 850, 100, 26)
        side = [(wide * x - 100, 740), (wide * x + 100, 740), (wide * x + 76, 856), (wide * x - 76, 856)]
        canvas.paint(side, lighter(BAMBOO, 0.2), BAMBOO, darker(BAMBOO, 0.4), way="across")
        for row in range(5):
            canvas.fill(
                ribbon([(wide * x - 96 + row * 4, 758 + row * 22), (wide * x + 96 - row * 4, 758 + row * 22)], 4),
                darker(BAMBOO, 0.35),
                0.6,
            )
        canvas.paint(ellipse(wide * x, 740, 102, 26), darker(BAMBOO, 0.5), darker(BAMBOO, 0.25))
        canvas.fill(ellipse(wide * x, 738, 88, 20), mix(heaps[1], "#fffaf0", 0.2))


def steamer(canvas: Canvas, x: float, y: float, width: float) -> None:
    """Stacked bamboo steamers on a clay stove."""
    half = width / 2
    canvas.ground_shadow(x, y, half, half * 0.24)
    canvas.paint(
        [(x - half * 0.9, y - width * 0.4), (x + half * 0.9, y - width * 0.4), (x + half, y), (x - half, y)],
        "#c9805a",
        "#a0573a",
        "#6f3823",
        way="drum",
    )
    canvas.paint(arc(x, y - 4, half * 0.4, half * 0.44, 180, 360), "#5a1d0c", "#f59a32")
    for i in range(3):
        level = y - width * (0.4 + 0.24 * i)
        canvas.paint(
            rounded(x - half * 0.82, level - width * 0.23, x + half * 0.82, level, 6),
            lighter(BAMBOO, 0.3),
            BAMBOO,
            darker(BAMBOO, 0.42),
            way="drum",
        )
        canvas.fill(
            box(x - half * 0.82, level - width * 0.07, x + half * 0.82, level - width * 0.05), darker(BAMBOO, 0.4), 0.6
        )
    canvas.paint(
        arc(x, y - width * 1.12, half * 0.84, half * 0.36, 180, 360), lighter(BAMBOO, 0.4), BAMBOO, way="slant"
    )
    for i in range(3):
        cloud(canvas, x + (i - 1) * 22, y - width * (1.4 + 0.22 * i), 42 + 14 * i)


BUILT_PLACES: dict[str, Place] = {
    "sun_drying_yard": sun_drying_yard,
    "kiln_village": kiln_village,
    "packing_house": packing_house,
    "workshop": workshop,
}
PLACES: dict[str, Place] = {**OPEN_PLACES, **BUILT_PLACES}
