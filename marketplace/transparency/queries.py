"""Reading the log: roots, proofs, tiles, and the check that rebuilds it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, tuple_

from marketplace.foundation.database import session
from marketplace.transparency.models import LogHead, LogNode
from marketplace.transparency.rules import tree


def size() -> int:
    return session.scalar(select(LogHead.size).where(LogHead.id == 1)) or 0


def _nodes(places: Collection[tree.Place]) -> dict[tree.Place, bytes]:
    """The stored hashes at these places, in one statement."""
    if not places:
        return {}
    rows = session.execute(
        select(LogNode.level, LogNode.idx, LogNode.hash).where(tuple_(LogNode.level, LogNode.idx).in_(list(places)))
    )
    return {(level, index): digest for level, index, digest in rows}


def frontier(size: int, *, growing_by: int = 0) -> list[tuple[int, bytes]]:
    """Level and hash of the complete subtrees along the right edge of the tree over `size` entries, largest first.

    With `growing_by` only those that close when so many entries come: half of all single entries need none.
    """
    places = tree.places(0, size)
    if growing_by:
        places = [place for place in places if (size + growing_by) >> (place[0] + 1) != size >> (place[0] + 1)]
    nodes = _nodes(places)
    return [(place[0], nodes[place]) for place in places]
