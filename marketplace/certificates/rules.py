"""Rules of certificates: amounts as they stand on papers."""

from __future__ import annotations

import re
from decimal import Decimal

LARGEST = 100_000_000_000
_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?", re.ASCII)
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?", re.ASCII)


class BadAmount(ValueError):
    """What was typed is no positive amount that fits."""


def parse_amount(text: str, unit: int) -> int:
    """Read "12", "0,5" or "1.250,5" as a whole number of the small unit, of which the large one has `unit`."""
    typed = text.replace(" ", "")
    if _GROUPED.fullmatch(typed):
        typed = typed.replace(".", "")
    elif not _PLAIN.fullmatch(typed):
        raise BadAmount(f"{text[:40]!r} is no amount; write it like 12 or 0,5")
    amount = round(Decimal(typed.replace(",", ".")) * unit)
    if not 0 < amount <= LARGEST:
        raise BadAmount(f"{text[:40]!r} is no amount of this world")
    return amount


def format_amount(amount: int, unit: int) -> str:
    """Whole small units as the large one: 5000 of 10000 is "0,5"."""
    whole, _point, fraction = f"{Decimal(amount) / unit:f}".partition(".")
    fraction = fraction.rstrip("0")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{grouped},{fraction}" if fraction else grouped
