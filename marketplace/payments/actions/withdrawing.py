"""Money that a provider takes from us again: a dispute at the buyer's bank, or a refund on the provider's own pages.

It is booked as it happens, counted once against what may go back to the buyer, and stands apart until it is back or
somebody has said who bears it (payments.md 3.4, the row of disputes).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.ledger import actions as ledger
from marketplace.ledger import rules as accounts
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event
from marketplace.payments.errors import PaymentMoveRefused
from marketplace.payments.events import MoneyWithdrawn, WithdrawalEnded
from marketplace.payments.models import Payment, Withdrawal
from marketplace.payments.providers import DisputeStanding, ProviderDispute
from marketplace.payments.states import WithdrawalKind, WithdrawalState


def reference(withdrawal: Withdrawal) -> str:
    """What entries of it carry in the ledger."""
    return f"withdrawal:{withdrawal.id}"


def apply_dispute(payment: Payment, known: ProviderDispute) -> None:
    """How the provider says that the dispute stands, once however often it is said; caller holds the payment."""
    row = session.scalar(select(Withdrawal).where(Withdrawal.provider_id == known.provider_id))
    if row is None:
        if known.standing == DisputeStanding.WON:
            return  # begun and over before we heard of it: the money is where it was
        counted = min(known.amount_dong, payment.received_dong - payment.refunded_dong)
        payment.refunded_dong += counted
        row = note(
            payment,
            WithdrawalKind.DISPUTE,
            known.provider_id,
            amount_dong=known.amount_dong,
            counted_dong=counted,
            reason=known.reason,
            due_at=known.due_at,
        )
    if row.state == WithdrawalState.OPEN and known.standing == DisputeStanding.LOST:
        row.state = WithdrawalState.LOST
    elif known.standing == DisputeStanding.WON:
        come_back(row, payment)


def note(
    payment: Payment,
    kind: WithdrawalKind,
    provider_id: str,
    *,
    amount_dong: int,
    counted_dong: int,
    reason: str = "",
    due_at: datetime | None = None,
) -> Withdrawal:
    """The money is gone. Announces MoneyWithdrawn."""
    row = Withdrawal(
        payment_id=payment.id, kind=kind, provider_id=provider_id, amount_dong=amount_dong, counted_dong=counted_dong,
        reason=reason, due_at=due_at, opened_at=clock.now(),
        state=WithdrawalState.OPEN if kind == WithdrawalKind.DISPUTE else WithdrawalState.LOST,
    )  # fmt: skip
    session.add(row)
    session.flush()
    ledger.post(
        key=f"withdrawal:{row.id}",
        event=Event.DISPUTE,
        legs=[
            Leg(accounts.DISPUTED_FUNDS, amount_dong, reference(row)),
            Leg(accounts.STRIPE_RECEIVABLE, -amount_dong),
        ],
        reference=payment.reference,
        memo=reason,
    )
    announce(MoneyWithdrawn(row.id, payment.reference))
    return row


def come_back(row: Withdrawal, payment: Payment) -> None:
    """The provider has given the money back to us; harmless when it is known, or settled otherwise before."""
    if row.state not in (WithdrawalState.OPEN, WithdrawalState.LOST):
        return
    payment.refunded_dong -= row.counted_dong
    row.counted_dong = 0
    row.state, row.ended_at = WithdrawalState.WON, clock.now()
    ledger.reverse(f"withdrawal:{row.id}", new_key=f"withdrawal:{row.id}:back", by=None, memo="came back")
    announce(WithdrawalEnded(row.id, payment.reference))


def settle(row: Withdrawal, *, taken_from: list[Leg], reason: str, by: int) -> None:
    """Somebody has said who bears it: these legs, which sum to its amount. Raises PaymentMoveRefused unless it is lost."""
    query = select(Withdrawal).where(Withdrawal.id == row.id).with_for_update()
    locked = session.scalars(query.execution_options(populate_existing=True)).one()
    if locked.state != WithdrawalState.LOST:
        raise PaymentMoveRefused(f"withdrawal {locked.id} is {locked.state}")
    payment = session.get_one(Payment, locked.payment_id)
    locked.state, locked.ended_at = WithdrawalState.SETTLED, clock.now()
    locked.settled_by_id, locked.answer = by, reason
    ledger.post(
        key=f"withdrawal:{locked.id}:settled",
        event=Event.DISPUTE,
        legs=[*taken_from, Leg(accounts.DISPUTED_FUNDS, -locked.amount_dong, reference(locked))],
        reference=payment.reference,
        by=by,
        memo=reason,
    )
    audit.record(
        "payments:withdrawal:settle", subject="withdrawal", subject_id=locked.id, by=by, reason=reason,
        amount_dong=locked.amount_dong, reference=payment.reference,
    )  # fmt: skip
    announce(WithdrawalEnded(locked.id, payment.reference))
