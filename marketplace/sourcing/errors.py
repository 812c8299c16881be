"""What can be wrong between buyers and cooperatives. `why` is a key of words.REFUSED."""


class Refused(Exception):
    """It cannot be done now; `facts` fill the sentence that says why and what to do."""

    def __init__(self, why: str, **facts: object) -> None:
        super().__init__(f"{why} {facts}" if facts else why)
        self.why, self.facts = why, facts


class DemandClosed(Refused):
    """The demand takes no more quotes: agreed, taken back, or its deadline went by."""


class ForecastRefused(Refused):
    """It would promise more than land or store give, or take away what is committed."""


class QuoteMoved(Refused):
    """Somebody was faster: the terms are other ones by now, or the talk is over."""


class NotEnoughSupply(Refused):
    """The cooperative has promised too much elsewhere; `left` says what remains, in base units."""

    def __init__(self, *, asked: int, left: int) -> None:
        super().__init__("not_enough_supply", asked=asked, left=left)
        self.asked, self.left = asked, left


class CommitmentMoved(Refused):
    """It is signed already, given up, or over."""


class CallOffRefused(Refused):
    """Not in the time of the commitment, a certificate is missing, or it cannot be paid for in this way."""


class MoreThanLeft(CallOffRefused):
    """More is called off than remains; `left` says what does, in base units."""

    def __init__(self, *, asked: int, left: int) -> None:
        super().__init__("more_than_left", asked=asked, left=left)
        self.asked, self.left = asked, left


class ConferenceRefused(Refused):
    """The fair takes no conference now, the times do not fit it, or a meeting would lose its table."""


class MeetingRefused(Refused):
    """The time or the table is taken, or the meeting is in another state than the page showed."""
