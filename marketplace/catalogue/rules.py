"""Groups of OCOP, words for search, seasons and claims, decided on plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from marketplace.catalogue.states import ClaimStanding, VatCode
from marketplace.certificates.schemes import SCHEMES
from marketplace.certificates.states import Review
from marketplace.foundation import quantities
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.text import fold

# Groups and sub-groups of Decision 148/QĐ-TTg of 24 February 2023.
SUBGROUPS: dict[str, tuple[str, ...]] = {
    "food": (
        "food_fresh_produce", "food_fresh_animal", "food_raw_grain", "food_raw_honey_other", "food_proc_instant",
        "food_proc_grain", "food_proc_produce", "food_proc_animal", "food_season_liquid", "food_season_other",
        "food_tea", "food_tea_other", "food_coffee_cocoa",
    ),
    "beverage": ("bev_spirit", "bev_alcohol_other", "bev_water", "bev_soft"),
    "herbal": ("herb_functional", "herb_cosmetic", "herb_oil_other"),
    "handicraft": ("craft_home_decor", "craft_textile"),
    "ornamental": ("orn_flower", "orn_plant", "orn_animal"),
    "rural_tourism": ("tour_community",),
}  # fmt: skip

_GROUP_OF = {subgroup: group for group, subgroups in SUBGROUPS.items() for subgroup in subgroups}

ALCOHOL = frozenset({"bev_spirit", "bev_alcohol_other"})

# Sold as it was grown, caught or raised.
RAW = frozenset({
    "food_fresh_produce", "food_fresh_animal", "food_raw_grain", "food_raw_honey_other",
    "orn_flower", "orn_plant", "orn_animal",
})  # fmt: skip
LARGEST_CONTENT = 1_000_000  # base units: a tonne, a thousand litres, a million pieces
LIGHTEST_GRAMS = 100
PACKING_PERCENT = 110  # what a pack weighs with its packing, when nobody weighed it
UNWEIGHED_GRAMS_A_PIECE = 500

REDUCED_VAT_UNTIL = date(2026, 12, 31)

# Two names of one thing (domain.md 8): whoever types one finds the other.
SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("lợn", "heo"),
    ("ngô", "bắp"),
    ("lạc", "đậu phộng"),
    ("dứa", "thơm"),
    ("quả", "trái"),
    ("chè", "trà"),
    ("na", "mãng cầu"),
    ("sắn", "khoai mì"),
)
_FOLDED_SYNONYMS = [tuple(fold(word) for word in words) for words in SYNONYMS]


USUAL_TOLERANCE_PERCENT = 15
# How much more than its estimate a pack may cost at most, from which day on: a rule of this market, so that an estimate
# stays one. Orders keep what they were placed under.
_MOST_TOLERANCE_PERCENT = ((date(2026, 1, 1), 30),)
# Prices of a kilogram in whole hundreds and estimates in whole tens of grams, so that the price of an estimate is exact.
KILOGRAM_STEP_DONG = 100
ESTIMATE_STEP_GRAMS = 10


def most_tolerance_percent(on: date) -> int:
    """The highest tolerance that may be stated on a day."""
    return max((since, percent) for since, percent in _MOST_TOLERANCE_PERCENT if since <= on)[1]


def price_at(kilogram_dong: int, grams: int) -> int:
    """What an estimated weight costs, at so much a kilogram."""
    return kilogram_dong * grams // 1_000


def group_of(subgroup: str) -> str:
    """The OCOP group of a sub-group; raises KeyError for a code that is none."""
    return _GROUP_OF[subgroup]


def usual_vat(subgroup: str, on: date) -> VatCode:
    """What such goods usually bear when a cooperative sells its own (domain.md 5.4); it may know better."""
    if subgroup in RAW:
        return VatCode.NOT_SUBJECT
    if subgroup in ALCOHOL or on > REDUCED_VAT_UNTIL:
        return VatCode.TEN
    return VatCode.EIGHT


def content_of(text: str) -> tuple[int, BaseUnit] | None:
    """What is in a pack, "500 g", "1,5 lít", "1 cái", as (how much, in which base unit); a bare number says neither."""
    if not any(letter.isalpha() for letter in text):
        return None
    for unit in BaseUnit:
        try:
            content = quantities.parse_quantity(text, unit)
        except quantities.BadQuantity:
            continue
        return (content, unit) if 0 < content <= LARGEST_CONTENT else None
    return None


def usual_gross(content: int, unit: BaseUnit) -> int:
    """Grams of a pack that nobody weighed, with its packing; a millilitre counts as a gram."""
    grams = content * UNWEIGHED_GRAMS_A_PIECE if unit is BaseUnit.PIECE else content
    return max(LIGHTEST_GRAMS, grams * PACKING_PERCENT // 100)


def search_words(*, name: str, cooperative: str, subgroup: str, summary: str, places: Iterable[str]) -> tuple[str, str]:
    """(title, text), both folded, that search looks in: the name, and all that a buyer may know of it."""
    title = fold(name)
    text = fold(" ".join([name, cooperative, summary, *places]))
    return title, " ".join([text, *_other_names(f" {text} ")])


def _other_names(text: str) -> list[str]:
    return [
        other
        for words in _FOLDED_SYNONYMS
        if any(f" {word} " in text for word in words)
        for other in words
        if f" {other} " not in text
    ]


def is_in_season(season_months: int, day: date) -> bool:
    """Bit 0 is January; no bit at all means all year."""
    return season_months == 0 or bool(season_months >> (day.month - 1) & 1)


def claim_counts(*, scheme: str, scope_name: str, product_name: str) -> bool:
    """Whether a scope entry covers a product of this name.

    OCOP certifies one product under one exact name (QĐ 148/2023); the other schemes certify a species or variety,
    whose words must all stand in the product's name.
    """
    scope, product = fold(scope_name), fold(product_name)
    if SCHEMES[scheme].covers_exact_name:
        return scope == product
    return bool(scope) and f" {scope} " in f" {product} "


_IN_THE_WAY = {
    Review.PENDING: ClaimStanding.PENDING,
    Review.NEED_INFO: ClaimStanding.NEED_INFO,
    Review.SUSPENDED: ClaimStanding.SUSPENDED,
    Review.REFUSED: ClaimStanding.REFUSED,
}


def claim_standing(*, covers: bool, review: Review, valid_from: date, valid_to: date, on: date) -> ClaimStanding:
    """Why a certificate gives a product a badge on a day, or gives none."""
    if not covers:
        return ClaimStanding.OTHER_PRODUCT
    if review in _IN_THE_WAY:
        return _IN_THE_WAY[review]
    if on < valid_from:
        return ClaimStanding.NOT_YET
    return ClaimStanding.ENDED if on > valid_to else ClaimStanding.SHOWN
