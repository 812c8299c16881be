"""Sheets and rolls of stickers as shops sell them, and where the code and the text of one sticker come to lie."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.traceability.qr import QUIET_ZONE, QrMatrix

MILLIMETRES_PER_INCH = 25.4
_SMALLEST_MODULE, _LARGEST_MODULE = 0.5, 0.77  # reads from 30 cm with nothing to spare, and safely; more helps nobody
_CLEARANCE = 0.15  # between the quiet zone and the cut or the text: the code moves by half a dot to its grid


class LabelTooSmall(ValueError):
    """The sticker has no room for a code that phones can read; choose a larger one or a shorter address."""


@dataclass(frozen=True)
class SheetLayout:
    """A page of stickers, in millimetres."""

    name: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    column_gap: float
    margin: float  # inside the sticker, and where stickers reach the edge of the page, what printers leave white
    largest_text: float  # points
    smallest_text: float = 4.9  # capitals and figures 1.2 mm tall
    page: tuple[float, float] = (210.0, 297.0)
    dots_per_inch: int = 300  # of the printer whose whole dots the modules are

    @property
    def count(self) -> int:
        return self.columns * self.rows

    @property
    def is_roll(self) -> bool:
        """One sticker a page: the page is the sticker, and a page with anything else on it would waste one."""
        return self.count == 1

    @property
    def dot(self) -> float:
        return MILLIMETRES_PER_INCH / self.dots_per_inch

    def places(self) -> Iterator[tuple[float, float]]:
        for row in range(self.rows):
            for column in range(self.columns):
                yield self.left + column * (self.width + self.column_gap), self.top + row * self.height


LAYOUTS = {
    layout.name: layout
    for layout in (
        SheetLayout("65", 5, 13, 38.1, 21.2, 4.75, 10.7, 2.5, margin=0.7, largest_text=5.5, smallest_text=4.4),
        SheetLayout("40", 4, 10, 48.5, 25.4, 8.0, 21.5, 0.0, margin=1.4, largest_text=6.4),
        SheetLayout("24", 3, 8, 70.0, 37.0, 0.0, 0.5, 0.0, margin=4.5, largest_text=8.2),
        SheetLayout("21", 3, 7, 63.5, 38.1, 7.25, 15.15, 2.5, margin=2.4, largest_text=8.2),
        SheetLayout(
            "50x30", 1, 1, 50.0, 30.0, 0.0, 0.0, 0.0, margin=1.5, largest_text=7.0, smallest_text=5.5,
            page=(50.0, 30.0), dots_per_inch=203,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class LabelPlan:
    """Where code and text of one sticker come to lie, from the sticker's upper left corner."""

    module: float
    code: Box  # the dark part
    text: Box


def plan_label(code: QrMatrix, layout: SheetLayout) -> LabelPlan:
    """The largest code that leaves room for the text; what is printed stays out of its quiet zone."""
    dot = layout.dot
    fewest_dots = math.ceil(_SMALLEST_MODULE / dot)
    dots = math.floor(
        min(
            _LARGEST_MODULE / dot,
            (layout.height - 2 * _CLEARANCE) / code.size_with_quiet_zone / dot,
            0.6 * layout.width / code.size_with_quiet_zone / dot,
        )
    )
    if dots < fewest_dots:
        raise LabelTooSmall(
            f"A code of {code.size} modules needs stickers of at least"
            f" {code.size_with_quiet_zone * fewest_dots * dot + 2 * _CLEARANCE:.1f} mm, layout {layout.name}"
            f" has {layout.height} mm; choose a larger one."
        )
    module = dots * dot
    side, quiet = code.size * module, QUIET_ZONE * module
    left = max(quiet + _CLEARANCE, layout.margin)
    text_left = left + side + quiet + _CLEARANCE
    return LabelPlan(
        module=module,
        code=Box(left, (layout.height - side) / 2, side, side),
        text=Box(text_left, layout.margin, layout.width - text_left - layout.margin, layout.height - 2 * layout.margin),
    )
