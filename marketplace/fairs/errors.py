"""What can be wrong with running a fair."""


class MoveRefused(Exception):
    """A fair, booth, slot or message cannot go from the state it is in to the wanted one."""

    def __init__(self, what: str, state: str, to: str) -> None:
        super().__init__(f"{what} is {state} and cannot become {to}")
        self.what, self.state, self.to = what, state, to


class DatesOutOfOrder(Exception):
    """Registration opens, closes, the fair begins, ends: in this order."""


class NotReady(Exception):
    """The fair or booth lacks something that the next step needs; `lacks` names each by its code."""

    def __init__(self, what: str, lacks: list[str]) -> None:
        super().__init__(f"{what} lacks {', '.join(lacks)}")
        self.what, self.lacks = what, lacks


class BoothClosed(Exception):
    """The application is with the officers, or the time to apply is over."""


class SlotsOverlap(Exception):
    """Two slots of one stage would be on air at the same time; `other` is the title of the one in the way."""

    def __init__(self, title: str, other: str) -> None:
        super().__init__(f"{title} would overlap {other}")
        self.title, self.other = title, other


class NotOnAir(Exception):
    """Only what is on air can be shown, priced or cut."""


class Silenced(Exception):
    """This visitor may not write in the room for now; `reason` is what the crew said."""


class TooFast(Exception):
    """The room lets everybody write once in so many seconds; `seconds` are left."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} seconds left")
        self.seconds = seconds


class ChatClosed(Exception):
    """The crew has closed the chat, or the fair is not on air."""


class NotChecked(Exception):
    """A guest writes once the code that was sent to his phone came back."""
