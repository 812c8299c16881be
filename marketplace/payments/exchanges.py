"""Talking with a provider: it is asked while no transaction is open, and its answer written in one of its own.

So a provider that hangs holds up nobody but the one who asked, and a process that dies in between leaves rows from
which the next try goes on.
"""

from __future__ import annotations

from collections.abc import Callable

from marketplace.foundation import faults
from marketplace.foundation.database import session, transaction
from marketplace.payments import actions as payments
from marketplace.payments.models import Payment, Refund
from marketplace.payments.providers import (
    Asked,
    Closing,
    Gateway,
    ProviderRefused,
    find_gateway,
)
from marketplace.payments.states import UNPAID, RefundState

Describe = Callable[[Payment], Asked]


def start(payment_id: int, describe: Describe) -> str | None:
    """The address of the provider's page for this payment; None when it can no longer be paid.

    Asked twice, from two clicks or after a crash in between, it is the same page. Raises ProviderUnreachable,
    ProviderBusy, ProviderRefused.
    """
    with transaction():
        payment = session.get_one(Payment, payment_id)
        payments.lock(payment.reference)
        session.refresh(payment)
        gateway = find_gateway(payment.method)
        if gateway is None or payment.state not in UNPAID:
            return None
        if payment.pay_url is not None:
            return payment.pay_url
        payments.hold_for_provider(payment)
        session.flush()
        asked = describe(payment)
    try:
        started = gateway.start(asked)
    except ProviderRefused as refused:
        # Refused as it was asked, and so never begun; another try asks anew, under another key.
        with transaction():
            payments.note_refused_start(session.get_one(Payment, payment_id), reason=refused.code)
        raise
    faults.point("page opened at the provider")
    with transaction():
        payments.note_started(session.get_one(Payment, payment_id), started)
    return started.url


def sync(payment_id: int) -> bool:
    """Read again how a payment stands and apply it; False when it was never asked of a provider.

    Raises ProviderUnreachable, ProviderBusy, ProviderRefused.
    """
    payment, gateway = _asked(payment_id)
    if gateway is None or payment.provider_id is None:
        return False
    state = gateway.sync(payment.provider_id)
    faults.point("payment read at the provider")
    with transaction():
        payments.apply_state(session.get_one(Payment, payment_id), state, is_live=gateway.is_live)
    return True


def close(payment_id: int, describe: Describe, *, is_over: bool = True) -> bool:
    """Have the provider take no more money for this payment, then give it up, if its time `is_over`. False when the
    money was faster.

    In this order, so that goods are never sold to somebody else while the buyer can still pay for them. A payment whose
    start was never answered is started again under its old key, to learn what is to be closed.
    """
    payment, gateway = _asked(payment_id)
    if gateway is not None and payment.asked_provider_at is not None:
        provider_id = payment.provider_id or _learn(gateway, describe(payment))
        if provider_id is not None and gateway.close(provider_id) == Closing.ALREADY_PAID:
            with transaction():
                session.get_one(Payment, payment_id).provider_id = provider_id
            sync(payment_id)
            return False
        faults.point("page closed at the provider")
    with transaction():
        payment = session.get_one(Payment, payment_id)
        payments.lock(payment.reference)
        session.refresh(payment)
        return payments.expire(payment) if is_over else payment.state in UNPAID


def _learn(gateway: Gateway, asked: Asked) -> str | None:
    session.rollback()
    try:
        return gateway.start(asked).provider_id
    except ProviderRefused:
        return None


def send_refund(refund_id: int) -> None:
    """Have the provider give the money back. One that it refuses stays owed, for somebody to send by transfer."""
    refund = session.get_one(Refund, refund_id)
    payment = session.get_one(Payment, refund.payment_id)
    gateway, charge_id, amount = find_gateway(payment.method), payment.charge_id, refund.amount_dong
    payment_id, state = payment.id, refund.state
    session.rollback()
    if state == RefundState.IN_TRANSIT:
        sync(payment_id)
    if gateway is None or charge_id is None or state != RefundState.CREATED:
        return
    try:
        sent = gateway.refund(charge_id=charge_id, refund_id=refund_id, amount_dong=amount)
    except ProviderRefused as refused:
        with transaction():
            payments.refuse_refund(session.get_one(Refund, refund_id), reason=refused.code)
        return
    faults.point("refund made at the provider")
    with transaction():
        payments.apply_provider_refund(session.get_one(Payment, payment_id), sent)


def _asked(payment_id: int) -> tuple[Payment, Gateway | None]:
    """The payment, and no transaction open any more."""
    payment = session.get_one(Payment, payment_id)
    session.refresh(payment)
    gateway = find_gateway(payment.method)
    session.expunge(payment)
    session.rollback()
    return payment, gateway
