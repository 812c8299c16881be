"""Finding payments, refunds and notices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session
from marketplace.foundation.dates import VIETNAM
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerJournal
from marketplace.ledger.rules import DISPUTED_FUNDS, REFUND_DUE
from marketplace.ledger.states import Event
from marketplace.payments.models import (
    Approval,
    BankTransaction,
    Payment,
    ProviderNotice,
    ProviderPayout,
    Refund,
    Withdrawal,
)
from marketplace.payments.providers.bank_notices import Direction
from marketplace.payments.states import (
    UNDECIDED,
    UNPAID,
    WAITS_FOR_TRANSFER,
    ApprovalState,
    BankState,
    Deed,
    Method,
    NoticeState,
    PaymentState,
    RefundState,
)


def payment_of(reference: str) -> Payment:
    """The latest payment asked for this reference."""
    return session.scalars(
        select(Payment).where(Payment.reference == reference).order_by(Payment.id.desc()).limit(1)
    ).one()


def paid_payment_of(reference: str) -> Payment | None:
    """The payment whose money the reference was settled with: the first that was confirmed."""
    return session.scalar(
        select(Payment)
        .where(Payment.reference == reference, Payment.state == PaymentState.CONFIRMED)
        .order_by(Payment.confirmed_at, Payment.id)
        .limit(1)
    )


def find_payment(payment_id: int) -> Payment | None:
    return session.get(Payment, payment_id)


def find_by_provider_ids(provider_ids: Collection[str], charge_ids: Collection[str]) -> list[Payment]:
    """Payments that a notice is about."""
    return list(
        session.scalars(
            select(Payment)
            .where(or_(Payment.provider_id.in_(provider_ids), Payment.charge_id.in_(charge_ids)))
            .order_by(Payment.id)
        )
    )


def overdue(on: datetime) -> list[int]:
    """Payments whose money should have come by now, and of which nothing has; oldest first."""
    return list(
        session.scalars(
            select(Payment.id)
            .where(Payment.state.in_(UNPAID), Payment.expires_at <= on, Payment.received_dong == 0)
            .order_by(Payment.id)
        )
    )


def waiting_at_provider(asked_before: datetime) -> list[int]:
    """Payments at a provider of which we have heard nothing for a while."""
    return list(
        session.scalars(
            select(Payment.id)
            .where(Payment.state.in_(UNPAID), Payment.asked_provider_at < asked_before)
            .order_by(Payment.id)
        )
    )


def refunds_of(payment_ids: Collection[int]) -> list[Refund]:
    return list(session.scalars(select(Refund).where(Refund.payment_id.in_(payment_ids)).order_by(Refund.id)))


def refunds_of_references(references: Collection[str]) -> list[tuple[Refund, Payment]]:
    """All that goes or went back of these references, oldest first."""
    query = select(Refund, Payment).join(Payment, Payment.id == Refund.payment_id)
    query = query.where(Payment.reference.in_(references))
    return [(refund, payment) for refund, payment in session.execute(query.order_by(Refund.id))]


def find_refund(refund_id: int) -> Refund | None:
    return session.get(Refund, refund_id)


def payments_of(*references: str) -> list[Payment]:
    """All that were asked for these references, oldest first."""
    return list(session.scalars(select(Payment).where(Payment.reference.in_(references)).order_by(Payment.id)))


def refunds_at_provider(created_before: datetime) -> list[int]:
    """Card refunds that are not over yet."""
    return list(
        session.scalars(
            select(Refund.id)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(
                Payment.method == Method.CARD,
                Refund.state.in_([RefundState.CREATED, RefundState.IN_TRANSIT]),
                Refund.created_at < created_before,
            )
            .order_by(Refund.id)
        )
    )


def find_transaction(transaction_id: int) -> BankTransaction | None:
    return session.get(BankTransaction, transaction_id)


def unmatched_transactions() -> list[BankTransaction]:
    """Money that came in for a purpose that nobody knows, oldest first."""
    query = select(BankTransaction).where(
        BankTransaction.state == BankState.UNMATCHED, BankTransaction.direction == Direction.IN
    )
    return list(session.scalars(query.order_by(BankTransaction.id).limit(100)))


def provider_payouts(limit: int = 12) -> list[ProviderPayout]:
    """Newest first."""
    return list(session.scalars(select(ProviderPayout).order_by(ProviderPayout.id.desc()).limit(limit)))


def movements_like(direction: Direction, amount_dong: int, *, since: datetime) -> list[BankTransaction]:
    """Movements of exactly this amount of which nobody knows the purpose."""
    query = select(BankTransaction).where(
        BankTransaction.state == BankState.UNMATCHED,
        BankTransaction.direction == direction,
        BankTransaction.amount_dong == amount_dong,
        BankTransaction.booked_at >= since,
    )
    return list(session.scalars(query.order_by(BankTransaction.id).limit(5)))


def movements_out(*, since: date, limit: int = 100) -> list[BankTransaction]:
    """What left the account for a purpose that nobody knows."""
    query = select(BankTransaction).where(
        BankTransaction.state == BankState.UNMATCHED,
        BankTransaction.direction == Direction.OUT,
        BankTransaction.booked_at >= datetime(since.year, since.month, since.day, tzinfo=VIETNAM),
    )
    return list(session.scalars(query.order_by(BankTransaction.id).limit(limit)))


def latest_transactions(limit: int = 50) -> list[BankTransaction]:
    return list(
        session.scalars(
            select(BankTransaction).order_by(BankTransaction.booked_at.desc(), BankTransaction.id.desc()).limit(limit)
        )
    )


def payments_like(row: BankTransaction) -> list[Payment]:
    """Transfers that are waited for with this very amount, asked within two days before."""
    query = select(Payment).where(
        Payment.method == Method.VIETQR,
        Payment.state.in_([*UNPAID, PaymentState.EXPIRED]),
        Payment.amount_dong - Payment.received_dong == row.amount_dong,
        Payment.created_at <= row.booked_at + timedelta(hours=1),
        Payment.created_at >= row.booked_at - timedelta(days=2),
    )
    return list(session.scalars(query.order_by(Payment.id.desc()).limit(5)))


def find_payment_by_code(code: str) -> Payment | None:
    """The payment with this transfer code, or the latest one of an order."""
    query = select(Payment).where(or_(Payment.transfer_code == code, Payment.reference == code))
    return session.scalar(query.order_by(Payment.id.desc()).limit(1))


def payments_by_code(code: str) -> list[Payment]:
    """What was asked with this transfer code, or of this order and its parts; first what most likely is still waited for.

    A part's own code begins with its order's: what is asked on top of heavier goods is found by the order's code, too.
    """
    query = select(Payment).where(
        or_(
            Payment.transfer_code == code,
            Payment.reference == code,
            Payment.reference.startswith(f"{code}-", autoescape=True),
        )
    )
    found = session.scalars(query.order_by(Payment.id.desc()).limit(20)).all()
    return sorted(found, key=lambda payment: payment.state not in UNPAID)


def refunds_to_send() -> list[tuple[Refund, Payment]]:
    """Refunds that somebody has to transfer, oldest first."""
    query = _by_transfer().where(Refund.state.in_(WAITS_FOR_TRANSFER)).order_by(Refund.id).limit(500)
    return [(refund, payment) for refund, payment in session.execute(query)]


def refunds_sent(limit: int = 50) -> list[tuple[Refund, Payment]]:
    """Refunds that were transferred, the latest first."""
    query = _by_transfer().where(Refund.state == RefundState.DONE, Refund.sent_times > 0)
    query = query.order_by(Refund.ended_at.desc(), Refund.id.desc()).limit(limit)
    return [(refund, payment) for refund, payment in session.execute(query)]


def count_refunds_to_send() -> int:
    query = _by_transfer().where(Refund.state.in_(WAITS_FOR_TRANSFER)).with_only_columns(func.count(Refund.id))
    return session.scalar(query) or 0


def _by_transfer() -> Select[Refund, Payment]:
    """A card's refund is its provider's, until that could not send it or somebody has sent it by transfer."""
    return (
        select(Refund, Payment)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(or_(Payment.method != Method.CARD, Refund.state == RefundState.FAILED, Refund.sent_times > 0))
    )


def find_withdrawal(withdrawal_id: int) -> tuple[Withdrawal, Payment] | None:
    row = session.execute(_withdrawals().where(Withdrawal.id == withdrawal_id)).one_or_none()
    return (row[0], row[1]) if row else None


def withdrawals_undecided() -> list[tuple[Withdrawal, Payment]]:
    """Money that providers took back and nobody bears yet, by the day until which evidence may be handed in."""
    query = _withdrawals().where(Withdrawal.state.in_(UNDECIDED)).order_by(Withdrawal.due_at, Withdrawal.id)
    return [(row, payment) for row, payment in session.execute(query.limit(100))]


def withdrawals_ended(limit: int = 20) -> list[tuple[Withdrawal, Payment]]:
    query = _withdrawals().where(Withdrawal.state.not_in(UNDECIDED)).order_by(Withdrawal.id.desc())
    return [(row, payment) for row, payment in session.execute(query.limit(limit))]


def withdrawals_of(*references: str) -> list[Withdrawal]:
    """What providers took back of these references, ended or not."""
    query = _withdrawals().where(Payment.reference.in_(references)).order_by(Withdrawal.id)
    return [row for row, _ in session.execute(query)]


def is_withdrawn(reference: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that money of this reference was taken back and nobody bears it yet."""
    query = select(Withdrawal.id).join(Payment, Payment.id == Withdrawal.payment_id)
    return query.where(Payment.reference == reference, Withdrawal.state.in_(UNDECIDED)).exists()


def _withdrawals() -> Select[Withdrawal, Payment]:
    return select(Withdrawal, Payment).join(Payment, Payment.id == Withdrawal.payment_id)


def approvals_waiting(in_provinces: ColumnElement[bool]) -> list[Approval]:
    """What waits for a second person of these provinces, oldest first."""
    query = select(Approval).where(Approval.state == ApprovalState.WAITING, _may_decide(in_provinces))
    return list(session.scalars(query.order_by(Approval.id).limit(100)))


def approvals_decided(in_provinces: ColumnElement[bool], limit: int = 20) -> list[Approval]:
    query = select(Approval).where(Approval.state != ApprovalState.WAITING, _may_decide(in_provinces))
    return list(session.scalars(query.order_by(Approval.decided_at.desc(), Approval.id.desc()).limit(limit)))


def find_approval(in_provinces: ColumnElement[bool], approval_id: int) -> Approval | None:
    return session.scalar(select(Approval).where(Approval.id == approval_id, _may_decide(in_provinces)))


def latest_approval(deed: Deed, subject_id: int) -> Approval | None:
    """What was asked last of a second person about this."""
    query = select(Approval).where(Approval.deed == deed, Approval.subject_id == subject_id)
    return session.scalar(query.order_by(Approval.id.desc()).limit(1))


def waiting_subjects(deeds: Collection[Deed]) -> set[int]:
    """Ids of what waits for a second person."""
    return set(
        session.scalars(
            select(Approval.subject_id).where(Approval.deed.in_(deeds), Approval.state == ApprovalState.WAITING)
        )
    )


def _may_decide(in_provinces: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(Approval.province_code.is_(None), in_provinces)


def notices_to_repeat(received_before: datetime) -> list[int]:
    """Notices whose effect failed, or was never tried because the process died."""
    return list(
        session.scalars(
            select(ProviderNotice.id)
            .where(
                ProviderNotice.state.in_([NoticeState.RECEIVED, NoticeState.FAILED]),
                ProviderNotice.received_at < received_before,
                ProviderNotice.tries < 20,
            )
            .order_by(ProviderNotice.id)
        )
    )


def notices_left_behind() -> list[str]:
    """Invariant (I9): what a provider told us has had its effect within a day, however often that failed."""
    rows = session.execute(
        select(ProviderNotice.provider, ProviderNotice.event_id, ProviderNotice.received_at)
        .where(ProviderNotice.state.in_([NoticeState.RECEIVED, NoticeState.FAILED]))
        .where(ProviderNotice.received_at < clock.now() - timedelta(days=1))
        .order_by(ProviderNotice.id)
    )
    return [
        f"notice {event_id} of {provider} waits since {at:%Y-%m-%d %H:%M} UTC for its effect"
        for provider, event_id, at in rows
    ]


def receipts_that_disagree() -> list[str]:
    """Invariant: what came for a reference is what its journals booked, each transfer and each charge once, and what is
    confirmed has come. Cash is booked with the goods that it is paid for."""
    came = (LedgerEntry.amount_dong > 0) & LedgerJournal.event.in_([Event.PAYMENT_CONFIRMED, Event.MONEY_MATCHED])
    booked = (
        select(LedgerJournal.reference, func.sum(LedgerEntry.amount_dong).label("amount"))
        .join(LedgerEntry, LedgerEntry.journal_id == LedgerJournal.id)
        .where(came)
        .group_by(LedgerJournal.reference)
        .subquery()
    )
    counted = (
        select(Payment.reference, func.sum(Payment.received_dong).label("amount"))
        .where(Payment.method != Method.CASH_ON_DELIVERY)
        .group_by(Payment.reference)
        .subquery()
    )
    rows = session.execute(
        select(counted.c.reference, counted.c.amount, func.coalesce(booked.c.amount, 0))
        .outerjoin(booked, booked.c.reference == counted.c.reference)
        .where(counted.c.amount != func.coalesce(booked.c.amount, 0))
        .order_by(counted.c.reference)
    )
    confirmed = select(Payment.id).where(
        Payment.state == PaymentState.CONFIRMED, Payment.received_dong < Payment.amount_dong
    )
    return [
        *(f"{reference} counts {have} as come, its journals {int(said)}" for reference, have, said in rows),
        *(f"payment {id} is confirmed and has not come" for id in session.scalars(confirmed.order_by(Payment.id))),
    ]


def refunds_without_a_trail() -> list[str]:
    """Invariant: each refund that we decided stands in the audit trail, and so does each that left our account."""
    noted = select(AuditEntry.subject_id).where(AuditEntry.subject == "refund")
    ours = Refund.state.not_in([RefundState.EXTERNAL, RefundState.RETURNED])
    by_transfer = select(LedgerEntry.reference).join(LedgerJournal, LedgerJournal.id == LedgerEntry.journal_id)
    by_transfer = by_transfer.where(
        LedgerJournal.event == Event.REFUND_DONE, LedgerJournal.key != LedgerEntry.reference + literal(":done")
    )
    decided = select(Refund.id).where(ours, Refund.id.not_in(noted.where(AuditEntry.tag == "payments:refund:create")))
    sent = select(Refund.id).where(
        (literal("refund:") + cast(Refund.id, String)).in_(by_transfer),
        Refund.id.not_in(noted.where(AuditEntry.tag == "payments:refund:send")),
    )
    return [
        f"refund {id} stands nowhere in the audit trail" for id in session.scalars(decided.union(sent).order_by("id"))
    ]


def refunds_that_disagree() -> list[str]:
    """Invariant: what a payment counts as given back is what its refunds say, and never more than came in."""
    ours = select(Refund.payment_id, Refund.amount_dong.label("amount")).where(
        Refund.state.not_in([RefundState.EXTERNAL, RefundState.RETURNED])
    )
    taken = select(Withdrawal.payment_id, Withdrawal.counted_dong)
    every = union_all(ours, taken).subquery()
    counted = (
        select(every.c.payment_id, func.sum(every.c.amount).label("amount")).group_by(every.c.payment_id).subquery()
    )
    rows = session.execute(
        select(Payment.id, Payment.refunded_dong, func.coalesce(counted.c.amount, 0))
        .outerjoin(counted, counted.c.payment_id == Payment.id)
        .where(Payment.refunded_dong != func.coalesce(counted.c.amount, 0))
        .order_by(Payment.id)
    )
    return [f"payment {id} counts {have} as given back, its refunds say {int(said)}" for id, have, said in rows]


def withdrawals_booked_otherwise() -> list[str]:
    """Invariant: what providers took back stands in the ledger until it is back or somebody bears it."""
    booked = (
        select(LedgerEntry.reference, func.sum(LedgerEntry.amount_dong).label("amount"))
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.code == DISPUTED_FUNDS)
        .group_by(LedgerEntry.reference)
        .subquery()
    )
    rows = session.execute(
        select(Withdrawal.id, Withdrawal.state, Withdrawal.amount_dong, func.coalesce(booked.c.amount, 0))
        .outerjoin(booked, booked.c.reference == literal("withdrawal:") + cast(Withdrawal.id, String))
        .order_by(Withdrawal.id)
    )
    return [
        f"withdrawal {id} is {state} over {amount}, the ledger holds {int(held)}"
        for id, state, amount, held in rows
        if int(held) != (amount if state in UNDECIDED else 0)
    ]


def refunds_owed_otherwise() -> list[str]:
    """Invariant: the ledger owes buyers exactly the refunds that are not done."""
    owed = (
        select(LedgerEntry.reference, (-func.sum(LedgerEntry.amount_dong)).label("amount"))
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.code == REFUND_DUE)
        .group_by(LedgerEntry.reference)
        .subquery()
    )
    open_states = [RefundState.CREATED, RefundState.IN_TRANSIT, RefundState.FAILED]
    rows = session.execute(
        select(Refund.id, Refund.state, Refund.amount_dong, func.coalesce(owed.c.amount, 0))
        .outerjoin(owed, owed.c.reference == literal("refund:") + cast(Refund.id, String))
        .order_by(Refund.id)
    )
    return [
        f"refund {id} is {state} over {amount}, the ledger owes {int(due)}"
        for id, state, amount, due in rows
        if int(due) != (amount if state in open_states else 0)
    ]
