"""What can be done about goods that were sent: complain, answer, decide, and review."""

from marketplace.care.actions.answering import acknowledge, answer, keep_promise
from marketplace.care.actions.complaining import Evidence, accept, ask_alliance, open_complaint, withdraw
from marketplace.care.actions.deciding import decide, escalate_overdue
from marketplace.care.actions.reviewing import (
    answer_review,
    complete_photos,
    edit_review,
    put_back_review,
    take_down_review,
    write_review,
)
from marketplace.care.actions.settling import note_refund, resume_after_refusal

__all__ = [
    "Evidence",
    "accept",
    "acknowledge",
    "answer",
    "answer_review",
    "ask_alliance",
    "complete_photos",
    "decide",
    "edit_review",
    "escalate_overdue",
    "keep_promise",
    "note_refund",
    "open_complaint",
    "put_back_review",
    "resume_after_refusal",
    "take_down_review",
    "withdraw",
    "write_review",
]
