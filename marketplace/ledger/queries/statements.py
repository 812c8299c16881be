"""What a payout is made of, so that a person can add it up: for each part of an order what came and what went."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.foundation.database import session
from marketplace.ledger import rules
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerJournal, Payout
from marketplace.ledger.queries import payouts
from marketplace.ledger.states import Event

OTHER = "other"  # debts settled with it, and what an earlier payout has left


@dataclass(frozen=True)
class StatementLine:
    """A part of an order in a payout; its items (kind of account, đồng) sum to the amount."""

    reference: str
    amount_dong: int
    items: list[tuple[str, int]]


def statement(payout: Payout) -> list[StatementLine]:
    """The payout's lines with what they are made of; together they are the payout."""
    lines = payouts.lines_of(payout)
    found = _items(payout, [reference for reference, _ in lines])
    return [StatementLine(reference, amount, _whole(found[reference], amount)) for reference, amount in lines]


def _whole(items: dict[str, int], amount: int) -> list[tuple[str, int]]:
    other = amount - sum(items.values())
    every = [*items.items(), (OTHER, other)]
    return [(kind, dong) for kind, dong in every if dong]


def _items(payout: Payout, references: list[str]) -> dict[str, dict[str, int]]:
    """Of the journals that moved a part's money since the payout before: their legs outside the cooperative."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    opened = _opened(payout)
    since = _paid_before(payout, references, opened)
    for legs in _journals(payout.cooperative_id, references, until=opened):
        own = {reference for _, account, _, reference in legs if rules.cooperative_of(account) is not None}
        journal_id = legs[0][0]
        if len(own) != 1:
            continue  # borne by several parts; each one's share is what is left over
        (reference,) = own
        if reference in references and journal_id > since.get(reference, 0):
            for _, account, amount, _ in legs:
                if rules.cooperative_of(account) is None:
                    found[reference][":".join(account.split(":")[:2])] += amount
    return found


def _opened(payout: Payout) -> int:
    query = select(LedgerJournal.id).where(
        LedgerJournal.reference == payout.code, LedgerJournal.event == Event.PAYOUT_OPENED
    )
    return session.scalars(query).one()


def _paid_before(payout: Payout, references: list[str], opened: int) -> dict[str, int]:
    """For each part the latest payout before this one that held some of it."""
    rows = session.execute(
        select(LedgerEntry.reference, LedgerJournal.id)
        .join(LedgerJournal, LedgerJournal.id == LedgerEntry.journal_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(
            LedgerJournal.event == Event.PAYOUT_OPENED,
            LedgerJournal.id < opened,
            LedgerAccount.code == rules.cooperative_payable(payout.cooperative_id),
            LedgerEntry.reference.in_(references),
        )
        .order_by(LedgerJournal.id)
    )
    return {row.reference: row.id for row in rows}


def _journals(cooperative_id: int, references: list[str], *, until: int) -> list[list[tuple[int, str, int, str]]]:
    """The legs (journal, account, đồng, reference) of each journal that moved money of these parts."""
    own = [
        rules.cooperative_pending(cooperative_id), rules.cooperative_payable(cooperative_id),
        rules.cooperative_debt(cooperative_id),
    ]  # fmt: skip
    moved = (
        select(LedgerEntry.journal_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.code.in_(own), LedgerEntry.reference.in_(references), LedgerEntry.journal_id < until)
    )
    rows = session.execute(
        select(LedgerEntry.journal_id, LedgerAccount.code, LedgerEntry.amount_dong, LedgerEntry.reference)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.journal_id.in_(moved))
        .order_by(LedgerEntry.journal_id, LedgerEntry.id)
    )
    found: dict[int, list[tuple[int, str, int, str]]] = {}
    for row in rows:
        found.setdefault(row.journal_id, []).append((row.journal_id, row.code, row.amount_dong, row.reference))
    return list(found.values())
