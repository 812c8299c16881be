"""Asking for the money of a reference, asking less, and no longer waiting for it.

Rows are locked in one order everywhere: the payments of a reference, then the order, then lots, then accounts.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from marketplace.foundation import clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.payments import rules
from marketplace.payments.errors import PaymentMoveRefused
from marketplace.payments.events import HoldRenewed, PaymentAsked, PaymentLapsed
from marketplace.payments.models import Payment
from marketplace.payments.states import MOVES, UNPAID, HoldContext, Method, PaymentState


def ask(
    *,
    reference: str,
    method: Method,
    amount_dong: int,
    context: HoldContext = HoldContext.SHOP,
    held_since: datetime | None = None,
    renewals: int = 0,
) -> Payment:
    """Ask for the money of a reference. A bank transfer gets a code of its own that is never used again.

    The goods are held as `rules.hold` says for the context; asked in another way, `held_since` and `renewals` go on
    counting. Announces PaymentAsked. Raises IntegrityError while another payment of the reference is open.
    """
    now = clock.now()
    is_transfer = method == Method.VIETQR
    since = held_since or now
    hold = rules.hold(context, method, amount_dong, clock.today())
    payment = Payment(
        reference=reference,
        method=method,
        amount_dong=amount_dong,
        received_dong=0,
        refunded_dong=0,
        state=PaymentState.PENDING if is_transfer else PaymentState.CREATED,
        transfer_code=rules.transfer_code(codes.random_code(7)) if is_transfer else None,
        context=context,
        held_since=since,
        renewals=renewals,
        created_at=now,
        expires_at=min(now + hold.length, since + hold.longest) if hold else None,
    )
    session.add(payment)
    session.flush()
    announce(PaymentAsked(payment.id, reference, method, payment.expires_at))
    return payment


def renew(payment: Payment) -> bool:
    """The buyer needs more time. False when the time is over, he had his share of it, or a provider keeps its own.

    Decided by one condition in the database: of any number who press at once only as many as are allowed have an
    effect, and none after the end. Announces HoldRenewed.
    """
    until = longer(payment)
    if until is None or payment.expires_at is None:
        return False
    renewed = session.execute(
        update(Payment)
        .where(
            Payment.id == payment.id,
            Payment.state.in_(UNPAID),
            Payment.asked_provider_at.is_(None),
            Payment.renewals == payment.renewals,
            Payment.expires_at == payment.expires_at,
            Payment.expires_at > clock.now(),
        )
        .values(expires_at=until, renewals=Payment.renewals + 1)
        .returning(Payment.id)
    ).one_or_none()
    session.refresh(payment)
    if renewed is None:
        return False
    announce(HoldRenewed(payment.id, payment.reference, payment.method, until))
    return True


def longer(payment: Payment) -> datetime | None:
    """Until when the goods could be held if the buyer asked for more time now; None when he cannot."""
    hold = rules.hold(payment.context, payment.method, payment.amount_dong, clock.today())
    ends = payment.expires_at
    if hold is None or ends is None or ends <= clock.now() or payment.renewals >= hold.times:
        return None
    if payment.state not in UNPAID or payment.asked_provider_at is not None:
        return None
    until = min(ends + hold.more, (payment.held_since or payment.created_at) + hold.longest)
    return until if until > ends else None


def lock(*references: str) -> None:
    """Hold every payment of these references until the transaction ends; before the order's own row.

    The key itself stays free: two who each have written a row that names the payment would otherwise wait for each
    other for good.
    """
    query = select(Payment.id).where(Payment.reference.in_(references)).order_by(Payment.id)
    session.execute(query.with_for_update(key_share=True))


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
    """Nobody waits for this money any longer; False when it is no longer waited for anyhow, some of it has come, or the
    buyer was given more time since the caller looked.

    The caller has closed the provider's page before, or the buyer could still pay there. Announces PaymentLapsed.
    """
    if payment.state not in UNPAID or payment.received_dong:
        return False
    expired = session.execute(
        update(Payment)
        .where(
            Payment.id == payment.id,
            Payment.state.in_(UNPAID),
            Payment.received_dong == 0,
            Payment.expires_at <= clock.now(),
        )
        .values(state=PaymentState.EXPIRED)
        .returning(Payment.id)
    ).one_or_none()
    session.refresh(payment)
    if expired is None:
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
