"""The general journal and the sums of accounts for an accountant, under the numbers of the official chart."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from marketplace.bookkeeping.papers.workbooks import Cell, Sheet, comma_separated, workbook
from marketplace.bookkeeping.queries import accounts
from marketplace.bookkeeping.rules import Period
from marketplace.bookkeeping.words import period_words
from marketplace.ledger.queries import cooperative_names
from marketplace.ledger.words import EVENTS, book_of


def write(period: Period) -> bytes:
    """CSV: the journal, one line for each leg."""
    return comma_separated(_headings(), _journal(period))


def calculate(period: Period) -> bytes:
    """Excel: the journal, the sums of accounts, and which circular gives an account its number."""
    journal = list(_journal(period))
    return workbook(
        [
            Sheet(
                _("Journal"),
                [[_("Journal %(period)s", period=period_words(period))]],
                _headings(),
                [*journal, [None, None, None, None, None, _("Together"), _sum(journal, 6), _sum(journal, 7)]],
                widths=(12, 10, 30, 20, 10, 44, 16, 16, 30, 20),
                bold=frozenset({len(journal)}),
            ),
            _sums(period),
        ]
    )


def _headings() -> list[str]:
    return [
        _("Day"), _("Journal no."), _("What"), _("Document"), _("Account no."), _("Official account"), _("Debit"),
        _("Credit"), _("Account"), _("Concerns"),
    ]  # fmt: skip


def _journal(period: Period) -> Iterator[list[Cell]]:
    names = cooperative_names()
    for leg in accounts.legs_of(period):
        official = accounts.official(leg.account, leg.day)
        yield [
            leg.day,
            leg.journal_id,
            str(EVENTS.get(leg.event, leg.event)),  # type: ignore[call-overload]
            leg.reference,
            official.number,
            official.name,
            max(0, leg.amount_dong),
            max(0, -leg.amount_dong),
            book_of(leg.account, names),
            leg.leg_reference,
        ]


def _sum(rows: list[list[Cell]], place: int) -> int:
    return sum(cell for row in rows if isinstance(cell := row[place], int))


def _sums(period: Period) -> Sheet:
    rows: list[list[Cell]] = []
    names = cooperative_names()
    for one in accounts.sums_of(period):
        official = accounts.official(one.account, period.until)
        rows.append(
            [
                official.number, official.name, book_of(one.account, names),
                max(0, one.before_dong), max(0, -one.before_dong), one.debit_dong, one.credit_dong,
                max(0, one.after_dong), max(0, -one.after_dong), official.source,
            ]
        )  # fmt: skip
    rows.sort(key=lambda row: str(row[0]))
    totals: list[Cell] = [_("Together"), None, None, *(_sum(rows, place) for place in range(3, 9)), None]
    headings = [
        _("Account no."), _("Official account"), _("Account"), _("Opening debit"), _("Opening credit"), _("Debit"),
        _("Credit"), _("Closing debit"), _("Closing credit"), _("Source of the number"),
    ]  # fmt: skip
    return Sheet(
        _("Sums of accounts"),
        [[_("Sums of accounts %(period)s", period=period_words(period))]],
        headings,
        [*rows, totals],
        widths=(12, 44, 36, 16, 16, 16, 16, 16, 16, 28),
        bold=frozenset({len(rows)}),
    )
