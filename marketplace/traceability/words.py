"""What people read for the codes of traceability."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.traceability.rules import HARVESTED_TOO_SOON, OVER_CEILING
from marketplace.traceability.states import Custody, LotState, OriginStatus, StageKind

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
    OriginStatus.UNKNOWN_CODE: (
        _("This code is not from our market"),
        _("Check that it is typed as on the label. If it is, do not trust the label, and tell us where you saw it."),
        "error",
        "error",
    ),
}

MISSING = {
    "product_name": _("the product's name"),
    "images": _("a photo of the product"),
    "producer_name": _("the cooperative's name"),
    "producer_address": _("the cooperative's address"),
    "place": _("the place of production"),
    "stages": _("at least one step"),
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
}
