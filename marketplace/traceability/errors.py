"""What can be wrong with lots and labels."""

from __future__ import annotations

from datetime import date


class LotIncomplete(Exception):
    """Something that the reader of the label must see is missing; `missing` names it (Circular 02/2024/TT-BKHCN)."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"the lot cannot be published without: {', '.join(missing)}")
        self.missing = missing


class LotNumberTaken(Exception):
    """Another lot of the product has this number, so a label could not say which of the two is meant.

    `free` is a number that no lot has yet.
    """

    def __init__(self, batch: str, *, harvested_on: date, free: str) -> None:
        super().__init__(f"lot number {batch} belongs to the lot harvested on {harvested_on}; {free} is free")
        self.batch, self.harvested_on, self.free = batch, harvested_on, free


class LotMoveRefused(Exception):
    """The lot is in a state from which it cannot go where it was sent."""


class ImpossibleDates(Exception):
    """A step lies in the future, or the goods would be past their date before they were harvested."""


class ForeignAddress(Exception):
    """What was scanned leads to another place than this market, so it is no label of ours."""

    def __init__(self, place: str) -> None:
        super().__init__(f"an address of {place}")
        self.place = place


class AlreadyMilled(Exception):
    """What came out of a mill, rice or bran, goes through none again: it would come out as other rice than it is."""

    def __init__(self, lot_code: str) -> None:
        super().__init__(f"lot {lot_code} came out of a mill")
        self.lot_code = lot_code


class TooManyLabels(Exception):
    """More labels were asked for than the lot has packs left to label."""

    def __init__(self, *, asked: int, left: int) -> None:
        super().__init__(f"{asked} labels asked for, {left} packs left without one")
        self.asked, self.left = asked, left


class ToldBefore(Exception):
    """This very event stands in the record already; nothing was written a second time."""


class NotEnoughInLot(Exception):
    """The lot holds less than was asked for; `left` in base units. `labelled` says that labels stand in the way."""

    def __init__(self, lot_code: str, *, asked: int, left: int, labelled: int = 0) -> None:
        super().__init__(f"lot {lot_code}: {asked} asked for, {left} left, {labelled} of it labelled")
        self.lot_code, self.asked, self.left, self.labelled = lot_code, asked, left, labelled


class OverCeiling(Exception):
    """More came out than the recipe can give from what went in; `ceiling` in base units."""

    def __init__(self, *, asked: int, ceiling: int, permille: int) -> None:
        super().__init__(f"{asked} came out; at most {ceiling} ({permille} per mille) can")
        self.asked, self.ceiling, self.permille = asked, ceiling, permille


class UnitsDiffer(Exception):
    """Lots that are weighed and lots that are counted cannot be balanced against each other."""


class NeedsOfficer(Exception):
    """Only an officer of the alliance can release this lot."""


class WrongSeason(Exception):
    """The season grows another product, or is another cooperative's."""


class HarvestTaken(Exception):
    """This harvest of the diary has become a lot already; `lot_code` is that lot's."""

    def __init__(self, lot_code: str) -> None:
        super().__init__(f"the harvest has become lot {lot_code} already")
        self.lot_code = lot_code


class TransferOver(Exception):
    """The goods were taken over, refused or withdrawn before; `state` says which."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the transfer is {state} and is not open any more")
        self.state = state


class UnitRefused(Exception):
    """A pack cannot be packed, voided or taken back; `reason` is a key of words.UNIT_REFUSALS, `detail` its figure."""

    def __init__(self, serial: str, reason: str, detail: str = "") -> None:
        super().__init__(f"pack …{serial[-4:]}: {reason} {detail}".rstrip())
        self.serial, self.reason, self.detail = serial, reason, detail


class LotNumberNotGs1(Exception):
    """The pack carries a GS1 number, and the lot's own number cannot stand behind it in a GS1 Digital Link."""

    def __init__(self, batch: str) -> None:
        super().__init__(f"lot number {batch!r}: capitals, figures, dash and full stop only, at most 20")
        self.batch = batch


class AlarmSettled(Exception):
    """Somebody has decided about this alarm before; `state` says how."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the alarm is {state} already")
        self.state = state
