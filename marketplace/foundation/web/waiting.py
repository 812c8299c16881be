"""What waits for somebody at a desk today. Each part of the business says it for itself; wiring says who is asked.

The page that shows it stands lower than those who know: they are put in from above, as reactions are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """So many things of one kind that somebody should look at, and where."""

    words: str
    count: int
    url: str
    icon: str
    is_urgent: bool = False


# (id of whose desk it is) -> what waits there
Source = Callable[[int], list[Waiting]]
# (id of whose desk it is) -> whether the first step has been taken
Begun = Callable[[int], bool]

_sources: list[Source] = []
_begun: dict[str, Begun] = {}


def use(sources: Sequence[Source], begun: Mapping[str, Begun]) -> None:
    """Set who is asked; called once, by wiring."""
    _sources[:] = sources
    _begun.clear()
    _begun.update(begun)


def waiting_at(desk_id: int) -> list[Waiting]:
    """What is urgent first, else in the order of the sources; nothing that nobody waits for."""
    found = [one for source in _sources for one in source(desk_id) if one.count]
    return sorted(found, key=lambda one: not one.is_urgent)


def steps_taken(desk_id: int) -> dict[str, bool]:
    """Which first steps of somebody new are done, by name."""
    return {name: is_taken(desk_id) for name, is_taken in _begun.items()}
