"""Payouts, their batches, and the accounts they go to; officers see those of their provinces."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.ledger import rules
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerJournal, Payout, PayoutAccount, PayoutBatch
from marketplace.ledger.queries.balances import Funds, funds_of
from marketplace.ledger.states import BatchState, Event, PayoutState


@dataclass(frozen=True)
class PayoutView:
    """A payout with whose it is."""

    payout: Payout
    cooperative: Cooperative


@dataclass(frozen=True)
class Candidate:
    """A cooperative that has money with the market, and the account it may go to."""

    cooperative: Cooperative
    funds: Funds
    account: PayoutAccount | None


def account_in_use(cooperative_id: int, *, at: datetime) -> PayoutAccount | None:
    """The latest account that a second person approved and whose two days are over."""
    return session.scalar(
        select(PayoutAccount)
        .where(PayoutAccount.cooperative_id == cooperative_id, PayoutAccount.active_from <= at)
        .order_by(PayoutAccount.id.desc())
        .limit(1)
    )


def latest_account(cooperative_id: int) -> PayoutAccount | None:
    """What was typed last, good or not."""
    return session.scalar(
        select(PayoutAccount)
        .where(PayoutAccount.cooperative_id == cooperative_id)
        .order_by(PayoutAccount.id.desc())
        .limit(1)
    )


def payable_by_part(cooperative_id: int) -> list[tuple[str, int]]:
    """What may be paid out, by the part of an order it comes from; credits are below zero."""
    amount = func.sum(LedgerEntry.amount_dong)
    rows = session.execute(
        select(LedgerEntry.reference, amount)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.code == rules.cooperative_payable(cooperative_id))
        .group_by(LedgerEntry.reference)
        .having(amount != 0)
        .order_by(LedgerEntry.reference)
    )
    return [(reference, int(total)) for reference, total in rows]


def lines_of(payout: Payout) -> list[tuple[str, int]]:
    """(part of an order, đồng): the payout's statement, as it was booked."""
    rows = session.execute(
        select(LedgerEntry.reference, LedgerEntry.amount_dong)
        .join(LedgerJournal, LedgerJournal.id == LedgerEntry.journal_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(
            LedgerJournal.reference == payout.code,
            LedgerJournal.event == Event.PAYOUT_OPENED,
            LedgerAccount.code == rules.cooperative_payable(payout.cooperative_id),
        )
        .order_by(LedgerEntry.id)
    )
    return [(reference, amount) for reference, amount in rows]


def candidates(person: Person, *, at: datetime) -> list[Candidate]:
    """Cooperatives of his provinces with money that may be paid out."""
    cooperatives = session.scalars(
        select(Cooperative)
        .join(LedgerAccount, LedgerAccount.cooperative_id == Cooperative.id)
        .where(
            in_provinces_of(person, Cooperative.province_code),
            LedgerAccount.code.like("liab:coop_payable:%"),
            LedgerAccount.balance_dong < 0,
        )
        .order_by(Cooperative.sort_key, Cooperative.id)
    )
    return [Candidate(one, funds_of(one.id), account_in_use(one.id, at=at)) for one in cooperatives]


def accounts_to_approve(person: Person) -> list[tuple[PayoutAccount, Cooperative]]:
    rows = session.execute(
        select(PayoutAccount, Cooperative)
        .join(Cooperative, Cooperative.id == PayoutAccount.cooperative_id)
        .where(PayoutAccount.approved_by_id.is_(None), in_provinces_of(person, Cooperative.province_code))
        .order_by(PayoutAccount.id)
    )
    return [(account, cooperative) for account, cooperative in rows]


def find_account_to_approve(person: Person, account_id: int) -> tuple[PayoutAccount, Cooperative] | None:
    return next((row for row in accounts_to_approve(person) if row[0].id == account_id), None)


def payouts_of_batch(person: Person, batch: PayoutBatch) -> list[PayoutView]:
    """Those to cooperatives of his provinces, all of them, newest first."""
    query = (
        select(Payout, Cooperative)
        .join(Cooperative, Cooperative.id == Payout.cooperative_id)
        .where(Payout.batch_id == batch.id, in_provinces_of(person, Cooperative.province_code))
    )
    return [PayoutView(*row) for row in session.execute(query.order_by(Payout.id.desc()))]


def sees_all(person: Person, batch: PayoutBatch) -> bool:
    """Does he answer for every cooperative of the batch?"""
    outside = select(Payout.id).join(Cooperative, Cooperative.id == Payout.cooperative_id)
    outside = outside.where(Payout.batch_id == batch.id, ~in_provinces_of(person, Cooperative.province_code))
    return session.scalar(outside.limit(1)) is None


def batches(person: Person, *, limit: int = 50) -> list[PayoutBatch]:
    """Batches with a payout to a cooperative of his provinces, newest first."""
    inside = (
        select(Payout.batch_id)
        .join(Cooperative, Cooperative.id == Payout.cooperative_id)
        .where(in_provinces_of(person, Cooperative.province_code))
    )
    query = select(PayoutBatch).where(PayoutBatch.id.in_(inside)).order_by(PayoutBatch.id.desc()).limit(limit)
    return list(session.scalars(query))


def ended(several: Collection[PayoutBatch]) -> set[int]:
    """Ids of the approved ones of which no payout is under way any more, for their state to say so."""
    ids = [batch.id for batch in several if batch.state == BatchState.APPROVED]
    under_way = select(Payout.batch_id).where(Payout.batch_id.in_(ids), Payout.state == PayoutState.OPEN)
    return set(ids) - set(session.scalars(under_way.distinct()))


def find_batch(person: Person, code: str) -> PayoutBatch | None:
    return next((batch for batch in batches(person, limit=10_000) if batch.code == code), None)


def find_payout(person: Person, code: str) -> PayoutView | None:
    row = session.execute(
        select(Payout, Cooperative)
        .join(Cooperative, Cooperative.id == Payout.cooperative_id)
        .where(Payout.code == code, in_provinces_of(person, Cooperative.province_code))
    ).one_or_none()
    return PayoutView(row[0], row[1]) if row else None


def batch_code_of(payout: Payout) -> str:
    return session.scalars(select(PayoutBatch.code).where(PayoutBatch.id == payout.batch_id)).one()


def find_by_memo(codes: list[str]) -> Payout | None:
    """For movements that left our account."""
    return session.scalar(select(Payout).where(Payout.code.in_(codes)).order_by(Payout.id).limit(1))


def payouts_of(cooperative_id: int, *, limit: int = 24) -> list[Payout]:
    query = select(Payout).where(Payout.cooperative_id == cooperative_id).order_by(Payout.id.desc()).limit(limit)
    return list(session.scalars(query))


def find_payout_of(cooperative_id: int, code: str) -> Payout | None:
    return session.scalar(select(Payout).where(Payout.cooperative_id == cooperative_id, Payout.code == code))


def payouts_that_disagree() -> list[str]:
    """Invariant: a payout is the sum of its statement's lines."""
    return [
        f"payout {payout.code} is {payout.amount_dong}, its lines sum to {total}"
        for payout in session.scalars(select(Payout).order_by(Payout.id))
        if (total := sum(amount for _, amount in lines_of(payout))) != payout.amount_dong
    ]
