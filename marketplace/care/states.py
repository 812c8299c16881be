"""States of a complaint with their moves, and what is complained about, wished, answered and decided."""

from enum import StrEnum


class ComplaintState(StrEnum):
    NEW = "new"
    WAITING_SELLER = "waiting_seller"  # the cooperative has seen it and owes an answer, or what it promised
    IN_REVIEW = "in_review"  # it has answered; the buyer looks at the answer
    ESCALATED = "escalated"  # an officer of the alliance decides
    RESOLVED = "resolved"
    REJECTED = "rejected"


MOVES: dict[ComplaintState, frozenset[ComplaintState]] = {
    ComplaintState.NEW: frozenset(
        {
            ComplaintState.WAITING_SELLER,
            ComplaintState.IN_REVIEW,
            ComplaintState.ESCALATED,
            ComplaintState.RESOLVED,  # the buyer took it back, or the money came back by another way
        }
    ),
    ComplaintState.WAITING_SELLER: frozenset(
        {ComplaintState.IN_REVIEW, ComplaintState.ESCALATED, ComplaintState.RESOLVED}
    ),
    ComplaintState.IN_REVIEW: frozenset(
        {
            ComplaintState.WAITING_SELLER,
            ComplaintState.ESCALATED,
            ComplaintState.RESOLVED,
            ComplaintState.REJECTED,
        }
    ),
    ComplaintState.ESCALATED: frozenset(
        {ComplaintState.WAITING_SELLER, ComplaintState.RESOLVED, ComplaintState.REJECTED}
    ),
    ComplaintState.RESOLVED: frozenset(),
    ComplaintState.REJECTED: frozenset(),
}

OPEN = frozenset(
    {ComplaintState.NEW, ComplaintState.WAITING_SELLER, ComplaintState.IN_REVIEW, ComplaintState.ESCALATED}
)


class Kind(StrEnum):
    """What is wrong."""

    SPOILED = "spoiled"
    MISSING = "missing"
    WRONG_GOODS = "wrong_goods"
    NOT_AS_DESCRIBED = "not_as_described"
    DAMAGED = "damaged"
    NOT_ARRIVED = "not_arrived"
    OTHER = "other"


class Wish(StrEnum):
    """What the buyer would like."""

    REFUND = "refund"
    GOODS_AGAIN = "goods_again"
    ONLY_TO_SAY = "only_to_say"


class Answer(StrEnum):
    """What the cooperative answers. The buyer agrees, or asks the alliance."""

    REFUND = "refund"  # money for so many packs, at once
    RETURN = "return"  # money for so many packs once they are back
    SEND_AGAIN = "send_again"
    REFUSE = "refuse"


PROMISES = frozenset({Answer.RETURN, Answer.SEND_AGAIN})  # the cooperative has still to do something
GIVES_MONEY = frozenset({Answer.REFUND, Answer.RETURN})


class Outcome(StrEnum):
    """How it ended."""

    REFUNDED = "refunded"
    RETURNED = "returned"  # goods back, money back
    SENT_AGAIN = "sent_again"
    NOT_SENT = "not_sent"  # the parcel never arrived: what was paid for it went back
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Deed(StrEnum):
    """What stands in a complaint's history."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    KEPT_PROMISE = "kept_promise"
    ESCALATED = "escalated"
    DECIDED = "decided"
    WAITS_FOR_SECOND = "waits_for_second"
    SECOND_REFUSED = "second_refused"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Because(StrEnum):
    """Why a complaint lies with the alliance."""

    BUYER = "buyer"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    NOT_SETTLED = "not_settled"
    SECOND_PERSON = "second_person"
