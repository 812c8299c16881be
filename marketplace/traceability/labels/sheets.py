"""Stickers for the packs of one lot on their pages: PDF files of vectors and real text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING

from marketplace.foundation import codes
from marketplace.traceability.labels.cover import Cover, draw_cover
from marketplace.traceability.labels.layouts import LabelPlan, LabelTooSmall, SheetLayout, plan_label
from marketplace.traceability.labels.paper import POINT, Pen, Word, open_paper
from marketplace.traceability.labels.typesetting import Label, Line, LotLabel, UnitLabel, set_text
from marketplace.traceability.qr import Correction, QrMatrix, matrices, matrix, pdf_path

if TYPE_CHECKING:
    from fpdf import FPDF

_LABELS_A_FILE = 1_000

OnPage = Callable[[int, int], None]


@dataclass(frozen=True)
class _Sticker:
    drawing: bytes  # of its code
    groups: tuple[str, ...] = ()  # of its serial


def lot_label_sheets(
    label: LotLabel, *, count: int, layout: SheetLayout, cover: Cover | None = None, on_page: OnPage | None = None
) -> Iterator[bytes]:
    """`count` equal stickers on as many pages as they need, at most labels_a_file in each file.

    `on_page` hears of each page and of how many there are. Long names shrink, then wrap, then end in an ellipsis; the
    facts and the code never do. Raises LabelTooSmall.
    """
    _correction, code, plan = _best_code(label.url, layout)
    stickers = repeat(_Sticker(pdf_path(code)), count)
    return _files(label, stickers, plan, count=count, layout=layout, cover=cover, on_page=on_page)


def unit_label_sheets(
    label: UnitLabel,
    *,
    serials: Iterable[str],
    url_of: Callable[[str], str],
    count: int,
    layout: SheetLayout,
    cover: Cover | None = None,
    on_page: OnPage | None = None,
) -> Iterator[bytes]:
    """A sticker for each of `count` serials, as lot_label_sheets; the drawings of one file are held at a time."""
    rest = iter(serials)
    first = next(rest)
    correction, _code, plan = _best_code(url_of(first), layout)
    stickers = _unit_stickers(chain([first], rest), url_of, correction)
    return _files(label, stickers, plan, count=count, layout=layout, cover=cover, on_page=on_page)


def labels_a_file(layout: SheetLayout) -> int:
    """A thousand, and what fills the last page: that much is held in memory at a time, and lost to a paper jam."""
    return _pages_a_file(layout) * layout.count


def count_files(count: int, layout: SheetLayout) -> int:
    return -(-_count_pages(count, layout) // _pages_a_file(layout))


def _unit_stickers(serials: Iterable[str], url_of: Callable[[str], str], correction: Correction) -> Iterator[_Sticker]:
    said: list[str] = []  # the serial whose code is being made

    def urls() -> Iterator[str]:
        for serial in serials:
            said[:] = [serial]
            yield url_of(serial)

    for code in matrices(urls(), correction=correction):
        yield _Sticker(pdf_path(code), tuple(codes.groups(said[0])))


def _best_code(url: str, layout: SheetLayout) -> tuple[Correction, QrMatrix, LabelPlan]:
    """As much correction as the sticker has room for; the more modules it costs, the smaller they get."""
    code = matrix(url, correction=Correction.Q)
    try:
        return Correction.Q, code, plan_label(code, layout)
    except LabelTooSmall:
        code = matrix(url, correction=Correction.M)
        return Correction.M, code, plan_label(code, layout)


def _count_pages(count: int, layout: SheetLayout) -> int:
    return -(-count // layout.count)


def _pages_a_file(layout: SheetLayout) -> int:
    return -(-_LABELS_A_FILE // layout.count)


def _files(
    label: Label,
    stickers: Iterator[_Sticker],
    plan: LabelPlan,
    *,
    count: int,
    layout: SheetLayout,
    cover: Cover | None,
    on_page: OnPage | None,
) -> Iterator[bytes]:
    if count < 1:
        raise ValueError(f"A sheet of {count} labels has nothing to print.")
    pages, a_file, files = _count_pages(count, layout), _pages_a_file(layout), count_files(count, layout)
    for number in range(files):
        title = f"{label.title} ({number + 1}/{files})" if files > 1 else label.title
        with open_paper(title, layout.page) as paper:
            press = _Press(paper, label, plan, layout)
            if cover and number == 0:
                draw_cover(paper, cover)
            for page in range(number * a_file, min((number + 1) * a_file, pages)):
                if on_page:
                    on_page(page + 1, pages)
                press.print_page(islice(stickers, layout.count))
            yield bytes(paper.output())


@dataclass(frozen=True)
class _Slot:
    """Where some groups of the serial stand on the sticker."""

    x: float
    baseline: float
    size: float
    room: float
    groups: slice

    def write(self, pen: Pen, sticker: _Sticker, x: float, y: float) -> None:
        words = [Word(group, True) for group in sticker.groups[self.groups]]
        size = self.size * min(1.0, self.room / pen.length(tuple(words), self.size))
        text = " ".join(word.text for word in words)
        pen.write(text, is_bold=True, size=size, x=x + self.x, y=y + self.baseline)


class _Press:
    """Sets the text of a file once and repeats it by its bytes; only codes and serials differ."""

    def __init__(self, paper: FPDF, label: Label, plan: LabelPlan, layout: SheetLayout) -> None:
        self._paper = paper
        self._pen = Pen(paper)
        self._plan = plan
        self._layout = layout
        self._places = list(layout.places())
        lines = set_text(label, plan, layout, self._pen)
        self._slots = [slot for line in lines if (slot := self._slot(line))]
        self._lines = lines
        self._text = b""

    def print_page(self, stickers: Iterator[_Sticker]) -> None:
        self._paper.add_page()
        self._pen.name_fonts()
        if not self._text:
            self._text = self._set_once()
        for (x, y), sticker in zip(self._places, stickers, strict=False):
            # Through fpdf2's own shapes a thousand codes take nearly three times as long and four times the bytes.
            self._paper._out(self._sticker(sticker, x, y))
            for slot in self._slots:
                slot.write(self._pen, sticker, x, y)

    def _sticker(self, sticker: _Sticker, x: float, y: float) -> bytes:
        plan, page_height = self._plan, self._layout.page[1]
        scale = plan.module / POINT
        left = self._on_grid(x + plan.code.x) / POINT
        # Printers count their dots from the upper edge.
        bottom = (page_height - self._on_grid(y + plan.code.y) - plan.code.height) / POINT
        return b"q 1 0 0 1 %.3f %.3f cm\n%sQ\nq %.5f 0 0 %.5f %.4f %.4f cm\n%sQ" % (
            x / POINT, -y / POINT, self._text, scale, scale, left, bottom, sticker.drawing
        )  # fmt: skip

    def _set_once(self) -> bytes:
        """The text of a sticker in the upper left corner, taken off the page again."""
        page = self._paper.pages[self._paper.page].contents
        assert isinstance(page, bytearray)
        start = len(page)
        for line in self._lines:
            for x, word in line.pieces(self._pen):
                if word.group is None:
                    self._pen.write(word.text, is_bold=word.is_bold, size=line.size, x=x, y=line.baseline)
        text = bytes(page[start:])
        del page[start:]
        return text

    def _slot(self, line: Line) -> _Slot | None:
        found = [(x, word.group) for x, word in line.pieces(self._pen) if word.group is not None]
        if not found:
            return None
        (x, first), (_x, last) = found[0], found[-1]
        text = self._plan.text
        return _Slot(x, line.baseline, line.size, text.x + text.width - x, slice(first, last + 1))

    def _on_grid(self, millimetres: float) -> float:
        return round(millimetres / self._layout.dot) * self._layout.dot
