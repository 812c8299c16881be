"""Posting journals and paying cooperatives out."""

from marketplace.ledger.actions.payouts import (
    LEAST_DONG,
    approve_account,
    approve_batch,
    confirm_payout,
    fail_payout,
    open_batch,
    propose_account,
)
from marketplace.ledger.actions.posting import is_posted, post, release, reverse, take_from_cooperative

__all__ = [
    "LEAST_DONG",
    "approve_account",
    "approve_batch",
    "confirm_payout",
    "fail_payout",
    "is_posted",
    "open_batch",
    "post",
    "propose_account",
    "release",
    "reverse",
    "take_from_cooperative",
]
