"""What can be wrong when an order is worked off."""


class BillRefused(Exception):
    """Nothing of the bill is taken in. `reason` is known (carrier and number), or rows: (number, code, what is wrong)."""

    def __init__(self, reason: str, rows: list[tuple[int, str, str]] | None = None) -> None:
        super().__init__(reason)
        self.reason, self.rows = reason, rows or []


class AlreadyRemitted(Exception):
    """The cash of this part was paid out by another line, or the line names no part of ours."""
