"""People at work and the things around them: conical hats, jars, boats, hives, bees."""

from __future__ import annotations

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.shapes import (
    Point,
    arc,
    box,
    darker,
    ellipse,
    lighter,
    mix,
    ribbon,
    rounded,
    smooth,
    turned,
)


def hat(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A conical hat with its rings."""
    cone = [
        (x, y - size * 0.55),
        *smooth([(x + size, y + size * 0.12), (x, y + size * 0.3), (x - size, y + size * 0.12)], False, 6),
    ]
    canvas.paint(cone, "#fdf3d6", "#efdcae", "#c9a968", way="across")
    for share in (0.35, 0.6, 0.82):
        rim = smooth(
            [
                (x - size * share, y - size * 0.55 + size * 0.67 * share),
                (x, y - size * 0.55 + size * 0.84 * share),
                (x + size * share, y - size * 0.55 + size * 0.67 * share),
            ],
            False,
            6,
        )
        canvas.fill(ribbon(rim, max(1.0, size * 0.022)), "#a9884a", 0.6)


def person(
    canvas: Canvas,
    x: float,
    y: float,
    high: float,
    shirt: str,
    arm: Point = (0.24, -0.42),
    bow: float = 0,
    cap: str = "",
) -> None:
    """Someone at work, feet at (x, y); the hands reach to `arm` (shares of the height); `bow` leans forward; a cap indoors."""
    canvas.shadow(ellipse(x + high * 0.08, y, high * 0.24, high * 0.05, count=24), high * 0.03, 0.35)
    lean = bow * high
    hip, neck = (x, y - high * 0.45), (x + lean, y - high * 0.8 + abs(lean) * 0.35)
    for side in (-0.07, 0.08):
        canvas.stroke(
            [(hip[0] + side * high * 0.6, hip[1]), (x + side * high, y)],
            high * 0.115,
            "#2f3b4a",
            high * 0.075,
            curved=False,
        )
    torso = [
        (neck[0] - high * 0.1, neck[1]),
        (neck[0] + high * 0.11, neck[1]),
        (hip[0] + high * 0.11, hip[1] + high * 0.05),
        (hip[0] - high * 0.11, hip[1] + high * 0.05),
    ]
    canvas.paint(smooth(torso, steps=6), lighter(shirt, 0.2), shirt, darker(shirt, 0.28), way="across")
    hand = (x + arm[0] * high, y + arm[1] * high)
    elbow = ((neck[0] + hand[0]) / 2 + high * 0.02, (neck[1] + hand[1]) / 2 + high * 0.05)
    canvas.stroke(
        [(neck[0] + high * 0.03, neck[1] + high * 0.05), elbow], high * 0.075, darker(shirt, 0.1), curved=False
    )
    canvas.stroke([elbow, hand], high * 0.05, "#c98f63", high * 0.04, curved=False)
    head = (neck[0] + lean * 0.35, neck[1] - high * 0.075)
    canvas.paint(ellipse(*head, high * 0.065, high * 0.08), "#e3b185", "#bd8256", way="slant")
    if not cap:
        hat(canvas, head[0], head[1] - high * 0.035, high * 0.17)
        return
    hair = [
        *arc(*head, high * 0.07, high * 0.085, 150, 390),
        (head[0] + high * 0.05, head[1] + high * 0.01),
        (head[0] - high * 0.05, head[1] - high * 0.02),
    ]
    canvas.fill(hair, "#2b211c")
    canvas.paint(
        arc(head[0], head[1] - high * 0.02, high * 0.078, high * 0.085, 180, 360),
        lighter(cap, 0.3),
        darker(cap, 0.15),
        way="slant",
    )


def jar(
    canvas: Canvas, x: float, y: float, width: float, high: float, colour: str = "#8a4a2c", lid: bool = True
) -> None:
    """A big earthenware jar standing at (x, y), with a straw hat as its lid."""
    canvas.ground_shadow(x, y - 4, width * 0.42, width * 0.1)
    half = width / 2
    profile = [
        (half * 0.62, y - high),
        (half * 0.66, y - high * 0.94),
        (half, y - high * 0.66),
        (half * 0.9, y - high * 0.25),
        (half * 0.58, y),
    ]
    side = smooth(profile, False)
    outline = [(x + a, b) for a, b in side] + [(x - a, b) for a, b in reversed(side)]
    canvas.paint(outline, lighter(colour, 0.2), lighter(colour, 0.35), colour, darker(colour, 0.55), way="drum")
    for level in (0.86, 0.82):
        canvas.fill(ribbon(arc(x, y - high * level, half * 0.82, half * 0.14, 175, 5), 3), darker(colour, 0.4), 0.6)
    canvas.fill(ellipse(x - half * 0.48, y - high * 0.6, half * 0.1, high * 0.12, 12), "#ffffff", 0.3)
    if lid:
        hat(canvas, x, y - high * 1.02, half * 1.02)
    else:
        canvas.paint(ellipse(x, y - high, half * 0.62, half * 0.14), darker(colour, 0.7), mix(colour, "#000000", 0.5))
        canvas.fill(ribbon(arc(x, y - high, half * 0.62, half * 0.14, 0, 360), 5), lighter(colour, 0.25))


def boat(canvas: Canvas, x: float, y: float, length: float, colour: str) -> None:
    """A wooden fishing boat with a high painted bow."""
    hull = smooth(
        [
            (x - length / 2, y - length * 0.16),
            (x - length * 0.2, y - length * 0.06),
            (x + length * 0.25, y - length * 0.07),
            (x + length / 2, y - length * 0.22),
        ],
        False,
    )
    hull += smooth(
        [
            (x + length * 0.42, y - length * 0.03),
            (x + length * 0.25, y + length * 0.06),
            (x - length * 0.3, y + length * 0.06),
            (x - length * 0.45, y - length * 0.02),
        ],
        False,
    )
    canvas.paint(hull, lighter(colour, 0.2), colour, darker(colour, 0.4))
    with canvas.inside(hull):
        canvas.fill(box(x - length, y + length * 0.015, x + length, y + length * 0.1), "#a8352c")
        canvas.fill(box(x - length, y + length * 0.005, x + length, y + length * 0.018), "#f7ecd0")
    canvas.fill(ellipse(x + length * 0.38, y - length * 0.09, length * 0.022, length * 0.014, -20), "#ffffff")
    canvas.fill(ellipse(x + length * 0.382, y - length * 0.09, length * 0.01, length * 0.009), "#1c1c1c")
    cabin = box(x - length * 0.26, y - length * 0.2, x - length * 0.05, y - length * 0.06)
    canvas.paint(cabin, "#f4e6c2", "#cfb584", way="slant")
    canvas.fill(box(x - length * 0.22, y - length * 0.17, x - length * 0.15, y - length * 0.11), "#41606b")
    canvas.fill(box(x - length * 0.28, y - length * 0.225, x - length * 0.03, y - length * 0.195), "#b5573a")
    canvas.stroke(
        [(x + length * 0.1, y - length * 0.06), (x + length * 0.1, y - length * 0.5)], length * 0.016, "#6d4a2e"
    )
    canvas.fill(ribbon([(x + length * 0.1, y - length * 0.48), (x + length * 0.46, y - length * 0.2)], 2), "#5a4632")
    canvas.fill(
        [
            (x + length * 0.1, y - length * 0.5),
            (x + length * 0.2, y - length * 0.465),
            (x + length * 0.1, y - length * 0.43),
        ],
        "#d23b2f",
    )


def hive(canvas: Canvas, x: float, y: float, size: float, colour: str) -> None:
    canvas.ground_shadow(x, y, size * 0.5, size * 0.14)
    for side in (-0.36, 0.3):
        canvas.fill(box(x + side * size, y - size * 0.2, x + (side + 0.07) * size, y), "#6d4a2e")
    canvas.paint(
        box(x - size * 0.45, y - size * 0.8, x + size * 0.45, y - size * 0.14),
        lighter(colour, 0.3),
        colour,
        darker(colour, 0.22),
        way="slant",
    )
    canvas.fill(box(x - size * 0.45, y - size * 0.48, x + size * 0.45, y - size * 0.455), darker(colour, 0.4), 0.7)
    canvas.fill(rounded(x - size * 0.2, y - size * 0.27, x + size * 0.2, y - size * 0.2, size * 0.03), "#3a2412")
    canvas.paint(box(x - size * 0.53, y - size * 0.9, x + size * 0.53, y - size * 0.78), "#e8e3d6", "#a9a08c")


def bee(canvas: Canvas, x: float, y: float, size: float) -> None:
    for angle in (-60, -115):
        wing = turned(ellipse(size * 0.8, 0, size * 0.75, size * 0.32, count=16), angle)
        canvas.fill([(x + a, y + b) for a, b in wing], "#ffffff", 0.75)
    canvas.fill(ellipse(x, y, size, size * 0.6, count=20), "#f0b429")
    for dx in (-0.35, 0.1, 0.52):
        canvas.fill(box(x + (dx - 0.1) * size, y - size * 0.5, x + (dx + 0.1) * size, y + size * 0.5), "#3a2412")
    canvas.fill(ellipse(x - size, y, size * 0.36, size * 0.36, count=14), "#3a2412")
