"""Asking for money and noting that it came."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from marketplace.foundation import audit, clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.payments import rules
from marketplace.payments.errors import PaymentMoveRefused
from marketplace.payments.events import PaymentConfirmed
from marketplace.payments.models import Payment
from marketplace.payments.states import MOVES, UNPAID, Method, PaymentState

VIETQR_HOLD = timedelta(hours=24)  # payments.md 4.6: the shop waits a day for a transfer


def ask(*, reference: str, method: Method, amount_dong: int) -> Payment:
    """Ask for the money of a reference. A bank transfer gets a code of its own that is never used again."""
    now = clock.now()
    is_transfer = method == Method.VIETQR
    payment = Payment(
        reference=reference,
        method=method,
        amount_dong=amount_dong,
        state=PaymentState.PENDING if is_transfer else PaymentState.CREATED,
        transfer_code=rules.transfer_code(codes.random_code(7)) if is_transfer else None,
        created_at=now,
        expires_at=now + VIETQR_HOLD if is_transfer else None,
    )
    session.add(payment)
    session.flush()
    return payment


def confirm(payment: Payment, *, by: int | None, province_code: str | None = None) -> bool:
    """The money is there. Announces PaymentConfirmed once; False, and nothing written, when it was known before."""
    if payment.state == PaymentState.CONFIRMED or not _move(payment, PaymentState.CONFIRMED):
        return False
    payment.confirmed_at, payment.confirmed_by_id = clock.now(), by
    audit.record(
        "payments:payment:confirm",
        subject="payment",
        subject_id=payment.id,
        by=by,
        province_code=province_code,
        amount_dong=payment.amount_dong,
        reference=payment.reference,
    )
    announce(PaymentConfirmed(payment.id, payment.reference, payment.amount_dong, by))
    return True


def cancel(payment: Payment) -> None:
    """The goods will not be sent; a payment that is already confirmed stays so, for money is a fact."""
    if payment.state in UNPAID:
        _move(payment, PaymentState.CANCELED)


def ask_less(payment: Payment, *, amount_dong: int) -> None:
    """Part of the goods will not be sent. What is already paid stays as it was paid."""
    session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.state.in_(UNPAID), Payment.amount_dong > amount_dong)
        .values(amount_dong=amount_dong)
    )
    session.refresh(payment)


def expire(payment: Payment) -> bool:
    """Nobody waits for this transfer any longer; False when it is no longer waited for anyhow."""
    return payment.state == PaymentState.PENDING and _move(payment, PaymentState.EXPIRED)


def _move(payment: Payment, to: PaymentState) -> bool:
    """Change the state only if it is still the one we saw; the loser of a race is a no-op."""
    if to not in MOVES[payment.state]:
        raise PaymentMoveRefused(f"payment {payment.id} is {payment.state} and cannot become {to}")
    moved = session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.state == payment.state)
        .values(state=to)
        .returning(Payment.id)
    ).one_or_none()
    session.refresh(payment)
    return moved is not None
