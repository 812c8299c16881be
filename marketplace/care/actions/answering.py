"""What a cooperative does about a complaint: says that it has seen it, answers, and keeps what it promised."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from marketplace.care.actions import settling
from marketplace.care.errors import AnswerRefused, ComplaintMoved
from marketplace.care.events import ComplaintAnswered
from marketplace.care.models import Complaint
from marketplace.care.states import GIVES_MONEY, PROMISES, Answer, ComplaintState, Deed, Outcome
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.orders.models import CooperativeOrder, OrderLine
from marketplace.orders.states import PartState
from marketplace.traceability import actions as traceability
from marketplace.traceability import queries as lots_read
from marketplace.traceability.errors import NotEnoughInLot, UnitRefused
from marketplace.traceability.models import Unit


def acknowledge(complaint: Complaint, *, by: int) -> None:
    """It has been seen, and somebody looks into it. Raises ComplaintMoved."""
    settling.locked(complaint)
    settling.move(complaint, ComplaintState.WAITING_SELLER, Deed.ACKNOWLEDGED, by=by)


def answer(complaint: Complaint, *, kind: Answer, words: str, packs: Mapping[int, int], by: int) -> None:
    """Offer money or goods, ask for the goods back, or refuse with a reason; may be said anew until the buyer agrees.

    Announces ComplaintAnswered. Raises ComplaintMoved, AnswerRefused.
    """
    settling.locked(complaint)
    if not complaint.is_answerable:
        raise ComplaintMoved(complaint.code, complaint.state)
    if kind == Answer.RETURN and settling.part_of(complaint).state == PartState.SHIPPED:
        raise AnswerRefused("not_there")
    if kind in GIVES_MONEY:
        settling.offer_packs(complaint, packs)
    else:
        for row in complaint.lines:
            row.offered_packs = 0
    complaint.answer, complaint.answer_words, complaint.answered_by_id = kind, words, by
    complaint.answers += 1
    session.flush()
    if complaint.state in (ComplaintState.IN_REVIEW, ComplaintState.ESCALATED):
        settling.note(complaint, Deed.ANSWERED, by=by, words=words, answer=kind)
    else:
        settling.move(complaint, ComplaintState.IN_REVIEW, Deed.ANSWERED, by=by, words=words, answer=kind)
    announce(ComplaintAnswered(complaint.id))


def keep_promise(
    complaint: Complaint, *, words: str, returned: Mapping[int, int], serials: Collection[str], by: int
) -> None:
    """Goods were sent again, which ends the complaint; or the goods came back (so many packs of each line, and those
    with these serials): they are counted as returned, set aside for good, and the money goes to the buyer.

    Raises ComplaintMoved when nothing is promised any more, AnswerRefused when nothing came back.
    """
    order = settling.locked(complaint)
    may_still = complaint.state in (ComplaintState.WAITING_SELLER, ComplaintState.ESCALATED)
    is_promised = complaint.answer in PROMISES and complaint.accepted_at is not None and complaint.decided_at is None
    if not may_still or not is_promised or complaint.waits_for_second:
        raise ComplaintMoved(complaint.code, complaint.state)
    if complaint.answer == Answer.SEND_AGAIN:
        settling.close(complaint, ComplaintState.RESOLVED, Outcome.SENT_AGAIN, Deed.KEPT_PROMISE, by=by, words=words)
        return
    uncounted = _take_goods_back(complaint, returned, serials, note=words, by=by)
    settling.note(complaint, Deed.KEPT_PROMISE, by=by, words=words, uncounted=uncounted)
    assert complaint.answered_by_id is not None, "an answer has somebody who gave it"
    settling.pay_back(complaint, order, by=complaint.answered_by_id, reason=complaint.answer_words)


def _take_goods_back(
    complaint: Complaint, returned: Mapping[int, int], serials: Collection[str], *, note: str, by: int
) -> list[str]:
    """Count what came back for its lots and packs; gives the lots whose labels did not allow it.

    The goods lie in the house all the same, so that does not keep the buyer from his money: the cooperative corrects
    the lot by hand.
    """
    part: CooperativeOrder = settling.part_of(complaint)
    lines = {line.id: line for line in part.lines}
    packed = lots_read.packed_units(list(lines))
    uncounted: list[str] = []
    for row in complaint.lines:
        line = lines[row.order_line_id]
        units = [unit for unit in packed[line.id] if unit.serial in serials]
        packs = returned.get(line.id, 0) + len(units)
        if packs > line.quantity:
            raise AnswerRefused("more_than_sent", what=line.product_name, left=line.quantity)
        row.returned_packs = packs
        uncounted += _set_aside(line, returned.get(line.id, 0), units, cause=complaint.cause, note=note, by=by)
    if not any(row.returned_packs for row in complaint.lines):
        raise AnswerRefused("nothing_back")
    return uncounted


def _set_aside(
    line: OrderLine, loose_packs: int, units: Collection[Unit], *, cause: str, note: str, by: int
) -> list[str]:
    """Packs without serials are of the line's lots, the first one first, as far as each went; of packs that were weighed
    one by one, each counts as what they weighed on average."""
    refused: list[str] = []
    loose = (line.packed_grams or line.quantity * line.content) * loose_packs // line.quantity
    for some in sorted(line.lots, key=lambda some: some.lot_id):
        of_lot = [unit.serial for unit in units if unit.lot_id == some.lot_id]
        taken = min(loose, some.quantity - line.content * len(of_lot))
        loose -= taken
        if not taken and not of_lot:
            continue
        try:
            with session.begin_nested():
                traceability.set_aside(
                    some.lot_id, loose=taken, serials=of_lot, reference=f"{cause}:line:{line.id}", note=note, by=by
                )
        except (NotEnoughInLot, UnitRefused):
            refused.append(some.lot_code)
    return refused
