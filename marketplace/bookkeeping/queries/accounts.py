"""The ledger for an accountant: its journals under the numbers of the official chart of accounts."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import case, func, select

from marketplace.bookkeeping.queries.statements import midnight
from marketplace.bookkeeping.rules import Period
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerJournal

_TABLE = Path(__file__).parent.parent / "data" / "accounts.csv"
MOST_AT_ONCE = 2_000  # legs that a page writes while somebody waits


@dataclass(frozen=True)
class OfficialAccount:
    """The account that the law knows, from a day on; `source` is the circular that says so."""

    valid_from: date
    number: str
    name: str
    source: str


@cache
def _chart() -> dict[str, list[OfficialAccount]]:
    """By our accounts, latest first. In the wild the table changes with a circular, not while the market runs."""
    found: defaultdict[str, list[OfficialAccount]] = defaultdict(list)
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["account"]].append(
                OfficialAccount(date.fromisoformat(row["valid_from"]), row["number"], row["name"], row["source"])
            )
    return {account: sorted(rows, key=lambda row: row.valid_from, reverse=True) for account, rows in found.items()}


def official(account: str, on: date) -> OfficialAccount:
    """What an account of ours is called officially on a day. Raises LookupError for one that nobody has mapped."""
    kind = ":".join(account.split(":")[:2])
    for row in _chart().get(kind, []):
        if row.valid_from <= on:
            return row
    raise LookupError(f"{account} has no official number on {on}; add it to {_TABLE.name}")


@dataclass(frozen=True)
class BookedLeg:
    """One leg of a journal as an accountant files it."""

    journal_id: int
    at: datetime
    event: str
    reference: str
    memo: str
    account: str
    leg_reference: str
    amount_dong: int

    @property
    def day(self) -> date:
        return dates.vietnam_day(self.at)


def count_legs(period: Period) -> int:
    query = (
        select(func.count(LedgerEntry.id))
        .join(LedgerJournal, LedgerJournal.id == LedgerEntry.journal_id)
        .where(LedgerJournal.at >= midnight(period.since), LedgerJournal.at < midnight(period.day_after))
    )
    return session.scalar(query) or 0


def legs_of(period: Period) -> Iterator[BookedLeg]:
    """All that was booked in these days, in the order in which it was."""
    rows = session.execute(
        select(
            LedgerJournal.id, LedgerJournal.at, LedgerJournal.event, LedgerJournal.reference, LedgerJournal.memo,
            LedgerAccount.code, LedgerEntry.reference, LedgerEntry.amount_dong,
        )
        .join(LedgerEntry, LedgerEntry.journal_id == LedgerJournal.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerJournal.at >= midnight(period.since), LedgerJournal.at < midnight(period.day_after))
        .order_by(LedgerJournal.id, LedgerEntry.id)
    )  # fmt: skip
    return (BookedLeg(*row) for row in rows)


@dataclass(frozen=True)
class AccountSum:
    """An account over a period: debits less credits before, what was debited and credited, and after."""

    account: str
    before_dong: int
    debit_dong: int
    credit_dong: int

    @property
    def after_dong(self) -> int:
        return self.before_dong + self.debit_dong - self.credit_dong


def sums_of(period: Period) -> list[AccountSum]:
    """Every account that moved or stands at something; all of each column sum to nothing."""
    since, until = midnight(period.since), midnight(period.day_after)
    amount, is_inside = LedgerEntry.amount_dong, LedgerJournal.at >= since
    query = (
        select(
            LedgerAccount.code,
            func.coalesce(func.sum(case((~is_inside, amount), else_=0)), 0),
            func.coalesce(func.sum(case((is_inside & (amount > 0), amount), else_=0)), 0),
            func.coalesce(func.sum(case((is_inside & (amount < 0), -amount), else_=0)), 0),
        )
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .join(LedgerJournal, LedgerJournal.id == LedgerEntry.journal_id)
        .where(LedgerJournal.at < until)
        .group_by(LedgerAccount.code)
        .order_by(LedgerAccount.code)
    )
    found = [
        AccountSum(code, int(before), int(debit), int(credit)) for code, before, debit, credit in session.execute(query)
    ]
    return [one for one in found if one.before_dong or one.debit_dong or one.credit_dong]
