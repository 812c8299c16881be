"""How a complaint moves, what it pays back, and how it ends. Everything here needs the order locked by `locked`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update

from marketplace.care import queries
from marketplace.care.errors import AnswerRefused, ComplaintMoved
from marketplace.care.events import ComplaintEscalated, ComplaintSettled
from marketplace.care.models import Complaint, ComplaintStep
from marketplace.care.states import MOVES, Answer, Because, ComplaintState, Deed, Outcome
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.orders import actions as orders
from marketplace.orders.errors import RefundRefused
from marketplace.orders.models import CooperativeOrder, LineRefund, Order
from marketplace.orders.states import PartState
from marketplace.payments.errors import RefundTooLarge
from marketplace.payments.queries import latest_approval
from marketplace.payments.states import ApprovalState
from marketplace.payments.states import Deed as MoneyDeed


def locked(complaint: Complaint) -> Order:
    """The complaint's order, and both as they are now: a buyer who agrees, an officer who decides, the clock and the
    release of the money come one after the other."""
    order = orders.lock(complaint.order_id)
    session.refresh(complaint)
    return order


def part_of(complaint: Complaint) -> CooperativeOrder:
    return session.get_one(CooperativeOrder, complaint.cooperative_order_id)


def move(
    complaint: Complaint, to: ComplaintState, deed: Deed, *, by: int | None, words: str = "", **details: Any
) -> None:
    """To another state, if it is still in the one we saw, with a line of history. Raises ComplaintMoved."""
    session.flush()
    from_state = complaint.state
    moved = None
    if to in MOVES[from_state]:
        moved = session.execute(
            update(Complaint)
            .where(Complaint.id == complaint.id, Complaint.state == from_state)
            .values(state=to)
            .returning(Complaint.id)
        ).one_or_none()
        session.refresh(complaint)
    if moved is None:
        raise ComplaintMoved(complaint.code, complaint.state)
    note(complaint, deed, by=by, words=words, **details)


def note(complaint: Complaint, deed: Deed, *, by: int | None, words: str = "", **details: Any) -> None:
    session.add(
        ComplaintStep(
            complaint_id=complaint.id, deed=deed, state=complaint.state, by_id=by, words=words, details=details,
            at=clock.now(),
        )
    )  # fmt: skip
    session.flush()


def close(
    complaint: Complaint, to: ComplaintState, outcome: Outcome, deed: Deed, *, by: int | None, words: str = ""
) -> None:
    """It is over, and the money of its part is free again. Announces ComplaintSettled."""
    move(complaint, to, deed, by=by, words=words, outcome=outcome)
    complaint.outcome, complaint.closed_at, complaint.waits_for_second = outcome, clock.now(), False
    session.flush()
    orders.let_go(part_of(complaint))
    announce(ComplaintSettled(complaint.id))


def offer_packs(complaint: Complaint, packs: Mapping[int, int]) -> None:
    """So many packs of each line (by the order line's id) shall be paid back; the whole part when it never arrived.

    Raises AnswerRefused: nothing chosen, or more than were sent and are not paid back yet.
    """
    part = part_of(complaint)
    lines = {line.id: line for line in part.lines}
    is_lost = part.state == PartState.SHIPPED
    for row in complaint.lines:
        line = lines[row.order_line_id]
        left = line.quantity - line.refunded_packs
        row.offered_packs = left if is_lost else packs.get(line.id, 0)
        if row.offered_packs > left:
            raise AnswerRefused("more_than_sent", what=line.product_name, left=left)
    if not any(row.offered_packs for row in complaint.lines):
        raise AnswerRefused("nothing_chosen")
    session.flush()


def pay_back(complaint: Complaint, order: Order, *, by: int, reason: str) -> None:
    """What was offered or granted goes back to the buyer, and that ends the complaint; much money waits for a second
    person first. Raises AnswerRefused, and then nothing is paid."""
    part = part_of(complaint)
    if part.state == PartState.SHIPPED:
        orders.move_part(part, PartState.LOST, by=by, reason=reason)
        close(complaint, ComplaintState.RESOLVED, Outcome.NOT_SENT, Deed.SETTLED, by=by)
        return
    try:
        amount = orders.refund_lines(
            part,
            order,
            packs={row.order_line_id: row.offered_packs for row in complaint.lines if row.offered_packs},
            reason=reason,
            by=by,
            province_code=complaint.province_code,
            cause=complaint.cause,
        )
    except RefundRefused as refused:
        raise AnswerRefused(refused.why, what=refused.what, left=refused.left) from refused
    except RefundTooLarge as refused:
        raise AnswerRefused("more_than_paid") from refused
    if amount:
        return  # on_lines_refunded has ended it
    asked = latest_approval(MoneyDeed.REFUND_LINES, part.id)
    if asked is None or asked.state != ApprovalState.WAITING or asked.details.get("cause") != complaint.cause:
        raise AnswerRefused("other_refund_waits")
    complaint.waits_for_second = True
    note(complaint, Deed.WAITS_FOR_SECOND, by=None)


def note_refund(cause: str, *, amount_dong: int) -> None:
    """The money that a complaint asked for is on its way: that ends it, now or when a second person has looked."""
    complaint = queries.find_by_cause(cause)
    if complaint is None:
        return
    locked(complaint)
    refunds = session.execute(
        select(LineRefund.order_line_id, func.sum(LineRefund.packs))
        .where(LineRefund.cause == cause)
        .group_by(LineRefund.order_line_id)
    )
    packs = {line_id: int(count) for line_id, count in refunds}
    for row in complaint.lines:
        row.refunded_packs = packs.get(row.order_line_id, 0)
    complaint.refunded_dong += amount_dong
    is_back = complaint.answer == Answer.RETURN and complaint.decided_at is None
    outcome = Outcome.RETURNED if is_back else Outcome.REFUNDED
    close(complaint, ComplaintState.RESOLVED, outcome, Deed.SETTLED, by=None)


def resume_after_refusal(cause: str, *, words: str, by: int) -> None:
    """The second person would not have the refund: an officer decides anew. Announces ComplaintEscalated."""
    complaint = queries.find_by_cause(cause)
    if complaint is None:
        return
    locked(complaint)
    if not complaint.waits_for_second:
        return
    complaint.waits_for_second, complaint.accepted_at = False, None
    complaint.decided_at, complaint.decided_by_id = None, None
    complaint.escalated_because = Because.SECOND_PERSON
    if complaint.state == ComplaintState.ESCALATED:
        note(complaint, Deed.SECOND_REFUSED, by=by, words=words)
    else:
        move(complaint, ComplaintState.ESCALATED, Deed.SECOND_REFUSED, by=by, words=words)
    announce(ComplaintEscalated(complaint.id, Because.SECOND_PERSON))
