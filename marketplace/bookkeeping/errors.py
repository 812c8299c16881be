"""What can be wrong with a sheet for households, and with a difference in the books."""


class SheetRefused(Exception):
    """`reason` is nothing_to_share, more_than_earned, nobody_delivered (`lot_code`), takes_too_much, not_open or
    changed."""

    def __init__(self, reason: str, *, lot_code: str = "", most_dong: int = 0) -> None:
        super().__init__(f"{reason} {lot_code}".rstrip())
        self.reason, self.lot_code, self.most_dong = reason, lot_code, most_dong


class BadRows(Exception):
    """Lines of a table that cannot be read: nothing of it is taken in. `rows` are (number, what is wrong, as typed)."""

    def __init__(self, rows: list[tuple[int, str, str]]) -> None:
        super().__init__(f"{len(rows)} rows cannot be read")
        self.rows = rows


class DifferenceMoveRefused(Exception):
    """Somebody else has moved it meanwhile, or it cannot go there."""
