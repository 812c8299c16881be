"""The hill chicken: alive in the yard, cooked whole on its plate, and the herbs that go with every dish."""

from __future__ import annotations

import math

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.props import plate
from marketplace.demo.drawings.shapes import Point, darker, ellipse, lighter, moved, ribbon, smooth, star


def herb(canvas: Canvas, x: float, y: float, length: float, angle: float) -> None:
    """A sprig of mint or coriander."""
    reach = math.radians(angle)
    tip = (x + length * math.cos(reach), y + length * math.sin(reach))
    canvas.stroke([(x, y), tip], length * 0.04, "#5a8a3a", 2, curved=False)
    for i, share in enumerate((0.3, 0.45, 0.6, 0.75, 0.9)):
        px, py = x + (tip[0] - x) * share, y + (tip[1] - y) * share
        for side in (-1, 1):
            size = length * (0.42 - 0.22 * share)
            canvas.leaf(px, py, size, size * 0.55, angle + side * (62 - 8 * i), ("#4f9a3f", "#5fae4a")[i % 2], veins=2)
    canvas.leaf(*tip, length * 0.24, length * 0.13, angle, "#6fb552", veins=2)


def hen(canvas: Canvas, x: float, y: float, size: float, way: int, colour: str, cock: bool = False) -> None:
    """Standing at (x, y), looking right (way 1) or left (-1); `size` about half the length of the bird."""

    def put(points: list[Point]) -> list[Point]:
        return [(x + way * a * size, y + b * size) for a, b in points]

    canvas.shadow(put(ellipse(0.05, -0.02, 0.95, 0.14, count=24)), size * 0.08, 0.4)
    for leg in (-0.12, 0.18):
        canvas.stroke(put([(leg, -0.6), (leg + 0.04, -0.05)]), size * 0.075, "#e0a52a", size * 0.055, curved=False)
        for toe in (-0.14, 0.06, 0.2):
            canvas.stroke(
                put([(leg + 0.04, -0.05), (leg + 0.04 + toe, 0.0)]), size * 0.05, "#d0941c", size * 0.02, curved=False
            )
    dark, tail = (
        darker(colour, 0.45),
        ("#1f4a44", "#2f6a5a", "#173a3a") if cock else (darker(colour, 0.4), darker(colour, 0.2), darker(colour, 0.55)),
    )
    reach = 1.0 if cock else 0.62
    for i in range(7):
        bend = -0.2 + i * 0.16
        feather = smooth(
            [
                (-0.62, -1.0 + i * 0.05),
                (-0.9 - reach * 0.3, -1.15 - reach * (0.55 - bend * 0.6)),
                (-1.0 - reach * 0.62, -0.95 - reach * (0.2 - bend * 0.7)),
            ],
            False,
        )
        canvas.fill(ribbon(put(feather), size * 0.2, size * 0.04), tail[i % 3])
    body = smooth(
        [
            (-0.82, -1.08),
            (-0.4, -1.16),
            (0.1, -1.14),
            (0.34, -1.44),
            (0.46, -1.8),
            (0.72, -1.86),
            (0.8, -1.55),
            (0.86, -1.1),
            (0.62, -0.66),
            (0.1, -0.44),
            (-0.42, -0.56),
            (-0.78, -0.82),
        ]
    )
    canvas.paint(put(body), lighter(colour, 0.35), colour, darker(colour, 0.4))
    neck = "#e8a23a" if cock else lighter(colour, 0.25)
    with canvas.inside(put(body)):
        for row in range(6):
            for column in range(7):
                a, b = 0.3 + column * 0.085 - row * 0.02, -1.62 + row * 0.12 + (column % 2) * 0.05
                hackle = put([(a, b), (a + 0.05, b + 0.1), (a - 0.01, b + 0.24), (a - 0.06, b + 0.1)])
                canvas.fill(hackle, (neck, lighter(neck, 0.3), darker(neck, 0.18))[(row + column) % 3], 0.85)
        for row in range(4):
            for column in range(9):
                a, b = -0.3 + column * 0.13 + (row % 2) * 0.06, -0.86 + row * 0.1
                canvas.fill(
                    put(ellipse(a, b, 0.07, 0.045, count=12)),
                    lighter(colour, 0.25) if row % 2 else darker(colour, 0.18),
                    0.5,
                )
    wing = smooth(
        [(0.32, -1.0), (-0.1, -1.08), (-0.5, -0.98), (-0.86, -0.8), (-0.5, -0.68), (0.0, -0.66), (0.3, -0.78)]
    )
    canvas.paint(put(wing), lighter(colour, 0.12), darker(colour, 0.35), way="slant")
    for i in range(4):
        quill = smooth(
            [(0.2 - i * 0.06, -0.94 + i * 0.07), (-0.3, -0.92 + i * 0.07), (-0.74 + i * 0.05, -0.8 + i * 0.035)], False
        )
        canvas.fill(ribbon(put(quill), size * 0.035, 1), dark, 0.7)
    head = put(ellipse(0.6, -1.78, 0.23, 0.22, count=30))
    canvas.paint(head, lighter(neck, 0.25), neck, darker(neck, 0.2), way="ball")
    comb = [
        (0.42, -1.92),
        (0.4, -2.14),
        (0.52, -2.03),
        (0.56, -2.22),
        (0.66, -2.06),
        (0.74, -2.18),
        (0.76, -2.0),
        (0.8, -1.86),
    ]
    canvas.paint(
        put(smooth(comb if cock else [(a, -1.9 + (b + 1.9) * 0.55) for a, b in comb], steps=5)), "#e8443a", "#b5201f"
    )
    canvas.paint(put([(0.78, -1.84), (1.02, -1.74), (0.78, -1.68)]), "#f5c04a", "#c98a1a")
    canvas.paint(put(ellipse(0.74, -1.54, 0.075, 0.14 if cock else 0.08, count=20)), "#e8443a", "#b5201f")
    canvas.fill(put(ellipse(0.67, -1.82, 0.045, 0.045, count=16)), "#fff3c8")
    canvas.fill(put(ellipse(0.675, -1.82, 0.026, 0.028, count=14)), "#1c1208")


def roast(canvas: Canvas, x: float, y: float) -> None:
    """A whole chicken boiled golden with its lime leaves, legs crossed, on a big plate."""
    skin = "#e8ac3a"
    plate(canvas, x, y + 10, 440, 140, band="#b5483f")
    for dx, angle in ((-330, 205), (-300, 165), (320, -20), (300, 18), (-200, 150), (220, 30)):
        canvas.leaf(x + dx * 0.86, y + 10, 150, 62, angle, "#3f8a3f")
    breast = smooth(
        [
            (-300, -30),
            (-290, -150),
            (-190, -260),
            (-40, -310),
            (120, -280),
            (240, -200),
            (290, -90),
            (270, 10),
            (120, 62),
            (-140, 62),
            (-270, 30),
        ]
    )
    outline = moved(breast, x, y)
    canvas.shadow(outline, 22, 0.45, down=16)
    canvas.paint(outline, lighter(skin, 0.5), lighter(skin, 0.1), darker(skin, 0.12), darker(skin, 0.45), way="ball")
    canvas.fill(
        moved(smooth([(-40, -305), (0, -220), (10, -120), (0, -100), (-14, -200)]), x, y), darker(skin, 0.3), 0.25
    )
    for dx in range(60):
        spot = canvas.spot(x - 230, y - 250, x + 220, y + 20)
        canvas.fill(ellipse(*spot, 2.5, 1.8, dx, 8), darker(skin, 0.35), 0.3)
    wing = moved(
        smooth(
            [(-230, -140), (-120, -170), (-40, -120), (-60, -50), (-160, -10), (-290, 10), (-330, -20), (-250, -60)]
        ),
        x,
        y,
    )
    canvas.shadow(wing, 10, 0.35, down=8)
    canvas.paint(wing, lighter(skin, 0.45), skin, darker(skin, 0.35), way="slant")
    leg = moved(
        smooth(
            [
                (70, -140),
                (170, -180),
                (270, -140),
                (300, -60),
                (370, -20),
                (440, -30),
                (446, 0),
                (370, 30),
                (260, 34),
                (130, 20),
                (60, -50),
            ]
        ),
        x,
        y,
    )
    canvas.shadow(leg, 12, 0.4, down=8)
    canvas.paint(leg, lighter(skin, 0.48), skin, darker(skin, 0.4), way="ball")
    canvas.ball(x + 452, y - 22, 20, 18, "#f6ead0")
    canvas.ball(x + 446, y + 6, 18, 16, "#f1e2c0")
    canvas.fill(moved(smooth([(-190, -220), (-110, -265), (-70, -262), (-150, -205)]), x, y), "#ffffff", 0.5)
    canvas.fill(moved(smooth([(130, -142), (180, -160), (210, -150), (150, -120)]), x, y), "#ffffff", 0.45)
    for i in range(26):
        a, b = canvas.spot(x - 230, y - 240, x + 230, y - 10)
        canvas.stroke([(a, b), (a + 22, b + 5 - i % 9)], 3.4, ("#2f6f34", "#4f8f3f")[i % 2], 1.5, curved=False)
    flower = (x - 330, y + 36)
    for i in range(3):
        canvas.fill(star(*flower, 44 - i * 12, 26 - i * 8, 8), ("#c8241f", "#e8443a", "#f58a5a")[i])
    for dx, dy in ((330, 44), (372, 30), (300, 66)):
        canvas.shadow(ellipse(x + dx, y + dy + 8, 34, 18, count=20), 6, 0.3)
        canvas.paint(ellipse(x + dx, y + dy, 34, 22), "#b9d25a", "#7fa535", way="slant")
        canvas.paint(ellipse(x + dx, y + dy - 2, 28, 17), "#f3f7c4", "#d5e283", way="slant")
