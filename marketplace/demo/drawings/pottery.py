"""Tea sets with a glaze that runs in the fire."""

from __future__ import annotations

from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places_built import kiln_village
from marketplace.demo.drawings.shapes import (
    Outline,
    arc,
    box,
    darker,
    ellipse,
    lighter,
    mix,
    ribbon,
    smooth,
    vessel,
)
from marketplace.demo.drawings.stage import stage

GLAZES = (("#2f6f78", "#7fc0b5", "#c9764a"), ("#3f4f7a", "#8fb0c9", "#a8542f"))


def _glazed(
    canvas: Canvas, outline: Outline, x: float, top: float, bottom: float, half: float, glaze: tuple[str, str, str]
) -> None:
    """A turned pot with a glaze that ran in the fire: deep colour below, light drips from the rim, bare clay at the foot."""
    deep, light, clay = glaze
    canvas.paint(outline, lighter(deep, 0.25), lighter(deep, 0.3), deep, darker(deep, 0.6), way="drum")
    with canvas.inside(outline):
        drips: Outline = [(x - half * 1.2, top - 10)]
        for i in range(13):
            share = i / 12
            drop = 0.3 + 0.22 * canvas.random.random() + (0.12 if i % 2 else 0)
            drips.append((x - half * 1.2 + half * 2.4 * share, top + (bottom - top) * drop))
        drips.append((x + half * 1.2, top - 10))
        canvas.paint(smooth(drips, steps=6), lighter(light, 0.35), light, mix(light, deep, 0.75), alpha=0.8)
        for _ in range(90):
            px, py = canvas.spot(x - half, top, x + half, bottom)
            canvas.fill(
                ellipse(px, py, canvas.random.uniform(1, 4), canvas.random.uniform(1, 5), count=10),
                canvas.random.choice((lighter(light, 0.6), clay, darker(deep, 0.4))),
                0.45,
            )
        foot = bottom - (bottom - top) * 0.12
        canvas.paint(
            box(x - half * 1.2, foot, x + half * 1.2, bottom + 6),
            lighter(clay, 0.1),
            clay,
            darker(clay, 0.5),
            way="drum",
        )
        canvas.shadow(box(x + half * 0.55, top, x + half * 1.3, bottom), half * 0.16, 0.4, "#10242a")
    canvas.fill(
        ellipse(x - half * 0.5, top + (bottom - top) * 0.33, half * 0.1, (bottom - top) * 0.14, 14), "#ffffff", 0.6
    )


def _teapot(canvas: Canvas, x: float, y: float, size: float, glaze: tuple[str, str, str]) -> None:
    """Standing on y, `size` half its width."""
    deep = glaze[0]
    canvas.ground_shadow(x, y - 6, size * 0.95, size * 0.26)
    top = y - size * 1.3
    canvas.stroke(
        [
            (x + size * 0.78, y - size * 1.05),
            (x + size * 1.42, y - size * 1.2),
            (x + size * 1.5, y - size * 0.65),
            (x + size * 0.82, y - size * 0.4),
        ],
        size * 0.19,
        darker(deep, 0.3),
    )
    canvas.stroke(
        [(x + size * 0.8, y - size * 1.08), (x + size * 1.4, y - size * 1.22), (x + size * 1.46, y - size * 0.68)],
        size * 0.05,
        lighter(deep, 0.4),
        2,
    )
    spout = smooth(
        [
            (x - size * 0.7, y - size * 0.8),
            (x - size * 1.2, y - size * 0.95),
            (x - size * 1.36, y - size * 1.36),
            (x - size * 1.62, y - size * 1.44),
            (x - size * 1.5, y - size * 1.2),
            (x - size * 1.34, y - size * 0.66),
            (x - size * 0.72, y - size * 0.3),
        ]
    )
    canvas.paint(spout, lighter(deep, 0.35), deep, darker(deep, 0.45))
    body = vessel(
        x,
        [
            (size * 0.5, top),
            (size * 0.86, y - size * 1.02),
            (size, y - size * 0.62),
            (size * 0.84, y - size * 0.2),
            (size * 0.55, y),
        ],
    )
    _glazed(canvas, body, x, top, y, size, glaze)
    canvas.paint(ellipse(x, top, size * 0.52, size * 0.1), darker(deep, 0.3), darker(deep, 0.55))
    lid = vessel(
        x,
        [
            (size * 0.05, top - size * 0.3),
            (size * 0.3, top - size * 0.22),
            (size * 0.5, top - size * 0.01),
            (size * 0.3, top + size * 0.06),
        ],
    )
    canvas.paint(lid, lighter(glaze[1], 0.25), glaze[1], darker(deep, 0.3), way="drum")
    canvas.ball(x, top - size * 0.36, size * 0.12, size * 0.11, glaze[2], gloss=0.6)


def _teacup(canvas: Canvas, x: float, y: float, size: float, glaze: tuple[str, str, str], tea: bool = True) -> None:
    top = y - size * 1.15
    canvas.ground_shadow(x, y - 3, size * 0.8, size * 0.28)
    body = vessel(x, [(size, top), (size * 0.94, top + size * 0.5), (size * 0.62, y - size * 0.08), (size * 0.5, y)])
    _glazed(canvas, body, x, top, y, size, glaze)
    canvas.paint(ellipse(x, top, size, size * 0.26), lighter(glaze[1], 0.4), glaze[1])
    if tea:
        canvas.paint(ellipse(x, top + size * 0.05, size * 0.86, size * 0.19), "#b5862a", "#dcb75a")
    else:
        canvas.paint(ellipse(x, top + size * 0.02, size * 0.88, size * 0.21), darker(glaze[0], 0.35), glaze[1])
    canvas.fill(ribbon(arc(x, top, size, size * 0.26, 0, 360, 40), 4), lighter(glaze[2], 0.3))


def pottery_tea_set(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#7d5536", "petals", "boards", (600, 380, 330))
    canvas.ground_shadow(600, 800, 460, 60)
    canvas.paint(ellipse(600, 770, 480, 100), "#5f4230", "#3f2a1e")
    canvas.paint(ellipse(600, 758, 480, 100), "#a5784e", "#7d5536", way="slant")
    canvas.paint(ellipse(600, 762, 450, 88), "#7d5536", "#94683f")
    _teapot(canvas, 590, 745, 225, GLAZES[0])
    for x, y in ((250, 790), (390, 830), (790, 830), (950, 780)):
        _teacup(canvas, x, y, 70, GLAZES[0])


def pottery_box(canvas: Canvas, wall: str) -> None:
    stage(canvas, wall, "#c9b08a", "waves", "cloth", (600, 380, 320))
    canvas.ground_shadow(600, 800, 440, 60)
    canvas.paint([(210, 560), (290, 470), (930, 470), (1000, 560)], "#6b4a30", "#4a3020")
    _teapot(canvas, 480, 610, 185, GLAZES[1])
    for x in (790, 910):
        _teacup(canvas, x, 568, 60, GLAZES[1], tea=False)
    canvas.paint(box(200, 560, 1010, 800), "#d9b184", "#b98850", way="slant")
    canvas.fill(box(200, 560, 1010, 570), "#ecd0a8")
    for i in range(60):
        left, level = canvas.spot(215, 540, 950, 566)
        canvas.stroke(
            [(left, level), (left + 22, level - 12), (left + 46, level + 4 - i % 7)],
            4,
            canvas.random.choice(("#f3e2b5", "#e0c680", "#c9a85a")),
        )
    canvas.text(605, 660, "GỐM MEN HỎA BIẾN", 46, "#5f3a20")
    canvas.text(605, 724, "một ấm, sáu chén, vuốt tay từng chiếc", 25, "#6b4a30", bold=False)


def pottery_kiln(canvas: Canvas, _wall: str) -> None:
    kiln_village(canvas, 1)
    canvas.shadow(box(60, 840, 1140, 880), 20, 0.35)
    canvas.paint([(40, 850), (110, 760), (1090, 760), (1160, 850)], "#b98550", "#a06f3f")
    canvas.paint(box(40, 850, 1160, 884), "#8a5e34", "#6b4526")
    _teapot(canvas, 600, 830, 165, GLAZES[0])
    for x, glaze in ((180, 0), (300, 1), (900, 1), (1020, 0)):
        _teacup(canvas, x, 832, 56, GLAZES[glaze])


PRODUCTS = {
    "pottery_tea_set": Kind(("#e6cdb0", "#cbdbd6"), pottery_tea_set, pottery_box, pottery_kiln),
}
