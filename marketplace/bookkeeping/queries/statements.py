"""A cooperative's statement of a period, and of a payout: read from the ledger, named by the orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of
from marketplace.bookkeeping import rules
from marketplace.bookkeeping.rules import NOTHING, Columns, Period
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.foundation.dates import VIETNAM
from marketplace.foundation.jobs import Job
from marketplace.ledger import rules as accounts
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerJournal, Payout
from marketplace.ledger.queries import Funds, balances_before, payouts
from marketplace.ledger.states import Event
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import MARKETS_WAYS

MOST_AT_ONCE = 400  # lines that a page draws while somebody waits; more are drawn by a job


@dataclass(frozen=True)
class StatementLine:
    """One movement, or in a payout's statement all of one part of an order."""

    at: datetime
    event: str
    part_code: str
    order_code: str
    columns: Columns


@dataclass(frozen=True)
class OrderSums:
    """All that moved for one part of an order in a period; `at` is when the first of it did."""

    at: datetime
    part_code: str
    columns: Columns

    @property
    def left_dong(self) -> int:
        """What the order comes to for the cooperative, paid out or not."""
        return self.columns.change_dong - self.columns.paid_out_dong

    @property
    def is_own_cash(self) -> bool:
        """The cooperative holds what the buyer paid, and owes the fee."""
        return not self.columns.goods_dong and self.columns.fee_dong < 0


@dataclass(frozen=True)
class Statement:
    """`opening_dong` and the lines' changes are `closing_dong`; `at_end` says where that lies."""

    cooperative: Cooperative
    period: Period
    opening_dong: int
    lines: list[StatementLine]
    at_end: Funds
    debt_settled_dong: int  # with sales, in the period

    @property
    def totals(self) -> Columns:
        return sum((line.columns for line in self.lines), NOTHING)

    @property
    def closing_dong(self) -> int:
        return self.opening_dong + self.totals.change_dong

    @property
    def by_order(self) -> list[OrderSums]:
        """One line an order, in the order of their days."""
        found: dict[str, OrderSums] = {}
        for line in self.lines:
            if line.order_code:
                known = found.get(line.part_code, OrderSums(line.at, line.part_code, NOTHING))
                found[line.part_code] = replace(known, columns=known.columns + line.columns)
        return list(found.values())

    @property
    def of_no_order(self) -> list[StatementLine]:
        """Payouts, and what else is not one order's."""
        return [line for line in self.lines if not line.order_code]


@dataclass(frozen=True)
class PayoutStatement:
    """What a payout is for, part by part; the lines' sums are what is paid."""

    cooperative: Cooperative
    payout: Payout
    lines: list[StatementLine]

    @property
    def totals(self) -> Columns:
        return sum((line.columns for line in self.lines), NOTHING)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)


def statement_of(cooperative: Cooperative, period: Period) -> Statement:
    """The movements of what the market owes it, oldest first; moves from one of its accounts to the next are none."""
    since, until = midnight(period.since), midnight(period.day_after)
    in_period = and_(LedgerJournal.at >= since, LedgerJournal.at < until)
    moved = _moved(cooperative.id, in_period)
    debt = accounts.cooperative_debt(cooperative.id)
    settled = [-amount for one in moved for code, amount, _ref in one.legs if code == debt and one.event == _RELEASED]
    return Statement(
        cooperative=cooperative,
        period=period,
        opening_dong=balances_before(cooperative.id, since),
        # Not all is booked in the order in which it happened.
        lines=sorted(
            (line for line in _lines(cooperative.id, moved, in_period) if line.columns != NOTHING),
            key=lambda line: line.at,
        ),
        at_end=_funds_before(cooperative.id, until),
        debt_settled_dong=sum(settled),
    )


_RELEASED = Event.RETURN_WINDOW_OVER


def count_movements(cooperative_id: int, period: Period) -> int:
    """An upper bound, cheap, for the choice between now and a job."""
    query = (
        select(func.count(LedgerJournal.id.distinct()))
        .join(LedgerEntry, LedgerEntry.journal_id == LedgerJournal.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(
            LedgerAccount.cooperative_id == cooperative_id,
            LedgerJournal.at >= midnight(period.since),
            LedgerJournal.at < midnight(period.day_after),
        )
    )
    return session.scalar(query) or 0


def payout_statement(cooperative: Cooperative, payout: Payout) -> PayoutStatement:
    """Every part of an order in it, with all that was booked for it until the payout was made ready."""
    amounts = payouts.lines_of(payout)
    opened = session.execute(
        select(LedgerJournal.id, LedgerJournal.at).where(
            LedgerJournal.reference == payout.code, LedgerJournal.event == Event.PAYOUT_OPENED
        )
    ).one()
    of_parts = and_(
        LedgerJournal.id < opened.id,
        LedgerJournal.id.in_(
            select(LedgerEntry.journal_id)
            .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
            .where(
                LedgerAccount.cooperative_id == cooperative.id,
                LedgerEntry.reference.in_([reference for reference, _amount in amounts]),
            )
        ),
    )
    moved = _moved(cooperative.id, of_parts)
    debt = accounts.cooperative_debt(cooperative.id)
    found: defaultdict[str, Columns] = defaultdict(Columns)
    for line in _lines(cooperative.id, moved, of_parts):
        found[line.part_code] += line.columns
    for one in moved:
        for code, amount, reference in one.legs:
            if code == debt:
                found[reference] += Columns(debt_dong=amount)
    orders = _parts(cooperative.id, [reference for reference, _amount in amounts])
    lines = []
    for reference, amount in amounts:
        known = found[reference]
        # What was paid out before for the same part, or came back from the bank, closes the line.
        whole = known + Columns(other_dong=amount - known.change_dong)
        order_code = orders[reference].order_code if reference in orders else ""
        lines.append(StatementLine(opened.at, Event.PAYOUT_OPENED, reference, order_code, whole))
    return PayoutStatement(cooperative, payout, lines)


@dataclass(frozen=True)
class _Journal:
    id: int
    at: datetime
    event: str
    reference: str
    legs: list[tuple[str, int, str]]

    @property
    def change_dong(self) -> int:
        return -sum(amount for _code, amount, _reference in self.legs)

    @property
    def part_code(self) -> str:
        return next((reference for _code, _amount, reference in self.legs if reference), self.reference)


def _moved(cooperative_id: int, condition: ColumnElement[bool]) -> list[_Journal]:
    rows = session.execute(
        select(
            LedgerJournal.id,
            LedgerJournal.at,
            LedgerJournal.event,
            LedgerJournal.reference,
            LedgerAccount.code,
            LedgerEntry.amount_dong,
            LedgerEntry.reference,
        )
        .join(LedgerEntry, LedgerEntry.journal_id == LedgerJournal.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.cooperative_id == cooperative_id, condition)
        .order_by(LedgerJournal.id, LedgerEntry.id)
    )
    found: dict[int, _Journal] = {}
    for journal_id, at, event, reference, code, amount, leg_reference in rows:
        journal = found.setdefault(journal_id, _Journal(journal_id, at, event, reference, []))
        journal.legs.append((code, amount, leg_reference))
    return list(found.values())


@dataclass
class _Beside:
    """What stands in a journal beside the cooperative's own legs."""

    fee_dong: int = 0
    tax_dong: int = 0
    is_sale: bool = False
    is_shared: bool = False  # other cooperatives' legs stand in it, too


def _lines(cooperative_id: int, moved: list[_Journal], condition: ColumnElement[bool]) -> list[StatementLine]:
    beside = _beside(cooperative_id, condition)
    parts = _parts(cooperative_id, {one.part_code for one in moved})
    lines = []
    for one in moved:
        here, part = beside.get(one.id, _Beside()), parts.get(one.part_code)
        is_sale = here.is_sale and one.event == Event.PART_DELIVERED
        own_way = is_sale and part is not None and part.delivery_way not in MARKETS_WAYS
        # Of a journal of several cooperatives nobody can tell whose fee it is; it stays in what the event is about.
        shown = rules.columns(
            one.event,
            change_dong=one.change_dong,
            fee_dong=0 if here.is_shared else here.fee_dong,
            tax_dong=0 if here.is_shared else here.tax_dong,
            delivery_dong=part.delivery_dong if own_way and part is not None else 0,
        ) if one.change_dong else NOTHING  # fmt: skip
        lines.append(StatementLine(one.at, one.event, one.part_code, part.order_code if part else "", shown))
    return lines


_TAXES = (accounts.TAX_VAT_WITHHELD, accounts.TAX_PIT_WITHHELD)


def _beside(cooperative_id: int, condition: ColumnElement[bool]) -> dict[int, _Beside]:
    ours = _journal_ids(cooperative_id, condition)
    named = LedgerAccount.code.in_([accounts.PLATFORM_FEE, accounts.ORDER_CLEARING, *_TAXES])
    of_others = and_(LedgerAccount.cooperative_id.is_not(None), LedgerAccount.cooperative_id != cooperative_id)
    rows = session.execute(
        select(LedgerEntry.journal_id, LedgerAccount.code, func.sum(LedgerEntry.amount_dong))
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.journal_id.in_(ours), or_(named, of_others))
        .group_by(LedgerEntry.journal_id, LedgerAccount.code)
    )
    found: defaultdict[int, _Beside] = defaultdict(_Beside)
    for journal_id, code, amount in rows:
        here = found[journal_id]
        if code == accounts.PLATFORM_FEE:
            here.fee_dong += int(amount)
        elif code in _TAXES:
            here.tax_dong += int(amount)
        elif code == accounts.ORDER_CLEARING:
            here.is_sale = amount > 0
        else:
            here.is_shared = True
    return found


def _journal_ids(cooperative_id: int, condition: ColumnElement[bool]) -> Select[int]:
    return (
        select(LedgerJournal.id)
        .join(LedgerEntry, LedgerEntry.journal_id == LedgerJournal.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.cooperative_id == cooperative_id, condition)
    )


@dataclass(frozen=True)
class _Part:
    order_code: str
    delivery_way: str
    delivery_dong: int


def _parts(cooperative_id: int, codes: Collection[str]) -> dict[str, _Part]:
    rows = session.execute(
        select(CooperativeOrder.code, Order.code, CooperativeOrder.delivery_way, CooperativeOrder.delivery_dong)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(CooperativeOrder.cooperative_id == cooperative_id, CooperativeOrder.code.in_(codes))
    )
    return {row[0]: _Part(row[1], row[2], row[3]) for row in rows}


def _funds_before(cooperative_id: int, at: datetime) -> Funds:
    rows = session.execute(
        select(LedgerAccount.code, func.sum(LedgerEntry.amount_dong))
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .join(LedgerJournal, LedgerJournal.id == LedgerEntry.journal_id)
        .where(LedgerAccount.cooperative_id == cooperative_id, LedgerJournal.at < at)
        .group_by(LedgerAccount.code)
    )
    found = {code: int(amount) for code, amount in rows}
    return Funds(
        pending_dong=-found.get(accounts.cooperative_pending(cooperative_id), 0),
        payable_dong=-found.get(accounts.cooperative_payable(cooperative_id), 0),
        in_transit_dong=-found.get(accounts.payout_in_transit(cooperative_id), 0),
        debt_dong=found.get(accounts.cooperative_debt(cooperative_id), 0),
    )


def cooperatives_with_money(person: Person) -> list[Cooperative]:
    """Of his provinces, those for which anything was ever booked."""
    booked = select(LedgerAccount.cooperative_id).where(LedgerAccount.cooperative_id.is_not(None))
    query = select(Cooperative).where(in_provinces_of(person, Cooperative.province_code), Cooperative.id.in_(booked))
    return list(session.scalars(query.order_by(Cooperative.sort_key, Cooperative.id)))


def find_cooperative(person: Person, cooperative_id: int) -> Cooperative | None:
    return session.scalar(
        select(Cooperative).where(Cooperative.id == cooperative_id, in_provinces_of(person, Cooperative.province_code))
    )


def find_made(code: str) -> Job | None:
    """A job that makes a statement; whose it is stands in its arguments."""
    return session.scalar(select(Job).where(Job.code == code, Job.name == "draw_statement"))


def statements_that_do_not_close(today: date) -> list[str]:
    """Invariant: opening and movements of this month and the last are the closing, which lies where its accounts say."""
    months = [rules.month_of(today.replace(day=1) - rules.ONE_DAY), rules.month_of(today)]
    booked = select(LedgerAccount.cooperative_id).where(LedgerAccount.cooperative_id.is_not(None))
    wrong = []
    for cooperative in session.scalars(select(Cooperative).where(Cooperative.id.in_(booked)).order_by(Cooperative.id)):
        found = [statement_of(cooperative, month) for month in months]
        wrong += [_why(one) for one in found if one.closing_dong != _whole(one.at_end)]
        if found[0].closing_dong != found[1].opening_dong:
            wrong.append(f"{cooperative.slug}: {found[0].closing_dong} at the end, then {found[1].opening_dong}")
    return wrong


def _why(one: Statement) -> str:
    return f"{one.cooperative.slug}: {one.period.since:%m/%Y} closes with {one.closing_dong}, not {_whole(one.at_end)}"


def _whole(funds: Funds) -> int:
    return funds.pending_dong + funds.payable_dong + funds.in_transit_dong - funds.debt_dong
