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
    DifferenceKind.CASH: _("The parcel service handed over"),
}
OUTSIDE = {
    DifferenceKind.CARD: _("the card provider"),
    DifferenceKind.BANK: _("the bank"),
    DifferenceKind.CASH: _("the parcel service"),
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

WHAT_MOVES_DO = {
    DifferenceState.OPEN: _("asks about it again."),
    DifferenceState.EXPLAINED: _(
        "it waits under Explained and is compared every night; it comes back when an amount changes."
    ),
    DifferenceState.SETTLED: _("nothing more is to be done; it comes back only when an amount changes."),
}

ROW_PROBLEMS = {
    "no_name": _("The name is missing."),
    "no_weight": _("The weight cannot be read. Write it like 120 or 12,5 kg."),
}


def period_words(period: Period) -> str:
    return f"{dates.format_day(period.since)} – {dates.format_day(period.until)}"


def difference(kind: DifferenceKind, said_dong: int, booked_dong: int) -> str:
    """Who says what of one thing that differs, in a sentence."""
    who, said, booked = OUTSIDE[kind], money.format_dong(abs(said_dong)), money.format_dong(abs(booked_dong))
    if kind == DifferenceKind.CASH:
        if not said_dong:
            return str(
                gettext("The parcel service collected %(booked)s and has handed over nothing yet.", booked=booked)
            )
        return str(
            gettext("The parcel service collected %(booked)s and handed over %(said)s.", booked=booked, said=said)
        )
    if not said_dong and booked_dong < 0:
        return str(
            gettext("Our books say %(booked)s went out; %(who)s tells of no such thing.", booked=booked, who=who)
        )
    if not said_dong:
        return str(gettext("Our books say %(booked)s came in; %(who)s tells of no such thing.", booked=booked, who=who))
    if not booked_dong and said_dong < 0:
        return str(gettext("%(said)s went out, says %(who)s; our books do not have it.", said=said, who=who))
    if not booked_dong:
        return str(gettext("%(said)s came in, says %(who)s; our books do not have it.", said=said, who=who))
    return str(gettext("Our books say %(booked)s, %(who)s says %(said)s.", booked=booked, said=said, who=who))


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
