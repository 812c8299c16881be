"""A4 pages with a head, facts and tables that go on overleaf under the same headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from marketplace.traceability.labels.paper import Pen, Word, open_paper
from marketplace.traceability.labels.typesetting import broken, line_height, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fpdf import FPDF

PORTRAIT, LANDSCAPE = (210.0, 297.0), (297.0, 210.0)
_MARGIN, _FOOT = 12.0, 10.0
TITLE, LARGE, TEXT, SMALL = 16.0, 12.0, 9.5, 8.0
_PAD = 1.2
_LIGHT, _DARK = 170, 0
_BAR, _BAR_HEIGHT = (28, 107, 60), 2.6  # the market's green

OnRow = Callable[[int], None]


@dataclass(frozen=True)
class Column:
    """`width` in millimetres; numbers stand to the right."""

    heading: str
    width: float
    is_number: bool = False


def number(amount_dong: int) -> str:
    """As accountants write it: dots, no sign of the currency, nothing for nothing."""
    return f"{amount_dong:,}".replace(",", ".") if amount_dong else ""


class Pages:
    """Writes from the top down. `foot` stands at the end of every page, with its number."""

    def __init__(self, paper: FPDF, pen: Pen, page: tuple[float, float], foot: str) -> None:
        self._paper, self._pen, self._foot = paper, pen, foot
        self._right, self._bottom = page[0] - _MARGIN, page[1] - _MARGIN - _FOOT
        self._page = page
        self._headings: Sequence[Column] = ()
        self.y = _MARGIN
        self._open()

    def _open(self) -> None:
        self._paper.add_page()
        self._pen.name_fonts()
        self._paper.set_draw_color(_DARK)
        page = _("Page %(number)s", number=self._paper.page_no())
        foot = f"{self._foot} · {page}"
        words = " ".join(word.text for word in self._pen.words(foot))
        self._pen.write(words, is_bold=False, size=SMALL, x=_MARGIN, y=self._page[1] - _MARGIN)
        self.y = _MARGIN
        if self._headings:
            self._write_headings()

    def skip(self, millimetres: float) -> None:
        self.y += millimetres

    def keep_together(self, height: float) -> None:
        if self.y + height > self._bottom:
            self._open()

    def line(self, text: str, *, size: float = TEXT, is_bold: bool = False) -> None:
        for line in self._wrapped(text, size, self._right - _MARGIN, is_bold=is_bold):
            height = line_height(size) * 1.15
            self.keep_together(height)
            self.y += height
            self._pen.write(line, is_bold=is_bold, size=size, x=_MARGIN, y=self.y - height * 0.27)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        for term, value in pairs:
            if value:
                self.line(f"{term}: {value}")

    def sums(self, pairs: Iterable[tuple[str, int]], *, width: float = 95.0) -> None:
        """Names with their amounts below each other, the last one in bold."""
        rows = list(pairs)
        columns = (Column("", width - 35.0), Column("", 35.0, is_number=True))
        for place, (name, amount) in enumerate(rows, start=1):
            self._row(columns, (name, number(amount) or "0"), is_bold=place == len(rows), least=0.0)

    def table(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[str]],
        *,
        total: Sequence[str] | None = None,
        least_height: float = 0.0,
        on_row: OnRow | None = None,
    ) -> None:
        self.keep_together(24)
        self._headings = columns
        self._write_headings()
        for place, row in enumerate(rows, start=1):
            self._row(columns, row, least=least_height)
            if on_row is not None:
                on_row(place)
        if total is not None:
            self._row(columns, total, is_bold=True, least=0.0)
        self._headings = ()

    def bars(self, rows: Sequence[tuple[str, int, str]], *, width: float = 186.0) -> None:
        """Names, lying bars on one scale, and what stands behind each; names take a third."""
        most = max((amount for _name, amount, _words in rows), default=0)
        name_width, value_width = width / 3, width / 6
        room = width - name_width - value_width - 2 * _PAD
        columns = (Column("", name_width), Column("", room), Column("", value_width, is_number=True))
        for name, amount, words in rows:
            self._row(columns, (name, "", words), least=0.0)
            if amount > 0:
                self._paper.set_fill_color(*_BAR)
                self._paper.rect(
                    _MARGIN + name_width, self.y - _BAR_HEIGHT - _PAD, max(room * amount / most, 0.5), _BAR_HEIGHT, "F"
                )

    def _write_headings(self) -> None:
        self._row(self._headings, [one.heading for one in self._headings], is_bold=True, least=0.0)

    def _row(self, columns: Sequence[Column], cells: Sequence[str], *, least: float, is_bold: bool = False) -> None:
        wrapped = [
            self._wrapped(cell, SMALL, column.width - 2 * _PAD, is_bold=is_bold) if cell else []
            for column, cell in zip(columns, cells, strict=True)
        ]
        one = line_height(SMALL) * 1.15
        height = max(least, max((len(lines) for lines in wrapped), default=1) * one + 2 * _PAD)
        if self.y + height > self._bottom:
            headings, is_heading = self._headings, [column.heading for column in self._headings] == list(cells)
            self._headings = () if is_heading else headings
            self._open()
            self._headings = headings
        x = _MARGIN
        for column, lines in zip(columns, wrapped, strict=True):
            for place, line in enumerate(lines, start=1):
                words = tuple(Word(word, is_bold) for word in line.split(" "))
                left = x + column.width - _PAD - self._pen.length(words, SMALL) if column.is_number else x + _PAD
                self._pen.write(line, is_bold=is_bold, size=SMALL, x=left, y=self.y + _PAD + place * one - one * 0.27)
            x += column.width
        self.y += height
        self._paper.set_draw_color(_LIGHT)
        self._paper.set_line_width(0.2)
        self._paper.line(_MARGIN, self.y, x, self.y)
        self._paper.set_draw_color(_DARK)

    def _wrapped(self, text: str, size: float, width: float, *, is_bold: bool) -> list[str]:
        words = self._pen.words(text, is_bold=is_bold)
        fitting = [piece for word in words for piece in broken(self._pen, word, size, width)]
        return [" ".join(word.text for word in line.words) for line in wrap(self._pen, fitting, size, width) or []]


@contextmanager
def open_pages(title: str, page: tuple[float, float], *, foot: str) -> Iterator[tuple[FPDF, Pages]]:
    with open_paper(title, page) as paper:
        yield paper, Pages(paper, Pen(paper), page, foot)
