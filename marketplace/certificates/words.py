"""What people read for the codes of certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.certificates.states import IssuerLevel, Review

REVIEWS = {
    Review.PENDING: _("Waits for the officer"),
    Review.NEED_INFO: _("More is asked for"),
    Review.VERIFIED: _("Verified"),
    Review.REFUSED: _("Refused"),
    Review.SUSPENDED: _("Suspended"),
}

REVIEW_TONES = {
    Review.PENDING: "wait",
    Review.NEED_INFO: "wait",
    Review.VERIFIED: "good",
    Review.REFUSED: "bad",
    Review.SUSPENDED: "bad",
}

ISSUER_LEVELS = {
    IssuerLevel.PROVINCE: _("Province"),
    IssuerLevel.NATIONAL: _("National"),
    IssuerLevel.BODY: _("Certification body"),
    IssuerLevel.DISTRICT: _("District (until June 2025)"),
}

VIEW_WORDS = {
    "cho": _("Waiting"),
    "bo-sung": _("More is asked for"),
    "het-han": _("Ending within 90 days"),
    "da-duyet": _("Verified"),
    "tam-dung": _("Suspended"),
}

PROBLEMS = {
    "ended_already": _("It has ended already; verified, it would give no badge."),
    "level_unusual": _("Such certificates do not come from an issuer of this level. Compare the stamp."),
    "area_missing": _("The area is missing; without it nobody can tell how much may be harvested under it."),
    "surveillance_overdue": _("Its last surveillance is more than a year ago. Ask for the newest report."),
    "number_misshapen": _("A VietGAP number looks like VietGAP-TT-13-09-68-0096. Compare it with the paper."),
    "number_of_other_kind": _("This VietGAP number belongs to another kind: TT crops, CN livestock, TS fish."),
    "ggn_missing": _("GLOBALG.A.P. knows each producer by a GGN of 13 digits; this number has none."),
    "validity_too_long": _("It is valid for longer than such certificates usually are."),
    "stars_missing": _("An OCOP certificate names its stars; none are given."),
    "stars_level_mismatch": _(
        "These stars are not given by this level: five by the nation, four and three by a province."
    ),
    "district_abolished": _("Districts have given no stars since 1 July 2025."),
}
