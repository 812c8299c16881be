"""What complaints do when the money they asked for is given back, or a second person refuses it."""

from __future__ import annotations

from marketplace.care import actions
from marketplace.orders.events import LinesRefunded
from marketplace.payments.events import ApprovalRefused


def on_lines_refunded(event: LinesRefunded) -> None:
    actions.note_refund(event.cause, amount_dong=event.amount_dong)


def on_approval_refused(event: ApprovalRefused) -> None:
    actions.resume_after_refusal(event.cause, words=event.answer, by=event.by)
