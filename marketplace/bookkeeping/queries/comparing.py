"""Where somebody outside tells another sum than our books: the card provider, the bank, parcel services with cash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from marketplace.bookkeeping.models import BookDifference
from marketplace.bookkeeping.queries.statements import midnight
from marketplace.bookkeeping.rules import ONE_DAY
from marketplace.bookkeeping.states import DifferenceKind, DifferenceState
from marketplace.foundation import dates
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session
from marketplace.fulfilment.models import CarrierRemittanceLine, RemittanceArrival
from marketplace.fulfilment.states import REMITTED
from marketplace.ledger import rules as accounts
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerJournal
from marketplace.ledger.states import Event
from marketplace.orders.models import CooperativeOrder
from marketplace.payments.models import BankTransaction, Payment, Refund, Withdrawal
from marketplace.payments.providers import ProviderMovement
from marketplace.payments.providers.bank_notices import Direction
from marketplace.payments.states import BankState, RefundState, WithdrawalState

# How far back a night looks; later corrections settle what they mend by themselves.
CARD_DAYS, BANK_DAYS, CASH_DAYS = 3, 14, 60
# A parcel service pays cash out twice a week or so; before this nothing is missing.
CASH_PATIENCE = timedelta(days=7)


@dataclass(frozen=True)
class Item:
    """One thing that both should know: what they say of it and what we booked."""

    day: date
    what: str
    said_dong: int
    booked_dong: int


@dataclass(frozen=True)
class Found:
    """A day on which a kind differs; the sums are of the whole day, the items those that differ."""

    kind: DifferenceKind
    day: date
    said_dong: int
    booked_dong: int
    items: list[Item]


@dataclass(frozen=True)
class Compared:
    """A kind over some days, from the first to the last; days that are not in `found` agree."""

    kind: DifferenceKind
    since: date
    until: date
    found: list[Found]


def gather(kind: DifferenceKind, items: Iterable[Item], *, since: date, until: date) -> Compared:
    """Days on which any item differs. Two items that cancel each other out are two differences, not none."""
    by_day: defaultdict[date, list[Item]] = defaultdict(list)
    for item in items:
        if since <= item.day <= until:
            by_day[item.day].append(item)
    found = [
        Found(
            kind,
            day,
            sum(item.said_dong for item in several),
            sum(item.booked_dong for item in several),
            [item for item in several if item.said_dong != item.booked_dong],
        )
        for day, several in sorted(by_day.items())
        if any(item.said_dong != item.booked_dong for item in several)
    ]
    return Compared(kind, since, until, found)


def compare_card(movements: Collection[ProviderMovement], *, today: date) -> Compared:
    """Each capture and each refund that the provider tells of, and what we booked that it does not."""
    since, until = today - CARD_DAYS * ONE_DAY, today - ONE_DAY
    captured = {
        payment.charge_id: payment
        for payment in session.scalars(
            select(Payment).where(Payment.charge_id.in_({one.charge_id for one in movements if one.charge_id}))
        )
    }
    booked = _legs(accounts.STRIPE_RECEIVABLE, [f"payment:{payment.id}:captured" for payment in captured.values()])
    given = _given_back({one.provider_id for one in movements if one.provider_id is not None})
    items, seen = [], set()
    for one in movements:
        if one.provider_id is not None:
            items.append(Item(_day(one.at), one.provider_id, one.amount_dong, given.get(one.provider_id, 0)))
            continue
        payment = captured.get(one.charge_id)
        key = f"payment:{payment.id}:captured" if payment is not None else ""
        seen.add(key)
        # On our day, where both know it: a payment at midnight is no difference.
        day = _day(payment.confirmed_at) if payment is not None and payment.confirmed_at else _day(one.at)
        what = payment.reference if payment is not None else one.charge_id
        items.append(Item(day, what, one.amount_dong, booked[key][1] if key in booked else 0))
    ours = _journals(accounts.STRIPE_RECEIVABLE, since, until, [Event.PAYMENT_CONFIRMED, Event.UNKNOWN_MONEY])
    items += [Item(_day(at), reference, 0, amount) for key, at, reference, amount in ours if key not in seen]
    return gather(DifferenceKind.CARD, items, since=since, until=until)


def _given_back(provider_ids: Collection[str]) -> dict[str, int]:
    """What we have booked of each refund at the provider."""
    refunds = session.scalars(select(Refund).where(Refund.provider_id.in_(provider_ids)))
    found = {str(row.provider_id): -row.amount_dong for row in refunds if row.state == RefundState.DONE}
    taken = session.scalars(select(Withdrawal).where(Withdrawal.provider_id.in_(provider_ids)))
    found |= {row.provider_id: -row.amount_dong for row in taken if row.state != WithdrawalState.WON}
    return found


def compare_bank(*, today: date) -> Compared:
    """Each movement that the bank tells of, and what we booked on the account that it does not."""
    since, until = today - BANK_DAYS * ONE_DAY, today - ONE_DAY
    rows = session.scalars(
        select(BankTransaction)
        .where(
            BankTransaction.noted_at >= midnight(since),
            BankTransaction.noted_at < midnight(today),
            BankTransaction.state != BankState.DUPLICATE,
        )
        .order_by(BankTransaction.id)
    ).all()
    arrived = _arrived([row.id for row in rows if row.state == BankState.DISCARDED])
    booked = _legs(accounts.BANK, [row.key for row in rows])
    covered: set[str] = set()
    items = []
    for row in rows:
        said = row.amount_dong if row.direction == Direction.IN else -row.amount_dong
        if row.state != BankState.DISCARDED:
            amount = booked[row.key][1] if row.key in booked else 0
            items.append(Item(_day(row.noted_at), row.bank_reference or row.content[:60] or row.key, said, amount))
        elif row.id in arrived:
            keys = arrived[row.id]
            covered |= keys
            amount = sum(leg for _at, leg in _legs(accounts.BANK, keys).values())
            items.append(Item(_day(row.noted_at), row.bank_reference or row.content[:60], said, amount))
    covered |= _covered_by_all()
    by_hand = _journals(accounts.BANK, since, until, [event for event in Event if event != Event.REVERSED])
    items += [
        Item(_day(at), reference, 0, amount)
        for key, at, reference, amount in by_hand
        if not key.startswith("bank:") and key not in covered
    ]
    return gather(DifferenceKind.BANK, items, since=since, until=until)


def _arrived(transaction_ids: Collection[int]) -> dict[int, set[str]]:
    """By the movement that paid a carrier's statement: the keys under which the statement was booked."""
    rows = session.execute(
        select(RemittanceArrival.bank_transaction_id, CarrierRemittanceLine.cooperative_order_id)
        .join(CarrierRemittanceLine, CarrierRemittanceLine.remittance_id == RemittanceArrival.remittance_id)
        .where(RemittanceArrival.bank_transaction_id.in_(transaction_ids), CarrierRemittanceLine.state.in_(REMITTED))
    )
    found: defaultdict[int, set[str]] = defaultdict(set)
    for transaction_id, part_id in rows:
        found[transaction_id].add(f"part:{part_id}:remitted")
    return found


def _covered_by_all() -> set[str]:
    """Also of movements that came before or after the days that are looked at."""
    ids = session.scalars(
        select(BankTransaction.id)
        .join(RemittanceArrival, RemittanceArrival.bank_transaction_id == BankTransaction.id)
        .where(BankTransaction.state == BankState.DISCARDED)
        .order_by(BankTransaction.id.desc())
        .limit(500)
    )
    return {key for keys in _arrived(list(ids)).values() for key in keys}


def compare_cash(*, today: date) -> Compared:
    """Cash that a parcel service collected at the door more than a week ago, and what it handed over of it."""
    since, until = today - CASH_DAYS * ONE_DAY, today - CASH_PATIENCE
    held = [
        (key, at, amount)
        for key, at, _reference, amount in _journals("asset:cod_receivable:", since, until, [Event.CARRIER_DELIVERED])
    ]
    ids = {key: int(key.split(":")[1]) for key, _at, _amount in held}
    handed = _legs("asset:cod_receivable:", [f"part:{part_id}:remitted" for part_id in ids.values()])
    rows = session.execute(
        select(CooperativeOrder.id, CooperativeOrder.code).where(CooperativeOrder.id.in_(ids.values()))
    )
    codes = {row.id: row.code for row in rows}
    items = []
    for key, at, amount in held:
        part_id = ids[key]
        given = handed.get(f"part:{part_id}:remitted")
        items.append(Item(_day(at), codes.get(part_id, key), -given[1] if given is not None else 0, amount))
    return gather(DifferenceKind.CASH, items, since=since, until=until)


def _journals(
    account: str, since: date, until: date, events: Collection[Event]
) -> list[tuple[str, datetime, str, int]]:
    """(key, moment, reference, đồng on the account) of journals in these days that nobody has taken back."""
    taken_back = select(LedgerJournal.reverses_id).where(LedgerJournal.reverses_id.is_not(None))
    rows = session.execute(
        select(LedgerJournal.key, LedgerJournal.at, LedgerJournal.reference, func.sum(LedgerEntry.amount_dong))
        .join(LedgerEntry, LedgerEntry.journal_id == LedgerJournal.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(
            LedgerAccount.code.startswith(account),
            LedgerJournal.at >= midnight(since),
            LedgerJournal.at < midnight(until + ONE_DAY),
            LedgerJournal.event.in_(events),
            LedgerJournal.id.not_in(taken_back),
        )
        .group_by(LedgerJournal.id, LedgerJournal.key, LedgerJournal.at, LedgerJournal.reference)
        .order_by(LedgerJournal.id)
    )
    return [(key, at, reference, int(amount)) for key, at, reference, amount in rows]


def _legs(account: str, keys: Collection[str]) -> dict[str, tuple[datetime, int]]:
    """By key: when, and how much on the account."""
    taken_back = select(LedgerJournal.reverses_id).where(LedgerJournal.reverses_id.is_not(None))
    rows = session.execute(
        select(LedgerJournal.key, LedgerJournal.at, func.sum(LedgerEntry.amount_dong))
        .join(LedgerEntry, LedgerEntry.journal_id == LedgerJournal.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.code.startswith(account), LedgerJournal.key.in_(keys), LedgerJournal.id.not_in(taken_back))
        .group_by(LedgerJournal.key, LedgerJournal.at)
    )
    return {key: (at, int(amount)) for key, at, amount in rows}


def _day(at: datetime) -> date:
    return dates.vietnam_day(at)


def differences(state: DifferenceState, *, limit: int = 100) -> list[BookDifference]:
    """Latest day first."""
    query = select(BookDifference).where(BookDifference.state == state)
    return list(session.scalars(query.order_by(BookDifference.day.desc(), BookDifference.id).limit(limit)))


def count_by_state() -> dict[DifferenceState, int]:
    rows = session.execute(select(BookDifference.state, func.count(BookDifference.id)).group_by(BookDifference.state))
    return {row[0]: row[1] for row in rows}


def find_difference(difference_id: int) -> BookDifference | None:
    return session.get(BookDifference, difference_id)


def deeds_on(ids: Collection[int]) -> dict[int, list[AuditEntry]]:
    """What was done about differences, oldest first."""
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == "book_difference", AuditEntry.subject_id.in_(ids))
        .order_by(AuditEntry.id)
    )
    found: defaultdict[int, list[AuditEntry]] = defaultdict(list)
    for row in rows:
        found[row.subject_id or 0].append(row)
    return found
