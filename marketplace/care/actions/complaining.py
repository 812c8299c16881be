"""What a buyer does: complains, agrees to the answer, asks the alliance, or takes it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.care import queries, rules
from marketplace.care.actions import settling
from marketplace.care.errors import ComplaintMoved, ComplaintRefused
from marketplace.care.events import ComplaintAccepted, ComplaintEscalated, ComplaintOpened
from marketplace.care.models import Complaint, ComplaintLine, ComplaintPhoto
from marketplace.care.states import PROMISES, Answer, Because, ComplaintState, Deed, Kind, Outcome, Wish
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.orders import actions as orders
from marketplace.orders import queries as orders_read
from marketplace.orders.models import CooperativeOrder
from marketplace.orders.states import PartState


@dataclass(frozen=True)
class Evidence:
    """A stored photo, not public."""

    file_key: str
    file_name: str


def open_complaint(
    order_id: int,
    part_id: int,
    *,
    kind: Kind,
    wish: Wish,
    words: str,
    packs: Mapping[int, int],
    photos: Sequence[Evidence] = (),
    by: int | None,
) -> Complaint:
    """Something is wrong with so many packs of these lines (by id). From now on the money of the part waits.

    Announces ComplaintOpened. Raises ComplaintRefused: not sent yet, too late, nothing or too much chosen, or one is
    open already, as after a second click.
    """
    order = orders.lock(order_id)
    part = orders_read.find_part_of(order, part_id)
    assert part is not None, "the caller has looked the part up in its order"
    _refuse_unless_open_to_complaints(part, kind)
    now = clock.now()
    limits = rules.deadlines(clock.today())
    complaint = Complaint(
        code=codes.random_code(8),
        order_id=order.id,
        cooperative_order_id=part.id,
        cooperative_id=part.cooperative_id,
        province_code=session.get_one(Cooperative, part.cooperative_id).province_code,
        kind=kind,
        wish=wish,
        words=words,
        opened_at=now,
        acknowledge_by=now + limits.to_acknowledge,
        settle_by=now + limits.to_settle,
    )
    session.add(complaint)
    session.flush()
    for line_id, count in _chosen(part, packs).items():
        session.add(ComplaintLine(complaint_id=complaint.id, order_line_id=line_id, packs=count))
    for photo in photos:
        session.add(ComplaintPhoto(complaint_id=complaint.id, **vars(photo)))
    session.flush()
    session.refresh(complaint)
    settling.note(complaint, Deed.OPENED, by=by, words=words)
    orders.keep_back(part, because=rules.HELD_BECAUSE)
    announce(ComplaintOpened(complaint.id))
    return complaint


def _refuse_unless_open_to_complaints(part: CooperativeOrder, kind: Kind) -> None:
    if queries.open_complaint_of(part.id) is not None:
        raise ComplaintRefused(part.code, "open_already")
    if not rules.may_complain(part.state, part.delivery_way, part.delivered_at, clock.now()):
        lies_ready = part.state == PartState.SHIPPED
        raise ComplaintRefused(part.code, "to_fetch" if lies_ready else "too_late" if part.delivered_at else "not_sent")
    if part.state == PartState.SHIPPED and kind != Kind.NOT_ARRIVED:
        raise ComplaintRefused(part.code, "on_the_way")


def _chosen(part: CooperativeOrder, packs: Mapping[int, int]) -> dict[int, int]:
    left = {line.id: line.quantity - line.refunded_packs for line in part.lines}
    if part.state == PartState.SHIPPED:
        return {line_id: count for line_id, count in left.items() if count}
    chosen = {line_id: packs[line_id] for line_id in sorted(left) if packs.get(line_id, 0) > 0}
    if any(count > left[line_id] for line_id, count in chosen.items()):
        raise ComplaintRefused(part.code, "more_than_sent")
    if not chosen:
        raise ComplaintRefused(part.code, "nothing_chosen")
    return chosen


def accept(complaint: Complaint, *, number: int, by: int | None) -> None:
    """The buyer agrees to the cooperative's answer of this number: money goes back at once, or the cooperative has a
    time to do what it promised, or the complaint ends because its reason convinces him.

    Announces ComplaintAccepted for promises. Raises ComplaintMoved when it was decided, taken back or answered anew
    meanwhile, AnswerRefused when the money was given back otherwise.
    """
    order = settling.locked(complaint)
    if not complaint.is_answerable or complaint.answer is None or complaint.answers != number:
        raise ComplaintMoved(complaint.code, complaint.state)
    complaint.accepted_at = clock.now()
    if complaint.answer == Answer.REFUSE:
        settling.close(complaint, ComplaintState.REJECTED, Outcome.REFUSED, Deed.ACCEPTED, by=by)
    elif complaint.answer in PROMISES:
        complaint.settle_by = clock.now() + rules.deadlines(clock.today()).to_settle
        settling.move(complaint, ComplaintState.WAITING_SELLER, Deed.ACCEPTED, by=by)
        announce(ComplaintAccepted(complaint.id))
    else:
        assert complaint.answered_by_id is not None, "an answer has somebody who gave it"
        settling.note(complaint, Deed.ACCEPTED, by=by)
        settling.pay_back(complaint, order, by=complaint.answered_by_id, reason=complaint.answer_words)


def ask_alliance(complaint: Complaint, *, words: str, by: int | None) -> None:
    """The buyer does not agree: an officer of the province decides. Announces ComplaintEscalated; raises ComplaintMoved."""
    settling.locked(complaint)
    if complaint.state != ComplaintState.IN_REVIEW or not complaint.is_answerable:
        raise ComplaintMoved(complaint.code, complaint.state)
    complaint.escalated_because = Because.BUYER
    settling.move(complaint, ComplaintState.ESCALATED, Deed.ESCALATED, by=by, words=words, because=Because.BUYER)
    announce(ComplaintEscalated(complaint.id, Because.BUYER))


def withdraw(complaint: Complaint, *, by: int | None) -> None:
    """The buyer takes it back, as long as nothing is agreed or decided. Raises ComplaintMoved."""
    settling.locked(complaint)
    if not complaint.is_answerable:
        raise ComplaintMoved(complaint.code, complaint.state)
    settling.close(complaint, ComplaintState.RESOLVED, Outcome.WITHDRAWN, Deed.WITHDRAWN, by=by)
