"""Movements on our account that are neither a buyer's nor a refund: what the card provider pays out, what carriers get."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.ledger import actions as ledger
from marketplace.ledger import queries as ledger_read
from marketplace.ledger import rules as accounts
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event
from marketplace.payments.actions.approving import must_wait
from marketplace.payments.actions.matching import locked_unknown, suspense_name
from marketplace.payments.errors import PayoutRefused
from marketplace.payments.models import BankTransaction, ProviderPayout
from marketplace.payments.providers.bank_notices import Direction
from marketplace.payments.states import BankState, Deed


def note_provider_payout(
    row: BankTransaction, *, number: str, gross_dong: int, by: int, reason: str, second: int | None = None
) -> bool:
    """A movement of unknown purpose is what the card provider has paid out of `gross_dong` that it held for us: the rest
    are its fees and the exchange, known only now (payments.md 3.4, S7).

    `number` is the provider's own, and is booked once. Raises MatchRefused, PayoutRefused; False when it is so much that
    a second person has to look first.
    """
    locked = locked_unknown(row, Direction.IN)
    if session.scalar(select(ProviderPayout.id).where(ProviderPayout.number == number)) is not None:
        raise PayoutRefused("known")
    held = ledger_read.balance(accounts.STRIPE_RECEIVABLE)
    if gross_dong > held:
        raise PayoutRefused("more_than_held", held_dong=max(0, held))
    if second is None and must_wait(
        Deed.PROVIDER_PAYOUT, subject_id=locked.id, amount_dong=gross_dong, reference=number, reason=reason, by=by,
        details={"number": number, "gross_dong": gross_dong},
    ):  # fmt: skip
        return False
    payout = ProviderPayout(
        number=number, bank_transaction_id=locked.id, gross_dong=gross_dong, arrived_dong=locked.amount_dong, by_id=by,
        at=clock.now(),
    )  # fmt: skip
    session.add(payout)
    locked.state, locked.by_id, locked.reason = BankState.MATCHED, by, reason
    session.flush()
    legs = [
        Leg(accounts.SUSPENSE, locked.amount_dong, suspense_name(locked)),
        Leg(accounts.STRIPE_FEE_FX, payout.fee_dong),
        Leg(accounts.STRIPE_RECEIVABLE, -gross_dong),
    ]
    ledger.post(
        key=f"provider-payout:{number}",
        event=Event.PROVIDER_PAID_OUT,
        legs=[leg for leg in legs if leg.amount_dong],
        reference=number,
        by=by,
        memo=reason,
    )
    audit.record(
        "payments:provider_payout:note", subject="provider_payout", subject_id=payout.id, by=by, reason=reason,
        number=number, gross_dong=gross_dong, fee_dong=payout.fee_dong, second_person_id=second,
    )  # fmt: skip
    return True


def note_paid_bill(row: BankTransaction, *, account: str, key: str, reference: str, by: int, reason: str) -> None:
    """A movement out of our account, of which nobody knew the purpose, has paid what we owed in `account`.

    Raises MatchRefused when it is explained already.
    """
    locked = locked_unknown(row, Direction.OUT)
    locked.state, locked.by_id, locked.reason = BankState.MATCHED, by, reason
    session.flush()
    ledger.post(
        key=key,
        event=Event.CARRIER_PAID,
        legs=[Leg(account, locked.amount_dong), Leg(accounts.DISPUTED_FUNDS, -locked.amount_dong)],
        reference=reference,
        by=by,
        memo=reason,
    )
    audit.record(
        "payments:bank_transaction:explain", subject="bank_transaction", subject_id=locked.id, by=by, reason=reason,
        amount_dong=locked.amount_dong, reference=reference,
    )  # fmt: skip
