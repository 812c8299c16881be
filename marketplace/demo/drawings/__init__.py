"""Pictures of the demonstration market, drawn rather than photographed: the same call always gives the same bytes."""

from __future__ import annotations

from marketplace.demo.drawings import (
    animal,
    craft,
    dried,
    fruit,
    grain,
    greens,
    jars,
    paper,
    patties,
    pottery,
    sweets,
    tea,
)
from marketplace.demo.drawings.canvas import Canvas
from marketplace.demo.drawings.kinds import Kind
from marketplace.demo.drawings.places_built import PLACES

FAMILIES = (fruit, dried, jars, sweets, grain, patties, animal, craft, pottery, tea, greens)
PRODUCTS: dict[str, Kind] = {kind: drawn for family in FAMILIES for kind, drawn in family.PRODUCTS.items()}


def draw_product(kind: str, variant: int = 0) -> bytes:
    """A JPEG of 1200 by 900: variant 0 the hero, 1 the pack, 2 where it comes from; 3 to 5 the same on another wall."""
    drawn = PRODUCTS[kind]
    canvas = Canvas(1200, 900, f"{kind}{variant}")
    view = (drawn.hero, drawn.pack, drawn.scene)[variant % 3]
    view(canvas, drawn.walls[variant // 3 % len(drawn.walls)])
    return canvas.jpeg()


def draw_place(kind: str, variant: int = 0) -> bytes:
    """A JPEG of 1600 by 900; variants change the hour of the day, the people and the crop."""
    draw = PLACES[kind]
    canvas = Canvas(1600, 900, f"{kind}{variant}")
    draw(canvas, variant)
    return canvas.jpeg()


def draw_certificate(*, scheme: str, number: str, holder: str, scope: str, valid_to: str) -> bytes:
    """A JPEG of 1000 by 1400: a paper that says in large letters that it is sample data."""
    canvas = Canvas(paper.WIDTH, paper.HEIGHT, f"{scheme}{number}")
    paper.certificate(canvas, scheme=scheme, number=number, holder=holder, scope=scope, valid_to=valid_to)
    return canvas.jpeg()
