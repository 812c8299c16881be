"""A cooperative's own part of a closing report, as figures and as a workbook."""

from __future__ import annotations

from flask_babel import gettext as _

from marketplace.bookkeeping.papers.workbooks import Cell, Sheet, workbook
from marketplace.fairs.models import Fair
from marketplace.foundation import dates
from marketplace.reports.rules import BoothFigures, ClosingReport
from marketplace.reports.states import Figure
from marketplace.reports.words import MEANINGS


def figures_of(part: BoothFigures) -> list[tuple[Figure, int]]:
    """Under the names and definitions of the whole report."""
    return [
        (Figure.ORDERS, part.orders),
        (Figure.CONFIRMED, part.confirmed),
        (Figure.DELIVERED, part.delivered),
        (Figure.CANCELLED, part.cancelled),
        (Figure.PACKS, part.packs),
        (Figure.GROSS_DONG, part.gross_dong),
        (Figure.DELIVERED_DONG, part.delivered_dong),
        (Figure.MINUTES, part.minutes),
        (Figure.QUESTIONS, part.questions),
        (Figure.ANSWERED, part.answered),
        (Figure.SCANS, part.scans),
        (Figure.LEADS, part.leads),
        (Figure.COMPLAINTS, part.complaints),
    ]


def calculate(fair: Fair, report: ClosingReport, part: BoothFigures) -> bytes:
    """Excel."""
    head: list[list[Cell]] = [[fair.name], [part.name], [_("Counted on"), dates.vietnam_day(report.counted_at)]]
    rows: list[list[Cell]] = [
        [str(MEANINGS[figure].label), number, str(MEANINGS[figure].definition)] for figure, number in figures_of(part)
    ]
    products: list[list[Cell]] = [
        [one.name, one.packs, one.dong] for one in report.products if one.booth_id == part.booth_id
    ]
    return workbook(
        [
            Sheet(_("Figures"), head, [_("Figure"), _("Value"), _("How it is counted")], rows, widths=(32, 18, 90)),
            Sheet(_("Products"), [], [_("Product"), _("Packs"), _("Amount")], products, widths=(44, 10, 16)),
        ]
    )
