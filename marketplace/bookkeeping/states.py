"""How far a sheet for households and a difference in the books have come, with their moves."""

from enum import StrEnum


class SheetState(StrEnum):
    OPEN = "open"  # its figures follow what is sold and weighed
    CLOSED = "closed"  # frozen; what households were given
    REPLACED = "replaced"  # a corrected sheet stands in its place


class DifferenceKind(StrEnum):
    """Who tells something else than our books."""

    CARD = "card"
    BANK = "bank"
    CASH = "cash"


class DifferenceState(StrEnum):
    OPEN = "open"
    EXPLAINED = "explained"  # somebody knows why; it is still there
    SETTLED = "settled"  # nothing more is to be done


DIFFERENCE_MOVES: dict[DifferenceState, frozenset[DifferenceState]] = {
    DifferenceState.OPEN: frozenset({DifferenceState.EXPLAINED, DifferenceState.SETTLED}),
    DifferenceState.EXPLAINED: frozenset({DifferenceState.OPEN, DifferenceState.SETTLED}),
    DifferenceState.SETTLED: frozenset({DifferenceState.OPEN}),
}

STILL_THERE = frozenset({DifferenceState.OPEN, DifferenceState.EXPLAINED})
