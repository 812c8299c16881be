"""What can be wrong when an order is worked off."""


class BillRefused(Exception):
    """Nothing of the bill is taken in. `reason` is known (carrier and number), or rows: (number, code, what is wrong)."""

    def __init__(self, reason: str, rows: list[tuple[int, str, str]] | None = None) -> None:
        super().__init__(reason)
        self.reason, self.rows = reason, rows or []


class AlreadyRemitted(Exception):
    """The cash of this part was paid out by another line, or the line names no part of ours."""


class CountsAsLost(Exception):
    """The parcel is said to have never arrived, and so no cash of it belongs to anybody yet."""


class NotForThisHub(Exception):
    """No part with this code is expected at this collecting place."""


class StillExpected(Exception):
    """Parts are still to come, and nobody has said why not to wait for them."""

    def __init__(self, part_codes: list[str]) -> None:
        super().__init__(f"still expected: {', '.join(part_codes)}")
        self.part_codes = part_codes


class NothingToSend(Exception):
    """No part lies at the collecting place: none has come, or somebody has sent them on."""


class KeptTooLong(Exception):
    """Goods that must stay cold or fresh have lain at the collecting place longer than they may."""

    def __init__(self, part_codes: list[str]) -> None:
        super().__init__(f"kept too long: {', '.join(part_codes)}")
        self.part_codes = part_codes


class NotScannedYet(Exception):
    """So many packs with a serial of their own lie in no parcel, and nobody has said why."""

    def __init__(self, code: str, missing: int) -> None:
        super().__init__(f"{missing} packs of {code} are not scanned")
        self.code, self.missing = code, missing
