"""Lot codes, what a published lot must say, and what a reader of its label is told first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from marketplace.foundation import codes
from marketplace.traceability.errors import ForeignAddress, OverCeiling
from marketplace.traceability.states import Custody, LotState, OriginStatus

LARGEST_QUICK_RUN = 500

# Schemes that certify how something was grown; stars and marks say other things.
CERTIFIES_GROWING = frozenset({"vietgap_crop", "vietgap_livestock", "vietgap_aqua", "globalgap", "organic_vn"})

# Why a lot waits for an officer; codes, because their reader's language is not known here.
OVER_CEILING = "over_ceiling"
HARVESTED_TOO_SOON = "harvested_too_soon"
RANDOM_LENGTH = 9  # 45 random bits and a check character: short enough to type, too many to hit one by guessing


def lot_code(random: str) -> str:
    """A lot's public code: random characters and one that catches typing errors."""
    return random + codes.check_character(random)


def could_be_lot_code(text: str) -> bool:
    """Whether this can be one of ours at all; a forged or mistyped code mostly cannot."""
    return len(text) == RANDOM_LENGTH + 1 and codes.is_checked(text)


def code_in(scanned: str, *, hosts: Collection[str]) -> str:
    """The code in what was typed or scanned: the text itself, or the last part of an address on one of our hosts.

    Raises ForeignAddress: a false label may carry a true code behind somebody else's address.
    """
    if "/" not in scanned:
        return codes.normalise_code(scanned)
    try:
        address = urlsplit(scanned if "://" in scanned or scanned.startswith("/") else f"//{scanned}")
    except ValueError as error:
        raise ForeignAddress(scanned) from error
    if address.netloc and address.netloc.lower() not in hosts:
        raise ForeignAddress(address.netloc)
    return codes.normalise_code(address.path.rstrip("/").rsplit("/", 1)[-1])


@dataclass(frozen=True)
class Readiness:
    """What of the obligatory content is there."""

    has_product_name: bool
    has_picture: bool
    has_producer: bool
    has_address: bool
    has_place: bool
    has_stage: bool

    def missing(self) -> list[str]:
        """Keys of domain.md 4.2 that are missing, in the order in which they are shown."""
        there = {
            "product_name": self.has_product_name,
            "images": self.has_picture,
            "producer_name": self.has_producer,
            "producer_address": self.has_address,
            "place": self.has_place,
            "stages": self.has_stage,
        }
        return [key for key, is_there in there.items() if not is_there]


def origin_status(*, state: LotState, best_before: date, on: date, lapsed_since_harvest: bool) -> OriginStatus:
    """The most serious thing comes first: a recall outweighs a hold, that outweighs an old date."""
    if state == LotState.RECALLED:
        return OriginStatus.RECALLED
    if state == LotState.ON_HOLD:
        return OriginStatus.ON_HOLD
    if best_before < on:
        return OriginStatus.EXPIRED
    if lapsed_since_harvest:
        return OriginStatus.CERTIFICATE_EXPIRED
    return OriginStatus.VALID


def usual_best_before(harvested_on: date, shelf_life_days: int) -> date:
    """The best-before date when nobody names another."""
    return harvested_on + timedelta(days=shelf_life_days)


def is_large_run(count: int) -> bool:
    """Whether drawing so many labels takes longer than somebody waits for a page."""
    return count > LARGEST_QUICK_RUN


def labels_left(*, to_label: int, content: int) -> int:
    """Packs of `content` that can still get a label."""
    return max(to_label, 0) // content


@dataclass(frozen=True)
class Recipe:
    """What may come out of what goes in, per mille of all inputs. `source` says where the figure is from."""

    code: str
    main_permille: int
    byproduct_permille: int
    warn_permille: int
    source: str
    is_measured: bool = False  # the ceiling follows from moistures that were measured
    changes_product: bool = True


# traceability.md 6: IRRI gives 68-72 % white rice in the laboratory, 65-70 % in a modern mill; husk 20 %, bran 8 %.
RECIPES: dict[str, Recipe] = {
    recipe.code: recipe
    for recipe in (
        Recipe("split", 1000, 0, 1000, "", changes_product=False),
        Recipe("merge", 1000, 0, 1000, "", changes_product=False),
        Recipe("handover", 1000, 0, 1000, ""),
        Recipe("sort", 1000, 1000, 1000, ""),
        Recipe("rice_milling", 720, 320, 700, "IRRI: 72 % white rice at most, husk 20 % and bran 8 % beside it"),
        Recipe("drying", 1000, 0, 1000, "(100 - moisture before) / (100 - moisture after)", is_measured=True),
        Recipe("cooking", 1000, 300, 1000, "no more than went in"),
    )
}


def drying(moisture_before: int, moisture_after: int) -> Recipe:
    """The recipe of drying from one moisture to another, both in per mille of the weight. Raises ValueError."""
    if not 0 <= moisture_after < moisture_before < 1000:
        raise ValueError("goods get drier by drying")
    permille = (1000 - moisture_before) * 1000 // (1000 - moisture_after)
    base = RECIPES["drying"]
    return replace(base, main_permille=permille, warn_permille=permille)


def check_yield(recipe: Recipe, *, all_in: int, outputs: Sequence[tuple[int, bool]]) -> list[int]:
    """The ceiling of each output in per mille; raises OverCeiling when one, or all together, are more than can be.

    `outputs` are (quantity, is a by-product). The main outputs share one ceiling, and so do the by-products.
    """
    for is_byproduct, permille in ((False, recipe.main_permille), (True, recipe.byproduct_permille)):
        came_out = sum(quantity for quantity, byproduct in outputs if byproduct == is_byproduct)
        ceiling = all_in * permille // 1000
        if came_out > ceiling:
            raise OverCeiling(asked=came_out, ceiling=ceiling, permille=permille)
    came_out = sum(quantity for quantity, _ in outputs)
    if came_out > all_in:
        raise OverCeiling(asked=came_out, ceiling=all_in, permille=1000)
    return [recipe.byproduct_permille if byproduct else recipe.main_permille for _, byproduct in outputs]


def is_unusually_much(recipe: Recipe, *, all_in: int, main_out: int) -> bool:
    """Possible, but more than good practice gives: worth asking once more before it is written down."""
    return main_out > all_in * recipe.warn_permille // 1000


def certified_share(parts: Sequence[tuple[int, int]]) -> int:
    """Certified share of a mixture in per mille, rounded down; `parts` are (share in per mille, quantity)."""
    return sum(share * quantity for share, quantity in parts) // sum(quantity for _, quantity in parts)


def inherited_custody(models: Sequence[Custody], *, origins: Collection[int], certified_permille: int) -> Custody:
    """The weakest model of what went in (ISO 22095:2020); several origins cannot keep one identity, and anything
    uncertified among certified goods makes a blend."""
    strength = list(Custody)
    weakest = max(models, key=strength.index)
    if len(origins) > 1:
        weakest = max(weakest, Custody.SEGREGATED, key=strength.index)
    if 0 < certified_permille < 1000:
        weakest = max(weakest, Custody.CONTROLLED_BLENDING, key=strength.index)
    return weakest
