"""Amounts in whole đồng: read what people type, show it the Vietnamese way, share it so that the parts add up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from marketplace.foundation import text as words

LARGEST_DONG = 99_999_999_999

_AMOUNT = re.compile(r"(-?)\s*([0-9][0-9., ]*)(.*)", re.ASCII | re.DOTALL)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([., ])[0-9]{3})(?:\1[0-9]{3})*", re.ASCII)
_UNIT = re.compile(r"(k|nghin|ngan|ng|trieu|tr|ty|ti)? ?(?:d|dong|vnd)?", re.ASCII)
_FACTORS = {
    None: 1,
    "k": 1_000,
    "ng": 1_000,
    "ngan": 1_000,
    "nghin": 1_000,
    "tr": 1_000_000,
    "trieu": 1_000_000,
    "ti": 1_000_000_000,
    "ty": 1_000_000_000,
}


class BadAmount(ValueError):
    """What was typed is not an amount of whole đồng that this market can keep."""


def parse_dong(text: str) -> int:
    """Read "45.000", "45,000 đ", "45k", "45 nghìn", "1,2 triệu"; refuse what could be read in two ways."""
    typed = words.nfc(text).strip().replace("\N{DONG SIGN}", "đ").replace("\u00a0", " ").replace("\u202f", " ")
    found = _AMOUNT.fullmatch(typed)
    if len(typed) > 40 or not found:
        raise BadAmount(f"{text[:40]!r} is not an amount; write it like 45.000")
    sign, number, rest = found[1], found[2].strip(), found[3]
    if sign:
        raise BadAmount(f"{text!r} is negative")
    unit = _UNIT.fullmatch(words.fold(rest))
    if unit is None or not all(letter.isalpha() or letter in " ." for letter in rest):
        raise BadAmount(f"{text!r} has words that are not money: {rest!r}")
    amount = _whole(number) if unit[1] is None else _multiple(number, _FACTORS[unit[1]])
    if amount > LARGEST_DONG:
        raise BadAmount(f"{text!r} is more than {LARGEST_DONG}")
    return amount


def _whole(number: str) -> int:
    if number.isdigit():
        return int(number)
    if _GROUPED.fullmatch(number):
        return int(re.sub("[., ]", "", number))
    raise BadAmount(f"{number!r} is not a whole number of dong")


def _multiple(number: str, factor: int) -> int:
    # "1.250 triệu" is 1,250,000 to one reader and 1,250,000,000 to the next: a price a thousand times off is worse
    # than asking again, so three digits after the only mark are refused beside a unit word.
    if not re.fullmatch(r"[0-9]+(?:[.,][0-9]{1,2})?", number, re.ASCII):
        raise BadAmount(f"{number!r} can be read in two ways beside a unit; write out all digits")
    amount = Fraction(number.replace(",", ".")) * factor
    if amount.denominator != 1:
        raise BadAmount(f"{number!r} is not a whole number of dong")
    return amount.numerator


def format_dong(amount: int) -> str:
    """1234567 → "1.234.567 ₫", with a space that never breaks a line."""
    return f"{amount:,}".replace(",", ".") + "\u00a0\N{DONG SIGN}"


def split_dong(total: int, weights: Sequence[int]) -> list[int]:
    """Share by largest remainder: the parts add up to the total exactly, ties go to the earlier part."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError(f"cannot share by weights {list(weights)}")
    if total < 0:
        return [-part for part in split_dong(-total, weights)]
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(total * weights[index] % whole), index))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts
