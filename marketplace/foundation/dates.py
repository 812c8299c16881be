"""Days and moments as Vietnam writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone

# UTC+7 all year since 1975; a fixed offset needs no time-zone files, which bare machines lack.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.\-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})", re.ASCII)
_MOMENT = re.compile(r"(\S+)[ ,]+([0-9]{1,2})[:hg.]([0-9]{2})", re.ASCII)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


class BadDay(ValueError):
    """What was typed is not a day of the calendar."""


def parse_day(text: str) -> date:
    """Read "05/07/2026", "5-7-26" (day first, this century) or "2026-07-05"."""
    typed = text.strip()
    if found := _ISO.fullmatch(typed):
        year, month, day = found[1], found[2], found[3]
    elif found := _DAY_FIRST.fullmatch(typed):
        day, month, year = found[1], found[3], found[4]
    else:
        raise BadDay(f"{text[:40]!r} is not a day; write it like 05/07/2026")
    number = int(year) + (2000 if len(year) == 2 else 0)
    try:
        parsed = date(number, int(month), int(day))
    except ValueError as error:
        raise BadDay(f"{text!r} is not in the calendar") from error
    if not _FIRST_YEAR <= parsed.year <= _LAST_YEAR:
        raise BadDay(f"{text!r} is not in a year of this market")
    return parsed


def parse_moment(text: str) -> datetime:
    """Read a day with its minute in Vietnam: "05/07/2026 14:30", also "14h30"."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise BadDay(f"{text[:40]!r} is no moment; write it like 05/07/2026 14:30")
    try:
        minute = time(int(found[2]), int(found[3]))
    except ValueError as error:
        raise BadDay(f"{text[:40]!r} is no time of a day") from error
    return datetime.combine(parse_day(found[1]), minute, VIETNAM)


def format_day(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def format_moment(moment: datetime) -> str:
    """An aware time as day and minute in Vietnam: "05/07/2026 14:30"."""
    local = _in_vietnam(moment)
    return f"{format_day(local)} {local.hour:02}:{local.minute:02}"


def vietnam_day(moment: datetime) -> date:
    return _in_vietnam(moment).date()


def _in_vietnam(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without zone belongs to no day")
    return moment.astimezone(VIETNAM)
