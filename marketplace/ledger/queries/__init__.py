"""Reading the ledger and its payouts."""

from marketplace.ledger.queries.balances import (
    EntryLine,
    Funds,
    accounts_on_the_wrong_side,
    balance,
    balances_before,
    balances_that_disagree,
    cooperative_names,
    funds_of,
    is_posted,
    lines_of_reference,
    open_references,
    trial_balance,
    unbalanced_journals,
)

__all__ = [
    "EntryLine",
    "Funds",
    "accounts_on_the_wrong_side",
    "balance",
    "balances_before",
    "balances_that_disagree",
    "cooperative_names",
    "funds_of",
    "is_posted",
    "lines_of_reference",
    "open_references",
    "trial_balance",
    "unbalanced_journals",
]
