"""Posting journals: each balanced, each once, none ever changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.foundation import clock
from marketplace.foundation.database import is_sqlite, session
from marketplace.ledger import queries, rules
from marketplace.ledger.errors import KeyUsedOtherwise, Unbalanced, WrongSide
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerJournal
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event, Side


def post(
    *,
    key: str,
    event: Event,
    legs: Sequence[Leg],
    reference: str,
    by: int | None = None,
    memo: str = "",
    reverses_id: int | None = None,
) -> bool:
    """Write one journal; False, and nothing written, when it stands there already.

    Cooperatives' accounts are changed by conditional updates in the order of their codes. What an order or a refund has
    in an account is guarded by its own row, which the caller holds. Raises Unbalanced, KeyUsedOtherwise, WrongSide.
    """
    amounts = [leg.amount_dong for leg in legs]
    if len(legs) < 2 or sum(amounts) != 0 or 0 in amounts:
        raise Unbalanced(f"{key}: {amounts}")
    accounts = _accounts(sorted({leg.account for leg in legs}))
    journal_id = session.scalar(
        _insert(LedgerJournal)
        .values(key=key, event=event, reference=reference, reverses_id=reverses_id, at=clock.now(), by_id=by, memo=memo)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(LedgerJournal.id)
    )
    if journal_id is None:
        _refuse_other_legs(key, legs)
        return False
    session.execute(
        insert(LedgerEntry),
        [
            {
                "journal_id": journal_id,
                "account_id": accounts[leg.account],
                "amount_dong": leg.amount_dong,
                "reference": leg.reference,
            }
            for leg in legs
        ],
    )
    _count_cooperatives(legs)
    _refuse_wrong_side(legs)
    return True


def is_posted(key: str) -> bool:
    """Whether the journal stands there, for callers that hold the row which its key belongs to."""
    return queries.is_posted(key)


def reverse(key: str, *, new_key: str, by: int | None, memo: str) -> bool:
    """Take a journal back by its opposite; False when that was done before."""
    journal = session.scalars(select(LedgerJournal).where(LedgerJournal.key == key)).one()
    rows = session.execute(
        select(LedgerAccount.code, LedgerEntry.amount_dong, LedgerEntry.reference)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.journal_id == journal.id)
        .order_by(LedgerEntry.id)
    )
    return post(
        key=new_key,
        event=Event.REVERSED,
        legs=[Leg(code, -amount, reference) for code, amount, reference in rows],
        reference=journal.reference,
        by=by,
        memo=memo,
        reverses_id=journal.id,
    )


def take_from_cooperative(cooperative_id: int, amount_dong: int, *, reference: str) -> list[Leg]:
    """Legs that take so much from a cooperative: of what this reference has pending, of what may be paid out, and the
    rest becomes its debt. The accounts are held until the transaction ends."""
    if not amount_dong:
        return []
    pending, payable = rules.cooperative_pending(cooperative_id), rules.cooperative_payable(cooperative_id)
    balances = hold([pending, payable])
    from_pending = min(amount_dong, max(0, -queries.balance(pending, reference=reference)))
    from_payable = min(amount_dong - from_pending, -balances[payable])
    owed = amount_dong - from_pending - from_payable
    legs = [
        Leg(pending, from_pending, reference),
        Leg(payable, from_payable, reference),
        Leg(rules.cooperative_debt(cooperative_id), owed, reference),
    ]
    return [leg for leg in legs if leg.amount_dong]


def release(cooperative_id: int, amount_dong: int, *, key: str, reference: str) -> bool:
    """What is pending may be paid out from now on; an open debt is settled with it first."""
    debt_account = rules.cooperative_debt(cooperative_id)
    settled = min(amount_dong, hold([debt_account])[debt_account])
    legs = [
        Leg(rules.cooperative_pending(cooperative_id), amount_dong, reference),
        Leg(debt_account, -settled, reference),
        Leg(rules.cooperative_payable(cooperative_id), settled - amount_dong, reference),
    ]
    return post(
        key=key,
        event=Event.RETURN_WINDOW_OVER,
        legs=[leg for leg in legs if leg.amount_dong],
        reference=reference,
    )


def _accounts(codes: Sequence[str]) -> dict[str, int]:
    """Ids by code; accounts begin with their first entry."""
    found = _ids(codes)
    missing = [code for code in codes if code not in found]
    if missing:
        session.execute(
            _insert(LedgerAccount)
            .values(
                [
                    {
                        "code": code,
                        "normal_side": rules.normal_side(code),
                        "cooperative_id": rules.cooperative_of(code),
                        "balance_dong": 0,
                    }
                    for code in missing
                ]
            )
            .on_conflict_do_nothing(index_elements=["code"])
        )
        found = _ids(codes)
    return found


def _ids(codes: Sequence[str]) -> dict[str, int]:
    rows = session.execute(select(LedgerAccount.code, LedgerAccount.id).where(LedgerAccount.code.in_(codes)))
    return {row.code: row.id for row in rows}


def hold(codes: Sequence[str]) -> dict[str, int]:
    """Balances of cooperatives' accounts, which nobody else changes until the transaction ends."""
    _accounts(sorted(codes))
    rows = session.execute(
        select(LedgerAccount.code, LedgerAccount.balance_dong)
        .where(LedgerAccount.code.in_(codes))
        .order_by(LedgerAccount.code)
        .with_for_update()
    )
    return {row.code: row.balance_dong for row in rows}


def _insert(table: type[Any]) -> Any:
    return sqlite_insert(table) if is_sqlite() else postgresql_insert(table)


def _count_cooperatives(legs: Sequence[Leg]) -> None:
    changes: defaultdict[str, int] = defaultdict(int)
    for leg in legs:
        if rules.cooperative_of(leg.account) is not None:
            changes[leg.account] += leg.amount_dong
    for code, change in sorted(changes.items()):
        after = LedgerAccount.balance_dong + change
        is_right = after >= 0 if rules.normal_side(code) == Side.DEBIT else after <= 0
        counted: CursorResult[Any] = session.execute(  # type: ignore[assignment]
            update(LedgerAccount).where(LedgerAccount.code == code, is_right).values(balance_dong=after)
        )
        if counted.rowcount != 1:
            raise WrongSide(code, "", queries.balance(code))


def _refuse_wrong_side(legs: Sequence[Leg]) -> None:
    for account, reference in sorted({(leg.account, leg.reference) for leg in legs}):
        if account in rules.GUARDED_BY_REFERENCE:
            balance = queries.balance(account, reference=reference)
            if rules.is_on_wrong_side(account, balance):
                raise WrongSide(account, reference, balance)


def _refuse_other_legs(key: str, legs: Sequence[Leg]) -> None:
    rows = session.execute(
        select(LedgerAccount.code, LedgerEntry.amount_dong, LedgerEntry.reference)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .join(LedgerJournal, LedgerJournal.id == LedgerEntry.journal_id)
        .where(LedgerJournal.key == key)
    )
    if sorted(map(tuple, rows)) != sorted((leg.account, leg.amount_dong, leg.reference) for leg in legs):
        raise KeyUsedOtherwise(f"{key} is posted with other legs")
