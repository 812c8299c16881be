"""What households are given, to be signed for; the list with names stays inside the cooperative."""

from __future__ import annotations

from flask_babel import gettext as _

from marketplace.bookkeeping.papers.tables import LARGE, PORTRAIT, TITLE, Column, number, open_pages
from marketplace.bookkeeping.papers.workbooks import Cell, Sheet, pairs, workbook
from marketplace.bookkeeping.queries.households import SheetView
from marketplace.bookkeeping.states import SheetState
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, dates

_SIGNED_HEIGHT = 11.0  # of a row that somebody signs in with a pen


def draw(view: SheetView, cooperative: Cooperative) -> bytes:
    sheet = view.sheet
    title = _("Sharing sheet %(code)s, version %(version)s", code=sheet.code, version=sheet.version)
    made = _("made on %(moment)s", moment=dates.format_moment(clock.now()))
    foot = f"{cooperative.short_name} · {sheet.code} · {made}"
    with open_pages(title, PORTRAIT, foot=foot) as (paper, pages):
        pages.line(cooperative.legal_name)
        pages.line(title, size=TITLE, is_bold=True)
        pages.line(sheet.title, size=LARGE, is_bold=True)
        if sheet.state == SheetState.OPEN:
            pages.line(_("Draft. Do not pay by it."), size=LARGE, is_bold=True)
        elif sheet.state == SheetState.REPLACED:
            pages.line(_("Replaced by a new one. Do not pay by it."), size=LARGE, is_bold=True)
        pages.facts(
            [
                (_("Closed on"), dates.format_moment(sheet.closed_at) if sheet.closed_at else ""),
                (_("Why it was corrected"), sheet.reason),
                (_("Lots"), ", ".join(f"{one.product_name} {one.lot_code}" for one in sheet.lots)),
                (_("Costs are for"), sheet.costs_note if sheet.costs_dong else ""),
            ]
        )
        pages.skip(2)
        pages.sums(_sums(view), width=110.0)
        pages.skip(4)
        pages.table(
            (
                Column(_("No."), 10, is_number=True), Column(_("Household"), 68),
                Column(_("Delivered (kg)"), 28, is_number=True), Column(_("Amount (đồng)"), 34, is_number=True),
                Column(_("Signature"), 46),
            ),
            (
                [str(place), row.household, kilograms(row.grams), number(row.amount_dong) or "0", ""]
                for place, row in enumerate(view.rows, start=1)
            ),
            total=["", _("Together"), kilograms(view.grams), number(view.division.shared_dong) or "0", ""],
            least_height=_SIGNED_HEIGHT,
        )  # fmt: skip
        pages.skip(8)
        pages.keep_together(30)
        pages.line(_("Made out by:") + " " * 60 + _("For the cooperative:"))
        return bytes(paper.output())


def calculate(view: SheetView, cooperative: Cooperative) -> bytes:
    sheet = view.sheet
    above: list[list[Cell]] = [
        [cooperative.legal_name],
        [_("Sharing sheet %(code)s, version %(version)s", code=sheet.code, version=sheet.version), sheet.title],
        [_("Closed on"), dates.vietnam_day(sheet.closed_at) if sheet.closed_at else None],
        *pairs(_sums(view)),
    ]
    rows: list[list[Cell]] = [
        [place, row.household, *_weights(view, place - 1), row.amount_dong] for place, row in enumerate(view.rows, 1)
    ]
    totals = [sum(row.by_lot[one.lot_id].grams for row in view.rows if one.lot_id in row.by_lot) for one in sheet.lots]
    rows.append([None, _("Together"), *totals, view.division.shared_dong])
    lots = [_("%(product)s, lot %(code)s (g)", product=one.product_name, code=one.lot_code) for one in sheet.lots]
    headings = [_("No."), _("Household"), *lots, _("Amount (đồng)")]
    widths = (24, 30, *[24] * len(lots), 18)
    return workbook([Sheet(sheet.code, above, headings, rows, widths=widths, bold=frozenset({len(rows) - 1}))])


def _weights(view: SheetView, place: int) -> list[int | None]:
    by_lot = view.rows[place].by_lot
    return [by_lot[one.lot_id].grams if one.lot_id in by_lot else None for one in view.sheet.lots]


def _sums(view: SheetView) -> list[tuple[str, int]]:
    return [
        (_("Earned with these lots"), view.division.earned_dong),
        (_("Fund of the cooperative (%(percent)s)", percent=percent(view.sheet.fund_basis_points)), -view.division.fund_dong),
        (_("Costs"), -view.division.costs_dong),
        (_("For the households"), view.division.shared_dong),
    ]  # fmt: skip


def percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole},{rest:02}".rstrip("0").rstrip(",") + " %" if rest else f"{whole} %"


def kilograms(grams: int) -> str:
    whole, rest = divmod(grams, 1_000)
    return f"{whole:,}".replace(",", ".") + (f",{rest:03}".rstrip("0") if rest else "")
