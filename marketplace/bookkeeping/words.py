"""What people read in statements, sheets for households and differences."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.bookkeeping.errors import SheetRefused
from marketplace.bookkeeping.rules import Period
from marketplace.bookkeeping.states import DifferenceKind, DifferenceState, SheetState
from marketplace.foundation import dates, money

SHEETS = {
    SheetState.OPEN: _("Draft"),
    SheetState.CLOSED: _("Closed"),
    SheetState.REPLACED: _("Replaced by a new one"),
}
SHEET_TONES = {SheetState.OPEN: "wait", SheetState.CLOSED: "good", SheetState.REPLACED: "plain"}

KINDS = {
    DifferenceKind.CARD: _("Card provider"),
    DifferenceKind.BANK: _("Account at the bank"),
    DifferenceKind.CASH: _("Cash of parcel services"),
}
SAID = {
    DifferenceKind.CARD: _("The provider says"),
    DifferenceKind.BANK: _("The bank says"),
    DifferenceKind.CASH: _("Handed over"),
}
DIFFERENCES = {
    DifferenceState.OPEN: _("Open"),
    DifferenceState.EXPLAINED: _("Explained"),
    DifferenceState.SETTLED: _("Settled"),
}
DIFFERENCE_TONES = {
    DifferenceState.OPEN: "bad",
    DifferenceState.EXPLAINED: "wait",
    DifferenceState.SETTLED: "good",
}

MOVES = {
    DifferenceState.OPEN: _("Open again"),
    DifferenceState.EXPLAINED: _("I know why"),
    DifferenceState.SETTLED: _("It is settled"),
}
DEEDS = {
    "bookkeeping:difference:find": _("Found"),
    "bookkeeping:difference:change": _("Changed since, open again"),
    "bookkeeping:difference:vanish": _("Gone by itself"),
    "bookkeeping:difference:open": _("Opened again"),
    "bookkeeping:difference:explain": _("Explained"),
    "bookkeeping:difference:settle": _("Settled"),
}

ROW_PROBLEMS = {
    "no_name": _("The name is missing."),
    "no_weight": _("The weight cannot be read. Write it like 120 or 12,5 kg."),
}


def period_words(period: Period) -> str:
    return f"{dates.format_day(period.since)} – {dates.format_day(period.until)}"


def sheet_refused(problem: SheetRefused) -> str:
    if problem.reason == "nobody_delivered":
        return str(gettext("First write down who delivered for lot %(code)s.", code=problem.lot_code))
    if problem.reason == "takes_too_much":
        return str(
            gettext(
                "Costs are too high: at most %(amount)s are left after the fund.",
                amount=money.format_dong(problem.most_dong),
            )
        )
    if problem.reason == "more_than_earned":
        return str(
            gettext(
                "Lot %(code)s has earned less than was shared before, after a refund. Correct that sheet first.",
                code=problem.lot_code,
            )
        )
    if problem.reason == "nothing_to_share":
        return str(gettext("These lots have earned nothing yet that was not shared before."))
    return str(gettext("Somebody has changed this sheet meanwhile. Look at it again."))
