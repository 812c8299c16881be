"""What can be wrong with a complaint or a review."""


class ComplaintRefused(Exception):
    """Nothing can be complained about here: too early, too late, one is open already, or nothing was chosen."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"part {code}: {why}")
        self.code, self.why = code, why


class ComplaintMoved(Exception):
    """The complaint is not, or no longer, where this could be done; somebody was faster."""

    def __init__(self, code: str, state: str) -> None:
        super().__init__(f"complaint {code} is {state}")
        self.code, self.state = code, state


class AnswerRefused(Exception):
    """What the cooperative or the officer wants to give cannot be given: nothing chosen, more than was sent or paid."""

    def __init__(self, why: str, *, what: str = "", left: int = 0) -> None:
        super().__init__(f"{why} {what}".strip())
        self.why, self.what, self.left = why, what, left


class ReviewRefused(Exception):
    """It may not be written or changed: the goods have not arrived, it is too late, or it was taken down."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
