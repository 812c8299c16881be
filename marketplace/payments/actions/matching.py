"""Finding out what a movement on our account is for: by the code in its memo, or by somebody who knows."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.foundation import audit, clock
from marketplace.foundation.database import is_sqlite, session
from marketplace.ledger import actions as ledger
from marketplace.ledger import rules as accounts
from marketplace.ledger.queries import payouts
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event, PayoutState
from marketplace.payments import rules
from marketplace.payments.actions.approving import must_wait
from marketplace.payments.actions.asking import lock
from marketplace.payments.actions.receiving import receive
from marketplace.payments.actions.refunding import come_back, sent_by_transfer
from marketplace.payments.errors import MatchRefused, MissingChanged
from marketplace.payments.models import BankTransaction, Payment, Refund
from marketplace.payments.providers.bank_notices import BankNotice, Direction
from marketplace.payments.states import BankState, Deed, RefundState


def note_transaction(provider: str, notice: BankNotice, *, our_account: str) -> BankTransaction | None:
    """Keep a movement and book it; None when this messenger has told it before.

    Money in with one known code is received for its payment, whatever its amount; without one it is of unknown purpose.
    Money out with the code and amount of a refund or a payout is that; money in with those of a refund is one that the
    buyer's bank did not take.
    """
    row = _keep(provider, notice, our_account)
    if row is None or row.state != BankState.UNMATCHED:
        return row
    codes = rules.find_transfer_codes(notice.content)
    if notice.direction == Direction.IN:
        payments = session.scalars(select(Payment).where(Payment.transfer_code.in_(codes)).order_by(Payment.id)).all()
        returned = session.scalar(
            select(Refund).where(
                Refund.transfer_code.in_(codes),
                Refund.amount_dong == row.amount_dong,
                Refund.state == RefundState.DONE,
                Refund.sent_times > 0,
            )
        )
        if returned is not None:
            row.state, row.refund_id = BankState.MATCHED, returned.id
            come_back(returned, by=None, reason="sent back by the bank", key=row.key)
        elif len(payments) == 1:
            row.state, row.payment_id = BankState.MATCHED, payments[0].id
            receive(payments[0], amount_dong=row.amount_dong, key=row.key)
        else:
            _book_unknown(
                row, Leg(accounts.BANK, row.amount_dong), Leg(accounts.SUSPENSE, -row.amount_dong, suspense_name(row))
            )
        return row
    refund = session.scalar(select(Refund).where(Refund.transfer_code.in_(codes)))
    if refund is not None and refund.amount_dong == row.amount_dong and refund.state != RefundState.DONE:
        row.state, row.refund_id = BankState.MATCHED, refund.id
        sent_by_transfer(refund, key=row.key, by=None)
        return row
    payout = payouts.find_by_memo(rules.find_payout_codes(notice.content))
    if payout is not None and payout.amount_dong == row.amount_dong and payout.state == PayoutState.OPEN:
        row.state = BankState.MATCHED
        ledger.confirm_payout(payout, key=row.key, by=None)
        return row
    _book_unknown(row, Leg(accounts.DISPUTED_FUNDS, row.amount_dong), Leg(accounts.BANK, -row.amount_dong))
    return row


def match_by_hand(
    row: BankTransaction,
    payment: Payment,
    *,
    by: int,
    reason: str,
    seen_dong: int | None = None,
    second: int | None = None,
) -> bool:
    """Somebody knows for which payment this money came. Raises MatchRefused when it is matched already.

    `seen_dong` is what was missing when he decided: what is over goes back to the buyer, so when it has changed,
    MissingChanged is raised and nothing is written. False when it is so much that a second person has to look first.
    """  # fmt: skip
    locked = locked_unknown(row, Direction.IN)
    lock(payment.reference)
    session.refresh(payment)
    if seen_dong is not None and payment.missing_dong != seen_dong:
        raise MissingChanged(f"payment {payment.id} misses {payment.missing_dong}, not {seen_dong}")
    if second is None and must_wait(
        Deed.MATCH, subject_id=locked.id, amount_dong=locked.amount_dong, reference=payment.reference, reason=reason,
        by=by, details={"payment_id": payment.id},
    ):  # fmt: skip
        return False
    locked.state, locked.payment_id, locked.by_id, locked.reason = BankState.MATCHED, payment.id, by, reason
    receive(payment, amount_dong=locked.amount_dong, key=f"{locked.key}:matched", by=by, suspense=suspense_name(locked))
    audit.record(
        "payments:bank_transaction:match", subject="bank_transaction", subject_id=locked.id, by=by, reason=reason,
        amount_dong=locked.amount_dong, reference=payment.reference, second_person_id=second,
    )  # fmt: skip
    return True


def lay_aside(row: BankTransaction, *, by: int, reason: str, second: int | None = None) -> bool:
    """The money is booked already by what announced it, such as a parcel service's statement: this movement is taken
    out of the books again. Raises MatchRefused when it is matched already.

    False when it is so much that a second person has to look first.
    """
    locked = locked_unknown(row, Direction.IN)
    if second is None and must_wait(
        Deed.LAY_ASIDE, subject_id=locked.id, amount_dong=locked.amount_dong, reference=suspense_name(locked), reason=reason,
        by=by,
    ):  # fmt: skip
        return False
    locked.state, locked.by_id, locked.reason = BankState.DISCARDED, by, reason
    ledger.reverse(locked.key, new_key=f"{locked.key}:booked_elsewhere", by=by, memo=reason)
    audit.record(
        "payments:bank_transaction:lay_aside", subject="bank_transaction", subject_id=locked.id, by=by, reason=reason,
        amount_dong=locked.amount_dong, second_person_id=second,
    )  # fmt: skip
    return True


def locked_unknown(row: BankTransaction, direction: Direction) -> BankTransaction:
    """A movement that nobody knows the purpose of, held until the transaction ends. Raises MatchRefused."""
    query = select(BankTransaction).where(BankTransaction.id == row.id).with_for_update()
    locked = session.scalars(query.execution_options(populate_existing=True)).one()
    if locked.state != BankState.UNMATCHED or locked.direction != direction:
        raise MatchRefused(f"movement {row.id} is {locked.state}, {locked.direction}")
    return locked


def _keep(provider: str, notice: BankNotice, our_account: str) -> BankTransaction | None:
    state = BankState.UNMATCHED
    if notice.account and notice.account != our_account:
        state = BankState.DISCARDED
    elif notice.bank_reference and _is_told_by_another(provider, notice):
        state = BankState.DUPLICATE
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    row_id = session.scalar(
        insert(BankTransaction)
        .values(
            provider=provider, provider_id=notice.provider_id, account=notice.account, direction=notice.direction,
            amount_dong=notice.amount_dong, content=notice.content, bank_reference=notice.bank_reference,
            booked_at=notice.booked_at, state=state, reason="", noted_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["provider", "provider_id"])
        .returning(BankTransaction.id)
    )  # fmt: skip
    return session.get_one(BankTransaction, row_id) if row_id is not None else None


def _is_told_by_another(provider: str, notice: BankNotice) -> bool:
    """A messenger and a statement tell the same movement under the bank's own number.

    Two who tell it at the same moment would not see each other's row, so the second waits for the first to commit; on
    SQLite writers wait for each other anyhow.
    """
    if not is_sqlite():
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"movement:{notice.bank_reference}"))))
    return (
        session.scalar(
            select(BankTransaction.id).where(
                BankTransaction.bank_reference == notice.bank_reference,
                BankTransaction.amount_dong == notice.amount_dong,
                BankTransaction.direction == notice.direction,
                BankTransaction.provider != provider,
            )
        )
        is not None
    )


def suspense_name(row: BankTransaction) -> str:
    """Under which money of unknown purpose stands in the ledger."""
    return f"transfer:{row.id}"


def _book_unknown(row: BankTransaction, *legs: Leg) -> None:
    ledger.post(key=row.key, event=Event.UNKNOWN_MONEY, legs=legs, reference=suspense_name(row), memo="purpose unknown")
