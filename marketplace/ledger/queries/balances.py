"""Reading the ledger: balances, journals, and whether it agrees with itself. Balances are debits less credits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.ledger import rules
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerJournal


@dataclass(frozen=True)
class Funds:
    """What a cooperative has with the market, in đồng, all of them zero or above."""

    pending_dong: int
    payable_dong: int
    in_transit_dong: int
    debt_dong: int


@dataclass(frozen=True)
class EntryLine:
    """One leg as a page shows it."""

    journal_id: int
    at: datetime
    event: str
    reference: str
    memo: str
    account: str
    amount_dong: int


def balance(account: str, *, reference: str | None = None) -> int:
    """Of an account, or of one reference in it; summed from the entries."""
    query = (
        select(func.coalesce(func.sum(LedgerEntry.amount_dong), 0))
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.code == account)
    )
    if reference is not None:
        query = query.where(LedgerEntry.reference == reference)
    return int(session.scalar(query) or 0)


def funds_of(cooperative_id: int) -> Funds:
    rows = session.execute(
        select(LedgerAccount.code, LedgerAccount.balance_dong).where(LedgerAccount.cooperative_id == cooperative_id)
    )
    found = {row.code: row.balance_dong for row in rows}
    return Funds(
        pending_dong=-found.get(rules.cooperative_pending(cooperative_id), 0),
        payable_dong=-found.get(rules.cooperative_payable(cooperative_id), 0),
        in_transit_dong=-found.get(rules.payout_in_transit(cooperative_id), 0),
        debt_dong=found.get(rules.cooperative_debt(cooperative_id), 0),
    )


def trial_balance(*, before: datetime | None = None) -> dict[str, int]:
    """Every account that does not stand at zero, now or with what was booked before a moment."""
    query = (
        select(LedgerAccount.code, func.sum(LedgerEntry.amount_dong).label("amount"))
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.code)
        .order_by(LedgerAccount.code)
    )
    if before is not None:
        query = query.join(LedgerJournal, LedgerJournal.id == LedgerEntry.journal_id).where(LedgerJournal.at < before)
    rows = session.execute(query)
    return {row.code: int(row.amount) for row in rows if row.amount}


def cooperative_names() -> dict[int, str]:
    """Of those that have an account, for reading the books."""
    rows = session.execute(
        select(Cooperative.id, Cooperative.short_name).where(
            Cooperative.id.in_(select(LedgerAccount.cooperative_id).where(LedgerAccount.cooperative_id.is_not(None)))
        )
    )
    return {row.id: row.short_name for row in rows}


def is_posted(key: str) -> bool:
    return session.scalar(select(LedgerJournal.id).where(LedgerJournal.key == key)) is not None


def _lines() -> Select[int, datetime, str, str, str, str, int]:
    return (
        select(
            LedgerJournal.id,
            LedgerJournal.at,
            LedgerJournal.event,
            LedgerJournal.reference,
            LedgerJournal.memo,
            LedgerAccount.code,
            LedgerEntry.amount_dong,
        )
        .join(LedgerEntry, LedgerEntry.journal_id == LedgerJournal.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
    )


def lines_of_reference(reference: str) -> list[EntryLine]:
    """All that was booked for an order or a payout, in order."""
    query = _lines().where(LedgerJournal.reference == reference).order_by(LedgerEntry.id)
    return [EntryLine(*row) for row in session.execute(query)]


def balances_before(cooperative_id: int, at: datetime) -> int:
    """What the market owed a cooperative at a moment, in đồng: pending, payable and on its way, less its debt."""
    query = (
        select(func.coalesce(func.sum(LedgerEntry.amount_dong), 0))
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .join(LedgerJournal, LedgerJournal.id == LedgerEntry.journal_id)
        .where(LedgerAccount.cooperative_id == cooperative_id, LedgerJournal.at < at)
    )
    return -int(session.scalar(query) or 0)


def open_references(account: str) -> list[tuple[str, int]]:
    """References of an account that do not stand at zero, such as money whose purpose is unknown."""
    amount = func.sum(LedgerEntry.amount_dong)
    rows = session.execute(
        select(LedgerEntry.reference, amount)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.code == account)
        .group_by(LedgerEntry.reference)
        .having(amount != 0)
        .order_by(LedgerEntry.reference)
    )
    return [(reference, int(total)) for reference, total in rows]


def unbalanced_journals() -> list[str]:
    """Invariant: every journal has two legs or more and sums to zero."""
    total, legs = func.coalesce(func.sum(LedgerEntry.amount_dong), 0), func.count(LedgerEntry.id)
    rows = session.execute(
        select(LedgerJournal.key, total, legs)
        .outerjoin(LedgerEntry, LedgerEntry.journal_id == LedgerJournal.id)
        .group_by(LedgerJournal.id, LedgerJournal.key)
        .having((total != 0) | (legs < 2))
        .order_by(LedgerJournal.id)
    )
    return [f"journal {key} sums to {int(amount)} over {count} legs" for key, amount, count in rows]


def balances_that_disagree() -> list[str]:
    """Invariant: a cooperative's balance is the sum of its entries."""
    total = func.coalesce(func.sum(LedgerEntry.amount_dong), 0)
    rows = session.execute(
        select(LedgerAccount.code, LedgerAccount.balance_dong, total)
        .outerjoin(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .where(LedgerAccount.cooperative_id.is_not(None))
        .group_by(LedgerAccount.id, LedgerAccount.code, LedgerAccount.balance_dong)
        .having(total != LedgerAccount.balance_dong)
        .order_by(LedgerAccount.code)
    )
    return [f"{code} keeps {kept}, its entries sum to {int(amount)}" for code, kept, amount in rows]


def accounts_on_the_wrong_side() -> list[str]:
    """Invariant: no order, refund or cooperative is owed less than nothing."""
    rows = [
        (code, reference, amount)
        for code in sorted(rules.GUARDED_BY_REFERENCE)
        for reference, amount in open_references(code)
    ]
    rows += [
        (account.code, "", account.balance_dong)
        for account in session.scalars(
            select(LedgerAccount).where(LedgerAccount.cooperative_id.is_not(None)).order_by(LedgerAccount.code)
        )
    ]
    return [
        f"{code} {reference} stands at {amount}"
        for code, reference, amount in rows
        if rules.is_on_wrong_side(code, amount)
    ]
