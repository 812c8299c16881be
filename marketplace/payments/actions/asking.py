"""Asking for the money of a reference, asking less, and no longer waiting for it.

Rows are locked in one order everywhere: the payments of a reference, then the order, then lots, then accounts.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from marketplace.foundation import clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.payments import rules
from marketplace.payments.errors import PaymentMoveRefused
from marketplace.payments.events import PaymentAsked, PaymentLapsed
from marketplace.payments.models import Payment
from marketplace.payments.states import MOVES, UNPAID, Method, PaymentState

# payments.md 4.6: the shop waits a day for a transfer. A card's page stays open half an hour at least (1.3).
HOLDS = {Method.VIETQR: timedelta(hours=24), Method.CARD: timedelta(minutes=31)}


def ask(*, reference: str, method: Method, amount_dong: int, hold: timedelta | None = None) -> Payment:
    """Ask for the money of a reference, for the method's usual time or for `hold`. A bank transfer gets a code of its own
    that is never used again.

    Announces PaymentAsked. Raises IntegrityError while another payment of the reference is open.
    """
    now = clock.now()
    is_transfer = method == Method.VIETQR
    hold = hold or HOLDS.get(method)
    payment = Payment(
        reference=reference,
        method=method,
        amount_dong=amount_dong,
        received_dong=0,
        refunded_dong=0,
        state=PaymentState.PENDING if is_transfer else PaymentState.CREATED,
        transfer_code=rules.transfer_code(codes.random_code(7)) if is_transfer else None,
        created_at=now,
        expires_at=now + hold if hold else None,
    )
    session.add(payment)
    session.flush()
    announce(PaymentAsked(payment.id, reference, method, payment.expires_at))
    return payment


def lock(*references: str) -> None:
    """Hold every payment of these references until the transaction ends; before the order's own row."""
    session.execute(select(Payment.id).where(Payment.reference.in_(references)).order_by(Payment.id).with_for_update())


def cancel(payment: Payment) -> None:
    """The goods will not be sent; a payment that is already confirmed stays so, for money is a fact."""
    if payment.state in UNPAID:
        move(payment, PaymentState.CANCELED)


def ask_less(payment: Payment, *, amount_dong: int) -> None:
    """Part of the goods will not be sent. What a provider was asked for already, or has come in, stays as it is:
    the difference goes back when the money is there."""
    session.execute(
        update(Payment)
        .where(
            Payment.id == payment.id,
            Payment.state.in_(UNPAID),
            Payment.amount_dong > amount_dong,
            Payment.asked_provider_at.is_(None),
            Payment.received_dong == 0,
        )
        .values(amount_dong=amount_dong)
    )
    session.refresh(payment)


def ask_in_cash(payment: Payment, *, amount_dong: int) -> None:
    """What is collected at the door is so much now; nothing when all of it has been."""
    session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.state.in_(UNPAID), Payment.method == Method.CASH_ON_DELIVERY)
        .values(amount_dong=amount_dong)
    )
    session.refresh(payment)


def expire(payment: Payment) -> bool:
    """Nobody waits for this money any longer; False when it is no longer waited for anyhow, or some of it has come.

    The caller has closed the provider's page before, or the buyer could still pay there. Announces PaymentLapsed.
    """
    if payment.state not in UNPAID or payment.received_dong or not move(payment, PaymentState.EXPIRED):
        return False
    announce(PaymentLapsed(payment.id, payment.reference))
    return True


def move(payment: Payment, to: PaymentState) -> bool:
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
