"""A cooperative's own part of a closing report, as figures, as PDF and as a workbook."""

from __future__ import annotations

from flask_babel import gettext as _

from marketplace.bookkeeping.papers.tables import LARGE, PORTRAIT, TITLE, Column, number, open_pages
from marketplace.bookkeeping.papers.workbooks import Cell, Sheet, workbook
from marketplace.fairs.models import Fair
from marketplace.foundation import dates
from marketplace.reports.papers import closing
from marketplace.reports.rules import BoothFigures, ClosingReport, ProductFigures
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


def products_of(report: ClosingReport, part: BoothFigures) -> list[ProductFigures]:
    return [one for one in report.products if one.booth_id == part.booth_id]


def draw(fair: Fair, report: ClosingReport, part: BoothFigures) -> bytes:
    """PDF."""
    title = _("What “%(fair)s” brought us", fair=fair.name)
    state = closing.state_words(fair, report)
    with open_pages(title, PORTRAIT, foot=f"Chợ HTX · {part.name} · {fair.name} · {state}") as (paper, pages):
        pages.line(title, size=TITLE, is_bold=True)
        pages.line(part.name, size=LARGE, is_bold=True)
        pages.line(f"{dates.format_moment(fair.starts_at)} – {dates.format_moment(fair.ends_at)}")
        pages.line(state)
        closing.heading(pages, _("In figures"))
        closing.figure_table(pages, figures_of(part))
        products = products_of(report, part)
        if products:
            closing.heading(pages, _("What was sold"))
            pages.table(
                (
                    Column(_("Product"), 118),
                    Column(_("Packs"), 28, is_number=True),
                    Column(_("Amount"), 40, is_number=True),
                ),
                [[one.name, number(one.packs), number(one.dong)] for one in products],
            )
        return bytes(paper.output())


def calculate(fair: Fair, report: ClosingReport, part: BoothFigures) -> bytes:
    """Excel."""
    head: list[list[Cell]] = [[fair.name], [part.name], [_("Counted on"), dates.vietnam_day(report.counted_at)]]
    rows: list[list[Cell]] = [
        [str(MEANINGS[figure].label), value, str(MEANINGS[figure].definition)] for figure, value in figures_of(part)
    ]
    products: list[list[Cell]] = [[one.name, one.packs, one.dong] for one in products_of(report, part)]
    return workbook(
        [
            Sheet(_("Figures"), head, [_("Figure"), _("Value"), _("How it is counted")], rows, widths=(32, 18, 90)),
            Sheet(_("Products"), [], [_("Product"), _("Packs"), _("Amount")], products, widths=(44, 10, 16)),
        ]
    )
