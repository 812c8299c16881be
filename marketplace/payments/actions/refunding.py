"""Giving money back: decided once, never more than came in, sent by the provider or by a transfer."""

from __future__ import annotations

from sqlalchemy import select, update

from marketplace.foundation import audit, clock, codes, jobs
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.ledger import actions as ledger
from marketplace.ledger import rules as accounts
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event
from marketplace.payments import rules
from marketplace.payments.actions import withdrawing
from marketplace.payments.actions.approving import must_wait
from marketplace.payments.actions.asking import lock
from marketplace.payments.errors import AccountMissing, PaymentMoveRefused, RefundTooLarge
from marketplace.payments.events import RefundDecided, RefundMoved
from marketplace.payments.models import Payment, Refund, Withdrawal
from marketplace.payments.providers import ProviderRefund, RefundStanding
from marketplace.payments.rules import mask
from marketplace.payments.states import REFUND_MOVES, WAITS_FOR_TRANSFER, Deed, Method, RefundState, WithdrawalKind

_STANDINGS = {
    RefundStanding.IN_TRANSIT: RefundState.IN_TRANSIT,
    RefundStanding.DONE: RefundState.DONE,
    RefundStanding.FAILED: RefundState.FAILED,
}


def reference(refund: Refund) -> str:
    """What entries of this refund carry in the ledger."""
    return f"refund:{refund.id}"


def request_refund(
    payment: Payment, *, amount_dong: int, key: str, reason: str, taken_from: list[Leg], by: int | None
) -> Refund | None:
    """Owe money back to the buyer, taken from these accounts; None, and nothing written, when `key` was used before.

    A card's refund is sent by a job. Raises RefundTooLarge.
    """
    if session.scalar(select(Refund.id).where(Refund.key == key)) is not None:
        return None
    refund = create(payment, amount_dong=amount_dong, key=key, reason=reason, by=by)
    ledger.post(
        key=f"refund:{key}",
        event=Event.REFUND_DECIDED,
        legs=[*taken_from, Leg(accounts.REFUND_DUE, -amount_dong, reference(refund))],
        reference=payment.reference,
        by=by,
        memo=reason,
    )
    return refund


def create(payment: Payment, *, amount_dong: int, key: str, reason: str, by: int | None) -> Refund:
    """The row and its count; the caller books it. Announces RefundDecided. Raises RefundTooLarge."""
    counted = session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.refunded_dong + amount_dong <= Payment.received_dong)
        .values(refunded_dong=Payment.refunded_dong + amount_dong)
        .returning(Payment.id)
    ).one_or_none()
    session.refresh(payment)
    if counted is None:
        raise RefundTooLarge(
            payment.id, asked_dong=amount_dong, left_dong=payment.received_dong - payment.refunded_dong
        )
    refund = Refund(
        payment_id=payment.id,
        key=key,
        amount_dong=amount_dong,
        state=RefundState.CREATED,
        reason=reason,
        transfer_code=rules.transfer_code(codes.random_code(7)),
        by_id=by,
        created_at=clock.now(),
    )
    session.add(refund)
    session.flush()
    audit.record(
        "payments:refund:create", subject="refund", subject_id=refund.id, by=by, reason=reason,
        amount_dong=amount_dong, reference=payment.reference,
    )  # fmt: skip
    if payment.method == Method.CARD:
        jobs.enqueue("send_refund", refund_id=refund.id)
    announce(RefundDecided(refund.id, payment.id, payment.reference))
    return refund


def tell_account(refund: Refund, *, bank_bin: str, account: str, holder: str, by: int | None) -> None:
    """Where the buyer wants his money. Raises PaymentMoveRefused once somebody is sending it."""
    payment = _locked(refund)
    if not may_change_account(refund, payment):
        raise PaymentMoveRefused(f"refund {refund.id} is {refund.state}; its account can no longer be changed")
    had = mask(refund.bank_account)
    refund.bank_bin, refund.bank_account, refund.bank_holder = bank_bin, account, holder
    refund.told_at = clock.now()
    session.flush()
    audit.record(
        "payments:refund:tell_account", subject="refund", subject_id=refund.id, by=by, reference=payment.reference,
        had=had, has=mask(account), bank_bin=bank_bin,
    )  # fmt: skip


def begin_transfer(
    refund: Refund, *, by: int, reason: str, second: int | None = None, told_at: str | None = None
) -> bool:
    """Somebody is about to send it: from now on its account stays as it is.

    Raises PaymentMoveRefused when it is sent or being sent, AccountMissing. False when it is so much that a second
    person has to look first; what he looked at is the account told at `told_at`, and no later one.
    """
    payment = _locked(refund)
    if not may_change_account(refund, payment):
        raise PaymentMoveRefused(f"refund {refund.id} is {refund.state}")
    if not refund.has_account or refund.told_at is None:
        raise AccountMissing(f"refund {refund.id}")
    if told_at is not None and told_at != refund.told_at.isoformat():
        raise PaymentMoveRefused(f"refund {refund.id} has got another account meanwhile")
    if second is None and must_wait(
        Deed.REFUND_BEGUN, subject_id=refund.id, amount_dong=refund.amount_dong, reference=payment.reference,
        reason=reason, by=by, details={"told_at": refund.told_at.isoformat()},
    ):  # fmt: skip
        return False
    refund.begun_at, refund.begun_by_id = clock.now(), by
    session.flush()
    audit.record(
        "payments:refund:begin", subject="refund", subject_id=refund.id, by=by, reason=reason,
        amount_dong=refund.amount_dong, reference=payment.reference, to=mask(refund.bank_account),
        second_person_id=second,
    )  # fmt: skip
    return True


def leave_transfer(refund: Refund, *, by: int, reason: str) -> None:
    """It was not sent after all; the buyer may change the account again. Raises PaymentMoveRefused."""
    payment = _locked(refund)
    if refund.begun_at is None or refund.state not in WAITS_FOR_TRANSFER:
        raise PaymentMoveRefused(f"refund {refund.id} is {refund.state} and is not being sent")
    refund.begun_at = refund.begun_by_id = None
    session.flush()
    audit.record(
        "payments:refund:leave", subject="refund", subject_id=refund.id, by=by, reason=reason,
        reference=payment.reference,
    )  # fmt: skip


def note_transferred(refund: Refund, *, by: int, reason: str, second: int | None = None) -> bool:
    """Somebody has sent the refund from the market's account. Raises PaymentMoveRefused when it was sent before.

    False when it is so much that a second person has to look first.
    """
    payment = _locked(refund)
    if refund.state == RefundState.DONE:
        raise PaymentMoveRefused(f"refund {refund.id} is {refund.state}")
    if second is None and must_wait(
        Deed.REFUND_SENT, subject_id=refund.id, amount_dong=refund.amount_dong, reference=payment.reference,
        reason=reason, by=by,
    ):  # fmt: skip
        return False
    return sent_by_transfer(refund, key=_by_hand(refund, "seen"), by=by, reason=reason, second=second)


def _by_hand(refund: Refund, what: str) -> str:
    """The key of a movement that somebody tells and no bank has told: a new one each time that it was sent."""
    return f"refund:{refund.id}:{what}" + (f":{refund.sent_times}" if refund.sent_times else "")


def sent_by_transfer(refund: Refund, *, key: str, by: int | None, reason: str = "", second: int | None = None) -> bool:
    """The refund stands on the account as an outgoing transfer; `key` names the transfer. False when known before."""
    payment = _locked(refund)
    if refund.state == RefundState.DONE:
        return False
    _book(refund, payment, Event.REFUND_DONE, asset=accounts.BANK, key=key, by=by)
    audit.record(
        "payments:refund:send", subject="refund", subject_id=refund.id, by=by, reason=reason,
        amount_dong=refund.amount_dong, reference=payment.reference, second_person_id=second,
    )  # fmt: skip
    refund.sent_times += 1
    _move(refund, payment, RefundState.DONE)
    return True


def come_back(refund: Refund, *, by: int | None, reason: str, key: str | None = None) -> None:
    """The buyer's bank has sent the transfer back: it is owed again, and he is asked for an account anew.

    `key` names the incoming movement that says so. Raises PaymentMoveRefused unless it was sent by a transfer. It is
    sent again under a new code, so that whoever tells late of the old transfer does not tell of the new one.
    """
    payment = _locked(refund)
    if refund.state != RefundState.DONE or not refund.sent_times:
        raise PaymentMoveRefused(f"refund {refund.id} is {refund.state} and cannot come back from a bank")
    ledger.post(
        key=key or _by_hand(refund, "back"),
        event=Event.REVERSED,
        legs=[Leg(accounts.BANK, refund.amount_dong), Leg(accounts.REFUND_DUE, -refund.amount_dong, reference(refund))],
        reference=payment.reference,
        by=by,
        memo=reason,
    )
    audit.record(
        "payments:refund:come_back", subject="refund", subject_id=refund.id, by=by, reason=reason,
        amount_dong=refund.amount_dong, reference=payment.reference, was=mask(refund.bank_account),
    )  # fmt: skip
    refund.transfer_code = rules.transfer_code(codes.random_code(7))
    refund.bank_bin = refund.bank_account = refund.bank_holder = ""
    refund.told_at = refund.begun_at = refund.begun_by_id = refund.masked_at = None
    _move(refund, payment, RefundState.FAILED)


def may_change_account(refund: Refund, payment: Payment) -> bool:
    return refund.state in WAITS_FOR_TRANSFER and is_by_transfer(refund, payment) and refund.begun_at is None


def waits_for_account(refund: Refund, payment: Payment) -> bool:
    return may_change_account(refund, payment) and not refund.has_account


def is_by_transfer(refund: Refund, payment: Payment) -> bool:
    """No rail returns it by itself: it was not paid by card, or the card's provider could not send it."""
    return payment.method != Method.CARD or refund.state == RefundState.FAILED


def mask_accounts() -> int:
    """Accounts that nobody needs any more are no longer kept; how many."""
    old = clock.now() - rules.account_kept(clock.today())
    rows = session.scalars(
        select(Refund)
        .where(
            Refund.state == RefundState.DONE, Refund.ended_at < old, Refund.bank_account != "",
            Refund.masked_at.is_(None),
        )
        .order_by(Refund.id)
    ).all()  # fmt: skip
    for refund in rows:
        refund.bank_account, refund.bank_holder, refund.masked_at = mask(refund.bank_account), "", clock.now()
    session.flush()
    return len(rows)


def move_refund(refund: Refund, *, provider_id: str, to: RefundState) -> None:
    """How the provider says that the refund stands; harmless when it is known."""
    payment = _locked(refund)
    refund.provider_id = provider_id
    if refund.state == to or to not in REFUND_MOVES[refund.state]:
        return
    if to == RefundState.DONE:
        _book(
            refund,
            payment,
            Event.REFUND_DONE,
            asset=accounts.STRIPE_RECEIVABLE,
            key=f"refund:{refund.id}:done",
            by=None,
        )
    elif to == RefundState.FAILED and refund.state == RefundState.DONE:
        ledger.reverse(f"refund:{refund.id}:done", new_key=f"refund:{refund.id}:failed", by=None, memo="came back")
    _move(refund, payment, to)


def refuse_refund(refund: Refund, *, reason: str) -> None:
    """The provider will not send it. It stays owed, for somebody to send by transfer."""
    payment = _locked(refund)
    if refund.state in (RefundState.CREATED, RefundState.IN_TRANSIT):
        refund.reason = f"{refund.reason} ({reason})"
        _move(refund, payment, RefundState.FAILED)


def apply_provider_refund(payment: Payment, known: ProviderRefund) -> None:
    """A refund that the provider knows of: ours moves; one made on its own pages is noted and has to be explained."""
    refund = session.scalar(select(Refund).where(Refund.provider_id == known.provider_id))
    if refund is None and known.refund_id is not None:
        refund = session.get(Refund, known.refund_id)
    if refund is not None and refund.state == RefundState.EXTERNAL:
        if known.standing == RefundStanding.FAILED:
            _take_back_external(refund, payment)
    elif refund is not None and refund.payment_id == payment.id:
        move_refund(refund, provider_id=known.provider_id, to=_STANDINGS[known.standing])
    elif refund is None and known.standing != RefundStanding.FAILED:
        _note_external(payment, known)


def _note_external(payment: Payment, known: ProviderRefund) -> None:
    counted = min(known.amount_dong, payment.received_dong - payment.refunded_dong)
    payment.refunded_dong += counted
    session.add(
        Refund(
            payment_id=payment.id,
            key=f"external:{known.provider_id}",
            amount_dong=known.amount_dong,
            state=RefundState.EXTERNAL,
            reason="made on the provider's pages",
            provider_id=known.provider_id,
            transfer_code=rules.transfer_code(codes.random_code(7)),
            created_at=clock.now(),
            ended_at=clock.now(),
        )
    )
    withdrawing.note(
        payment, WithdrawalKind.REFUND, known.provider_id, amount_dong=known.amount_dong, counted_dong=counted
    )


def _take_back_external(refund: Refund, payment: Payment) -> None:
    """The refund that somebody made on the provider's pages did not arrive: the money is ours again."""
    _move(refund, payment, RefundState.RETURNED)
    row = session.scalars(select(Withdrawal).where(Withdrawal.provider_id == refund.provider_id)).one()
    withdrawing.come_back(row, payment)


def _book(refund: Refund, payment: Payment, event: Event, *, asset: str, key: str, by: int | None) -> None:
    ledger.post(
        key=key,
        event=event,
        legs=[Leg(accounts.REFUND_DUE, refund.amount_dong, reference(refund)), Leg(asset, -refund.amount_dong)],
        reference=payment.reference,
        by=by,
    )


def _move(refund: Refund, payment: Payment, to: RefundState) -> None:
    if to not in REFUND_MOVES[refund.state]:
        raise PaymentMoveRefused(f"refund {refund.id} is {refund.state} and cannot become {to}")
    was, refund.state = refund.state, to
    refund.ended_at = clock.now() if to in (RefundState.DONE, RefundState.FAILED) else None
    session.flush()
    announce(RefundMoved(refund.id, payment.id, payment.reference, was, to))


def _locked(refund: Refund) -> Payment:
    payment = session.get_one(Payment, refund.payment_id)
    lock(payment.reference)
    session.refresh(refund)
    return payment
