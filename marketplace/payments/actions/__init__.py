"""Asking for money, noting that it came, giving it back."""

from marketplace.payments.actions.approving import grant, must_wait, refuse
from marketplace.payments.actions.asking import ask, ask_in_cash, ask_less, cancel, expire, lock, longer, renew
from marketplace.payments.actions.matching import lay_aside, match_by_hand, note_transaction
from marketplace.payments.actions.noticing import end_notice, keep_notice
from marketplace.payments.actions.paying_in import note_paid_bill, note_provider_payout
from marketplace.payments.actions.receiving import (
    apply_state,
    collect,
    confirm,
    confirm_collected,
    hold_for_provider,
    note_refused_start,
    note_started,
    receive,
)
from marketplace.payments.actions.refunding import (
    apply_provider_refund,
    begin_transfer,
    come_back,
    leave_transfer,
    mask_accounts,
    may_change_account,
    note_transferred,
    refuse_refund,
    request_refund,
    sent_by_transfer,
    tell_account,
    waits_for_account,
)
from marketplace.payments.actions.withdrawing import settle as settle_withdrawal

__all__ = [
    "apply_provider_refund",
    "apply_state",
    "ask",
    "ask_in_cash",
    "ask_less",
    "begin_transfer",
    "cancel",
    "collect",
    "come_back",
    "confirm",
    "confirm_collected",
    "end_notice",
    "expire",
    "grant",
    "hold_for_provider",
    "keep_notice",
    "lay_aside",
    "leave_transfer",
    "lock",
    "longer",
    "mask_accounts",
    "match_by_hand",
    "may_change_account",
    "must_wait",
    "note_paid_bill",
    "note_provider_payout",
    "note_refused_start",
    "note_started",
    "note_transaction",
    "note_transferred",
    "receive",
    "refuse",
    "refuse_refund",
    "renew",
    "request_refund",
    "sent_by_transfer",
    "settle_withdrawal",
    "tell_account",
    "waits_for_account",
]
