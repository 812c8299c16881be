"""Products from an Excel sheet: all rows are good and all are listed, or none is.

openpyxl takes 20 MB, so a process loads it with its first workbook.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.actions.products import Pack, ProductDetails, list_product
from marketplace.catalogue.rules import SUBGROUPS, content_of, usual_gross, usual_vat
from marketplace.catalogue.states import StorageClass, VatCode
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, money
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.text import clean_line, fold

MOST_ROWS = 500
SUBGROUP_CODES = frozenset(code for several in SUBGROUPS.values() for code in several)
COLUMNS = (
    "Tên sản phẩm", "Mã nhóm", "Quy cách 1", "Giá 1", "Quy cách 2", "Giá 2", "Hạn dùng (ngày)", "Vận chuyển", "Tháng vụ",
    "Thuế GTGT", "Mô tả ngắn",
)  # fmt: skip
EXAMPLE = ("Nhãn lồng Hưng Yên", "food_fresh_produce", "1 kg", "55.000", "5 kg", "260.000", 12, "thường", "7, 8, 9", "KCT",
           "Cùi dày, giòn, hái trong ngày")  # fmt: skip
STORAGE = {
    "thuong": StorageClass.AMBIENT,
    "": StorageClass.AMBIENT,
    "mat": StorageClass.COOL,
    "dong": StorageClass.FROZEN,
}


class NotASheet(Exception):
    """The file is no Excel workbook with our columns."""


class TooManyRows(Exception):
    """More rows than one import may have."""


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell: the row as Excel numbers it, the column's heading, a key of words.ROW_ERRORS."""

    row: int
    column: str
    problem: str
    typed: str


@dataclass(frozen=True)
class GoodRow:
    details: ProductDetails
    packs: tuple[Pack, ...]


def template(subgroup_words: dict[str, str]) -> bytes:
    """A workbook to fill in: headings, one example, and the list of group codes."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "San pham"
    sheet.append(COLUMNS)
    sheet.append(EXAMPLE)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column in "ABCDEFGHIJK":
        sheet.column_dimensions[column].width = 20
    codes = book.create_sheet("Ma nhom")
    for code, words in subgroup_words.items():
        codes.append((code, words))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read_rows(data: bytes) -> tuple[list[GoodRow], list[RowError]]:
    """(rows that are good, what is wrong with the others). Raises NotASheet, TooManyRows."""
    good: list[GoodRow] = []
    errors: list[RowError] = []
    for number, cells in _cells(data):
        reader = _Reader(number, cells)
        row = reader.read()
        errors += reader.errors
        if row is not None:
            good.append(row)
    return good, errors


def _cells(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise NotASheet from error
    sheet = book.worksheets[0]
    rows = sheet.iter_rows(values_only=True, max_col=len(COLUMNS), max_row=MOST_ROWS + 50)
    headings = tuple(_text(value) for value in next(rows, ()))
    if headings[: len(COLUMNS)] != COLUMNS:
        raise NotASheet
    count = 0
    for number, values in enumerate(rows, start=2):
        texts = tuple(_text(value) for value in values)
        if not any(texts) or texts == tuple(_text(value) for value in EXAMPLE):
            continue
        count += 1
        if count > MOST_ROWS:
            raise TooManyRows
        yield number, texts + ("",) * (len(COLUMNS) - len(texts))


def _text(value: Any) -> str:
    """A cell as it was typed; Excel makes 55000.0 of 55000."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_line(str(value), 400)


class _Reader:
    """Reads one row and collects all that is wrong with it."""

    def __init__(self, number: int, cells: tuple[str, ...]) -> None:
        self.number, self.errors = number, list[RowError]()
        self.cells = dict(zip(COLUMNS, cells, strict=True))

    def wrong(self, column: str, problem: str) -> None:
        self.errors.append(RowError(self.number, column, problem, self.cells[column][:60]))

    def read(self) -> GoodRow | None:
        name, subgroup = self.cells["Tên sản phẩm"], self.cells["Mã nhóm"].lower()
        if not name:
            self.wrong("Tên sản phẩm", "missing")
        if subgroup not in SUBGROUP_CODES:
            self.wrong("Mã nhóm", "no_such_group")
        packs = [pack for position in (1, 2) if (pack := self._pack(position))]
        units = {unit for _, unit in packs}
        if len(units) > 1:
            self.wrong("Quy cách 2", "units_differ")
        shelf_life = self._shelf_life()
        storage = STORAGE.get(fold(self.cells["Vận chuyển"]).split(" ")[0])
        if storage is None:
            self.wrong("Vận chuyển", "no_such_storage")
        vat = self.cells["Thuế GTGT"].upper() or usual_vat(subgroup, clock.today()).value
        if vat not in list(VatCode):
            self.wrong("Thuế GTGT", "no_such_vat")
        months = self._months()
        if self.errors or storage is None or not packs:
            return None
        details = ProductDetails(
            name=name[:120],
            subgroup=subgroup,
            base_unit=units.pop(),
            vat_code=VatCode(vat),
            shelf_life_days=shelf_life,
            season_months=months,
            storage=storage,
            summary=self.cells["Mô tả ngắn"][:160],
        )
        return GoodRow(details, tuple(pack for pack, _ in packs))

    def _pack(self, position: int) -> tuple[Pack, BaseUnit] | None:
        column, price_column = f"Quy cách {position}", f"Giá {position}"
        typed = self.cells[column]
        if position > 1 and not typed and not self.cells[price_column]:
            return None
        content = content_of(typed)
        if content is None:
            self.wrong(column, "no_content")
        try:
            price = money.parse_dong(self.cells[price_column])
        except money.BadAmount:
            price = 0
        if not 0 < price <= 500_000_000:
            self.wrong(price_column, "no_price")
            return None
        if content is None:
            return None
        amount, unit = content
        return Pack(name=typed[:60], content=amount, price_dong=price, gross_grams=usual_gross(amount, unit)), unit

    def _shelf_life(self) -> int:
        typed = self.cells["Hạn dùng (ngày)"]
        days = int(typed) if typed.isdecimal() and len(typed) < 7 else 0
        if not 1 <= days <= 36_500:
            self.wrong("Hạn dùng (ngày)", "no_shelf_life")
        return days

    def _months(self) -> int:
        months = 0
        for part in self.cells["Tháng vụ"].replace(";", ",").split(","):
            if not part.strip():
                continue
            if not part.strip().isdecimal() or not 1 <= int(part) <= 12:
                self.wrong("Tháng vụ", "no_such_month")
                return 0
            months |= 1 << (int(part) - 1)
        return months


def import_rows(cooperative: Cooperative, rows: list[GoodRow]) -> int:
    """List every row as a draft, in the caller's one transaction; photos are added on the product's page."""
    for row in rows:
        list_product(cooperative, row.details, row.packs)
    return len(rows)
