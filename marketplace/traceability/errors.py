"""What can be wrong with lots and labels."""

from __future__ import annotations


class LotIncomplete(Exception):
    """Something that the reader of the label must see is missing; `missing` names it (Circular 02/2024/TT-BKHCN)."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"the lot cannot be published without: {', '.join(missing)}")
        self.missing = missing


class LotMoveRefused(Exception):
    """The lot is in a state from which it cannot go where it was sent."""


class ImpossibleDates(Exception):
    """A step lies in the future, or the goods would be past their date before they were harvested."""


class ForeignAddress(Exception):
    """What was scanned leads to another place than this market, so it is no label of ours."""

    def __init__(self, place: str) -> None:
        super().__init__(f"an address of {place}")
        self.place = place


class TooManyLabels(Exception):
    """More labels were asked for than the lot has packs left to label."""

    def __init__(self, *, asked: int, left: int) -> None:
        super().__init__(f"{asked} labels asked for, {left} packs left without one")
        self.asked, self.left = asked, left
