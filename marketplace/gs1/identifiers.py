"""Numbers and texts of the GS1 General Specifications: check digits, trade items, places, lots, serials, dates."""

from __future__ import annotations

import calendar
import re
from datetime import date

GTIN_LENGTHS = (8, 12, 13, 14)

# Restricted circulation (GS1 General Specifications 1.4): unique only inside one company or region, so never public.
RESTRICTED_PREFIXES = ("02", "04", *(str(prefix) for prefix in range(20, 30)))

# Encodable character set 82 (GS1 General Specifications, figure 7.11-1): what a lot or serial of anybody may hold.
CHARACTERS_82 = frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")

_DIGITS = re.compile(r"[0-9]+")
_OWN_LOT = re.compile(r"[A-Z0-9.-]{1,20}")
_BLANKS = re.compile(r"[\s\-\u2010-\u2015]+")


class BadIdentifier(ValueError):
    """Something is no GS1 identifier; the subclass says why."""


class NotDigits(BadIdentifier):
    """A character other than 0-9 stands in a number."""


class WrongLength(BadIdentifier):
    """The number has too many or too few digits for its kind."""


class WrongCheckDigit(BadIdentifier):
    """The last digit does not follow from the others: most likely a typing error."""


class RestrictedNumber(BadIdentifier):
    """A number from a restricted range (02, 04, 20-29): every shop uses the same ones for its own goods."""


class NotAGtin(BadIdentifier):
    """A well-formed number that identifies no kind of goods."""


class BadLot(BadIdentifier):
    """Not a lot number that may stand on a label of ours."""


class BadDay(BadIdentifier):
    """Six digits that are no day of the calendar."""


def check_digit(body: str) -> str:
    """The digit that follows `body`: weights 3 and 1 in turn from the right, modulo 10. Same rule for every key."""
    if not _DIGITS.fullmatch(body):
        raise NotDigits(f"{body[:30]!r} is not a row of digits")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def is_checked(number: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    return len(number) > 1 and _DIGITS.fullmatch(number) is not None and check_digit(number[:-1]) == number[-1]


def _checked(number: str, kind: str, length: int) -> str:
    if not _DIGITS.fullmatch(number):
        raise NotDigits(f"{kind} {number[:30]!r} is not a row of digits")
    if len(number) != length:
        raise WrongLength(f"{kind} {number[:30]} has {len(number)} digits instead of {length}")
    if not is_checked(number):
        raise WrongCheckDigit(f"{kind} {number}: the last digit should be {check_digit(number[:-1])}")
    return number


def gln(text: str) -> str:
    """A place or party: 13 digits. Raises a BadIdentifier."""
    return _checked(text, "GLN", 13)


def sscc(text: str) -> str:
    """A crate or pallet: 18 digits. Raises a BadIdentifier."""
    return _checked(text, "SSCC", 18)


def exact_gtin14(text: str) -> str:
    """A GTIN as a Digital Link must write it: 14 digits, shorter ones filled up already. Restricted ones included."""
    return _checked(text, "GTIN", 14)


def gtin14(text: str) -> str:
    """The trade item number that stands under a bar code (8, 12, 13 or 14 digits, blanks allowed) as 14 digits.

    Raises NotDigits, WrongLength, WrongCheckDigit; RestrictedNumber for numbers that shops give to themselves.
    """
    number = _BLANKS.sub("", text)
    if not _DIGITS.fullmatch(number):
        raise NotDigits(f"GTIN {text[:30]!r} is not a row of digits")
    if len(number) not in GTIN_LENGTHS:
        raise WrongLength(f"GTIN {number[:30]} has {len(number)} digits instead of 8, 12, 13 or 14")
    filled = exact_gtin14(number.zfill(14))
    if int(filled) == 0:
        raise NotAGtin("a row of zeros is no GTIN")
    if is_restricted(filled):
        raise RestrictedNumber(f"GTIN {number} is from a range that every shop uses for its own goods")
    return filled


def is_restricted(gtin: str) -> bool:
    """Whether a 14-digit GTIN lies in a restricted range.

    A GTIN-8 has prefixes of its own kind: those that begin with 0 or 2 are restricted (General Specifications 1.4.3).
    """
    if gtin.startswith("000000"):
        return gtin[6] in "02"
    return gtin[1:3] in RESTRICTED_PREFIXES


def own_lot(text: str) -> str:
    """A lot number that a label of ours may carry: A-Z, 0-9, hyphen and dot, 1 to 20.

    Narrower than the standard, so that nothing in a link needs escaping and case never matters in print.
    """
    if not _OWN_LOT.fullmatch(text):
        raise BadLot(f"lot {text[:40]!r} is not 1 to 20 of A-Z, 0-9, hyphen and dot")
    return text


def is_own_lot(text: str) -> bool:
    return _OWN_LOT.fullmatch(text) is not None


def is_text_82(text: str, longest: int = 20) -> bool:
    """Whether anybody's lot, serial or variant may read so: 1 to `longest` of the 82 characters."""
    return 1 <= len(text) <= longest and CHARACTERS_82.issuperset(text)


def day(text: str, *, on: date) -> date:
    """The day behind YYMMDD; day 00 means the last of the month. Raises BadDay.

    The century is the one that lies nearest (General Specifications 7.12): from 49 years ago to 50 years ahead.
    """
    if len(text) != 6 or not _DIGITS.fullmatch(text):
        raise BadDay(f"{text[:20]!r} is not YYMMDD")
    short, month, number = int(text[:2]), int(text[2:4]), int(text[4:])
    distance = short - on.year % 100
    century = on.year // 100 + (-1 if distance >= 51 else 1 if distance <= -50 else 0)
    year = century * 100 + short
    if not 1 <= month <= 12:
        raise BadDay(f"{text}: there is no month {month}")
    last = calendar.monthrange(year, month)[1]
    if number > last:
        raise BadDay(f"{text}: the month has {last} days")
    return date(year, month, number or last)


def yymmdd(on: date) -> str:
    """A day as the date identifiers write it."""
    return f"{on:%y%m%d}"


def is_day(text: str) -> bool:
    """Whether YYMMDD, day 00 included, is a day of this century."""
    try:
        day(text, on=date(2050, 1, 1))
    except BadDay:
        return False
    return True
