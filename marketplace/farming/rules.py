"""What a diary entry of each kind must say, how long one waits after spraying, and what land can give."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from marketplace.farming.states import CeilingBasis, DiaryKind
from marketplace.foundation import dates, quantities
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.text import clean_line, clean_text, fold

APPROVAL_ABOVE_PERCENT, BLOCKED_ABOVE_PERCENT = 100, 110  # domain.md 3.4
LATE_AFTER = timedelta(days=7)  # domain.md 3.2
MOST_PHOTOS = 4


class FieldType(StrEnum):
    LINE = "line"
    TEXT = "text"
    WEIGHT = "weight"  # kept as grams; a number without unit is kilograms, as on a farm's scales
    NUMBER = "number"  # whole
    DAYS = "days"
    DAY = "day"
    CHOICE = "choice"


@dataclass(frozen=True)
class FieldRule:
    """One field of a kind; its words stand in words.FIELDS under `name`."""

    name: str
    type: FieldType = FieldType.LINE
    is_required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class KindRule:
    """What an entry of this kind says. `waits` names the field with the days to wait, `product` what was used."""

    fields: tuple[FieldRule, ...]
    is_for_animals: bool = False
    waits: str = ""
    product: str = ""
    needs_photo: bool = False


def _f(name: str, type: FieldType = FieldType.LINE, *, needed: bool = True, choices: Sequence[str] = ()) -> FieldRule:
    return FieldRule(name, type, needed, tuple(choices))


_NOTE = _f("note", FieldType.TEXT, needed=False)
_WORKER = _f("worker")

# domain.md 3.2. Plot and day belong to every entry: the plot is the season's, the day a column of its own.
KINDS: dict[DiaryKind, KindRule] = {
    DiaryKind.LAND_PREP: KindRule((_WORKER, _NOTE)),
    DiaryKind.SEED_PLANTING: KindRule(
        (
            _f("variety"),
            _f("seed_source"),
            _f("seed_lot"),
            _f("seed_quantity"),
            _f("area_m2", FieldType.NUMBER),
            _NOTE,
        )
    ),
    DiaryKind.IRRIGATION: KindRule((_f("water_source"), _f("watering_method"), _NOTE)),
    DiaryKind.FERTILIZER: KindRule(
        (
            _f("fertilizer"),
            _f("fertilizer_type", FieldType.CHOICE, choices=("huu_co", "vo_co", "vi_sinh")),
            _f("dose"),
            _f("method"),
            _WORKER,
            _NOTE,
        )
    ),
    DiaryKind.PESTICIDE: KindRule(
        (
            _f("trade_name"),
            _f("active_ingredient"),
            _f("target_pest"),
            _f("dose"),
            _f("volume"),
            _f("phi_days", FieldType.DAYS),
            _f("sprayer"),
            _f("weather"),
            _NOTE,
        ),
        waits="phi_days",
        product="trade_name",
    ),
    DiaryKind.WEEDING_PRUNING: KindRule((_f("work", needed=False), _f("worker", needed=False), _NOTE)),
    DiaryKind.SCOUTING: KindRule((_f("finding"), _f("measure"), _NOTE)),
    DiaryKind.HARVEST: KindRule(
        # A harvest is written down before its lot exists; the lot is made of the entry.
        (_f("lot_code", needed=False), _f("weight", FieldType.WEIGHT), _f("grade"), _WORKER, _NOTE)
    ),
    DiaryKind.POSTHARVEST: KindRule(
        (
            _f("input_lots"),
            _f("output_weight", FieldType.WEIGHT),
            _f("loss_weight", FieldType.WEIGHT),
            _f("water_chemical"),
            _NOTE,
        )
    ),
    DiaryKind.PACKING: KindRule((_f("pack_size"), _f("packs_count", FieldType.NUMBER), _f("label_range"), _NOTE)),
    DiaryKind.STORAGE_TRANSPORT: KindRule((_f("storage_place"), _f("temperature"), _f("vehicle"), _NOTE)),
    DiaryKind.LAB_TEST: KindRule(
        (_f("laboratory"), _f("sampled_on", FieldType.DAY), _f("parameters"), _f("result"), _NOTE), needs_photo=True
    ),
    DiaryKind.SALE: KindRule(
        (_f("buyer"), _f("lot_code"), _f("weight", FieldType.WEIGHT), _f("document_number"), _NOTE)
    ),
    DiaryKind.INPUT_PURCHASE: KindRule(
        (
            _f("supplier"),
            _f("bought", needed=False),
            _f("invoice"),
            _f("bought_quantity"),
            _f("expires_on", FieldType.DAY),
            _NOTE,
        )
    ),
    DiaryKind.TRAINING: KindRule((_f("participants"), _f("topic", needed=False), _NOTE)),
    DiaryKind.INCIDENT: KindRule((_f("cause", FieldType.TEXT), _f("lots_affected"), _NOTE)),
    DiaryKind.STOCKING: KindRule(
        (_f("breed"), _f("animal_source"), _f("animals_count", FieldType.NUMBER), _NOTE), is_for_animals=True
    ),
    DiaryKind.FEED: KindRule((_f("feed"), _f("feed_quantity"), _WORKER, _NOTE), is_for_animals=True),
    DiaryKind.VACCINE: KindRule(
        (_f("vaccine"), _f("disease"), _f("dose"), _f("animals_count", FieldType.NUMBER), _WORKER, _NOTE),
        is_for_animals=True,
    ),
    DiaryKind.MEDICINE: KindRule(
        (
            _f("trade_name"),
            _f("active_ingredient"),
            _f("disease"),
            _f("dose"),
            _f("withdrawal_days", FieldType.DAYS),
            _WORKER,
            _NOTE,
        ),
        is_for_animals=True,
        waits="withdrawal_days",
        product="trade_name",
    ),
    DiaryKind.WATER_QUALITY: KindRule((_f("parameters"), _f("result"), _NOTE), is_for_animals=True),
    DiaryKind.MORTALITY: KindRule(
        (_f("animals_count", FieldType.NUMBER), _f("cause"), _f("disposal"), _NOTE), is_for_animals=True
    ),
}

LARGEST_NUMBER = 100_000_000
MOST_DAYS = 365

# Codes of what is wrong with a field; words.PROBLEMS says them.
MISSING, NOT_WEIGHT, NOT_NUMBER, NOT_DAYS, NOT_DAY, NOT_CHOICE, TOO_LONG = (
    "missing", "not_weight", "not_number", "not_days", "not_day", "not_choice", "too_long",
)  # fmt: skip


class _Wrong(ValueError):
    pass


def read_fields(kind: DiaryKind, typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What was typed into the fields of a kind: values to keep (texts, whole numbers, ISO days), and what is wrong.

    Fields that the kind does not have are left out.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in KINDS[kind].fields:
        text = clean_text(typed.get(field.name, ""), 4000).strip()
        if not text:
            if field.is_required:
                problems[field.name] = MISSING
            continue
        try:
            values[field.name] = _read(field, text)
        except _Wrong as wrong:
            problems[field.name] = str(wrong)
    return values, problems


def _read(field: FieldRule, text: str) -> Any:
    if field.type in (FieldType.LINE, FieldType.TEXT):
        return _text(field, text)
    if field.type == FieldType.WEIGHT:
        return _grams(text)
    if field.type == FieldType.NUMBER:
        return _whole(text, LARGEST_NUMBER, NOT_NUMBER)
    if field.type == FieldType.DAYS:
        return _whole(text, MOST_DAYS, NOT_DAYS)
    if field.type == FieldType.DAY:
        try:
            return dates.parse_day(text).isoformat()
        except dates.BadDay:
            raise _Wrong(NOT_DAY) from None
    if text not in field.choices:
        raise _Wrong(NOT_CHOICE)
    return text


def _text(field: FieldRule, text: str) -> str:
    limit = 2000 if field.type == FieldType.TEXT else 200
    if len(text) > limit:
        raise _Wrong(TOO_LONG)
    return text if field.type == FieldType.TEXT else clean_line(text, limit)


def _grams(text: str) -> int:
    has_unit = re.search(r"[^\W\d_]", text) is not None
    try:
        return quantities.parse_quantity(text if has_unit else f"{text} kg", BaseUnit.GRAM)
    except quantities.BadQuantity:
        raise _Wrong(NOT_WEIGHT) from None


def _whole(text: str, most: int, problem: str) -> int:
    digits = re.sub(r"[. ]", "", text)
    if not re.fullmatch(r"[0-9]{1,12}", digits) or int(digits) > most:
        raise _Wrong(problem)
    return int(digits)


def waits_until(kind: DiaryKind, fields: Mapping[str, Any], happened_on: date) -> date | None:
    """The first day on which one may harvest again: the day of the work and the days of waiting after it."""
    name = KINDS[kind].waits
    return happened_on + timedelta(days=int(fields[name])) if name else None


def product_of(kind: DiaryKind, fields: Mapping[str, Any]) -> str:
    """What was sprayed or given, where one must wait after it."""
    name = KINDS[kind].product
    return str(fields[name]) if name else ""


def is_late(happened_on: date, entered_at: datetime) -> bool:
    """Told more than a week after the work: readers see that it was added later (ghi bổ sung)."""
    return dates.vietnam_day(entered_at) - happened_on > LATE_AFTER


@dataclass(frozen=True)
class Lifted:
    """Days on which one had to wait, until a correction said otherwise: `begins` to the day before `until`."""

    begins: date
    until: date


def lifted_waiting(
    *, begun: date | None, waited_until: date | None, begins: date | None, waits_until: date | None
) -> Lifted | None:
    """What of the corrected entry's waiting time (begun, waited_until) the new one (begins, waits_until) leaves open."""
    if begun is None or waited_until is None or waited_until <= begun:
        return None
    if begins is None or waits_until is None or waits_until <= begun or begins >= waited_until:
        return Lifted(begun, waited_until)
    if waits_until < waited_until:
        return Lifted(max(begun, waits_until), waited_until)
    return Lifted(begun, begins) if begins > begun else None


# What land can give.


@dataclass(frozen=True)
class YieldCeiling:
    """Most that a square metre gives in one season, in grams, and where the figure comes from."""

    grams_per_m2: int
    basis: CeilingBasis


# General Statistics Office (Tổng cục Thống kê), 2024: mean of all rice crops 6.09 t/ha = 609 g/m²; × 1.3 for good
# land in a good season (traceability.md 6) = 791.7, rounded down.
RICE = YieldCeiling(791, CeilingBasis.RICE_STATISTICS)
_RICE_WORDS = ("gao", "lua", "thoc", "nep", "tam")

# Ministry of Agriculture, July 2019 (infodatavn.com, 31/07/2019): 530,000 t of longan from 65,000 ha, 8.15 t/ha; × 1.3 as
# for rice = 10.6 t/ha. Whoever harvests more has a reason, and types the season's own figure with it.
LONGAN = YieldCeiling(1_060, CeilingBasis.LONGAN_STATISTICS)

# No statistics for a whole subgroup: about 1.3 × a good harvest of its most fruitful common crop, to catch a zero too
# many. Whoever knows the crop types the season's own figure with its reason.
_BY_SUBGROUP = {
    "food_fresh_produce": 5_200,  # tomato, cucumber: 40 t/ha
    "food_fresh_animal": 13_000,  # intensive fish pond: 100 t/ha
    "food_raw_grain": 1_040,  # maize: 8 t/ha
    "food_raw_honey_other": 2_600,
    "food_proc_grain": 1_040,
    "food_proc_produce": 2_600,
    "food_tea": 1_950,  # 15 t/ha of leaves a year
    "food_tea_other": 1_950,
    "food_coffee_cocoa": 1_300,
    "herb_functional": 1_950,
    "herb_oil_other": 2_600,
}
_OTHERWISE = 2_600


def yield_ceiling(product_name: str, subgroup: str) -> YieldCeiling:
    """What a square metre under this product can give in one season."""
    words = fold(product_name).split()
    if subgroup == "food_raw_grain" and any(word in _RICE_WORDS for word in words):
        return RICE
    # With its tone: "nhân", "nhẫn" and "nhận" would all fold to the same.
    if subgroup == "food_fresh_produce" and "nhãn" in product_name.lower().split():
        return LONGAN
    return YieldCeiling(_BY_SUBGROUP.get(subgroup, _OTHERWISE), CeilingBasis.SUBGROUP_DEFAULT)


def season_ceiling(
    *, area_m2: int, ceiling: YieldCeiling, certificate_grams: int | None, certificate_area_m2: int | None
) -> tuple[int, CeilingBasis]:
    """Grams that this season can give: what the land can, and no more than the certificate expects of its share.

    The share is the plot's part of the certified area, or all of it where the certificate names no area.
    """
    by_land = area_m2 * ceiling.grams_per_m2
    if certificate_grams:
        share = certificate_grams
        if certificate_area_m2 and certificate_area_m2 > area_m2:
            share = certificate_grams * area_m2 // certificate_area_m2
        if 0 < share < by_land:
            return share, CeilingBasis.CERTIFICATE
    return by_land, ceiling.basis


def certificate_year(valid_from: date, on: date) -> int:
    """The calendar year in which the certificate's running year began: its years turn on the day it was issued."""
    return on.year - ((on.month, on.day) < (valid_from.month, valid_from.day))


def hundredths(degrees: str) -> int | None:
    """A latitude or longitude as typed or measured, coarsened to 0.01° by rounding half away from zero."""
    found = re.fullmatch(r"(-?)([0-9]{1,3})(?:[.,]([0-9]{1,15}))?", degrees.strip())
    if found is None:
        return None
    decimals = (found[3] or "").ljust(3, "0")
    size = int(found[2]) * 100 + int(decimals[:2]) + (decimals[2] >= "5")
    return -size if found[1] else size


def centre_hundredths(polygon: Sequence[Sequence[float]]) -> tuple[int, int]:
    """The coarse middle of a drawn outline."""
    latitude = sum(point[0] for point in polygon) / len(polygon)
    longitude = sum(point[1] for point in polygon) / len(polygon)
    return round(latitude * 100), round(longitude * 100)
