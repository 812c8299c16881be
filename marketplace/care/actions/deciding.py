"""What comes to the alliance by itself, and what its officers decide."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.care import queries
from marketplace.care.actions import settling
from marketplace.care.errors import ComplaintMoved
from marketplace.care.events import ComplaintDecided, ComplaintEscalated
from marketplace.care.models import Complaint
from marketplace.care.states import Because, ComplaintState, Deed, Outcome
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce


def escalate_overdue(complaint: Complaint) -> bool:
    """Nobody acknowledged or settled it in time: an officer decides. Once; False when it is not, or no longer, overdue.

    Announces ComplaintEscalated.
    """
    settling.locked(complaint)
    if not queries.is_overdue(complaint, clock.now()):
        return False
    is_new = complaint.state == ComplaintState.NEW
    because = Because.NOT_ACKNOWLEDGED if is_new else Because.NOT_SETTLED
    complaint.escalated_because = because
    settling.move(complaint, ComplaintState.ESCALATED, Deed.ESCALATED, by=None, because=because)
    announce(ComplaintEscalated(complaint.id, because))
    return True


def decide(complaint: Complaint, *, packs: Mapping[int, int], is_granted: bool, words: str, by: int) -> None:
    """An officer grants money for so many packs, at the cooperative's cost, or rejects the complaint.

    Announces ComplaintDecided. Raises ComplaintMoved when it is settled or decided already, AnswerRefused when so much
    cannot be given back.
    """
    order = settling.locked(complaint)
    if complaint.state != ComplaintState.ESCALATED or complaint.decided_at is not None or complaint.waits_for_second:
        raise ComplaintMoved(complaint.code, complaint.state)
    if is_granted:
        settling.offer_packs(complaint, packs)
    complaint.decided_by_id, complaint.decided_at, complaint.decision_words = by, clock.now(), words
    session.flush()
    audit.record(
        f"care:complaint:{'grant' if is_granted else 'reject'}", subject="complaint", subject_id=complaint.id, by=by,
        province_code=complaint.province_code, reason=words, code=complaint.code,
        packs={str(row.order_line_id): row.offered_packs for row in complaint.lines} if is_granted else {},
    )  # fmt: skip
    announce(ComplaintDecided(complaint.id))
    if is_granted:
        settling.note(complaint, Deed.DECIDED, by=by, words=words)
        settling.pay_back(complaint, order, by=by, reason=words)
    else:
        settling.close(complaint, ComplaintState.REJECTED, Outcome.REFUSED, Deed.DECIDED, by=by, words=words)
