"""A closing report as PDF and as a workbook; the same figures as on its page."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from marketplace.bookkeeping.papers.tables import LARGE, PORTRAIT, TITLE, Column, Pages, number, open_pages
from marketplace.bookkeeping.papers.workbooks import Cell, Sheet, workbook
from marketplace.fairs.models import Fair
from marketplace.foundation import dates
from marketplace.reports.rules import STEP_MINUTES, BoothFigures, ClosingReport
from marketplace.reports.states import Figure
from marketplace.reports.words import GROUPS, MEANINGS, count_words, figure_words, scheme_words

MOST_PRODUCTS = 10


def draw(fair: Fair, report: ClosingReport, *, province_name: str) -> bytes:
    """PDF."""
    title = _("Closing report of “%(fair)s”", fair=fair.name)
    with open_pages(title, PORTRAIT, foot=f"Chợ HTX · {fair.name} · {state_words(fair, report)}") as (paper, pages):
        pages.line(title, size=TITLE, is_bold=True)
        pages.line(province_name, size=LARGE, is_bold=True)
        pages.line(f"{dates.format_moment(fair.starts_at)} – {dates.format_moment(fair.ends_at)}")
        pages.line(state_words(fair, report))
        for name, figures in GROUPS:
            rows = [figure for figure in figures if figure in report.figures]
            if rows:
                heading(pages, str(name))
                figure_table(pages, [(figure, report.figures[figure]) for figure in rows])
        _charts(pages, report)
        heading(pages, _("Each cooperative"))
        pages.table(_booth_columns(), [_booth_row(one) for one in report.booths])
        if report.products:
            heading(pages, _("Sold most"))
            names = {one.booth_id: one.name for one in report.booths}
            pages.table(
                (
                    Column(_("Product"), 80), Column(_("Cooperative"), 56), Column(_("Packs"), 18, is_number=True),
                    Column(_("Amount"), 32, is_number=True),
                ),
                [
                    [one.name, names.get(one.booth_id, ""), number(one.packs), number(one.dong)]
                    for one in report.products[:MOST_PRODUCTS]
                ],
            )  # fmt: skip
        return bytes(paper.output())


def state_words(fair: Fair, report: ClosingReport) -> str:
    moment = dates.format_moment(report.counted_at)
    if fair.report is None:
        return str(_("Not handed in yet; counted on %(moment)s", moment=moment))
    return str(_("Figures frozen on %(moment)s", moment=moment))


def heading(pages: Pages, words: str) -> None:
    pages.keep_together(30)
    pages.skip(5)
    pages.line(words, size=LARGE, is_bold=True)
    pages.skip(1)


def figure_table(pages: Pages, rows: Sequence[tuple[Figure, int]]) -> None:
    """Each figure with what it means."""
    pages.table(
        (Column(_("Figure"), 52), Column(_("Value"), 34, is_number=True), Column(_("How it is counted"), 100)),
        [
            [str(MEANINGS[figure].label), figure_words(figure, value), str(MEANINGS[figure].definition)]
            for figure, value in rows
        ],
    )


def _charts(pages: Pages, report: ClosingReport) -> None:
    best = report.best_booths()[:12]
    if any(one.gross_dong for one in best):
        heading(pages, _("Sales ordered, by cooperative"))
        pages.bars([(one.name, one.gross_dong, figure_words(Figure.GROSS_DONG, one.gross_dong)) for one in best])
    standards = standard_rows(report)
    if standards:
        heading(pages, _("Products by stars and standards"))
        pages.bars([(name, count, count_words(count)) for name, count in standards])
    if any(report.steps):
        heading(pages, _("Orders in each quarter of an hour"))
        pages.bars([(name, count, count_words(count)) for name, count in step_rows(report)])


def standard_rows(report: ClosingReport) -> list[tuple[str, int]]:
    """Stars first, then the other standards, with how many products have them."""
    stars = [(_("OCOP %(count)s stars", count=height), count) for height, count in report.stars.items()]
    return stars + [(scheme_words(code), count) for code, count in report.schemes.items() if code != "ocop"]


def step_rows(report: ClosingReport) -> list[tuple[str, int]]:
    """Minutes since the opening, as “0–15”; what came after the end is in the last one."""
    return [
        (
            _("minutes %(start)s–%(end)s", start=place * STEP_MINUTES, end=(place + 1) * STEP_MINUTES),
            count,
        )
        for place, count in enumerate(report.steps)
    ]


def _booth_columns() -> list[Column]:
    numbers = ((_("Minutes on air"), 18), (_("Orders placed"), 18), (_("Orders delivered"), 18), (_("Packs"), 16))
    return [
        Column(_("Cooperative"), 60),
        *(Column(name, width, is_number=True) for name, width in numbers),
        Column(_("Sales ordered"), 28, is_number=True),
        Column(_("Sales delivered"), 28, is_number=True),
    ]


def _booth_row(one: BoothFigures) -> list[str]:
    numbers = (one.minutes, one.orders, one.delivered, one.packs, one.gross_dong, one.delivered_dong)
    return [one.name, *(number(value) or "0" for value in numbers)]


def calculate(fair: Fair, report: ClosingReport, *, province_name: str) -> bytes:
    """Excel: the figures with their definitions, each cooperative, each product, each part on air."""
    head: list[list[Cell]] = [
        [_("Closing report of “%(fair)s”", fair=fair.name)],
        [province_name],
        [state_words(fair, report)],
    ]
    figures: list[list[Cell]] = [
        [
            str(name),
            str(MEANINGS[figure].label),
            _cell(figure, report.figures[figure]),
            str(MEANINGS[figure].definition),
        ]
        for name, several in GROUPS
        for figure in several
        if figure in report.figures
    ]
    names = {one.booth_id: one.name for one in report.booths}
    standards: list[list[Cell]] = [[name, count] for name, count in standard_rows(report)]
    return workbook(
        [
            Sheet(
                _("Figures"), head, [_("Group"), _("Figure"), _("Value"), _("How it is counted")], figures,
                widths=(20, 32, 18, 90),
            ),
            Sheet(_("Cooperatives"), [], booth_headings(), [booth_cells(one) for one in report.booths], widths=(32, 18)),
            Sheet(
                _("Products"), [], [_("Product"), _("Cooperative"), _("Packs"), _("Amount")],
                [[one.name, names.get(one.booth_id, ""), one.packs, one.dong] for one in report.products],
                widths=(44, 32, 10, 16),
            ),
            Sheet(
                _("Parts on air"), [], [_("Part"), _("Minutes on air"), _("Orders placed"), _("Sales ordered")],
                [[one.title, one.minutes, one.orders, one.dong] for one in report.slots], widths=(36, 16, 16, 18),
            ),
            Sheet(_("Standards"), [], [_("Standard"), _("Products")], standards, widths=(32, 12)),
        ]
    )  # fmt: skip


def booth_headings() -> list[str]:
    return [
        _("Cooperative"), _("Province"), _("Took part"), _("Minutes on air"), _("Orders placed"), _("Orders confirmed"),
        _("Orders delivered"), _("Orders that fell through"), _("Packs"), _("Sales ordered"), _("Sales delivered"),
        _("Questions asked"), _("Questions answered"), _("QR codes opened"), _("Numbers left with stalls"),
        _("Complaints"), _("Content (1 to 5)"),
    ]  # fmt: skip


def booth_cells(one: BoothFigures) -> list[Cell]:
    return [
        one.name, one.province, _("yes") if one.attended else _("no"), one.minutes, one.orders, one.confirmed,
        one.delivered, one.cancelled, one.packs, one.gross_dong, one.delivered_dong, one.questions, one.answered,
        one.scans, one.leads, one.complaints, one.rating,
    ]  # fmt: skip


def _cell(figure: Figure, value: int) -> Cell:
    """An average of answers is no whole number and stands as text."""
    return figure_words(figure, value) if figure == Figure.RATING_TENTHS else value
