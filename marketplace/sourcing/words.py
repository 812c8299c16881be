"""What people read about supply and demand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.certificates.schemes import SCHEMES
from marketplace.foundation import dates, money, quantities
from marketplace.foundation.quantities import BaseUnit
from marketplace.payments.states import Method
from marketplace.sourcing.errors import Refused
from marketplace.sourcing.rules import Finding, Point, Reason
from marketplace.sourcing.states import (
    Basis,
    BuyerKind,
    CallOffState,
    CommitmentState,
    DemandState,
    Frequency,
    MeetingOutcome,
    MeetingState,
    PaperKind,
    QuoteState,
    Side,
)

BUYER_KINDS = {
    BuyerKind.CANTEEN: _("Canteen"),
    BuyerKind.SCHOOL: _("School"),
    BuyerKind.HOSPITAL: _("Hospital"),
    BuyerKind.SUPERMARKET: _("Supermarket"),
    BuyerKind.RESTAURANT: _("Restaurant or hotel"),
    BuyerKind.PROCESSOR: _("Food processor"),
    BuyerKind.EXPORTER: _("Exporter"),
    BuyerKind.TRADER: _("Wholesaler"),
    BuyerKind.OTHER: _("Other buyer"),
}

UNITS = {
    BaseUnit.GRAM: _("by weight (kg)"),
    BaseUnit.MILLILITRE: _("by volume (litre)"),
    BaseUnit.PIECE: _("by the piece"),
}

FREQUENCIES = {
    Frequency.ONCE: _("Once"),
    Frequency.DAILY: _("Every day"),
    Frequency.WEEKLY: _("Every week"),
    Frequency.MONTHLY: _("Every month"),
    Frequency.SEASON: _("All of a season together"),
}

_VOLUMES = {
    Frequency.ONCE: _("%(quantity)s, once"),
    Frequency.DAILY: _("%(quantity)s a day"),
    Frequency.WEEKLY: _("%(quantity)s a week"),
    Frequency.MONTHLY: _("%(quantity)s a month"),
    Frequency.SEASON: _("%(quantity)s in the season"),
}

DEMAND_STATES = {
    DemandState.OPEN: _("Looking for a cooperative"),
    DemandState.MATCHED: _("Has quotes"),
    DemandState.NEGOTIATING: _("Being negotiated"),
    DemandState.AGREED: _("Agreed"),
    DemandState.CLOSED_LOST: _("Taken back"),
    DemandState.EXPIRED: _("Time is over"),
}
DEMAND_TONES = {
    DemandState.OPEN: "wait",
    DemandState.MATCHED: "news",
    DemandState.NEGOTIATING: "news",
    DemandState.AGREED: "good",
    DemandState.CLOSED_LOST: "plain",
    DemandState.EXPIRED: "plain",
}

BASES = {
    Basis.SEASON: _("from the season"),
    Basis.STORE: _("from the lots in store"),
    Basis.WORKSHOP: _("made in the workshop"),
}

QUOTE_STATES = {
    QuoteState.OPEN: _("Being talked about"),
    QuoteState.ACCEPTED: _("Agreed"),
    QuoteState.DECLINED: _("Declined by the buyer"),
    QuoteState.WITHDRAWN: _("Withdrawn by the cooperative"),
    QuoteState.LAPSED: _("Lapsed"),
}
QUOTE_TONES = {
    QuoteState.OPEN: "news",
    QuoteState.ACCEPTED: "good",
    QuoteState.DECLINED: "plain",
    QuoteState.WITHDRAWN: "plain",
    QuoteState.LAPSED: "plain",
}

PAPER_KINDS = {PaperKind.MEMORANDUM: _("Memorandum"), PaperKind.CONTRACT: _("Contract")}

COMMITMENT_STATES = {
    CommitmentState.DRAFT: _("To be signed"),
    CommitmentState.SIGNED: _("Signed by both"),
    CommitmentState.CANCELLED: _("Given up"),
    CommitmentState.ENDED: _("Over"),
}
COMMITMENT_TONES = {
    CommitmentState.DRAFT: "wait",
    CommitmentState.SIGNED: "good",
    CommitmentState.CANCELLED: "plain",
    CommitmentState.ENDED: "plain",
}

CALL_OFF_STATES = {
    CallOffState.ASKED: _("Waits for the cooperative"),
    CallOffState.CONFIRMED: _("Ordered"),
    CallOffState.REFUSED: _("Cannot be delivered"),
    CallOffState.WITHDRAWN: _("Taken back"),
    CallOffState.FELL_THROUGH: _("The order fell through"),
}
CALL_OFF_TONES = {
    CallOffState.ASKED: "wait",
    CallOffState.CONFIRMED: "good",
    CallOffState.REFUSED: "bad",
    CallOffState.WITHDRAWN: "plain",
    CallOffState.FELL_THROUGH: "bad",
}

PAYMENTS = {
    Method.VIETQR: _("Bank transfer (VietQR) for each delivery, before it leaves"),
    Method.CASH_ON_DELIVERY: _("In cash when each delivery arrives"),
}

MEETING_STATES = {
    MeetingState.ASKED: _("Waits for an answer"),
    MeetingState.ACCEPTED: _("Meeting agreed"),
    MeetingState.DECLINED: _("Declined by the cooperative"),
    MeetingState.CANCELLED: _("Cancelled"),
}
MEETING_TONES = {
    MeetingState.ASKED: "wait",
    MeetingState.ACCEPTED: "good",
    MeetingState.DECLINED: "plain",
    MeetingState.CANCELLED: "plain",
}
OUTCOMES = {
    MeetingOutcome.AGREED: _("We met and agreed"),
    MeetingOutcome.QUOTE: _("We met, a quote follows"),
    MeetingOutcome.NOTHING_YET: _("We met, nothing yet"),
    MeetingOutcome.MISSED: _("We did not meet"),
}

SIDES = {Side.BUYER: _("Buyer"), Side.SELLER: _("Cooperative")}

_REASONS: dict[tuple[Point, Finding], Any] = {
    (Point.CERTIFICATE, Finding.VALID): _("%(scheme)s counts until %(until)s"),
    (Point.CERTIFICATE, Finding.ENDS_EARLY): _("Missing: %(scheme)s ends on %(until)s, before the last delivery"),
    (Point.CERTIFICATE, Finding.ENDED): _("Missing: %(scheme)s ended on %(until)s"),
    (Point.CERTIFICATE, Finding.SUSPENDED): _("Missing: %(scheme)s is suspended"),
    (Point.CERTIFICATE, Finding.UNCHECKED): _("Missing: %(scheme)s has not been checked by the Alliance yet"),
    (Point.CERTIFICATE, Finding.NONE): _("Missing: no certificate %(scheme)s"),
    (Point.CAPACITY, Finding.ENOUGH): _("Enough: %(volume)s until %(until)s"),
    (Point.CAPACITY, Finding.PART): _("Missing %(missing)s: %(left)s is left"),
    (Point.CAPACITY, Finding.ALL_PROMISED): _("Missing: all of the forecast is promised already"),
    (Point.CAPACITY, Finding.NO_FORECAST): _("Missing: no forecast for this time"),
    (Point.SEASON, Finding.WHOLE_PERIOD): _("In season all the time"),
    (Point.SEASON, Finding.LATER): _("Missing: only from %(from)s on"),
    (Point.SEASON, Finding.SHORTER): _("Missing: only until %(until)s"),
    (Point.SEASON, Finding.OFF_SEASON): _("Missing: out of season for a part of the time"),
    (Point.DISTANCE, Finding.SAME_PROVINCE): _("In the same province"),
    (Point.DISTANCE, Finding.NEAR): _("Near: about %(kilometres)s km"),
    (Point.DISTANCE, Finding.FAR): _("Far: about %(kilometres)s km"),
    (Point.NAME, Finding.NAMED): _("You asked for just this: %(product)s"),
}

_REFUSED = {
    "quoted_already": _("A cooperative has quoted already. Take this demand back and post a new one instead."),
    "demand_closed": _("This demand is closed: agreed, taken back, or its deadline went by."),
    "forecast_stands": _("There is a forecast that rests on the same. Change that one."),
    "more_than_there_is": _("There is at most %(most)s. Type no more than that, or begin another season first."),
    "below_committed": _("%(committed)s is promised already. Type at least that much."),
    "other_goods": _("The buyer asks for goods of another kind, or measured in another way. Choose another product."),
    "quote_stands": _("You have quoted for this demand already. Go on in that talk."),
    "said_meanwhile": _("The other side has written meanwhile. Read it, then send yours again: it is kept below."),
    "talk_over": _("This talk is over: it was agreed, declined or withdrawn."),
    "own_terms": _("These are your own terms. The other side has to take them, or name others."),
    "quote_lapsed": _("The time of this quote is over. Ask the cooperative to quote anew."),
    "not_enough_supply": _(
        "The forecasts have only %(left)s left for this time, and %(asked)s is needed. Agree on less, or raise the forecast."
    ),
    "other_paper": _("The paper is not the one that you have read. Read it again, then sign."),
    "paper_over": _("This paper is signed by both, or was given up. Nothing was changed."),
    "not_signed": _("It can be called off once both sides have signed, and until it is over."),
    "not_in_time": _("Choose a day from today on, between %(starts)s and %(ends)s."),
    "certificate_missing": _(
        "Blocked: on %(day)s no certificate %(schemes)s counts for these goods, and the commitment requires it. It can be"
        " called off again as soon as the Alliance has verified a valid one."
    ),
    "too_much_cash": _("Paid in cash, open orders may come to %(most)s together. Call off less."),
    "too_much_by_transfer": _("One transfer may come to %(most)s. Call off less at a time."),
    "not_on_sale": _(
        "These goods are not on sale now: the cooperative is suspended, or its product was taken off. Ask the cooperative."
    ),
    "more_than_left": _("Only %(left)s is left of this commitment, and you want %(asked)s. Type at most %(left)s."),
    "fair_takes_no_conference": _(
        "A conference can be opened once the fair's timetable is out, and until the fair is over."
    ),
    "after_the_fair": _("The fair is over after %(until)s. Choose a day until then."),
    "meetings_in_the_way": _(
        "Meetings that people asked for or agreed upon would lose their time or table: %(count)s. Move or cancel them"
        " first; place, link, end and more tables can be changed at any time."
    ),
    "fair_is_over": _("This fair is over; nobody meets there any more."),
    "cooperative_does_not_come": _("This cooperative does not come to the fair. Choose another one."),
    "no_such_time": _("The timetable has changed. Choose one of the times that are free now."),
    "time_over": _("This time is over. Choose a later one."),
    "cooperative_meets_then": _("The cooperative meets somebody else at this time. Choose another one."),
    "buyer_meets_then": _("The buyer has another meeting at this time. Choose another one."),
    "no_table_then": _("All tables are taken at this time. Choose another one."),
    "table_taken": _("This table is taken at this time. Choose another one."),
    "these_two_meet": _("These two have a meeting already: %(when)s. Move that one, or cancel it first."),
    "same_time": _("This is the time that was named already. Choose another one, or agree to it."),
    "meeting_ended": _("This meeting was declined or cancelled meanwhile. Nothing was changed."),
    "meeting_answered": _("This was answered already. Nothing was changed."),
    "meeting_moved": _("The time has changed meanwhile. Look at it again, then answer."),
    "meeting_began": _("This meeting has begun. Say below what came of it."),
    "not_met_yet": _("Say what came of it once the meeting has begun."),
    "answered_already": _("This call-off was answered or taken back meanwhile. Nothing was changed."),
    "packs_do_not_fit": _("These packs do not come out even. Choose another pack."),
    "not_enough_stock": _(
        "Only %(left)s is on sale in your lots, and %(asked)s is needed. Record and publish the harvest first, then confirm."
    ),
}


def volume(quantity: int, unit: BaseUnit, frequency: Frequency) -> str:
    """Such as "500 kg a week"."""
    return str(_VOLUMES[frequency]) % {"quantity": amount(quantity, unit)}


def amount(quantity: int, unit: BaseUnit) -> str:
    """Such as "4.000 kg"."""
    return quantities.format_quantity(quantity, unit, piece_word=gettext("pcs"))


def typed_amount(quantity: int, unit: BaseUnit) -> str:
    """As somebody would type it into a form: "500 kg", "300"."""
    return str(quantity) if unit == BaseUnit.PIECE else quantities.format_quantity(quantity, unit)


def unit_price(price_dong: int, unit: BaseUnit) -> str:
    """Such as "25.000 ₫/kg"."""
    words = {BaseUnit.GRAM: "kg", BaseUnit.MILLILITRE: gettext("litre"), BaseUnit.PIECE: gettext("piece")}
    return f"{money.format_dong(price_dong)}/{words[unit]}"


def scheme_words(codes: list[str]) -> str:
    """Such as "VietGAP, HACCP"."""
    return ", ".join(str(SCHEMES[code].short_label) if code in SCHEMES else code for code in codes)


def clock_time(moment: datetime) -> str:
    """Such as "09:30"."""
    return dates.format_moment(moment)[-5:]


def say_reason(reason: Reason) -> str:
    """One sentence: what speaks for a cooperative, or what is missing."""
    facts = dict(reason.facts)
    unit = facts.get("unit", BaseUnit.GRAM)
    shown = {name.removesuffix("_on"): _shown(value, BaseUnit(str(unit))) for name, value in facts.items()}
    if "kilometres" in facts:
        shown["kilometres"] = str(facts["kilometres"])
    if "scheme" in facts:
        shown["scheme"] = scheme_words([str(facts["scheme"])])
    if "each" in facts:
        shown["volume"] = volume(_number(facts["each"]), BaseUnit(str(unit)), Frequency(str(facts["frequency"])))
    for name in ("left", "missing"):
        if name in facts:
            shown[name] = amount(_number(facts[name]), BaseUnit(str(unit)))
    return str(_REASONS[reason.point, reason.finding]) % shown


def say_refused(problem: Refused, unit: BaseUnit = BaseUnit.GRAM) -> str:
    """Why it cannot be done, and what to do; quantities in `unit`."""
    shown: dict[str, str] = {}
    for name, value in problem.facts.items():
        if name == "schemes":
            shown[name] = scheme_words(list(value) if isinstance(value, list) else [])
        elif name.endswith("_dong"):
            shown[name.removesuffix("_dong")] = money.format_dong(_number(value))
        else:
            shown[name.removesuffix("_on").removesuffix("_at")] = _shown(value, unit)
    return str(_REFUSED[problem.why]) % shown


def _shown(value: object, unit: BaseUnit) -> str:
    if isinstance(value, datetime):
        return dates.format_moment(value)
    if isinstance(value, date):
        return dates.format_day(value)
    if isinstance(value, int):
        return amount(value, unit)
    return str(value)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


# As the pages name them.
SHOWN: Mapping[str, Any] = {
    "buyer_kinds": BUYER_KINDS,
    "demand_states": DEMAND_STATES,
    "demand_tones": DEMAND_TONES,
    "frequencies": FREQUENCIES,
    "quote_states": QUOTE_STATES,
    "quote_tones": QUOTE_TONES,
    "paper_kinds": PAPER_KINDS,
    "commitment_states": COMMITMENT_STATES,
    "commitment_tones": COMMITMENT_TONES,
    "call_off_states": CALL_OFF_STATES,
    "call_off_tones": CALL_OFF_TONES,
    "payments": PAYMENTS,
    "meeting_states": MEETING_STATES,
    "meeting_tones": MEETING_TONES,
    "outcomes": OUTCOMES,
    "clock_time": clock_time,
    "sides": SIDES,
    "bases": BASES,
    "volume": volume,
    "amount": amount,
    "unit_price": unit_price,
    "scheme_words": scheme_words,
    "say_reason": say_reason,
}
