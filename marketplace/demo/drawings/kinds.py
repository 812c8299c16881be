"""What a kind of product needs to be drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from marketplace.demo.drawings.canvas import Canvas

View = Callable[[Canvas, str], None]
Place = Callable[[Canvas, int], None]


class Kind(NamedTuple):
    """Three views, each given the colour of its wall: the hero, the pack, where it comes from."""

    walls: tuple[str, str]
    hero: View
    pack: View
    scene: View
