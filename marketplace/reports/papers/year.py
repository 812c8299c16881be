"""A year of fairs as a workbook: a line for each province with the sentence that is reported, and each fair below it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from marketplace.bookkeeping.papers.workbooks import Cell, Sheet, workbook
from marketplace.foundation import dates
from marketplace.reports.queries import ProvinceYear
from marketplace.reports.states import Figure
from marketplace.reports.words import year_sentence


def calculate(year: int, provinces: Sequence[ProvinceYear]) -> bytes:
    lines: list[list[Cell]] = [
        [
            one.province_name, one.year.fairs, one.year.turns, one.year.conferences, one.year.participants,
            year_sentence(one.year), _("yes") if one.is_final else _("no"),
        ]
        for one in provinces
    ]  # fmt: skip
    fairs: list[list[Cell]] = [
        [
            one.province_name, fair.name, dates.vietnam_day(fair.starts_at), *(report.figures[figure] for figure in _COLUMNS),
            _("yes") if fair.report is not None else _("no"),
        ]
        for one in provinces
        for fair, report in one.fairs
    ]  # fmt: skip
    return workbook(
        [
            Sheet(
                _("Provinces"),
                [[_("Fairs of the year %(year)s", year=year)]],
                [
                    _("Province"), _("Fairs"), _("Turns of cooperatives"), _("Conferences"), _("Participants"),
                    _("The year in one sentence"), _("All reports handed in"),
                ],
                lines,
                widths=(24, 10, 14, 14, 14, 80, 18),
            ),
            Sheet(
                _("Fairs"),
                [],
                [
                    _("Province"), _("Fair"), _("Day"), _("Turns of cooperatives"), _("Visitors"), _("Orders placed"),
                    _("Sales ordered"), _("Sales delivered"), _("Report handed in"),
                ],
                fairs,
                widths=(24, 40, 14, 14, 12, 14, 18, 18, 18),
            ),
        ]
    )  # fmt: skip


_COLUMNS = (Figure.ATTENDED, Figure.VIEWERS, Figure.ORDERS, Figure.GROSS_DONG, Figure.DELIVERED_DONG)
