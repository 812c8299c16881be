"""Noting that money came: from a bank, in cash, or as a provider says when it is asked again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from marketplace.foundation import audit, clock, faults
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.ledger import actions as ledger
from marketplace.ledger import rules as accounts
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event
from marketplace.payments.actions import refunding, withdrawing
from marketplace.payments.actions.approving import must_wait
from marketplace.payments.actions.asking import expire, lock, move
from marketplace.payments.errors import MatchRefused
from marketplace.payments.events import PaymentConfirmed, PaymentDisagrees, PaymentPartlyReceived
from marketplace.payments.models import Payment
from marketplace.payments.providers import ProviderState, Standing, Started
from marketplace.payments.rules import CURRENCY
from marketplace.payments.states import UNPAID, Deed, PaymentState

# A provider's page stays open this long at least (payments.md 1.3), and the goods are held as long as it is.
PAGE_OPEN = timedelta(minutes=31)


def confirm(
    payment: Payment, *, by: int, reason: str, province_code: str | None = None, second: int | None = None
) -> bool:
    """Somebody has seen the money that was missing on the account, all of it.

    Announces PaymentConfirmed once. Raises MatchRefused when it was known before; False when it is so much that a
    second person has to look first.
    """
    lock(payment.reference)
    session.refresh(payment)
    if payment.state == PaymentState.CONFIRMED:
        raise MatchRefused(f"payment {payment.id} is {payment.state}")
    if second is None and must_wait(
        Deed.CONFIRM, subject_id=payment.id, amount_dong=payment.missing_dong, reference=payment.reference,
        reason=reason, by=by, province_code=province_code,
    ):  # fmt: skip
        return False
    audit.record(
        "payments:payment:confirm",
        subject="payment",
        subject_id=payment.id,
        by=by,
        province_code=province_code,
        reason=reason,
        amount_dong=payment.missing_dong,
        reference=payment.reference,
        second_person_id=second,
    )
    return receive(payment, amount_dong=payment.missing_dong, key=f"payment:{payment.id}:seen", by=by)


def receive(
    payment: Payment, *, amount_dong: int, key: str, by: int | None = None, suspense: str | None = None
) -> bool:
    """A transfer for this payment stands on our account; `key` names the transfer and books it once.

    Enough money confirms and announces PaymentConfirmed; less announces PaymentPartlyReceived; what is over is owed
    back to the buyer (payments.md 4.6). False when this transfer was booked before. `suspense` names it when it is
    booked already as money of unknown purpose.
    """
    lock(payment.reference)
    session.refresh(payment)
    if ledger.is_posted(key):
        return False
    over = amount_dong - payment.missing_dong if payment.missing_dong < amount_dong else 0
    _count(payment, amount_dong)
    legs = [Leg(accounts.SUSPENSE, amount_dong, suspense) if suspense else Leg(accounts.BANK, amount_dong)]
    if amount_dong > over:
        legs.append(Leg(accounts.ORDER_CLEARING, over - amount_dong, payment.reference))
    if over:
        refund = refunding.create(payment, amount_dong=over, key=f"over:{key}", reason="overpaid", by=by)
        legs.append(Leg(accounts.REFUND_DUE, -over, refunding.reference(refund)))
    event = Event.MONEY_MATCHED if suspense else Event.PAYMENT_CONFIRMED
    ledger.post(key=key, event=event, legs=legs, reference=payment.reference, by=by)
    faults.point("transfer booked")
    if payment.state == PaymentState.CONFIRMED:
        return True
    if payment.missing_dong:
        announce(PaymentPartlyReceived(payment.id, payment.reference, payment.received_dong, payment.missing_dong))
    else:
        _confirmed(payment, by=by)
    return True


def collect(payment: Payment, *, amount_dong: int) -> None:
    """Cash was handed over with the goods; who holds it is booked by whoever knows."""
    _count(payment, amount_dong)


def confirm_collected(payment: Payment, *, by: int | None) -> None:
    """All the cash that was asked has been collected."""
    if payment.state in UNPAID:
        _confirmed(payment, by=by)


def note_started(payment: Payment, started: Started) -> None:
    """The provider waits for the buyer on a page of its own; harmless when it was noted before."""
    payment.provider_id, payment.pay_url = started.provider_id, started.url
    if payment.state == PaymentState.CREATED:
        move(payment, PaymentState.PENDING)


def hold_for_provider(payment: Payment) -> None:
    """The provider is about to be asked: from now on the amount stays, and the goods are held as long as its page."""
    now = clock.now()
    payment.asked_provider_at = payment.asked_provider_at or now
    payment.expires_at = max(payment.expires_at or now, payment.asked_provider_at + PAGE_OPEN)


def note_refused_start(payment: Payment, *, reason: str) -> None:
    """The provider would not take it as it was asked; the next try is another one, with a key of its own."""
    if payment.provider_id is None:
        payment.attempt += 1
        payment.asked_provider_at, payment.note = None, reason


def apply_state(payment: Payment, state: ProviderState, *, is_live: bool) -> None:
    """What the provider says now, applied once: webhook, return page and reconcile job all come here.

    Money is a fact: a paid payment is confirmed and booked also after its end. Another amount, currency, order or
    mode than ours moves no order: it is booked as money of unknown purpose and announced as PaymentDisagrees.
    """
    lock(payment.reference)
    session.refresh(payment)
    payment.charge_id = state.charge_id or payment.charge_id
    if state.standing == Standing.PAID and payment.state not in (PaymentState.CONFIRMED, PaymentState.MISMATCH):
        wrong = _disagreement(payment, state, is_live=is_live)
        if wrong:
            _disagree(payment, state, wrong)
        else:
            _capture(payment)
    elif state.standing == Standing.PROCESSING and payment.state == PaymentState.CREATED:
        move(payment, PaymentState.PENDING)
    elif state.standing == Standing.CLOSED and payment.state in UNPAID:
        _closed(payment, state)
    for refund in state.refunds:
        refunding.apply_provider_refund(payment, refund)
    for dispute in state.disputes:
        withdrawing.apply_dispute(payment, dispute)


def _closed(payment: Payment, state: ProviderState) -> None:
    """At its end the payment lapses. Closed before, it can be asked anew or in another way, as long as goods are held."""
    if payment.expires_at is None or payment.expires_at <= clock.now():
        expire(payment)
    elif payment.provider_id == state.provider_id:
        payment.attempt += 1
        payment.provider_id = payment.pay_url = payment.asked_provider_at = None


def _capture(payment: Payment) -> None:
    _count(payment, payment.amount_dong)
    ledger.post(
        key=f"payment:{payment.id}:captured",
        event=Event.PAYMENT_CONFIRMED,
        legs=[
            Leg(accounts.STRIPE_RECEIVABLE, payment.amount_dong),
            Leg(accounts.ORDER_CLEARING, -payment.amount_dong, payment.reference),
        ],
        reference=payment.reference,
    )
    faults.point("card money booked")
    _confirmed(payment, by=None)


def _disagreement(payment: Payment, state: ProviderState, *, is_live: bool) -> str:
    """In what a paid payment differs from what we asked, for staff to read; empty when it agrees."""
    wrong = []
    if (state.reference, state.payment_id) != (payment.reference, payment.id):
        wrong.append(f"is for {state.reference} / {state.payment_id}")
    if (state.amount_dong, state.currency) != (payment.amount_dong, CURRENCY):
        wrong.append(f"is {state.amount_dong} {state.currency} instead of {payment.amount_dong} {CURRENCY}")
    if state.is_live != is_live:
        wrong.append("comes from the other of test and live mode")
    return "; ".join(wrong)


def _disagree(payment: Payment, state: ProviderState, wrong: str) -> None:
    move(payment, PaymentState.MISMATCH)
    payment.note = wrong
    if state.currency == CURRENCY and state.amount_dong > 0:
        ledger.post(
            key=f"payment:{payment.id}:captured",
            event=Event.UNKNOWN_MONEY,
            legs=[
                Leg(accounts.STRIPE_RECEIVABLE, state.amount_dong),
                Leg(accounts.SUSPENSE, -state.amount_dong, f"payment:{payment.id}"),
            ],
            reference=payment.reference,
            memo=wrong,
        )
    announce(PaymentDisagrees(payment.id, payment.reference, wrong))


def _confirmed(payment: Payment, *, by: int | None) -> None:
    move(payment, PaymentState.CONFIRMED)
    payment.confirmed_at, payment.confirmed_by_id = clock.now(), by
    session.flush()
    announce(PaymentConfirmed(payment.id, payment.reference, payment.amount_dong, by))


def _count(payment: Payment, amount_dong: int) -> None:
    session.execute(
        update(Payment).where(Payment.id == payment.id).values(received_dong=Payment.received_dong + amount_dong)
    )
    session.refresh(payment)
