"""Lot codes, what a published lot must say, and what a reader of its label is told first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from marketplace.foundation import codes
from marketplace.gs1 import identifiers
from marketplace.traceability.errors import ForeignAddress, LotNumberNotGs1, OverCeiling
from marketplace.traceability.states import Custody, LotState, OriginKind, OriginStatus

LARGEST_QUICK_RUN = 500

# Schemes that certify how something was grown; stars and marks say other things.
CERTIFIES_GROWING = frozenset({"vietgap_crop", "vietgap_livestock", "vietgap_aqua", "globalgap", "organic_vn"})

# Schemes that say by which standard goods were made. Stars rate them, marks and indications protect a name.
CERTIFIES_STANDARD = CERTIFIES_GROWING | {"haccp", "iso22000", "attp"}

# Schemes under which the product bears a registered mark, so that its brand must be named.
BEARS_MARK = frozenset({"collective_mark", "cert_mark"})

# Why a lot waits for an officer; codes, because their reader's language is not known here.
OVER_CEILING = "over_ceiling"
HARVESTED_TOO_SOON = "harvested_too_soon"
WAITING_LIFTED = "waiting_lifted"
ORIGIN_UNTOLD = "origin_untold"
BESIDE_SEASON = "beside_season"
BOUGHT_UNDER_BADGE = "bought_under_badge"
SERIAL_LENGTH = 13  # 65 random bits, all in 20 characters that EU medicine packs allow
RANDOM_LENGTH = 9  # 45 random bits and a check character: short enough to type, too many to hit one by guessing


def lot_code(random: str) -> str:
    """A lot's public code: random characters and one that catches typing errors."""
    return random + codes.check_character(random)


def could_be_lot_code(text: str) -> bool:
    """Whether this can be one of ours at all; a forged or mistyped code mostly cannot."""
    return len(text) == RANDOM_LENGTH + 1 and codes.is_checked(text)


def check_lot_number(batch: str, *, gtin: str) -> None:
    """Raises LotNumberNotGs1 when a pack with a GTIN could not say its lot in the standard's way."""
    if not fits_gs1(batch, gtin=gtin):
        raise LotNumberNotGs1(batch)


def may_be_labelled(state: LotState, *, best_before: date, on: date) -> bool:
    """Whether labels of the lot may leave a printer: it is shown to everybody, on sale, and within its date."""
    return state == LotState.PUBLISHED and on <= best_before


def fits_gs1(batch: str, *, gtin: str) -> bool:
    """Whether the lot number can stand behind the pack's GTIN, if it has one."""
    return not gtin or identifiers.is_own_lot(batch)


def could_be_serial(text: str) -> bool:
    """Whether this can be the serial of a single pack at all."""
    return len(text) == SERIAL_LENGTH and all(character in codes.ALPHABET for character in text)


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
class Obligation:
    """One of the ten fields of Circular 02/2024/TT-BKHCN on one lot; `problem` names what is missing of it.

    Neither there nor a problem is a field that the circular wants "if any", when there is none.
    """

    key: str
    is_there: bool
    problem: str = ""


@dataclass(frozen=True)
class Readiness:
    """What a lot has of the obligatory content, as it stands in the books.

    `stages` are (place, day) of each step that counts. `gtins` are of the packs that may be printed, as long as the
    lot's number can still be changed. `bears_mark` says that a registered mark is claimed for the product.
    """

    product_name: str
    pictures: int
    producer_name: str
    producer_address: str
    place: str
    stages: Sequence[tuple[str, date | None]]
    made_on: date | None
    trace_code: str
    batch: str
    gtins: Collection[str]
    brand: str
    bears_mark: bool
    best_before: date | None
    standards: Collection[str]

    def obligations(self) -> list[Obligation]:
        """The ten, in the order of the circular (traceability.md 7); their keys are those of domain.md 4.2."""
        return [
            _needed("product_name", self.product_name),
            _needed("images", self.pictures),
            _needed("producer_name", self.producer_name),
            _needed("producer_address", self.producer_address),
            _needed("stages", self.stages, self._problem_of_stages()),
            _needed("made_on", self.made_on),
            _needed("trace_code", self.trace_code, self._problem_of_number()),
            _needed("brand", self.brand) if self.bears_mark else Obligation("brand", bool(self.brand)),
            _needed("expiry", self.best_before),
            _needed("standards", self.standards),
        ]

    def missing(self) -> list[str]:
        """What is missing, in the order in which it is shown."""
        return [each.problem for each in self.obligations() if each.problem]

    def _problem_of_stages(self) -> str:
        if not all(place and day for place, day in self.stages):
            return "stage_place"
        return "" if self.place else "place"

    def _problem_of_number(self) -> str:
        return "" if all(fits_gs1(self.batch, gtin=gtin) for gtin in self.gtins) else "lot_number"


def _needed(key: str, value: object, problem: str = "") -> Obligation:
    """Without a value the field itself is missing; with one there may still be a problem about it."""
    return Obligation(key, bool(value), problem if value else key)


def origin_status(
    *,
    state: LotState,
    best_before: date,
    on: date,
    lapsed_since_harvest: bool,
    is_void: bool = False,
    is_doubtful: bool = False,
    is_in_house: bool = False,
    has_season: bool = True,
) -> OriginStatus:
    """The most serious thing comes first: a recall outweighs a void label and a hold, these an old date, and that a
    label which may have been copied; then what nobody vouches for."""
    if is_void and state != LotState.RECALLED:
        return OriginStatus.VOID_LABEL
    if state == LotState.RECALLED:
        return OriginStatus.RECALLED
    if state == LotState.ON_HOLD:
        return OriginStatus.ON_HOLD
    if best_before < on:
        return OriginStatus.EXPIRED
    if is_doubtful:
        return OriginStatus.COPY_SUSPECTED
    if is_in_house:
        return OriginStatus.NOT_SENT
    if not has_season:
        return OriginStatus.NO_SEASON
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


def inherited_origin(origins: Collection[OriginKind]) -> OriginKind:
    """What is known of a lot made of lots: no more than of the one that least is known of."""
    known_best_first = list(OriginKind)
    return max(OriginKind.LOTS, *origins, key=known_best_first.index)


def is_vouched_for(origin: OriginKind) -> bool:
    """Whether a season's diary and ceiling stand behind all of it."""
    return origin in (OriginKind.SEASON, OriginKind.LOTS)


def has_known_maker(origin: OriginKind) -> bool:
    """Whether the cooperative, or another one of the market, grew or made all of it."""
    return origin not in (OriginKind.BOUGHT, OriginKind.UNTOLD)


def may_bear(scheme: str, *, origin: OriginKind, certified_permille: int) -> bool:
    """Whether a lot may show a certificate that covers its product.

    That of growing needs a harvest under it, all of the lot; any other at least that the cooperative grew or made the
    goods itself. The fruit of a stranger never wears the cooperative's stars (the affair of 2022, domain.md 3.4).
    """
    if not has_known_maker(origin):
        return False
    return scheme not in CERTIFIES_GROWING or certified_permille == 1000


def why_officer(origin: OriginKind, *, is_raw: bool, grows_it: bool, bears_badge: bool) -> str:
    """Why an officer must look before the lot is sold, or ""; a lot of a season is measured by the season instead.

    `grows_it`: the cooperative has a season of this product, so that a harvest told beside it goes round the waiting
    time after spraying and round what the land can give. `bears_badge`: the product page shows a certificate.
    """
    if is_vouched_for(origin):
        return ""
    if grows_it:
        return BESIDE_SEASON
    if origin == OriginKind.UNTOLD or (origin == OriginKind.WORKSHOP and is_raw):
        return ORIGIN_UNTOLD
    return BOUGHT_UNDER_BADGE if origin == OriginKind.BOUGHT and bears_badge else ""


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
