"""What people read for the codes of fairs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.certificates.schemes import SCHEMES
from marketplace.fairs.states import BoothState, CrewRole, FairState, SlotState
from marketplace.foundation.money import format_dong

FAIR_STATES = {
    FairState.DRAFT: _("Draft"),
    FairState.ANNOUNCED: _("Announced"),
    FairState.REGISTRATION_OPEN: _("Cooperatives apply now"),
    FairState.REGISTRATION_CLOSED: _("Being prepared"),
    FairState.SCHEDULED: _("Timetable is out"),
    FairState.LIVE: _("On air now"),
    FairState.ENDED: _("Ended"),
    FairState.REPORTED: _("Ended"),
    FairState.CANCELLED: _("Called off"),
}

FAIR_TONES = {
    FairState.DRAFT: "plain",
    FairState.ANNOUNCED: "news",
    FairState.REGISTRATION_OPEN: "wait",
    FairState.REGISTRATION_CLOSED: "news",
    FairState.SCHEDULED: "news",
    FairState.LIVE: "bad",
    FairState.ENDED: "plain",
    FairState.REPORTED: "plain",
    FairState.CANCELLED: "plain",
}

BOOTH_STATES = {
    BoothState.DRAFT: _("Being written"),
    BoothState.SUBMITTED: _("Waits for an answer"),
    BoothState.NEED_INFO: _("Something is to be mended"),
    BoothState.APPROVED: _("Has its place"),
    BoothState.REJECTED: _("Not accepted"),
    BoothState.WITHDRAWN: _("Withdrawn"),
}

SLOT_STATES = {
    SlotState.PLANNED: _("Planned"),
    SlotState.CONFIRMED: _("Confirmed"),
    SlotState.ON_AIR: _("On air"),
    SlotState.DONE: _("Over"),
    SlotState.SKIPPED: _("Did not take place"),
    SlotState.CUT_OFF: _("Stopped by the crew"),
}

SLOT_TONES = {
    SlotState.PLANNED: "plain",
    SlotState.CONFIRMED: "news",
    SlotState.ON_AIR: "bad",
    SlotState.DONE: "plain",
    SlotState.SKIPPED: "plain",
    SlotState.CUT_OFF: "wait",
}

# Why a stall cannot go on air, for the host.
NOT_READY = {
    "approved": _("its application is not approved"),
    "speaker": _("nobody has checked yet who speaks for it"),
}

# Why a message waits for the crew.
WHY_WAITING = {"moderated": _("All messages are read first"), "words": _("Its words want a look")}
BOOTH_TONES = {
    BoothState.DRAFT: "plain",
    BoothState.SUBMITTED: "wait",
    BoothState.NEED_INFO: "bad",
    BoothState.APPROVED: "good",
    BoothState.REJECTED: "plain",
    BoothState.WITHDRAWN: "plain",
}

CREW_ROLES = {
    CrewRole.HOST: _("Host: runs the show and opens prices"),
    CrewRole.MODERATOR: _("Moderator: keeps the chat in order"),
}

# Why a fair cannot take its next step.
LACKS = {
    "theme": _("The theme is empty."),
    "rules_text": _("The rules are empty."),
    "future_dates": _("The fair would be over already. Change its dates."),
    "answers": _("Some applications still wait for an answer, or for what the cooperative was asked to mend."),
    "booths": _("No cooperative has its place yet."),
    "slots": _("Some cooperatives have no time in the running order yet."),
    "quota": _("All places are given."),
}

# What each check says when it is met, and when it is not.
CHECKS = {
    "verified": (_("The cooperative is verified"), _("The cooperative is not open on the market")),
    "province": (_("Its province takes part"), _("This fair is for cooperatives of other provinces")),
    "items": (_("There are products"), _("No product has been chosen")),
    "profile": (_("The story for the host is written"), _("The story for the host is missing")),
    "speaker_named": (_("The speaker is named"), _("Who speaks on air, with phone number, is missing")),
    "speaker_checked": (
        _("An officer has checked who speaks"),
        _("An officer still has to check who speaks (Law 122/2025)"),
    ),
    "time_confirmed": (_("The cooperative confirmed its time"), _("The cooperative has not confirmed its time yet")),
    "stock_confirmed": (_("The cooperative confirmed its stock"), _("The cooperative has not confirmed its stock yet")),
    "pictures": (_("Every product has a photo"), _("A product has no photo, or there is nothing to sell yet")),
    "own_video": (_("Its own video can be shown"), _("The address of its own video is missing or cannot be shown")),
    "rules_accepted": (_("The rules are accepted"), _("The rules as they stand now are not accepted yet")),
    "on_sale": (_("On sale in the shop"), _("%(details)s is not on sale in the shop")),
    "not_weighed": (
        _("It has a fixed price"),
        _("%(details)s is sold by weight: its price is known only when it is weighed"),
    ),
    "not_excluded": (_("May be sold live"), _("Drinks with alcohol may not be sold live")),
    "price": (
        _("The session price is allowed"),
        _("The session price must be below the usual price and at least %(details)s"),
    ),
    "certificates": (
        _("Certificates hold through the fair"),
        _("A certificate is missing on the last day: %(details)s"),
    ),
    "lot": (
        _("The lot is published and keeps"),
        _("Lot %(details)s is not published, or does not keep through the fair"),
    ),
    "stock": (_("The lot has enough"), _("Only %(details)s packs are left in the lot")),
    "per_buyer": (_("The limit per buyer is allowed"), _("Each buyer may have 1 to %(details)s packs")),
}


def say_check(code: str, is_met: bool, details: str) -> str:
    """A check in words."""
    met, failed = CHECKS[code]
    if is_met:
        return str(met)
    if code == "price":
        details = format_dong(int(details))
    if code == "certificates":
        names = [str(SCHEMES[scheme].short_label) for scheme in details.split(", ") if scheme in SCHEMES]
        details = ", ".join(names) or str(_("OCOP stars"))
    return str(failed) % {"details": details} if "%(details)s" in str(failed) else str(failed)


def say_lacks(codes: list[str]) -> str:
    """What the next step still needs, a sentence each."""
    return " ".join(str(LACKS[code]) if code in LACKS else f"{CHECKS[code][1]}." for code in dict.fromkeys(codes))


# What officers begin with; livestream rules after the E-commerce Law 122/2025/QH15, Articles 22 to 24.
RULES = (
    _("1. Only goods with a clear origin: every pack comes from a published lot, and its label can be scanned."),
    _("2. Before going on air, whoever speaks for the cooperative is named and checked by an officer."),
    _("3. Papers on quality, and an advertising confirmation where needed, are handed in before. None, no show."),
    _("4. Nobody says what is not true about use, origin, quality, price or gifts. Food is not praised as medicine."),
    _("5. Session price, time and number of packs are shown and kept. Who has ordered gets the price shown."),
    _("6. No alcohol, tobacco, medicine or forbidden goods. Decent words and clothes, no insults."),
    _("7. The crew may hide messages, and stops a part at once that breaks the law or these rules, with the reason."),
    _("8. Viewers can report a part or a message, and complain about goods as on every day."),
    _("9. The recording is kept for three years for the authorities."),
    _("10. The cooperative confirms its stock the day before, and packs orders within 24 hours after the fair."),
)
