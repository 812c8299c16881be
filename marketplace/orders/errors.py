"""What can be wrong with an order."""


class MoveRefused(Exception):
    """The part is in a state from which it cannot go where it was sent."""

    def __init__(self, code: str, from_state: str, to_state: str) -> None:
        super().__init__(f"order {code} is {from_state} and can no longer become {to_state}")
        self.code, self.from_state, self.to_state = code, from_state, to_state


class NotWeighedYet(MoveRefused):
    """Goods sold by weight are weighed before they are packed."""


class SurplusIsOpen(MoveRefused):
    """The goods weigh more than was ordered, and it is not settled who pays for it."""


class WeighedMeanwhile(Exception):
    """Somebody else has weighed these goods since the page was opened."""


class UnlikelyWeight(Exception):
    """A weight is missing, or far from what the pack was said to weigh."""

    def __init__(self, line_id: int, number: int) -> None:
        super().__init__(f"line {line_id}, pack {number + 1}")
        self.line_id, self.number = line_id, number


class LotTooSmall(Exception):
    """The lot, and every other one of these goods, has less left than the scales show."""

    def __init__(self, lot_code: str, *, left_grams: int) -> None:
        super().__init__(f"lot {lot_code} has {left_grams} g left")
        self.lot_code, self.left_grams = lot_code, left_grams


class NotPaidYet(Exception):
    """The buyer pays before the goods are sent, and the money is not there; nothing is packed for him yet."""


class WeighedAlready(Exception):
    """The packs of this part were weighed, so none of them is exchanged for another; refuse the part instead."""

    def __init__(self, code: str) -> None:
        super().__init__(f"order {code} was weighed already")


class LotsStopped(Exception):
    """Goods of this part were held or recalled after they were ordered; they may not leave the house."""

    def __init__(self, code: str, lot_codes: list[str]) -> None:
        super().__init__(f"order {code} holds goods of the stopped lots {', '.join(lot_codes)}")
        self.code, self.lot_codes = code, lot_codes


class SharesRefused(Exception):
    """More than this was asked to be borne."""

    def __init__(self, what: str, *, most_dong: int) -> None:
        super().__init__(f"{what} bears at most {most_dong} đồng")
        self.what, self.most_dong = what, most_dong


class RefundRefused(Exception):
    """These packs cannot be refunded: not arrived, nothing chosen, or more than were sent and are not refunded yet."""

    def __init__(self, what: str, why: str, *, left: int = 0) -> None:
        super().__init__(f"{what}: {why}" + (f", {left} left" if why == "more_than_sent" else ""))
        self.what, self.why, self.left = what, why, left
