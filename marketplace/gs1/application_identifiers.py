"""Which data may stand behind a question mark in a Digital Link, how each is written, and beside what.

Facts of the GS1 General Specifications, release 25, section 3, as its syntax dictionary lists them. Coupons (8110,
8112) belong to no goods of ours and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from marketplace.gs1 import identifiers

# Keys of goods, places and papers; those that we do not serve are told apart from mere prefixes of a path.
PRIMARY_KEYS = frozenset(
    {"00", "01", "253", "255", "401", "402", "414", "415", "417",
     "8003", "8004", "8006", "8010", "8013", "8017", "8018"}
)  # fmt: skip

# Chains of qualifiers in their order, each one optional; a second chain excludes the first.
QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": ((),),
    "01": (("22", "10", "21"), ("235",)),
    "414": (("254",), ("7040",)),
    "417": (("7040",),),
}

# (form, keys under which it may stand, or none for all, and the identifiers). A form is made of components: N digits,
# X the 82 characters, Z the 64 of base64url; "..20" is up to twenty, brackets are optional; then what is checked.
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("X..20", "01", "10 21 22 243 710-715 7240 8012 7020 7021 7022"),
    ("X..28", "01", "235"),
    ("X..20", "414", "254"),
    ("N1 X3:importer", "414 417", "7040"),
    ("N14:check", "00", "02"),
    ("N6:day0", "01", "11 13 15 16 17"),
    ("N2", "01", "20"),
    ("X..30", "01", "240 241 250 251 7002"),
    ("N..6", "01", "242"),
    ("N..8", "01", "30"),
    ("N..8", "00", "37"),
    ("N6", "01", "3100-3105 3110-3115 3120-3125 3130-3135 3140-3145 3150-3155 3160-3165 3200-3205 3210-3215 3220-3225"
                 " 3230-3235 3240-3245 3250-3255 3260-3265 3270-3275 3280-3285 3290-3295 3370-3375 3500-3505 3510-3515"
                 " 3520-3525 3560-3565 3570-3575 3600-3605 3610-3615 3640-3645 3650-3655 3660-3665 3950-3955 8005"),
    ("N6", "00 01", "3300-3305 3310-3315 3320-3325 3330-3335 3340-3345 3350-3355 3360-3365 3400-3405 3410-3415"
                    " 3420-3425 3430-3435 3440-3445 3450-3455 3460-3465 3470-3475 3480-3485 3490-3495 3530-3535"
                    " 3540-3545 3550-3555 3620-3625 3630-3635 3670-3675 3680-3685 3690-3695"),
    ("N..15", "01", "3920-3929"),
    ("N3 N..15", "01", "3930-3939"),
    ("X..30", "", "400 90"),
    ("X..30", "00", "403 4308 4319"),
    ("N13:check", "", "410-413 416"),
    ("X..20", "", "420 8002"),
    ("N3 X..9", "", "421"),
    ("N3", "01", "422 424 426"),
    ("N3 [N3] [N3] [N3] [N3]", "01", "423 425"),
    ("X..3", "01", "427 7008"),
    ("X..35", "00", "4300 4301 4310 4311 4320"),
    ("X..70", "00", "4302-4306 4312-4316"),
    ("X2", "00", "4307 4317"),
    ("N10 N10", "00", "4309"),
    ("X..20", "00", "4318"),
    ("N1:flag", "00", "4321-4323"),
    ("N6:day0 N4:minute", "00", "4324 4325"),
    ("N6:day", "00", "4326"),
    ("N6 [X1:hyphen]", "00", "4330-4333"),
    ("N13", "01", "7001"),
    ("N6:day N4:minute", "01", "7003"),
    ("N..4", "01", "7004"),
    ("X..12", "01", "7005"),
    ("N6:day", "01", "7006"),
    ("N6:day [N6:day]", "01", "7007"),
    ("X..10", "01", "7009"),
    ("X..2", "01", "7010"),
    ("N6:day [N4:minute]", "01", "7011"),
    ("X..30", "", "7023"),
    ("N3 X..27", "01", "7030-7039"),
    ("X2 X..28", "01", "7230-7239"),
    ("N4 N5 N3 N1 N1", "01", "8001"),
    ("N8 [N..4]", "01", "8008"),
    ("X..50", "00 01", "8009"),
    ("Z..90", "00 01", "8030"),
    ("X..70", "01", "8200"),
    ("X..90", "", "91-99"),
)  # fmt: skip

# What else must be there, in the path or the query; one of several is enough. A trailing n stands for any digits.
_NEEDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("02", ("37",)), ("37", ("02",)), ("250", ("21",)), ("427", ("422",)), ("7004", ("10",)), ("7020", ("416",)),
    ("7022", ("7021",)), ("4303", ("4302",)), ("4313", ("4312",)),
    ("392n", ("30", "31n", "32n", "35n", "36n")), ("393n", ("30", "31n", "32n", "35n", "36n")),
    ("395n", ("30", "31n", "32n", "35n", "36n")),
)  # fmt: skip

# What may not stand beside it; a measure excludes itself with another number of decimals.
_EXCLUDES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("01", ("02", "37", "255")), ("21", ("235",)), ("420", ("421",)), ("421", ("4307",)),
    ("422", ("426",)), ("423", ("426",)), ("424", ("426",)), ("425", ("426",)),
    ("392n", ("393n", "395n")), ("393n", ("395n",)), ("395n", ("8005",)), ("4330", ("4331",)), ("4332", ("4333",)),
)  # fmt: skip

_CLASS = {"N": "[0-9]", "X": '[!-"%-?A-Z_a-z]', "Z": "[-_0-9A-Za-z=]"}
_COMPONENT = re.compile(r"(\[?)([NXZ])(\.\.)?([0-9]+)(?::([a-z0-9]+))?(\]?)")


def _is_minute(text: str) -> bool:
    return int(text[:2]) < 24 and int(text[2:]) < 60


_CHECKS: dict[str, Callable[[str], bool]] = {
    "check": identifiers.is_checked,
    "day0": identifiers.is_day,
    "day": lambda text: identifiers.is_day(text) and not text.endswith("00"),
    "minute": _is_minute,
    "flag": lambda text: text in ("0", "1"),
    "hyphen": lambda text: text == "-",
    "importer": lambda text: re.fullmatch(r"[-_0-9A-Za-z]{3}", text) is not None,
}


@dataclass(frozen=True)
class Form:
    """How the value of one identifier is written."""

    pattern: re.Pattern[str]
    checks: tuple[str, ...]  # one for each component; empty when there is nothing to check
    keys: frozenset[str]  # primary keys under which it may stand; none: all

    def allows(self, value: str) -> bool:
        found = self.pattern.fullmatch(value)
        return found is not None and all(
            not check or part is None or _CHECKS[check](part)
            for check, part in zip(self.checks, found.groups(), strict=True)
        )


def _compiled(form: str, keys: str) -> Form:
    pattern, checks = "", []
    for component in form.split():
        found = _COMPONENT.fullmatch(component)
        assert found is not None, component
        optional, letter, up_to, length, check, _ = found.groups()
        pattern += f"({_CLASS[letter]}{{{'1,' if up_to else ''}{length}}}){'?' if optional else ''}"
        checks.append(check or "")
    return Form(re.compile(pattern), tuple(checks), frozenset(keys.split()))


def _several(text: str) -> Iterator[str]:
    for part in text.split():
        first, _, last = part.partition("-")
        yield from (str(number) for number in range(int(first), int(last) + 1)) if last else (first,)


FORMS: dict[str, Form] = {
    identifier: _compiled(form, keys) for form, keys, several in _TABLE for identifier in _several(several)
}


def _fits(pattern: str, identifier: str) -> bool:
    return identifier.startswith(pattern[:-1]) if pattern.endswith("n") else identifier == pattern


def lacking(present: Iterable[str]) -> tuple[str, tuple[str, ...]] | None:
    """The first identifier that stands without what it needs, and what would do; None when all is there."""
    all_of_them = list(present)
    for identifier in all_of_them:
        for pattern, needed in _NEEDS:
            if _fits(pattern, identifier) and not any(_fits(one, other) for one in needed for other in all_of_them):
                return identifier, needed
    return None


def clashing(present: Iterable[str]) -> tuple[str, str] | None:
    """Two identifiers that exclude each other; None when there are none."""
    all_of_them = list(present)
    measures: dict[str, str] = {}
    for identifier in all_of_them:
        for pattern, excluded in _EXCLUDES:
            clash = next((other for one in excluded for other in all_of_them if _fits(one, other)), None)
            if _fits(pattern, identifier) and clash is not None:
                return identifier, clash
        if len(identifier) == 4 and identifier[:1] == "3":
            if identifier[:3] in measures:
                return measures[identifier[:3]], identifier
            measures[identifier[:3]] = identifier
    return None
