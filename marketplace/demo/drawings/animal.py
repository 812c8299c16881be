"""From pond and yard: braised carp, hill chicken."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places import orchard
from marketplace.demo.drawings.places_built import workshop
from marketplace.demo.drawings.poultry import hen, herb, roast
from marketplace.demo.drawings.props import label, plate
from marketplace.demo.drawings.shapes import arc, box, darker, ellipse, lighter, moved, ribbon, rounded, smooth, turned
from marketplace.demo.drawings.stage import stage

CLAY = "#8f4b2a"


def _claypot(canvas: Canvas, x: float, y: float, width: float, open_lid: bool) -> None:
    """The earthen pot of Vũ Đại; its rim at y, its fish showing when open."""
    half = width / 2
    high = width * 0.55
    canvas.ground_shadow(x, y + high - 6, half * 0.86, width * 0.12)
    body = (
        arc(x, y, half * 0.86, half * 0.2, 180, 0)
        + smooth(
            [
                (x + half * 0.86, y),
                (x + half * 1.02, y + high * 0.36),
                (x + half * 0.88, y + high * 0.78),
                (x + half * 0.5, y + high),
            ],
            False,
        )
        + smooth(
            [
                (x - half * 0.5, y + high),
                (x - half * 0.88, y + high * 0.78),
                (x - half * 1.02, y + high * 0.36),
                (x - half * 0.86, y),
            ],
            False,
        )
    )
    for side in (-1, 1):
        ear_x = x + side * half * 1.0
        canvas.stroke(
            [
                (ear_x - side * 18, y + high * 0.2),
                (ear_x + side * 34, y + high * 0.22),
                (ear_x - side * 8, y + high * 0.46),
            ],
            width * 0.045,
            darker(CLAY, 0.2 if side < 0 else 0.4),
        )
    canvas.paint(ellipse(x, y, half * 0.86, half * 0.2), "#2a120a", "#4a2214")
    if open_lid:
        with canvas.inside(
            [*arc(x, y, half * 0.84, half * 0.5, 180, 360), *arc(x, y, half * 0.84, half * 0.19, 0, 180)]
        ):
            canvas.paint(ellipse(x, y + 8, half * 0.82, half * 0.18), "#7a2c0e", "#3f1608")
            for i in range(4):
                _steak(canvas, x + (i - 1.5) * half * 0.42, y - half * 0.12 + (i % 2) * 22, half * 0.36)
    canvas.paint(body, lighter(CLAY, 0.12), lighter(CLAY, 0.28), CLAY, darker(CLAY, 0.62), way="drum")
    with canvas.inside(body):
        for down in (0.3, 0.36):
            canvas.fill(ribbon(arc(x, y + high * down, half * 1.02, half * 0.2, 180, 0), 4), darker(CLAY, 0.4), 0.6)
        canvas.shadow(box(x - half, y + high * 0.8, x + half, y + high * 1.2), 26, 0.6, "#1c0c06")
    canvas.stroke(arc(x, y, half * 0.88, half * 0.21, 180, 0), width * 0.035, lighter(CLAY, 0.2), curved=False)
    canvas.fill(ellipse(x - half * 0.62, y + high * 0.42, half * 0.06, high * 0.16, 10), "#ffffff", 0.35)
    if not open_lid:
        lid = arc(x, y - 4, half * 0.92, half * 0.46, 180, 360) + arc(x, y - 4, half * 0.92, half * 0.2, 0, 180)
        canvas.paint(lid, lighter(CLAY, 0.35), lighter(CLAY, 0.1), darker(CLAY, 0.35), way="slant")
        canvas.paint(
            rounded(x - half * 0.14, y - half * 0.6, x + half * 0.14, y - half * 0.42, 12),
            lighter(CLAY, 0.2),
            darker(CLAY, 0.4),
            way="drum",
        )


def _steak(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A cut of black carp in its sauce: dark skin around pale flesh in flakes, the bone in the middle."""
    cut = smooth(
        [
            (-1, 0.2),
            (-0.86, -0.42),
            (-0.3, -0.72),
            (0.4, -0.68),
            (0.92, -0.3),
            (1.0, 0.28),
            (0.66, 0.6),
            (0.3, 0.42),
            (0.0, 0.3),
            (-0.34, 0.46),
            (-0.7, 0.6),
        ]
    )
    rim = moved(cut, x, y, size)
    canvas.shadow(rim, 8, 0.5, down=6)
    canvas.paint(moved(cut, x, y + size * 0.24, size), "#3a160a", "#1f0c06")
    canvas.paint(rim, "#5a2a14", "#33150a")
    flesh = moved(cut, x, y - size * 0.01, size * 0.88)
    canvas.paint(flesh, "#f0b060", "#cf7d30", "#a8571c", way="slant")
    with canvas.inside(flesh):
        for i in range(14):
            turn = math.radians(i * 26)
            bend = [(0.2, 0.0), (0.55, 0.1), (0.95, 0.02)]
            flake = moved(turned(bend, math.degrees(turn)), x, y - size * 0.12, size)
            canvas.fill(ribbon(smooth(flake, False, 4), size * 0.035, 1), "#8a4416", 0.55)
    canvas.fill(ellipse(x, y - size * 0.14, size * 0.13, size * 0.11, count=16), "#fff0d4")
    canvas.fill(ellipse(x, y - size * 0.14, size * 0.06, size * 0.05, count=12), "#a8571c")
    canvas.fill(ellipse(x - size * 0.46, y - size * 0.4, size * 0.22, size * 0.07, -24, 14), "#ffffff", 0.7)


def _carp(canvas: Canvas, x: float, y: float, length: float) -> None:
    """A whole carp, braised dark and glossy, scored three times."""
    body = moved(
        smooth(
            [
                (-0.5, 0.0),
                (-0.42, -0.09),
                (-0.22, -0.17),
                (0.06, -0.17),
                (0.34, -0.05),
                (0.36, 0.04),
                (0.08, 0.12),
                (-0.24, 0.13),
                (-0.43, 0.07),
            ]
        ),
        x,
        y,
        length,
    )
    fins = (
        [(0.3, 0.0), (0.46, -0.16), (0.54, -0.15), (0.47, 0.0), (0.55, 0.13), (0.47, 0.15)],
        [(-0.22, -0.15), (-0.1, -0.24), (0.08, -0.22), (0.14, -0.12)],
        [(-0.14, 0.1), (-0.06, 0.2), (0.04, 0.19), (0.04, 0.1)],
    )
    canvas.shadow(body, 12, 0.45, down=14)
    for fin in fins:
        canvas.paint(moved(smooth(fin, steps=5), x, y, length), "#7a3a16", "#3f1a0a")
    canvas.paint(body, "#4a1f0e", "#8a4418", "#c9782e", "#7a3a14")
    with canvas.inside(body):
        for row in range(7):
            for column in range(15):
                a, b = -0.24 + column * 0.042 + (row % 2) * 0.021, -0.15 + row * 0.04
                canvas.fill(
                    ribbon(arc(x + a * length, y + b * length, length * 0.022, length * 0.024, -80, 80, 8), 3, 2),
                    "#3a160a",
                    0.6,
                )
        gill = smooth([(-0.26, -0.2), (-0.23, -0.04), (-0.27, 0.14)], False)
        canvas.fill(ribbon(moved(gill, x, y, length), 9, 5), "#33130a", 0.8)
        for a in (-0.12, 0.0, 0.12):
            cut = smooth([(a, -0.13), (a + 0.02, -0.03), (a, 0.08)], False)
            canvas.fill(ribbon(moved(cut, x, y, length), 12, 5), "#f0c080")
    canvas.fill(ellipse(x - length * 0.4, y - length * 0.025, length * 0.024, length * 0.024), "#f6ead0")
    canvas.fill(ellipse(x - length * 0.4, y - length * 0.025, length * 0.012, length * 0.012), "#1c0c06")
    mouth = [(-0.495, 0.015), (-0.46, 0.03), (-0.44, 0.028)]
    canvas.fill(ribbon(moved(mouth, x, y, length), 4, 2), "#2a1008")
    gloss = smooth([(-0.3, -0.12), (-0.1, -0.145), (0.1, -0.125), (-0.1, -0.12)])
    canvas.fill(moved(gloss, x, y, length), "#ffffff", 0.5)


def _chilli(canvas: Canvas, x: float, y: float, length: float, angle: float) -> None:
    path = moved(turned([(0, 0), (length * 0.4, -length * 0.1), (length, length * 0.08)], angle), x, y)
    canvas.shadow(ribbon(path, length * 0.2, 2), 6, 0.35, down=6)
    canvas.stroke(path, length * 0.2, "#c8241f", 2)
    canvas.stroke(moved(turned([(0, 0), (-length * 0.22, -length * 0.06)], angle), x, y), length * 0.08, "#4f8a3a", 3)


def braised_carp(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#80502e", "hills", "boards", (560, 360, 330))
    for i in (-1, 0, 1):
        steam = smooth([(410 + i * 110, 330), (450 + i * 110, 250), (390 + i * 110, 190), (435 + i * 110, 100)], False)
        canvas.fill(ribbon(steam, 26, 2), "#ffffff", 0.4)
    _claypot(canvas, 400, 430, 560, True)
    _chilli(canvas, 330, 372, 90, -14)
    plate(canvas, 850, 735, 300, 106, "#efe6d2", "#8a4a26")
    _carp(canvas, 850, 700, 500)
    _chilli(canvas, 830, 672, 90, 12)
    herb(canvas, 1000, 760, 130, -24)
    herb(canvas, 690, 770, 120, 200)
    _chilli(canvas, 150, 830, 110, -12)


def braised_carp_pack(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#c9975f", "petals", "cloth", (600, 380, 320))
    _claypot(canvas, 860, 520, 370, False)
    _claypot(canvas, 440, 430, 580, False)
    canvas.stroke([(440, 170), (330, 260), (250, 440)], 12, "#d9b872")
    canvas.stroke([(440, 170), (550, 260), (630, 440)], 12, "#d9b872")
    canvas.stroke(arc(440, 150, 60, 46, 120, 420), 12, "#c9a258", curved=False)
    label(canvas, 440, 610, 250, 170, "CÁ KHO NIÊU", "kho 14 giờ bếp củi", "#7a2f14")


def braised_carp_fire(canvas: Canvas, _wall: str) -> None:
    workshop(canvas, 1)
    canvas.shadow(box(-40, 840, 1240, 900), 30, 0.4)
    for x, width in ((210, 300), (600, 330), (990, 300)):
        y = 560
        canvas.glow(x, 800, 220, "#ff9a3a", 0.8)
        for i in range(9):
            high = 120 * (0.5 + 0.5 * math.sin(i * 2.1)) + 60
            left = x - width * 0.46 + i * width * 0.11
            flame = smooth(
                [
                    (left - 24, 850),
                    (left - 16, 850 - high * 0.5),
                    (left + 6, 850 - high),
                    (left + 20, 850 - high * 0.4),
                    (left + 26, 850),
                ]
            )
            canvas.paint(flame, "#e0481a", "#f58a2a", "#ffdf7a")
        for dx, angle in ((-90, 8), (0, -5), (90, 6)):
            log = moved(turned(rounded(-90, -18, 90, 18, 16), angle), x + dx, 858)
            canvas.paint(log, "#8a5a34", "#4a2c18")
            canvas.ball(x + dx - 86, 858, 15, 17, "#c99a5c", gloss=0)
        _claypot(canvas, x, y, width, False)


def hill_chicken(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#9a6a3c", "leaves", "boards", (600, 380, 330))
    roast(canvas, 580, 700)


def hill_chicken_yard(canvas: Canvas, _wall: str) -> None:
    orchard(canvas, 1, "#c62f3f", pickers=False)
    hen(canvas, 850, 720, 150, -1, "#b5652a")
    hen(canvas, 330, 770, 190, 1, "#c9782e", cock=True)
    hen(canvas, 700, 850, 110, 1, "#d9a04a")
    hen(canvas, 1080, 830, 105, -1, "#8a4a26")


def hill_chicken_portrait(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#8fb458", "hills", "grass", (600, 380, 340))
    hen(canvas, 560, 770, 330, 1, "#c9782e", cock=True)


PRODUCTS = {
    "braised_carp": Kind(("#eed0a8", "#dfe0c0"), braised_carp, braised_carp_pack, braised_carp_fire),
    "hill_chicken": Kind(("#f3d9a0", "#d3e0b6"), hill_chicken, hill_chicken_portrait, hill_chicken_yard),
}
