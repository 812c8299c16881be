"""Names of places: their rows, reading an address as people type it, ranking what it may mean, regions and zones."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from marketplace.foundation import text as words

_DATA = Path(__file__).parent / "data"
_EARTH_RADIUS_KM = 6371.0

# In the order in which rows may be inserted.
TABLES = ("province", "commune", "legacy_province", "legacy_commune")


class Region(StrEnum):
    RED_RIVER_DELTA = "red_river_delta"
    ELSEWHERE = "elsewhere"


class Zone(StrEnum):
    """How far a parcel goes; carriers price by it."""

    SAME_PROVINCE = "same_province"
    SAME_REGION = "same_region"
    INTER_REGION = "inter_region"


# The cluster of Cooperative Alliances that this market serves: Ha Noi, Hai Phong, Hung Yen, Ninh Binh, Bac Ninh,
# Phu Tho, Quang Ninh (codes of scheme 2025).
RED_RIVER_DELTA = frozenset({"01", "31", "33", "37", "24", "25", "22"})


# Provinces (codes of scheme 2025) that share a border with one of the cluster.
_BORDERS = {
    "01": frozenset({"19", "24", "25", "33", "37"}),
    "22": frozenset({"20", "24", "31"}),
    "24": frozenset({"01", "19", "20", "22", "31", "33"}),
    "25": frozenset({"01", "08", "14", "15", "19", "37", "38"}),
    "31": frozenset({"22", "24", "33"}),
    "33": frozenset({"01", "24", "31", "37"}),
    "37": frozenset({"01", "25", "33", "38"}),
}


def is_near(a: str, b: str) -> bool:
    """The same province, or one beside it: what must stay cold goes no farther (domain.md 6.4)."""
    return a == b or b in _BORDERS.get(a, ()) or a in _BORDERS.get(b, ())


def region_of(province_code: str) -> Region:
    return Region.RED_RIVER_DELTA if province_code in RED_RIVER_DELTA else Region.ELSEWHERE


def zone(from_code: str, to_code: str) -> Zone:
    """The zone between two provinces; outside the delta two different provinces are never "the same region"."""
    if from_code == to_code:
        return Zone.SAME_PROVINCE
    both_near = region_of(from_code) is region_of(to_code) is Region.RED_RIVER_DELTA
    return Zone.SAME_REGION if both_near else Zone.INTER_REGION


@cache
def province_seats() -> dict[str, tuple[float, float]]:
    """Latitude and longitude of each province's seat, to a tenth of a degree."""
    return {line["code"]: (float(line["latitude"]), float(line["longitude"])) for line in _lines("province_seats")}


def distance_km(a: str, b: str) -> float:
    """Between the seats of two provinces, along the surface of the earth."""
    (north_a, east_a), (north_b, east_b) = (
        tuple(map(math.radians, province_seats()[province_code])) for province_code in (a, b)
    )
    half_chord = (
        math.sin((north_b - north_a) / 2) ** 2
        + math.cos(north_a) * math.cos(north_b) * math.sin((east_b - east_a) / 2) ** 2
    )
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(half_chord))


def format_address(line: str, commune_name: str, province_name: str) -> str:
    """Small to large: "Thôn Đông, xã Thanh Hà, TP. Hải Phòng"; the kind of each unit comes from its name."""
    city = words.fold(province_name).startswith("thanh pho ")
    province = f"TP. {bare_name(province_name)}" if city else _lower_first(province_name)
    return ", ".join(part for part in (line.strip(), _lower_first(commune_name), province) if part)


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]


def bare_name(name: str) -> str:
    """The name without the word for its kind: "Thành phố Hải Phòng" → "Hải Phòng"; a number keeps it: "Quận 1"."""
    for division_word in _division_words():
        rest = name[len(division_word) + 1 :]
        if name.casefold().startswith(division_word + " ") and not rest[:1].isdigit():
            return rest
    return name


def read_rows(table: str) -> Iterator[dict[str, Any]]:
    """Rows of one of TABLES as plain values, ready for a bulk insert in a data migration."""
    return {
        "province": _province_rows,
        "commune": _commune_rows,
        "legacy_province": _legacy_province_rows,
        "legacy_commune": _legacy_commune_rows,
    }[table]()


def _province_rows() -> Iterator[dict[str, Any]]:
    for line in _lines("provinces"):
        bare = bare_name(line["name"])
        yield line | {"slug": words.slugify(bare), "sort_key": words.sort_key(bare), "folded": words.fold(bare)}


def _commune_rows() -> Iterator[dict[str, Any]]:
    for line in _lines("communes"):
        bare = bare_name(line["name"])
        yield line | {"sort_key": words.sort_key(bare), "folded": words.fold(bare)}


def _legacy_province_rows() -> Iterator[dict[str, Any]]:
    for line in _lines("legacy_provinces"):
        yield {
            "code": line["legacy_code"],
            "name": line["legacy_name"],
            "province_code": line["province_code"],
            "folded": words.fold(bare_name(line["legacy_name"])),
        }


def _legacy_commune_rows() -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines("legacy_communes"), start=1):
        yield {
            "id": number,
            "code": line["legacy_code"],
            "name": line["legacy_name"],
            "district": line["legacy_district"],
            "legacy_province_code": line["legacy_province_code"],
            "commune_code": line["commune_code"],
            "partly": line["partly"] == "1",
            "folded": words.fold(bare_name(line["legacy_name"])),
            "folded_district": words.fold(bare_name(line["legacy_district"])),
        }


@cache
def province_nicknames() -> dict[str, str]:
    """Names of daily use that no official list carries, each with its province's code."""
    return {line["name"]: line["province_code"] for line in _lines("province_nicknames")}


@cache
def _division_words() -> tuple[str, ...]:
    return tuple(line["word"] for line in _lines("division_words"))


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            yield {key: words.nfc(value) for key, value in line.items()}


_CUTS = re.compile(r"[,;\n]+")
_NUMBERED = re.compile(r"\b([pq])\.? ?([0-9]{1,2})\b", re.ASCII)
_NUMBERED_KINDS = {"p": "phuong", "q": "quan"}
_TOKEN = re.compile(r"[^\W_]+")


# How a place was recognised, the best first.
BY_NAME, BY_DISTRICT, BY_BEGINNING, INSIDE_NAME, SCATTERED = range(5)


@dataclass(frozen=True)
class Reading:
    """One way to understand a typed place: its folded words, the last of which may be unfinished."""

    words: tuple[str, ...]


def tails(text: str) -> list[str]:
    """The text itself, then without its first parts: a pasted address begins with a house or hamlet we do not know."""
    parts = [part.strip() for part in _CUTS.split(text) if part.strip()]
    return [", ".join(parts[start:]) for start in range(len(parts))]


def readings(text: str) -> list[Reading]:
    """How a typed place may be meant, likeliest first: with ever fewer of its words taken as "commune", "province"….

    All are needed: "xã Thanh Hà" means Thanh Hà, but "my xa nam dinh" (typed without marks) means Mỹ Xá.
    """
    text = _NUMBERED.sub(lambda found: f"{_NUMBERED_KINDS[found[1]]} {found[2]}", words.nfc(text).casefold())
    segments = [_TOKEN.findall(segment) for segment in _CUTS.split(text)]
    found = (
        [word for tokens in segments for word in _folded(_without_kinds(tokens))],
        [word for tokens in segments for word in _folded(tokens[_kind_length(tokens) :])],
        [word for tokens in segments for word in _folded(tokens)],
    )
    return [Reading(known) for known in dict.fromkeys(map(tuple, found)) if known]


def _folded(tokens: Sequence[str]) -> list[str]:
    return words.fold(" ".join(tokens)).split()


def _without_kinds(tokens: list[str]) -> list[str]:
    kept: list[str] = []
    position = 0
    while position < len(tokens):
        position += _kind_length(tokens[position:])
        kept.append(tokens[position])
        position += 1
    return kept


def _kind_length(tokens: list[str]) -> int:
    """How many words here only say what kind of unit follows; none when nothing follows ("Hà Tĩnh", "ha tinh")."""
    for division_word in _division_words():
        parts = division_word.split()
        if len(tokens) > len(parts):
            here = tokens[: len(parts)]
            if tokens[len(parts)].isdigit():
                return 0
            # With tone marks typed, only the word itself counts: "xã" is a kind of unit, "xá" is part of a name.
            if here == parts or here == _folded(parts):
                return len(parts)
    return 0


def rank(reading: Reading, name: str, district: str, province: frozenset[str]) -> int | None:
    """How a place fits what was typed, from BY_NAME to SCATTERED; None when it does not fit.

    `name` and `district` are folded (district empty for units of today), `province` holds the folded words that may
    stand for the province. Words belong from small to large: first the name, then what contains it.
    """
    typed = reading.words
    names, districts = tuple(name.split()), tuple(district.split())
    around = province.union(districts)
    if not _all_known(typed, around.union(names)):
        return None
    rest = typed[len(names) :]
    if names and typed[: len(names)] == names and _all_known(rest, around):
        # "Thanh H" is more likely on its way to "Thanh Hà" than the commune Thanh in some province of H….
        return INSIDE_NAME if len(rest) == 1 and rest[0] not in around else BY_NAME
    if districts and typed[: len(districts)] == districts and _all_known(typed[len(districts) :], province):
        return BY_DISTRICT
    joined = " ".join(typed)
    if name.startswith(joined):
        return BY_BEGINNING
    if f" {joined}" in f" {name}":
        return INSIDE_NAME
    return SCATTERED


def _all_known(typed: Sequence[str], known: Collection[str]) -> bool:
    return all(is_known(word, known, is_last=index == len(typed) - 1) for index, word in enumerate(typed))


def is_known(word: str, known: Collection[str], *, is_last: bool) -> bool:
    """Whether a typed word is among the known ones; the last word may be a beginning."""
    return word in known or (is_last and any(other.startswith(word) for other in known))
