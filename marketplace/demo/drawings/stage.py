"""The setting of a still life: a wall with a soft disc of light, a quiet motif, and a table with cloth, boards or a mat."""

from __future__ import annotations

import math
from typing import Literal

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.shapes import arc, box, darker, ellipse, lighter, mix, ribbon, smooth, turned

Motif = Literal["leaves", "waves", "ears", "petals", "hills"]
Surface = Literal["boards", "cloth", "mat", "stone", "grass"]
EDGE = 585  # where the table meets the wall


def stage(
    canvas: Canvas,
    wall: str,
    table: str,
    motif: Motif = "leaves",
    surface: Surface = "boards",
    disc: tuple[float, float, float] = (600, 400, 330),
) -> None:
    canvas.background(lighter(wall, 0.35), wall, darker(wall, 0.07))
    x, y, radius = disc
    canvas.paint(ellipse(x, y, radius, radius, count=90), lighter(wall, 0.62), lighter(wall, 0.3))
    MOTIFS[motif](canvas, wall)
    canvas.glow(300, 120, 520, "#fffdf4", 0.28)
    top = box(0, EDGE, canvas.width, canvas.height)
    canvas.shadow(box(-60, EDGE - 6, canvas.width + 60, EDGE), 16, 0.25)
    SURFACES[surface](canvas, table)
    canvas.paint(box(0, EDGE, canvas.width, EDGE + 5), lighter(table, 0.45))
    canvas.shadow([*top[2:], (0, canvas.height + 60), (canvas.width, canvas.height + 60)], 50, 0.12)


def _leaves(canvas: Canvas, wall: str) -> None:
    tone = darker(mix(wall, "#5f7a3a", 0.3), 0.05)
    for x, y, angle, length in ((-30, 90, 20, 330), (-40, 330, -20, 280), (20, -40, 62, 300), (-40, 200, 2, 250)):
        _frond(canvas, x, y, angle, length, tone)
        _frond(canvas, canvas.width - x, y + 20, 180 - angle, length * 0.95, tone)


def _frond(canvas: Canvas, x: float, y: float, angle: float, length: float, tone: str) -> None:
    width = length * 0.17
    outline = smooth([(0, 0), (length * 0.35, -width), (length, 0), (length * 0.35, width)])
    canvas.fill([(x + a, y + b) for a, b in turned(outline, angle)], tone, 0.42)
    spine = turned([(0, 0), (length, 0)], angle)
    canvas.fill(ribbon([(x + a, y + b) for a, b in spine], 4, 1), lighter(tone, 0.5), 0.4)


def _waves(canvas: Canvas, wall: str) -> None:
    """Fish-scale waves, as on old pottery."""
    tone = darker(wall, 0.12)
    for row in range(4):
        for column in range(-1, 11):
            x = column * 132 + (66 if row % 2 else 0)
            y = 388 + row * 66
            for ring, radius in enumerate((66, 47, 28)):
                rim = arc(x, y, radius, radius, 180, 360, 24)
                canvas.fill(ribbon(rim, 5 - ring), tone, 0.16 + row * 0.07)


def _ears(canvas: Canvas, wall: str) -> None:
    tone = mix(darker(wall, 0.12), "#b98a1e", 0.3)
    for x, lean, high in (
        (70, 80, 430),
        (170, 60, 330),
        (-10, 90, 320),
        (1140, -80, 420),
        (1040, -60, 320),
        (1220, -70, 340),
    ):
        ear(canvas, x, EDGE + 10, lean, high, tone, 0.5)


def ear(canvas: Canvas, x: float, y: float, lean: float, high: float, tone: str, alpha: float = 1.0) -> None:
    """A stalk of ripe rice, bowed by its grains."""
    path = smooth(
        [(x, y), (x + lean * 0.15, y - high * 0.6), (x + lean * 0.6, y - high), (x + lean * 1.6, y - high * 0.8)],
        False,
        12,
    )
    canvas.fill(ribbon(path, high * 0.012, 2), tone, alpha)
    size = min(high * 0.05, 13)
    tones = (tone, lighter(tone, 0.28), darker(tone, 0.12)) if alpha == 1 else (tone,)
    for i in range(len(path) * 5 // 12, len(path)):
        (ax, ay), (bx, by) = path[i - 1], path[i]
        angle = math.degrees(math.atan2(by - ay, bx - ax))
        for side in (-38, 38):
            px, py = turned([(size * 0.8, 0)], angle + side)[0]
            grain = ellipse(bx + px, by + py, size, size * 0.36, angle + side * 0.8, 14)
            canvas.fill(grain, tones[(i + (side > 0)) % len(tones)], alpha)


def _petals(canvas: Canvas, wall: str) -> None:
    tone = darker(wall, 0.1)
    for x, y, size in ((130, 150, 70), (1080, 190, 90), (250, 400, 44), (960, 430, 44), (1010, 70, 40), (60, 430, 52)):
        for i in range(6):
            petal = turned(ellipse(size * 0.62, 0, size * 0.5, size * 0.26, count=24), i * 60 + x)
            canvas.fill([(x + a, y + b) for a, b in petal], tone, 0.5)
        canvas.fill(ellipse(x, y, size * 0.2, size * 0.2, count=20), lighter(wall, 0.5))


def _hills(canvas: Canvas, wall: str) -> None:
    for level, (height, share) in enumerate(((190, 0.06), (130, 0.11), (70, 0.17))):
        tone = mix(wall, "#6f8f6a", 0.15 + share)
        points = [(-80.0, EDGE + 20.0)]
        points += [(x, EDGE - height + 50 * math.sin(x / 170 + level * 2.1)) for x in range(-80, 1400, 80)]
        canvas.paint(smooth([*points, (1400.0, EDGE + 20.0)], False), tone, lighter(tone, 0.3))


def _boards(canvas: Canvas, table: str) -> None:
    top = box(0, EDGE, canvas.width, canvas.height)
    canvas.paint(top, lighter(table, 0.16), table, darker(table, 0.16))
    for i, y in enumerate((EDGE + 70, EDGE + 165, EDGE + 285)):
        canvas.fill(ribbon([(0, y), (canvas.width, y + 3)], 3 + i), darker(table, 0.3), 0.5)
        canvas.fill(ribbon([(0, y + 4 + i), (canvas.width, y + 7 + i)], 2), lighter(table, 0.3), 0.5)
    for _ in range(46):
        x, level = canvas.spot(-100, EDGE + 8, 1200, 900)
        length = canvas.random.uniform(90, 420)
        canvas.fill(
            ribbon([(x, level), (x + length / 2, level + 2), (x + length, level)], 3, 0.5), darker(table, 0.25), 0.28
        )


def _cloth(canvas: Canvas, table: str) -> None:
    """A checked cotton cloth seen at a slant."""
    canvas.paint(box(0, EDGE, canvas.width, canvas.height), lighter(table, 0.5), lighter(table, 0.3))
    for i in range(-14, 15):
        near, far = 600 + i * 150, 600 + i * 96
        canvas.fill([(far - 22, EDGE), (far + 22, EDGE), (near + 38, 900), (near - 38, 900)], table, 0.4)
    y, step = EDGE + 8.0, 26.0
    while y < 900:
        canvas.fill(box(0, y, canvas.width, y + step), table, 0.4)
        y, step = y + step * 2.1, step * 1.25


def _mat(canvas: Canvas, table: str) -> None:
    """A sedge mat: fine rows with a coloured band."""
    canvas.paint(box(0, EDGE, canvas.width, canvas.height), lighter(table, 0.2), darker(table, 0.06))
    y, step, row = EDGE + 8.0, 7.0, 0
    while y < 900:
        for x in range(-20 + (row % 2) * 26, canvas.width, 52):
            canvas.fill(box(x, y + 1, x + 44, y + step - 1), lighter(table, 0.4), 0.5)
        y, step, row = y + step, step * 1.05, row + 1
    band = mix(table, "#a33a2a", 0.7)
    canvas.fill([(0, EDGE + 26), (canvas.width, EDGE + 26), (canvas.width, EDGE + 40), (0, EDGE + 40)], band, 0.55)
    canvas.fill([(0, EDGE + 46), (canvas.width, EDGE + 46), (canvas.width, EDGE + 50), (0, EDGE + 50)], band, 0.55)


def _stone(canvas: Canvas, table: str) -> None:
    top = box(0, EDGE, canvas.width, canvas.height)
    canvas.paint(top, lighter(table, 0.3), darker(table, 0.08))
    canvas.speckle(top, 260, [darker(table, 0.3), lighter(table, 0.5)], (1, 3.4), 0.45)


def _grass(canvas: Canvas, table: str) -> None:
    canvas.paint(box(0, EDGE, canvas.width, canvas.height), lighter(table, 0.25), table, darker(table, 0.2))
    for level in range(EDGE + 14, 900, 7):
        size = 8 + (level - EDGE) * 0.09
        for _ in range(7):
            x = canvas.random.uniform(0, canvas.width)
            for lean in (-0.5, 0.05, 0.55):
                blade = [(x - size * 0.12, level), (x + size * lean, level - size), (x + size * 0.12, level)]
                canvas.fill(blade, darker(table, 0.3) if lean < 0.5 else lighter(table, 0.3), 0.6)


MOTIFS = {"leaves": _leaves, "waves": _waves, "ears": _ears, "petals": _petals, "hills": _hills}
SURFACES = {"boards": _boards, "cloth": _cloth, "mat": _mat, "stone": _stone, "grass": _grass}
