"""Tables of payments, refunds, and the notices that providers have sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.payments.states import (
    ApprovalState,
    BankState,
    Deed,
    HoldContext,
    Method,
    NoticeState,
    PaymentState,
    RefundState,
    WithdrawalKind,
    WithdrawalState,
)

IS_OPEN = text("state IN ('created', 'pending')")
IS_WAITING = text("state = 'waiting'")


class Payment(Base):
    """Money asked for a reference (an order's code). `transfer_code` is the memo of a bank transfer, used once.

    At most one payment of a reference is open. `refunded_dong` counts every refund that is decided and has not failed
    for good, so that refunds never exceed what was received, whoever asks at the same time.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_dong > 0", name="amount"),
        CheckConstraint("refunded_dong >= 0 AND refunded_dong <= received_dong", name="refunded"),
        Index("uq_payment_open", "reference", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(index=True)
    method: Mapped[Method]
    amount_dong: Mapped[int]
    received_dong: Mapped[int] = mapped_column(default=0)
    refunded_dong: Mapped[int] = mapped_column(default=0)
    state: Mapped[PaymentState] = mapped_column(default=PaymentState.CREATED, index=True)
    transfer_code: Mapped[str | None] = mapped_column(unique=True)
    attempt: Mapped[int] = mapped_column(default=1)
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str | None] = mapped_column(index=True)
    pay_url: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")  # what does not agree, or why a try failed; for staff
    context: Mapped[HoldContext] = mapped_column(default=HoldContext.SHOP, server_default="shop")
    held_since: Mapped[datetime | None]  # when the goods were first held, over all ways to pay that were tried
    renewals: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    asked_provider_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None]

    @property
    def missing_dong(self) -> int:
        return max(0, self.amount_dong - self.received_dong)


class Refund(Base):
    """Money that goes back to the buyer. `key` is unique: the same reason refunds once.

    A card's refund is sent by its provider; any other by a transfer to the account that the buyer tells, with
    `transfer_code` as its memo. From `begun_at` on somebody is sending it, and its account stays as it is. One that
    comes back gets a new code and a new account; `sent_times` counts how often the market has sent it.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_dong > 0", name="amount"),
        UniqueConstraint("provider_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    amount_dong: Mapped[int]
    state: Mapped[RefundState] = mapped_column(default=RefundState.CREATED, index=True)
    reason: Mapped[str] = mapped_column(default="")
    provider_id: Mapped[str | None]
    transfer_code: Mapped[str] = mapped_column(unique=True)
    bank_bin: Mapped[str] = mapped_column(default="")
    bank_account: Mapped[str] = mapped_column(default="")
    bank_holder: Mapped[str] = mapped_column(default="")
    told_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    begun_by_id: Mapped[int | None]
    sent_times: Mapped[int] = mapped_column(default=0, server_default="0")
    masked_at: Mapped[datetime | None]  # since when the account is no longer kept
    by_id: Mapped[int | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def has_account(self) -> bool:
        return bool(self.bank_account)


class Withdrawal(Base):
    """Money of a payment that its provider has taken from us again, whatever we think of it.

    `counted_dong` of it counts in the payment as given back, so that nothing goes back twice. `due_at`: until when
    evidence may be handed in at the provider.
    """

    __tablename__ = "withdrawal"
    __table_args__ = (CheckConstraint("amount_dong > 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    kind: Mapped[WithdrawalKind]
    provider_id: Mapped[str] = mapped_column(unique=True)
    amount_dong: Mapped[int]
    counted_dong: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")  # the provider's own word
    state: Mapped[WithdrawalState] = mapped_column(index=True)
    due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None]
    answer: Mapped[str] = mapped_column(default="")  # why it was settled so


class ProviderNotice(Base):
    """A signed notice that a provider sent; unique, so that it has its effect once however often it comes."""

    __tablename__ = "provider_notice"
    __table_args__ = (UniqueConstraint("provider", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str]
    event_id: Mapped[str]
    kind: Mapped[str]
    references: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.RECEIVED, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BankTransaction(Base):
    """A movement on our account as a messenger or a statement told it, each once.

    Names and numbers of payers stand in `content`: for staff only (payments.md 6).
    """

    __tablename__ = "bank_transaction"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        CheckConstraint("amount_dong > 0", name="amount"),
        Index("ix_bank_transaction_reference", "bank_reference", "amount_dong"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str]
    provider_id: Mapped[str]
    account: Mapped[str]
    direction: Mapped[str]
    amount_dong: Mapped[int]
    content: Mapped[str]
    bank_reference: Mapped[str]
    booked_at: Mapped[datetime]
    state: Mapped[BankState] = mapped_column(index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))
    by_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    noted_at: Mapped[datetime]

    @property
    def key(self) -> str:
        """Under which the ledger books it."""
        return f"bank:{self.provider}:{self.provider_id}"


class ProviderPayout(Base):
    """What the card provider has paid out to our account: one movement there, less its fees and the exchange."""

    __tablename__ = "provider_payout"
    __table_args__ = (CheckConstraint("gross_dong > 0 AND arrived_dong > 0", name="amounts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)  # the provider's own
    bank_transaction_id: Mapped[int] = mapped_column(ForeignKey("bank_transaction.id"), unique=True)
    gross_dong: Mapped[int]
    arrived_dong: Mapped[int]
    by_id: Mapped[int]
    at: Mapped[datetime]

    @property
    def fee_dong(self) -> int:
        return self.gross_dong - self.arrived_dong


class Approval(Base):
    """Somebody wants to do something with much money and waits for a second person; of one thing one waits at a time.

    `subject_id` is the id of what `deed` is done to, `details` what else is needed to do it; `province_code` that of the
    officers who may look, none for all of them.
    """

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "uq_approval_waiting", "deed", "subject_id", unique=True, sqlite_where=IS_WAITING,
            postgresql_where=IS_WAITING,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    deed: Mapped[Deed]
    subject_id: Mapped[int]
    amount_dong: Mapped[int]
    reference: Mapped[str] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str]
    province_code: Mapped[str | None]
    state: Mapped[ApprovalState] = mapped_column(default=ApprovalState.WAITING)
    asked_by_id: Mapped[int]
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
