"""What people read about complaints and reviews."""

from __future__ import annotations

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _

from marketplace.care import rules
from marketplace.care.states import Answer, Because, ComplaintState, Deed, Kind, Outcome, Wish

KINDS = {
    Kind.SPOILED: _("Spoilt or rotten"),
    Kind.DAMAGED: _("Crushed or broken on the way"),
    Kind.MISSING: _("Something is missing"),
    Kind.WRONG_GOODS: _("Other goods than I ordered"),
    Kind.NOT_AS_DESCRIBED: _("Not as described"),
    Kind.NOT_ARRIVED: _("It has not arrived"),
    Kind.OTHER: _("Something else"),
}

WISHES = {
    Wish.REFUND: _("My money back"),
    Wish.GOODS_AGAIN: _("The goods once more"),
    Wish.ONLY_TO_SAY: _("Only that you know it"),
}

STATES = {
    ComplaintState.NEW: _("Just sent"),
    ComplaintState.WAITING_SELLER: _("The cooperative looks into it"),
    ComplaintState.IN_REVIEW: _("The cooperative has answered"),
    ComplaintState.ESCALATED: _("The Alliance decides"),
    ComplaintState.RESOLVED: _("Settled"),
    ComplaintState.REJECTED: _("Rejected"),
}

TONES = {
    ComplaintState.NEW: "bad",
    ComplaintState.WAITING_SELLER: "wait",
    ComplaintState.IN_REVIEW: "news",
    ComplaintState.ESCALATED: "bad",
    ComplaintState.RESOLVED: "good",
    ComplaintState.REJECTED: "plain",
}

ANSWERS = {
    Answer.REFUND: _("Give money back"),
    Answer.RETURN: _("Give money back once the goods are back"),
    Answer.SEND_AGAIN: _("Send the goods once more"),
    Answer.REFUSE: _("Refuse, and say why"),
}

OFFERED = {
    Answer.REFUND: _("The cooperative gives money back"),
    Answer.RETURN: _("The cooperative gives money back once the goods are back"),
    Answer.SEND_AGAIN: _("The cooperative sends the goods once more"),
    Answer.REFUSE: _("The cooperative does not agree"),
}

OUTCOMES = {
    Outcome.REFUNDED: _("Money goes back to the buyer"),
    Outcome.RETURNED: _("Goods sent back, money goes back to the buyer"),
    Outcome.SENT_AGAIN: _("Goods sent once more"),
    Outcome.NOT_SENT: _("Never arrived: what was paid for it goes back"),
    Outcome.REFUSED: _("Nothing is paid back"),
    Outcome.WITHDRAWN: _("The buyer took it back"),
}

DEEDS = {
    Deed.OPENED: _("The buyer complained"),
    Deed.ACKNOWLEDGED: _("The cooperative has seen it"),
    Deed.ANSWERED: _("The cooperative answered"),
    Deed.ACCEPTED: _("The buyer agreed"),
    Deed.KEPT_PROMISE: _("The cooperative did what it promised"),
    Deed.ESCALATED: _("Goes to the Alliance"),
    Deed.DECIDED: _("The Alliance decided"),
    Deed.WAITS_FOR_SECOND: _("Much money: a second person looks at it"),
    Deed.SECOND_REFUSED: _("The second person did not agree"),
    Deed.SETTLED: _("The money is on its way back"),
    Deed.WITHDRAWN: _("The buyer took it back"),
}

BECAUSE = {
    Because.BUYER: _("The buyer does not agree with the answer."),
    Because.NOT_ACKNOWLEDGED: _("The cooperative did not react within 24 hours."),
    Because.NOT_SETTLED: _("It was not settled in time."),
    Because.SECOND_PERSON: _("The second person did not agree to the refund."),
}

# As the pages of complaints name them.
SHOWN = {
    "kinds": KINDS,
    "wishes": WISHES,
    "states": STATES,
    "tones": TONES,
    "offered": OFFERED,
    "outcomes": OUTCOMES,
    "because": BECAUSE,
    "deeds": DEEDS,
}

NOT_POSSIBLE = {
    "too_late": _(
        "The time to complain here is over: 48 hours from delivery. Call the seller, or the hotline below, all the same."
    ),
    "not_sent": _("These goods have not been sent yet. You can still cancel, or call the seller."),
    "to_fetch": _(
        "These goods lie ready for you to fetch. You can complain when you have them; until then, call the seller."
    ),
    "on_the_way": _("The parcel is still on the way. For now you can only say that it has not arrived."),
    "nothing_chosen": _("Write for at least one product how many packs are affected."),
    "more_than_sent": _("You cannot complain about more packs than you received and have not been paid back for."),
}

NOT_GIVEN = {
    "nothing_chosen": _("Write for how many packs the money goes back."),
    "nothing_back": _("Write how many packs came back."),
    "not_there": _("The goods have not arrived, so they cannot be sent back. Choose another answer."),
    "not_arrived": _("Money can be given back once the goods have arrived."),
    "more_than_paid": _("The buyer has so much back already, by his bank or otherwise."),
    "other_refund_waits": _(
        "Another refund of this order waits for a second person. Once that is decided, this one can be made."
    ),
}

REVIEW_REFUSED = {
    "not_arrived": _("You can review these goods once they have arrived."),
    "written_already": _("You have reviewed these goods already. You can change what you wrote."),
    "too_late": _("A review can be changed for 30 days. That time is over."),
    "taken_down": _("The Alliance has taken this review down. It can no longer be changed."),
    "answered_already": _("You have answered this review. Each is answered once."),
    "not_taken_down": _("This review stands there already."),
}

STARS = {
    5: _("5 stars: very happy"),
    4: _("4 stars: happy"),
    3: _("3 stars: all right"),
    2: _("2 stars: not so good"),
    1: _("1 star: bad"),
}


def average(stars: int, count: int) -> str:
    """Such as 4,6; empty without reviews."""
    return str(format_decimal(rules.average(stars, count), format="0.0")) if count else ""
