"""What people read for the codes of fairs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.fairs.states import BoothState, FairState, SlotState

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
