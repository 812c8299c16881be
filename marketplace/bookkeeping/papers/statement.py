"""A cooperative's statement on paper and as a workbook; the same figures as on its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from marketplace.bookkeeping.papers.tables import LANDSCAPE, LARGE, TITLE, Column, OnRow, Pages, number, open_pages
from marketplace.bookkeeping.papers.workbooks import Cell, Sheet, pairs, workbook
from marketplace.bookkeeping.queries.statements import PayoutStatement, Statement, StatementLine
from marketplace.bookkeeping.rules import Columns
from marketplace.bookkeeping.words import period_words
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, dates, money
from marketplace.foundation.banks import BANKS
from marketplace.ledger.words import ACCOUNTS, EVENTS, PAYOUTS


def amounts(columns: Columns) -> list[tuple[str, int]]:
    """The columns of a statement with their names; of what never occurs here the zeros stay."""
    return [
        (_("Price of goods"), columns.goods_dong),
        (_("Delivery"), columns.delivery_dong),
        (_("Market's fee"), columns.fee_dong),
        (_("Tax withheld"), columns.tax_dong),
        (_("Refunds"), columns.refund_dong),
        (_("Debt offset"), columns.debt_dong),
        (_("Paid out"), columns.paid_out_dong),
        (_("Corrections"), columns.other_dong),
        (_("Amount"), columns.change_dong),
    ]


def draw(statement: Statement, *, on_row: OnRow | None = None) -> bytes:
    """PDF."""
    title = _("Statement %(period)s", period=period_words(statement.period))
    with open_pages(title, LANDSCAPE, foot=_foot(statement.cooperative)) as (paper, pages):
        _head(pages, title, statement.cooperative)
        pages.skip(2)
        pages.sums(_closing(statement))
        pages.skip(4)
        if statement.lines:
            _table(pages, statement.lines, statement.totals, on_row)
        else:
            pages.line(_("Nothing moved in these days."))
        pages.skip(4)
        pages.line(_("Where it lies at the end"), size=LARGE, is_bold=True)
        pages.sums(_at_end(statement))
        if statement.debt_settled_dong:
            amount = money.format_dong(statement.debt_settled_dong)
            pages.line(_("In these days %(amount)s of the debt was settled with sales.", amount=amount))
        return bytes(paper.output())


def draw_payout(statement: PayoutStatement, *, on_row: OnRow | None = None) -> bytes:
    payout = statement.payout
    title = _("Payout %(code)s", code=payout.code)
    with open_pages(title, LANDSCAPE, foot=_foot(statement.cooperative)) as (paper, pages):
        _head(pages, title, statement.cooperative)
        pages.facts(_payout_facts(statement))
        pages.skip(3)
        _table(pages, statement.lines, statement.totals, on_row)
        pages.skip(3)
        pages.sums([(_("Paid out in this transfer"), payout.amount_dong)])
        return bytes(paper.output())


def calculate(statement: Statement) -> bytes:
    """Excel."""
    head: list[list[Cell]] = [
        [_("Statement %(period)s", period=period_words(statement.period))],
        [statement.cooperative.legal_name, statement.cooperative.tax_code],
        *pairs(_closing(statement)),
        [],
        [_("Where it lies at the end")],
        *pairs(_at_end(statement)),
    ]
    return workbook([_sheet(_("Statement"), head, statement.lines, statement.totals)])


def calculate_payout(statement: PayoutStatement) -> bytes:
    head: list[list[Cell]] = [
        [_("Payout %(code)s", code=statement.payout.code)],
        [statement.cooperative.legal_name, statement.cooperative.tax_code],
        *pairs(_payout_facts(statement)),
        [_("Paid out in this transfer"), statement.payout.amount_dong],
    ]
    return workbook([_sheet(_("Payout"), head, statement.lines, statement.totals)])


def _foot(cooperative: Cooperative) -> str:
    made = _("made on %(moment)s", moment=dates.format_moment(clock.now()))
    return f"Chợ HTX · {cooperative.short_name} · {made}"


def _head(pages: Pages, title: str, cooperative: Cooperative) -> None:
    pages.line(title, size=TITLE, is_bold=True)
    pages.line(cooperative.legal_name, size=LARGE, is_bold=True)
    pages.facts([(_("Tax code"), cooperative.tax_code), (_("Address"), cooperative.address_line)])
    pages.line(_("All amounts in đồng. What is taken off stands with a minus sign."))


def _payout_facts(statement: PayoutStatement) -> list[tuple[str, str]]:
    payout = statement.payout
    bank = BANKS[payout.bank_bin].name if payout.bank_bin in BANKS else payout.bank_bin
    return [
        (_("State"), str(PAYOUTS[payout.state])),
        (_("Bank"), bank),
        (_("Account number"), payout.number),
        (_("Account holder"), payout.holder),
        (_("Content of the transfer"), payout.code),
    ]


def _closing(statement: Statement) -> list[tuple[str, int]]:
    return [
        (_("At the beginning"), statement.opening_dong),
        *[(name, amount) for name, amount in amounts(statement.totals)[:-1] if amount],
        (_("At the end"), statement.closing_dong),
    ]


def _at_end(statement: Statement) -> list[tuple[str, int]]:
    funds = statement.at_end
    return [
        (str(ACCOUNTS["liab:coop_pending"]), funds.pending_dong),
        (str(ACCOUNTS["liab:coop_payable"]), funds.payable_dong),
        (str(ACCOUNTS["liab:payout_in_transit"]), funds.in_transit_dong),
        (str(ACCOUNTS["asset:coop_debt"]), -funds.debt_dong),
        (_("At the end"), statement.closing_dong),
    ]


_WIDTHS = (19.0, 35.0, 34.0)
_AMOUNT_WIDTH = 20.5


def _table(pages: Pages, lines: Sequence[StatementLine], totals: Columns, on_row: OnRow | None) -> None:
    names = [_("Day"), _("What"), _("Part of the order")]
    columns = [Column(name, width) for name, width in zip(names, _WIDTHS, strict=True)]
    columns += [Column(name, _AMOUNT_WIDTH, is_number=True) for name, _amount in amounts(totals)]
    pages.table(columns, _rows(lines), total=[_("Together"), "", "", *_numbers(totals)], on_row=on_row)


def _rows(lines: Sequence[StatementLine]) -> Iterator[list[str]]:
    for line in lines:
        day = dates.format_day(dates.vietnam_day(line.at))
        yield [day, str(EVENTS.get(line.event, line.event)), line.part_code, *_numbers(line.columns)]  # type: ignore[call-overload]


def _numbers(columns: Columns) -> list[str]:
    return [number(amount) for _name, amount in amounts(columns)]


def _sheet(name: str, above: Sequence[Sequence[Cell]], lines: Sequence[StatementLine], totals: Columns) -> Sheet:
    rows: list[list[Cell]] = [
        [
            dates.vietnam_day(line.at),
            str(EVENTS.get(line.event, line.event)),  # type: ignore[call-overload]
            line.part_code,
            line.order_code,
            *(amount for _name, amount in amounts(line.columns)),
        ]
        for line in lines
    ]
    rows.append([_("Together"), None, None, None, *(amount for _name, amount in amounts(totals))])
    headings = [
        _("Day"),
        _("What"),
        _("Part of the order"),
        _("Order code"),
        *(name for name, _amount in amounts(totals)),
    ]
    return Sheet(name, above, headings, rows, widths=(24, 28, 20, 16, *[14] * 9), bold=frozenset({len(rows) - 1}))
