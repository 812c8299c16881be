"""Paying cooperatives out: one person opens a batch, another approves it, the bank's word ends each payout."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.foundation import audit, clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.ledger import rules
from marketplace.ledger.actions.posting import hold, post
from marketplace.ledger.errors import OutsideProvinces, PayoutMoveRefused, SamePerson
from marketplace.ledger.events import PayoutAccountApproved, PayoutAccountProposed, PayoutMoved
from marketplace.ledger.models import Payout, PayoutAccount, PayoutBatch
from marketplace.ledger.queries import payouts
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import BatchState, Event, PayoutState

LEAST_DONG = 50_000
COOLING_OFF = timedelta(hours=48)


def propose_account(*, cooperative_id: int, bank_bin: str, number: str, holder: str, by: int) -> PayoutAccount:
    """Say where the cooperative wants its money; the account in use stays so until the new one is good."""
    row = PayoutAccount(
        cooperative_id=cooperative_id,
        bank_bin=bank_bin,
        number=number,
        holder=holder,
        proposed_by_id=by,
        proposed_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(
        "ledger:payout_account:propose", subject="payout_account", subject_id=row.id, by=by,
        bank_bin=bank_bin, number_end=number[-4:],
    )  # fmt: skip
    announce(PayoutAccountProposed(row.id, cooperative_id))
    return row


def approve_account(row: PayoutAccount, *, by: int, province_code: str | None) -> None:
    """A second person has called the cooperative under its old number. Used after two days. Raises SamePerson."""
    if row.approved_by_id is not None:
        return
    if row.proposed_by_id == by:
        raise SamePerson(f"payout account {row.id}")
    row.approved_by_id, row.active_from = by, clock.now() + COOLING_OFF
    audit.record(
        "ledger:payout_account:approve", subject="payout_account", subject_id=row.id, by=by,
        province_code=province_code,
    )  # fmt: skip
    announce(PayoutAccountApproved(row.id, row.cooperative_id))


def open_batch(*, cooperative_ids: Collection[int], by: int, reason: str) -> PayoutBatch | None:
    """A payout for each of these cooperatives that may be paid: enough money, a good account, no debt. None without any.

    The money leaves what may be paid out in the same transaction, so that no second batch can hold it.
    """
    batch = PayoutBatch(code=f"PO{codes.random_code(7)}", opened_by_id=by, opened_at=clock.now())
    found = []
    for cooperative_id in sorted(cooperative_ids):
        payable_code, debt_code = rules.cooperative_payable(cooperative_id), rules.cooperative_debt(cooperative_id)
        balances = hold([debt_code, payable_code])
        amount, account = -balances[payable_code], payouts.account_in_use(cooperative_id, at=clock.now())
        if amount >= LEAST_DONG and account is not None and not balances[debt_code]:
            found.append((cooperative_id, amount, account))
    if not found:
        return None
    session.add(batch)
    session.flush()
    for number, (cooperative_id, amount, account) in enumerate(found, start=1):
        _open(batch, f"{batch.code}{number:02}", cooperative_id, amount, account, by=by)
    audit.record(
        "ledger:payout_batch:open", subject="payout_batch", subject_id=batch.id, by=by, reason=reason,
        code=batch.code, amount_dong=sum(amount for _, amount, _ in found),
    )  # fmt: skip
    return batch


def _open(batch: PayoutBatch, code: str, cooperative_id: int, amount: int, account: PayoutAccount, *, by: int) -> None:
    payout = Payout(
        batch_id=batch.id, cooperative_id=cooperative_id, code=code, amount_dong=amount, bank_bin=account.bank_bin,
        number=account.number, holder=account.holder, state=PayoutState.OPEN,
    )  # fmt: skip
    session.add(payout)
    session.flush()
    payable = rules.cooperative_payable(cooperative_id)
    lines = [
        Leg(payable, -open_amount, reference) for reference, open_amount in payouts.payable_by_part(cooperative_id)
    ]
    post(
        key=f"payout:{code}:opened",
        event=Event.PAYOUT_OPENED,
        legs=[*lines, Leg(rules.payout_in_transit(cooperative_id), -amount, code)],
        reference=code,
        by=by,
    )
    announce(PayoutMoved(payout.id, cooperative_id, payout.state))


def approve_batch(batch: PayoutBatch, *, by: int) -> None:
    """A second person has compared the sums, all of them. Raises SamePerson, OutsideProvinces, PayoutMoveRefused."""
    locked = session.scalars(select(PayoutBatch).where(PayoutBatch.id == batch.id).with_for_update()).one()
    session.refresh(locked)
    if locked.opened_by_id == by:
        raise SamePerson(locked.code)
    _require_all(locked, by)
    if locked.state != BatchState.OPEN:
        raise PayoutMoveRefused(f"batch {locked.code} is {locked.state}")
    locked.state, locked.approved_by_id, locked.approved_at = BatchState.APPROVED, by, clock.now()
    audit.record("ledger:payout_batch:approve", subject="payout_batch", subject_id=locked.id, by=by, code=locked.code)


def confirm_payout(payout: Payout, *, key: str, by: int | None, reason: str = "") -> bool:
    """The transfer stands on the account; `key` names it. False when known before.

    Raises OutsideProvinces, PayoutMoveRefused.
    """
    batch = _locked(payout)
    if by is not None:
        _require_all(batch, by)
    if payout.state == PayoutState.PAID:
        return False
    _require(payout, batch)
    post(
        key=key,
        event=Event.PAYOUT_CONFIRMED,
        legs=[
            Leg(rules.payout_in_transit(payout.cooperative_id), payout.amount_dong, payout.code),
            Leg(rules.BANK, -payout.amount_dong),
        ],
        reference=payout.code,
        by=by,
    )
    payout.state, payout.ended_at = PayoutState.PAID, clock.now()
    audit.record(
        "ledger:payout:confirm", subject="payout", subject_id=payout.id, by=by, reason=reason, code=payout.code
    )
    announce(PayoutMoved(payout.id, payout.cooperative_id, payout.state))
    return True


def fail_payout(payout: Payout, *, reason: str, by: int) -> None:
    """The bank sent it back, or it was never sent: the money may be paid out again.

    Raises OutsideProvinces, PayoutMoveRefused.
    """
    batch = _locked(payout)
    _require_all(batch, by)
    _require(payout, batch)
    post(
        key=f"payout:{payout.code}:failed",
        event=Event.PAYOUT_FAILED,
        legs=[
            Leg(rules.payout_in_transit(payout.cooperative_id), payout.amount_dong, payout.code),
            Leg(rules.cooperative_payable(payout.cooperative_id), -payout.amount_dong, payout.code),
        ],
        reference=payout.code,
        by=by,
        memo=reason,
    )
    payout.state, payout.reason, payout.ended_at = PayoutState.FAILED, reason, clock.now()
    audit.record("ledger:payout:fail", subject="payout", subject_id=payout.id, by=by, reason=reason, code=payout.code)
    announce(PayoutMoved(payout.id, payout.cooperative_id, payout.state))


def _locked(payout: Payout) -> PayoutBatch:
    session.execute(select(Payout.id).where(Payout.id == payout.id).with_for_update())
    session.refresh(payout)
    return session.get_one(PayoutBatch, payout.batch_id)


def _require_all(batch: PayoutBatch, by: int) -> None:
    """A batch is decided as a whole: who sees a part of it would say yes to sums that he was never shown."""
    if not payouts.sees_all(session.get_one(Person, by), batch):
        raise OutsideProvinces(f"batch {batch.code} pays cooperatives outside the provinces of person {by}")


def _require(payout: Payout, batch: PayoutBatch) -> None:
    if batch.state != BatchState.APPROVED or payout.state != PayoutState.OPEN:
        raise PayoutMoveRefused(f"payout {payout.code} is {payout.state} in a batch that is {batch.state}")
