"""Much money is moved by hand by two people: one asks and says why, another looks and grants or refuses it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.ledger.errors import SamePerson
from marketplace.payments import rules
from marketplace.payments.errors import ApprovalOver
from marketplace.payments.events import ApprovalAsked, ApprovalRefused
from marketplace.payments.models import Approval
from marketplace.payments.states import ApprovalState, Deed


def must_wait(
    deed: Deed,
    *,
    subject_id: int,
    amount_dong: int,
    reference: str,
    reason: str,
    by: int,
    province_code: str | None = None,
    details: dict[str, Any] | None = None,
) -> bool:
    """Whether a second person has to look first, and if so, the request for it, written down once.

    Announces ApprovalAsked.
    """
    if amount_dong < rules.SECOND_PERSON_FROM_DONG:
        return False
    waiting = select(Approval.id).where(
        Approval.deed == deed, Approval.subject_id == subject_id, Approval.state == ApprovalState.WAITING
    )
    if session.scalar(waiting) is not None:
        return True
    row = Approval(
        deed=deed, subject_id=subject_id, amount_dong=amount_dong, reference=reference, reason=reason, asked_by_id=by,
        asked_at=clock.now(), province_code=province_code, details=details or {},
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        "payments:approval:ask", subject="approval", subject_id=row.id, by=by, province_code=province_code,
        reason=reason, deed=deed, amount_dong=amount_dong, reference=reference,
    )  # fmt: skip
    announce(ApprovalAsked(row.id))
    return True


def grant(approval: Approval, *, by: int) -> None:
    """A second person has looked; the caller does the deed in the same transaction. Raises SamePerson, ApprovalOver."""
    if approval.asked_by_id == by:
        raise SamePerson(f"approval {approval.id}")
    _decide(approval, ApprovalState.GRANTED, by=by, answer="")


def refuse(approval: Approval, *, by: int, answer: str) -> None:
    """It will not be done; also by the one who asked. Announces ApprovalRefused; raises ApprovalOver."""
    _decide(approval, ApprovalState.REFUSED, by=by, answer=answer)
    cause = approval.details.get("cause", "")
    announce(ApprovalRefused(approval.id, approval.deed, approval.subject_id, cause, by, answer))


def _decide(approval: Approval, state: ApprovalState, *, by: int, answer: str) -> None:
    query = select(Approval).where(Approval.id == approval.id).with_for_update()
    locked = session.scalars(query.execution_options(populate_existing=True)).one()
    if locked.state != ApprovalState.WAITING:
        raise ApprovalOver(f"approval {locked.id} is {locked.state}")
    locked.state, locked.decided_by_id, locked.decided_at, locked.answer = state, by, clock.now(), answer
    session.flush()
    audit.record(
        f"payments:approval:{'grant' if state == ApprovalState.GRANTED else 'refuse'}", subject="approval",
        subject_id=locked.id, by=by, province_code=locked.province_code, reason=answer, deed=locked.deed,
        amount_dong=locked.amount_dong, reference=locked.reference,
    )  # fmt: skip
