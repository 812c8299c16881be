"""A family of lots as boxes and arrows: sources above, what was made of them below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from marketplace.traceability.queries.genealogy import Edge

# Two boxes stand beside each other on a phone of 360 px, which leaves 326 px between the edges of a card.
WIDTH, HEIGHT = 152, 104
GAP_ACROSS, GAP_DOWN, MARGIN = 12, 64, 3


@dataclass(frozen=True)
class Box:
    """Where a lot's box stands; its upper left corner."""

    lot_id: int
    x: int
    y: int


@dataclass(frozen=True)
class Arrow:
    """From the lower edge of one box to the upper edge of another, with its share of all that went in, per mille."""

    from_lot_id: int
    to_lot_id: int
    x1: int
    y1: int
    x2: int
    y2: int
    quantity: int
    permille: int

    @property
    def path(self) -> str:
        middle = (self.y1 + self.y2) // 2
        return f"M{self.x1} {self.y1} C{self.x1} {middle} {self.x2} {middle} {self.x2} {self.y2 - 7}"


@dataclass(frozen=True)
class Graph:
    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]


def draw(lot_ids: Collection[int], edges: Sequence[Edge], *, all_in: Mapping[int, int]) -> Graph:
    """Each lot stands one row below the lowest of its sources, so that every arrow points down.

    `all_in` is what went into each transformation in all.
    """
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for lot_id, level in _levels(lot_ids, edges).items():
        rows[level].append(lot_id)
    widest = max((len(row) for row in rows.values()), default=0)
    width = 2 * MARGIN + widest * WIDTH + max(widest - 1, 0) * GAP_ACROSS
    places = {}
    for level, row in rows.items():
        begins = (width - len(row) * WIDTH - (len(row) - 1) * GAP_ACROSS) // 2
        for number, lot_id in enumerate(sorted(row)):
            places[lot_id] = Box(lot_id, begins + number * (WIDTH + GAP_ACROSS), MARGIN + level * (HEIGHT + GAP_DOWN))
    arrows = [
        Arrow(
            edge.from_lot_id,
            edge.to_lot_id,
            places[edge.from_lot_id].x + WIDTH // 2,
            places[edge.from_lot_id].y + HEIGHT,
            places[edge.to_lot_id].x + WIDTH // 2,
            places[edge.to_lot_id].y,
            edge.quantity,
            edge.quantity * 1000 // all_in[edge.transformation_id],
        )
        for edge in edges
    ]
    height = 2 * MARGIN + len(rows) * HEIGHT + max(len(rows) - 1, 0) * GAP_DOWN
    return Graph(width, height, sorted(places.values(), key=lambda box: (box.y, box.x)), arrows)


def _levels(lot_ids: Collection[int], edges: Sequence[Edge]) -> dict[int, int]:
    # A lot is always younger than what it was made from, so the order of keys is an order of making.
    levels = dict.fromkeys(sorted(lot_ids), 0)
    sources: defaultdict[int, list[int]] = defaultdict(list)
    for edge in edges:
        sources[edge.to_lot_id].append(edge.from_lot_id)
    for lot_id in levels:
        levels[lot_id] = max((levels[source] + 1 for source in sources[lot_id]), default=0)
    return levels
