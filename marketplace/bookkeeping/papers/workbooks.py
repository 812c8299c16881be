"""Excel workbooks and CSV: numbers as numbers, days as days, and no text that a spreadsheet would run.

openpyxl takes 20 MB, so a process loads it with its first workbook.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.foundation.text import clean_line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | date | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DONG, _DAY = "#,##0", "dd/mm/yyyy"


@dataclass(frozen=True)
class Sheet:
    """Lines above the table, its headings, its rows; `bold` are the numbers of rows that are sums, from 0."""

    name: str
    above: Sequence[Sequence[Cell]]
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = ()
    bold: frozenset[int] = frozenset()


def pairs(several: Iterable[tuple[str, Cell]]) -> list[list[Cell]]:
    """Names with their values, as lines of a sheet."""
    return [[name, value] for name, value in several]


def workbook(sheets: Iterable[Sheet]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as WorkbookCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    def put(cell: WorkbookCell, value: Cell, *, is_bold: bool) -> None:
        cell.value = value
        if isinstance(value, str):
            # A name that begins with "=" would be run when the file is opened, and when it is edited again.
            cell.data_type, cell.quotePrefix = "s", value.startswith(_FORMULA)
        elif isinstance(value, date):
            cell.number_format = _DAY
        elif value is not None:
            cell.number_format = _DONG
        if is_bold:
            cell.font = Font(bold=True)

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.name[:31])
        lines = [*sheet.above, *([[]] if sheet.above else []), sheet.headings, *sheet.rows]
        first = len(lines) - len(sheet.rows)
        for number, line in enumerate(lines, start=1):
            is_bold = number == first or (number - first - 1) in sheet.bold
            for place, value in enumerate(line, start=1):
                put(page.cell(number, place), value, is_bold=is_bold)
        for place, width in enumerate(sheet.widths, start=1):
            page.column_dimensions[get_column_letter(place)].width = width
        page.freeze_panes = page.cell(first + 1, 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def comma_separated(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; days as 2026-11-29."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


class NotAWorkbook(Exception):
    """The file is no Excel workbook, or far too large a one."""


LARGEST_BYTES, MOST_ROWS = 2 * 1024 * 1024, 2_000


def read_rows(data: bytes) -> list[str]:
    """The first two cells of each row of the first sheet, with a tab between them. Raises NotAWorkbook."""
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if not data.startswith(b"PK") or len(data) > LARGEST_BYTES:
        raise NotAWorkbook
    try:
        page = load_workbook(io.BytesIO(data), read_only=True, data_only=True).active
        found = page.iter_rows(max_row=MOST_ROWS + 1, max_col=2, values_only=True) if page is not None else []
        rows = [[_typed(cell) for cell in row] for row in found]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise NotAWorkbook from None
    if len(rows) > MOST_ROWS:
        raise NotAWorkbook
    return ["\t".join(row) for row in rows]


def _typed(cell: object) -> str:
    """A weight that Excel holds as a number, written as people here write it."""
    if isinstance(cell, float):
        return f"{cell:.3f}".rstrip("0").rstrip(".").replace(".", ",")
    return clean_line(str(cell), 200) if cell is not None else ""
