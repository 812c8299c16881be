"""Tables of accounts, journals and entries. Journals and entries are only ever added; triggers refuse anything else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation import append_only
from marketplace.foundation.database import Base
from marketplace.ledger.states import BatchState, Event, PayoutState, Side


class LedgerAccount(Base):
    """One account. `balance_dong` (debits less credits) is kept for cooperatives' accounts only: the market's own are
    written by everybody at once and must not be a row that everybody waits for."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint(
            "cooperative_id IS NULL OR (normal_side = 'credit' AND balance_dong <= 0)"
            " OR (normal_side = 'debit' AND balance_dong >= 0)",
            name="side",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    normal_side: Mapped[Side]
    cooperative_id: Mapped[int | None] = mapped_column(index=True)
    balance_dong: Mapped[int] = mapped_column(default=0)


class LedgerJournal(Base):
    """One event in money. `key` makes the second time a nothing; a correction reverses in a journal of its own."""

    __tablename__ = "ledger_journal"
    __table_args__ = {"info": append_only.MARK}

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    event: Mapped[Event]
    reference: Mapped[str] = mapped_column(index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_journal.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int | None]
    memo: Mapped[str] = mapped_column(default="")


class LedgerEntry(Base):
    """One leg of a journal; debit above zero, credit below."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("amount_dong <> 0", name="amount"),
        Index("ix_ledger_entry_balance", "account_id", "reference"),
        {"info": append_only.MARK},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journal_id: Mapped[int] = mapped_column(ForeignKey("ledger_journal.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"))
    amount_dong: Mapped[int]
    reference: Mapped[str] = mapped_column(default="")


class PayoutAccount(Base):
    """Where a cooperative wants its money. A change waits for a second person, and then two days: the usual fraud is a
    new account in the name of somebody who looks like the owner (payments.md 3.6)."""

    __tablename__ = "payout_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    bank_bin: Mapped[str]
    number: Mapped[str]
    holder: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    active_from: Mapped[datetime | None]


class PayoutBatch(Base):
    """Payouts that one person opens and another approves."""

    __tablename__ = "payout_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[BatchState] = mapped_column(default=BatchState.OPEN)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]


class Payout(Base):
    """Money for one cooperative; the lines of its statement are the legs of its journal, which nobody can change."""

    __tablename__ = "payout"
    __table_args__ = (CheckConstraint("amount_dong > 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"), index=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)  # the memo of its transfer
    amount_dong: Mapped[int]
    bank_bin: Mapped[str]
    number: Mapped[str]
    holder: Mapped[str]
    state: Mapped[PayoutState] = mapped_column(default=PayoutState.OPEN)
    reason: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
