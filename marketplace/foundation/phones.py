"""Vietnamese telephone numbers: read as typed, kept as E.164, shown in groups or masked."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s.()\-\u2010-\u2015/]+")
_COUNTRY = re.compile(r"^(?:\+|00)?84(?=0?[2-9])0?", re.ASCII)
_NATIONAL = re.compile(r"0[35789][0-9]{8}|02[0-9]{9}", re.ASCII)
_E164 = re.compile(r"\+84([35789][0-9]{8}|2[0-9]{9})", re.ASCII)
_LONGEST = 40


class BadPhone(ValueError):
    """What was typed is neither a Vietnamese mobile nor a landline number."""


def parse_phone(text: str) -> str:
    """Read "0912 345 678", "+84 912.345.678", "84912345678" as "+84912345678"."""
    digits = _COUNTRY.sub("0", _SEPARATORS.sub("", text[:_LONGEST]))
    if len(text) > _LONGEST or not _NATIONAL.fullmatch(digits):
        raise BadPhone(f"{text[:_LONGEST]!r} is not a Vietnamese telephone number; write it like 0912 345 678")
    return "+84" + digits[1:]


def format_phone(phone: str) -> str:
    """ "+84912345678" → "0912 345 678", "+842438251234" → "024 3825 1234"."""
    digits = _national(phone)
    if len(digits) == 10:
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    # Ha Noi and Ho Chi Minh City have two-digit area codes and eight-digit numbers, everyone else three and seven.
    if digits.startswith(("024", "028")):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def mask_phone(phone: str) -> str:
    """ "+84912345678" → "091*****78": enough for its owner to know it, too little to call it."""
    digits = _national(phone)
    return digits[:3] + "*" * (len(digits) - 5) + digits[-2:]


def _national(phone: str) -> str:
    found = _E164.fullmatch(phone)
    if not found:
        raise BadPhone(f"{phone!r} is not a stored telephone number")
    return "0" + found[1]
