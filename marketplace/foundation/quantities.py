"""Weights, volumes and counts as whole numbers of a base unit, with the units people say at a market."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from marketplace.foundation import text as words

LARGEST_QUANTITY = 99_999_999_999


class BaseUnit(StrEnum):
    GRAM = "gram"
    MILLILITRE = "millilitre"
    PIECE = "piece"


class BadQuantity(ValueError):
    """What was typed is not a whole number of the base unit."""


@dataclass(frozen=True)
class UnitPrice:
    """A price per kilogram, litre or piece; `per` is "kg", "l" or "piece"."""

    amount_dong: int
    per: str


_QUANTITY = re.compile(r"([0-9][0-9., ]*)(.*)", re.ASCII | re.DOTALL)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([. ])[0-9]{3})(?:\1[0-9]{3})*(?:,[0-9]+)?", re.ASCII)
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?", re.ASCII)

_FACTORS = {
    BaseUnit.GRAM: {
        **dict.fromkeys(("", "g", "gr", "gam", "gram"), 1),
        "lang": 100,
        **dict.fromkeys(("kg", "ki", "ky", "kilo", "ki lo", "kilogam", "kilogram", "can"), 1_000),
        "yen": 10_000,
        "ta": 100_000,
        **dict.fromkeys(("tan", "t"), 1_000_000),
    },
    BaseUnit.MILLILITRE: {
        **dict.fromkeys(("", "ml", "mililit", "millilitre"), 1),
        **dict.fromkeys(("l", "lit", "litre", "liter"), 1_000),
    },
    BaseUnit.PIECE: {
        **dict.fromkeys(
            (
                "",
                "cai",
                "chiec",
                "qua",
                "trai",
                "con",
                "hop",
                "goi",
                "tui",
                "chai",
                "lo",
                "bo",
                "bo qua",
                "bao",
                "thung",
            ),
            1,
        ),
        **dict.fromkeys(("piece", "pieces", "pcs"), 1),
        "chuc": 10,
        "ta": 12,
    },
}
_PARTS = {BaseUnit.GRAM: ("g", "kg"), BaseUnit.MILLILITRE: ("ml", "l")}
# The capital is the symbol allowed where a small l would be read as a one.
_SYMBOLS = {"l": "L"}


def parse_quantity(text: str, unit: BaseUnit) -> int:
    """Read "1,5 kg", "500g", "2 tạ", "0,75 lít", "12"; a comma is a decimal mark, a dot before three digits is not."""
    typed = words.nfc(text).strip().replace("\u00a0", " ").replace("\u202f", " ")
    found = _QUANTITY.fullmatch(typed)
    if len(typed) > 40 or not found:
        raise BadQuantity(f"{text[:40]!r} is not a quantity; write it like 1,5 kg")
    number, rest = found[1].strip(), found[2]
    factor = _FACTORS[unit].get(words.fold(rest))
    if factor is None or not all(letter.isalpha() or letter in " ." for letter in rest):
        raise BadQuantity(f"{text!r}: {rest!r} is not a unit of {unit}")
    quantity = _number(number) * factor
    if quantity.denominator != 1:
        raise BadQuantity(f"{text!r} is not a whole {unit}")
    if quantity > LARGEST_QUANTITY:
        raise BadQuantity(f"{text!r} is more than {LARGEST_QUANTITY}")
    return quantity.numerator


def _number(number: str) -> Fraction:
    if _GROUPED.fullmatch(number):
        number = re.sub("[. ]", "", number)
    if not _PLAIN.fullmatch(number):
        raise BadQuantity(f"{number!r} is not a number")
    return Fraction(number.replace(",", "."))


def quantity_parts(quantity: int, unit: BaseUnit) -> tuple[str, str]:
    """The number as shown and the code of its unit: (1500, gram) → ("1,5", "kg"); codes g, kg, ml, l, piece."""
    if unit not in _PARTS:
        return _grouped(quantity), "piece"
    small, large = _PARTS[unit]
    if abs(quantity) < 1_000:
        return str(quantity), small
    whole, rest = divmod(abs(quantity), 1_000)
    decimals = f",{rest:03}".rstrip("0") if rest else ""
    return ("-" if quantity < 0 else "") + _grouped(whole) + decimals, large


def format_quantity(quantity: int, unit: BaseUnit, piece_word: str = "") -> str:
    """ "1,5 kg", "500 g", "0,75 L", "12 cái"; the word for pieces comes translated from the door."""
    number, code = quantity_parts(quantity, unit)
    return f"{number} {piece_word if code == 'piece' else _SYMBOLS.get(code, code)}".rstrip()


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def unit_price(price_dong: int, content: int, unit: BaseUnit) -> UnitPrice:
    """The price of a kilogram, a litre or a piece of what costs `price_dong` for `content`, rounded half up."""
    scale, per = (1, "piece") if unit is BaseUnit.PIECE else (1_000, _PARTS[unit][1])
    return UnitPrice((2 * price_dong * scale + content) // (2 * content), per)
