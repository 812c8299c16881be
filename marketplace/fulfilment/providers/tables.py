"""Tables as carriers send them and take them: CSV with a line of headings, in whatever order and spelling."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from marketplace.foundation.text import clean_line, fold, nfc

LARGEST_BYTES = 1_000_000
MOST_ROWS = 3_000
_CELL = 300
# A cell that begins so is run as a formula when the file is opened in a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BadTable(Exception):
    """`reason` is too_large, not_text, no_rows, too_many_rows, no_column (`column` is missing) or bad_cell (`column` in
    line `row` cannot be read)."""

    def __init__(self, reason: str, column: str = "", row: int = 0) -> None:
        super().__init__(f"{reason} {column} {row or ''}".strip())
        self.reason, self.column, self.row = reason, column, row


def write(headings: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """UTF-8 with the mark by which Excel knows it."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row])
    return file.getvalue().encode("utf-8-sig")


def read(
    data: bytes, wanted: Mapping[str, Sequence[str]], *, needed: Sequence[str]
) -> list[tuple[int, dict[str, str]]]:
    """(number of the line, its cells by our names) of every line that is not blank.

    `wanted` are the headings, folded, by which each of our columns goes. Raises BadTable.
    """
    if len(data) > LARGEST_BYTES:
        raise BadTable("too_large")
    try:
        text = nfc(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadTable("not_text") from None
    lines = text.splitlines()
    if "\0" in text or not lines:
        raise BadTable("not_text" if lines else "no_rows")
    separator = max(",;\t", key=lines[0].count)
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error:
        raise BadTable("not_text") from None
    if len(table) > MOST_ROWS:
        raise BadTable("too_many_rows")
    headings = [fold(heading) for heading in table[0]]
    places = {
        name: next((headings.index(spelling) for spelling in spellings if spelling in headings), None)
        for name, spellings in wanted.items()
    }
    for name in needed:
        if places[name] is None:
            raise BadTable("no_column", wanted[name][0])
    found = [
        (number, {name: _cell(row, place) for name, place in places.items()})
        for number, row in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not found:
        raise BadTable("no_rows")
    return found


def _cell(row: Sequence[str], place: int | None) -> str:
    return clean_line(row[place], _CELL).removeprefix("'") if place is not None and place < len(row) else ""
