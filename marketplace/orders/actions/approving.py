"""What a second person has granted is done, in the name of the one who asked."""

from __future__ import annotations

from marketplace.foundation.database import session
from marketplace.orders.actions.money import refund_lines
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.payments import actions as payments
from marketplace.payments.models import Approval, BankTransaction, Payment, Refund
from marketplace.payments.states import Deed


def grant(approval: Approval, *, by: int) -> None:
    """Do it. Raises SamePerson, ApprovalOver, and what the deed itself raises when it cannot be done any more."""
    payments.grant(approval, by=by)
    asker, reason = approval.asked_by_id, approval.reason
    if approval.deed == Deed.REFUND_LINES:
        part = session.get_one(CooperativeOrder, approval.subject_id)
        order = session.get_one(Order, part.order_id)
        packs = {int(line_id): count for line_id, count in approval.details["packs"].items()}
        cause = approval.details.get("cause", "")
        refund_lines(part, order, packs=packs, reason=reason, by=asker, second=by, cause=cause)
    elif approval.deed == Deed.REFUND_BEGUN:
        refund, told_at = session.get_one(Refund, approval.subject_id), approval.details["told_at"]
        payments.begin_transfer(refund, by=asker, reason=reason, second=by, told_at=told_at)
    elif approval.deed == Deed.REFUND_SENT:
        payments.note_transferred(session.get_one(Refund, approval.subject_id), by=asker, reason=reason, second=by)
    elif approval.deed == Deed.CONFIRM:
        payment = session.get_one(Payment, approval.subject_id)
        payments.confirm(payment, by=asker, reason=reason, province_code=approval.province_code, second=by)
    elif approval.deed == Deed.MATCH:
        payment = session.get_one(Payment, approval.details["payment_id"])
        row = session.get_one(BankTransaction, approval.subject_id)
        payments.match_by_hand(row, payment, by=asker, reason=reason, second=by)
    elif approval.deed == Deed.PROVIDER_PAYOUT:
        row = session.get_one(BankTransaction, approval.subject_id)
        number, gross_dong = approval.details["number"], approval.details["gross_dong"]
        payments.note_provider_payout(row, number=number, gross_dong=gross_dong, by=asker, reason=reason, second=by)
    else:
        row = session.get_one(BankTransaction, approval.subject_id)
        payments.lay_aside(row, by=asker, reason=reason, second=by)
