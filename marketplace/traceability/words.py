"""What people read for the codes of traceability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.farming.errors import HarvestOverCeiling, StillWaiting
from marketplace.farming.states import CeilingOf
from marketplace.foundation import dates
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.web.filters import quantity
from marketplace.traceability.errors import (
    AlreadyMilled,
    HarvestTaken,
    ImpossibleDates,
    LotIncomplete,
    LotMoveRefused,
    LotNumberNotGs1,
    LotNumberTaken,
    NeedsOfficer,
    NotEnoughInLot,
    OverCeiling,
    UnitRefused,
    UnitsDiffer,
    WrongSeason,
)
from marketplace.traceability.rules import (
    BESIDE_SEASON,
    BOUGHT_UNDER_BADGE,
    HARVESTED_TOO_SOON,
    ORIGIN_UNTOLD,
    OVER_CEILING,
    WAITING_LIFTED,
)
from marketplace.traceability.states import (
    Custody,
    ErrorReason,
    EventKind,
    LotState,
    MovementKind,
    OriginKind,
    OriginStatus,
    StageKind,
    TransferState,
    UnitState,
)

STAGES = {
    StageKind.PLANTING: _("Planting"),
    StageKind.GROWING: _("Growing and care"),
    StageKind.HARVEST: _("Harvest"),
    StageKind.TESTING: _("Test"),
    StageKind.PROCESSING: _("Processing"),
    StageKind.PACKING: _("Packing"),
    StageKind.STORING: _("Storing"),
    StageKind.SHIPPING: _("Sending"),
}

LOT_STATES = {
    LotState.DRAFT: _("Draft"),
    LotState.RECORDED: _("Recorded"),
    LotState.PUBLISHED: _("Published"),
    LotState.ON_HOLD: _("On hold"),
    LotState.RECALLED: _("Recalled"),
}

LOT_TONES = {
    LotState.DRAFT: "plain",
    LotState.RECORDED: "wait",
    LotState.PUBLISHED: "good",
    LotState.ON_HOLD: "wait",
    LotState.RECALLED: "bad",
}

# What each sheet of stickers is good for; its sizes come from labels.LAYOUTS.
SHEETS = {
    "65": _("for small bags and jars"),
    "40": _("for boxes and bottles"),
    "24": _("large, reaches the edge of the paper"),
    "21": _("large, with a margin: the easiest to print"),
    "50x30": _("one sticker after the other"),
}

# (headline, what to do, tone of the notice, icon)
STATUS = {
    OriginStatus.VALID: (
        _("The lot is known and nothing speaks against it"),
        _("Compare product, lot number and dates with the label in your hand."),
        "success",
        "success",
    ),
    OriginStatus.CERTIFICATE_EXPIRED: (
        _("Known lot; a certificate has ended since the harvest"),
        _("It was valid on the day of harvest. See below what was true then and what is true today."),
        "warning",
        "info",
    ),
    OriginStatus.EXPIRED: (
        _("Past its best-before date"),
        _("This lot is past the date on its label. Do not buy it; if a shop still sells it, tell us."),
        "warning",
        "clock",
    ),
    OriginStatus.ON_HOLD: (
        _("On hold: do not use it for now"),
        _(
            "The cooperative has stopped selling this lot while something is checked. Keep the pack and look here again."
        ),
        "error",
        "warning",
    ),
    OriginStatus.RECALLED: (
        _("Recalled: do not eat or use it"),
        _("The cooperative calls this lot back. Do not use it; call the cooperative below, you get your money back."),
        "error",
        "recall",
    ),
    OriginStatus.VOID_LABEL: (
        _("This label was taken out of use"),
        _(
            "The cooperative has declared it void; it should be on no pack. Do not buy it, and tell us where you saw it."
        ),
        "error",
        "error",
    ),
    OriginStatus.COPY_SUSPECTED: (
        _("Look closely: this label may have been copied"),
        _(
            "The lot is known, but this code was seen in more places than one pack can be. Look at the seal, and read below."
        ),
        "warning",
        "warning",
    ),
    OriginStatus.NOT_SENT: (
        _("The code is known, but this pack should still be with the cooperative"),
        _(
            "The cooperative has not noted yet that it left its house. If you bought it elsewhere, look at the seal and"
            " tell us."
        ),
        "warning",
        "info",
    ),
    OriginStatus.NO_SEASON: (
        _("Known lot, but nobody wrote down here how it grew"),
        _(
            "No field diary, no waiting time after spraying and no certificate stand behind it. Read below where it is"
            " from."
        ),
        "warning",
        "info",
    ),
    OriginStatus.UNKNOWN_CODE: (
        _("This code is not from our market"),
        _("Check that it is typed as on the label. If it is, do not trust the label, and tell us where you saw it."),
        "error",
        "error",
    ),
}

# The ten fields of Circular 02/2024/TT-BKHCN.
OBLIGATIONS = {
    "product_name": _("Name of the product"),
    "images": _("Photo"),
    "producer_name": _("Who makes it"),
    "producer_address": _("Address of the maker"),
    "stages": _("Steps, each with place and day"),
    "made_on": _("Day of harvest or making"),
    "trace_code": _("Trace code and lot number"),
    "brand": _("Brand"),
    "expiry": _("Best before"),
    "standards": _("Standard applied"),
}

MISSING = {
    "product_name": _("the product's name"),
    "images": _("a photo of the product"),
    "producer_name": _("the cooperative's name"),
    "producer_address": _("the cooperative's address"),
    "stages": _("at least one step"),
    "stage_place": _("place and day of every step"),
    "place": _("the place of production"),
    "made_on": _("the day of harvest or making"),
    "trace_code": _("the trace code"),
    "lot_number": _("a lot number for the bar code: only A-Z, 0-9, hyphen and dot, at most 20 characters"),
    "brand": _("the brand, because the product bears a registered mark"),
    "expiry": _("the best-before day"),
    "standards": _("the standard applied: its number, or a certificate valid on the day of harvest"),
}

REPORTS = {
    "fake": _("The label looks copied or false"),
    "differs": _("What is in the pack differs from this page"),
    "spoilt": _("The goods are spoilt"),
    "other": _("Something else"),
}

# Why the market itself has stopped a lot; what people typed is shown as it is.
REASONS = {
    OVER_CEILING: _("More was harvested than this land usually gives; the Alliance is checking."),
    HARVESTED_TOO_SOON: _(
        "Perhaps harvested before the waiting time after spraying was over; the Alliance is checking."
    ),
    WAITING_LIFTED: _(
        "The diary was corrected, and only since then was harvesting allowed on that day; the Alliance is checking."
    ),
    ORIGIN_UNTOLD: _("It names neither a season nor a paper of where it was bought; the Alliance is checking."),
    BESIDE_SEASON: _(
        "The cooperative grows this product, and this lot names no season of it; the Alliance is checking."
    ),
    BOUGHT_UNDER_BADGE: _("Goods bought in are to be sold under a certified product; the Alliance is checking."),
}

# (in plain words, the term of ISO 22095)
CUSTODY = {
    Custody.IDENTITY_PRESERVED: (
        _("All of it is from one plot, kept apart from everything else."),
        _("identity preserved"),
    ),
    Custody.SEGREGATED: (_("Kept apart from goods of other origin, all the way."), _("segregated")),
    Custody.CONTROLLED_BLENDING: (
        _("Certified goods were mixed with others, in the share given here."),
        _("controlled blending"),
    ),
    Custody.MASS_BALANCE: (
        _("As much certified goods went in as is sold with the claim; a single pack may hold others."),
        _("mass balance"),
    ),
    Custody.NOT_CLAIMED: (
        _("Nothing is claimed about where it grew or whether it was kept apart."),
        _("no chain of custody"),
    ),
}

ORIGINS = {
    OriginKind.SEASON: _("Grown here, with a field diary"),
    OriginKind.LOTS: _("Made of other lots of the market"),
    OriginKind.WORKSHOP: _("Made in the cooperative's workshop, of material without lots"),
    OriginKind.BOUGHT: _("Bought in from outside the market"),
    OriginKind.UNTOLD: _("Not told: neither a season nor a paper"),
}


@dataclass(frozen=True)
class RecipeWords:
    """How a way of making lots of lots is offered to the people who do it."""

    name: Any
    note: Any
    icon: str
    steps: Any  # what to type first


# In the order in which farms do them; taking goods over from another cooperative has its own page.
RECIPE_WORDS: dict[str, RecipeWords] = {
    "sort": RecipeWords(
        _("Sort"), _("One lot becomes grades: large, small, second choice."), "sort", _("What was sorted?")
    ),
    "drying": RecipeWords(_("Dry"), _("Longan, tea, mushrooms: lighter afterwards."), "sun", _("What was dried?")),
    "rice_milling": RecipeWords(
        _("Mill rice"), _("Paddy becomes rice, broken rice, bran and husk."), "rice", _("Which paddy was milled?")
    ),
    "cooking": RecipeWords(
        _("Process"), _("Jam, tea, wine, sausages: something else comes out."), "pot", _("What was processed?")
    ),
    "split": RecipeWords(_("Split a lot"), _("The same goods in several lots."), "more", _("Which lot is split?")),
    "merge": RecipeWords(
        _("Merge lots"), _("Several lots of one product become one."), "box", _("Which lots go together?")
    ),
}

HANDED_OVER = _("Taken over from another cooperative")

MOVEMENTS = {
    MovementKind.PRODUCED: _("Came in by harvest or making"),
    MovementKind.CONSUMED: _("Used for other lots"),
    MovementKind.RESERVED: _("Kept for an order"),
    MovementKind.RELEASED: _("Given free again"),
    MovementKind.SOLD: _("Sold on the market"),
    MovementKind.SOLD_IN_BULK: _("Sold outside the market"),
    MovementKind.SOLD_LABELLED: _("Sold outside the market, with labels"),
    MovementKind.RETURNED: _("Came back"),
    MovementKind.LOST: _("Lost or spoilt"),
    MovementKind.LABELLED: _("Labels printed"),
    MovementKind.UNLABELLED: _("Labels voided"),
}

EVENTS = {
    EventKind.HARVESTED: _("Harvest recorded"),
    EventKind.TOLD: _("Step told"),
    EventKind.TRANSFORMED: _("Made of other lots"),
    EventKind.RELEASED: _("Released for sale"),
    EventKind.LABELLED: _("Labels printed"),
    EventKind.VOIDED: _("Labels voided"),
    EventKind.SHIPPED: _("Packs sent"),
    EventKind.UNITS_SOLD: _("Packs sold"),
    EventKind.SOLD: _("Sold"),
    EventKind.RETURNED: _("Came back"),
    EventKind.LOST: _("Lost or spoilt"),
    EventKind.HELD: _("Put on hold"),
    EventKind.RECALLED: _("Recalled"),
    EventKind.CAPTURED: _("Told by a machine"),
}

ERROR_REASONS = {
    ErrorReason.DID_NOT_OCCUR: _("it did not happen"),
    ErrorReason.INCORRECT_DATA: _("what was told is wrong"),
}

TRANSFER_STATES = {
    TransferState.OFFERED: _("Waits for an answer"),
    TransferState.ACCEPTED: _("Taken over"),
    TransferState.REFUSED: _("Not taken"),
    TransferState.WITHDRAWN: _("Withdrawn"),
}

TRANSFER_TONES = {
    TransferState.OFFERED: "wait",
    TransferState.ACCEPTED: "good",
    TransferState.REFUSED: "bad",
    TransferState.WITHDRAWN: "plain",
}


def why_stopped(reason: str) -> Any:
    """The reason of a hold in the reader's language when the market gave it, or as somebody typed it."""
    return REASONS.get(reason, reason)


REFUSALS = (
    AlreadyMilled, HarvestOverCeiling, HarvestTaken, ImpossibleDates, LotIncomplete, LotMoveRefused, LotNumberNotGs1,
    LotNumberTaken, NeedsOfficer, NotEnoughInLot, OverCeiling, StillWaiting, UnitsDiffer, WrongSeason,
)  # fmt: skip


def refusal(problem: Exception, unit: BaseUnit) -> str:
    """Why something was refused and what to do, to a farmer; one of REFUSALS. Nothing was written down then."""
    match problem:
        case HarvestOverCeiling():
            return _over_the_land(problem, unit)
        case StillWaiting():
            return str(
                _(
                    "Too early: %(product)s was used here. The first day of harvest is %(day)s.",
                    product=problem.product,
                    day=dates.format_day(problem.until),
                )
            )
        case LotIncomplete():
            words = ", ".join(str(MISSING[key]) for key in problem.missing)
            return str(_("Not yet: what buyers must see is missing: %(what)s.", what=words))
        case LotNumberTaken():
            return str(
                _(
                    "Lot number %(number)s is used already by the lot harvested or made on %(day)s; the next free one"
                    " is %(free)s.",
                    number=problem.batch,
                    day=dates.format_day(problem.harvested_on),
                    free=problem.free,
                )
            )
        case LotNumberNotGs1():
            return str(
                _(
                    "This pack has a GTIN, so its lot number must be capitals without accents, digits, dashes and full"
                    " stops, at most 20; it is %(number)s. Print for a pack without GTIN.",
                    number=problem.batch,
                )
            )
        case HarvestTaken():
            return str(_("This harvest of the diary is lot %(code)s already.", code=problem.lot_code))
        case NotEnoughInLot():
            return _too_little(problem, unit)
        case OverCeiling():
            return str(
                _(
                    "That is too much: of what went in, at most %(ceiling)s can come out, and you typed %(asked)s."
                    " Weigh again, or look whether a lot that went in is missing above.",
                    ceiling=quantity(problem.ceiling, unit),
                    asked=quantity(problem.asked, unit),
                )
            )
        case AlreadyMilled():
            return str(_("Lot %(lot)s came out of a mill already. Choose lots of paddy.", lot=problem.lot_code))
        case UnitsDiffer():
            return str(_("Goods that are weighed and goods that are counted cannot be mixed. Choose alike ones."))
        case WrongSeason():
            return str(_("This season grows another product. Choose the season of this product, or none."))
        case NeedsOfficer():
            return str(_("Only an officer of the Alliance can release this lot. Call your Alliance."))
        case LotMoveRefused():
            return str(_("One of these lots is on hold or recalled, so nothing can be done with it now."))
        case _:
            return str(
                _("These days cannot be right: nothing is made before its harvest, in the future, or past its date.")
            )


def _over_the_land(problem: HarvestOverCeiling, unit: BaseUnit) -> str:
    facts = {
        "asked": quantity(problem.asked, unit),
        "ceiling": quantity(problem.ceiling, unit),
        "harvested": quantity(problem.harvested, unit),
        "left": quantity(problem.left, unit),
    }
    if problem.of == CeilingOf.CERTIFICATE_YEAR:
        return str(
            _(
                "Too much: the certificate expects %(ceiling)s this year, and %(harvested)s are counted already."
                " At most %(left)s can still be recorded under it; you typed %(asked)s.",
                **facts,
            )
        )
    return str(
        _(
            "Too much: this season's land gives about %(ceiling)s, and %(harvested)s are counted already."
            " At most %(left)s can still be recorded; you typed %(asked)s. Weigh again, or choose the right season.",
            **facts,
        )
    )


def _too_little(problem: NotEnoughInLot, unit: BaseUnit) -> str:
    facts = {"lot": problem.lot_code, "left": quantity(max(problem.left, 0), unit)}
    if problem.labelled:
        return str(
            _(
                "Of lot %(lot)s only %(left)s are free: %(labelled)s carry labels already. Void labels first,"
                " or type less.",
                labelled=quantity(problem.labelled, unit),
                **facts,
            )
        )
    return str(_("Lot %(lot)s has only %(left)s left. Type at most that.", **facts))


UNIT_REFUSALS = {
    "unknown": _("This code is on none of your labels. Look at its groups of four again."),
    "other_goods": _("This pack holds other goods, or another size, than the order asks for. Put it back."),
    "is_weighed": _("These goods are sold by weight. Put them on the scales instead of scanning them."),
    "line_full": _("All packs of this line are in the parcel already. Put this one back."),
    "in_a_parcel": _("This pack lies in the parcel of an order already."),
    "lot_has_none_left": _(
        "This pack is of lot %(detail)s, which has none left for this order, or is not on sale. Take one of the lot named."
    ),
    "expired": _("This pack is past its date. Put it aside."),
    "parcel_closed": _("The parcel has left, or the order is over. Nothing more goes into it."),
    "printed": _("This pack has not left your house."),
    "returned": _("This pack is in your house again already."),
    "shipped": _("This pack was sent already."),
    "sold": _("This pack was sold already."),
    "recalled": _("This pack is recalled. Do not send it; put it aside."),
    "void": _("This label was declared spoilt. A void label is never used again."),
    "moved_meanwhile": _("Somebody else has just moved this pack. Look again."),
    "not_counted_as_sold": _("More would come back than was ever sold of this lot. Look at its balance."),
    "other_lot": _("This pack is of lot %(detail)s, another than the line takes."),
    "other_pack": _("This pack is of another size than the line asks for."),
}


def unit_refusal(problem: UnitRefused) -> str:
    """Which pack, by the end of its code, and why not."""
    why = str(UNIT_REFUSALS[problem.reason]) % {"detail": problem.detail}
    return str(gettext("Code …%(end)s: %(why)s", end=problem.serial[-4:], why=why))


# What a reader is told of the very pack in his hand.
PACK_STATES = {
    UnitState.PRINTED: _("The cooperative has not noted yet that this pack has left its house."),
    UnitState.SHIPPED: _("Sent to its buyer on %(day)s."),
    UnitState.SOLD: _("Noted as sold on %(day)s."),
    UnitState.RETURNED: _("Came back to the cooperative on %(day)s and was not noted as sold again."),
    UnitState.RECALLED: _("Called back on %(day)s."),
    UnitState.VOID: _("Declared void on %(day)s."),
}

UNIT_STATES = {
    UnitState.PRINTED: _("In the house"),
    UnitState.SHIPPED: _("On its way"),
    UnitState.SOLD: _("Sold"),
    UnitState.RETURNED: _("Came back, in the house"),
    UnitState.RECALLED: _("Recalled"),
    UnitState.VOID: _("Void label"),
}
