"""Sheets of stickers for the packs of one lot, as an A4 PDF of vectors and real text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

from marketplace.foundation.clock import now
from marketplace.foundation.text import nfc
from marketplace.traceability.qr import QUIET_ZONE, QrMatrix, matrix, pdf_path

_PAGE_WIDTH, _PAGE_HEIGHT = 210.0, 297.0
_POINT = 25.4 / 72
_DOT = 25.4 / 300  # modules of whole dots, on 300 and 600 dpi printers alike
_FEWEST_DOTS, _MOST_DOTS = 6, 9  # 0.51 mm reads from 30 cm with nothing to spare, 0.76 mm safely; more helps nobody
_FROM_CUT = 0.15  # between the quiet zone and the cut
_FONTS = Path(__file__).parent / "fonts"
_FAMILY = "label"

_STEP = 0.3  # points
_LEADING = 1.2  # below this the stacked marks of one line touch the line above
_CAPITAL = 0.72
_ELLIPSIS = "…"
_DOT_BETWEEN = " ·"


class LabelTooSmall(ValueError):
    """The sticker has no room for a code that phones can read; choose a larger one or a shorter address."""


@dataclass(frozen=True)
class Fact:
    caption: str
    value: str


@dataclass(frozen=True)
class LotLabel:
    """What stands on a pack, in the words of the reader's language. Only `url` is in the QR code."""

    url: str
    short_address: str  # in front of the code, for people who type it: "chohtx.vn/q/"
    code: str
    product_name: str
    cooperative_name: str
    facts: tuple[Fact, ...]  # batch, harvest, best before, net content; most important first
    badges: tuple[str, ...] = ()
    hint: str = ""  # "Scan to see where it comes from"


@dataclass(frozen=True)
class SheetLayout:
    """A sheet of stickers as shops sell it, in millimetres."""

    name: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    column_gap: float
    margin: float  # inside the sticker, and where stickers reach the edge of the sheet, what printers leave white
    largest_text: float  # points
    smallest_text: float = 4.9  # capitals and figures 1.2 mm tall

    @property
    def count(self) -> int:
        return self.columns * self.rows

    def places(self) -> Iterator[tuple[float, float]]:
        for row in range(self.rows):
            for column in range(self.columns):
                yield self.left + column * (self.width + self.column_gap), self.top + row * self.height


LAYOUTS = {
    layout.name: layout
    for layout in (
        SheetLayout("65", 5, 13, 38.1, 21.2, 4.75, 10.7, 2.5, margin=0.7, largest_text=5.5, smallest_text=4.4),
        SheetLayout("40", 4, 10, 48.5, 25.4, 8.0, 21.5, 0.0, margin=1.4, largest_text=6.4),
        SheetLayout("24", 3, 8, 70.0, 37.0, 0.0, 0.5, 0.0, margin=4.5, largest_text=8.2),
        SheetLayout("21", 3, 7, 63.5, 38.1, 7.25, 15.15, 2.5, margin=2.4, largest_text=8.2),
    )
}


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class LabelPlan:
    """Where code and text of one sticker come to lie, from the sticker's upper left corner."""

    module: float
    code: Box  # the dark part
    text: Box


def lot_label_sheet(
    label: LotLabel, *, count: int, layout: SheetLayout, on_page: Callable[[int, int], None] | None = None
) -> bytes:
    """`count` equal stickers on as many sheets as they need; `on_page` hears of each sheet and of how many there are.

    Long names shrink, then wrap, then end in an ellipsis; the facts and the code never do. Raises LabelTooSmall.
    """
    if count < 1:
        raise ValueError(f"A sheet of {count} labels has nothing to print.")
    code = matrix(label.url)
    plan = plan_label(code, layout)
    with _paper(label) as paper:
        pen = _Pen(paper)
        lines = _set_text(label, plan, layout, pen)
        drawing = pdf_path(code)
        places = list(layout.places())
        for number in range(count):
            place = number % layout.count
            if place == 0:
                paper.add_page()
                if on_page:
                    on_page(number // layout.count + 1, -(-count // layout.count))
            x, y = places[place]
            _draw_code(paper, drawing, plan, x, y)
            for line in lines:
                pen.write(line, x, y)
        return bytes(paper.output())


def plan_label(code: QrMatrix, layout: SheetLayout) -> LabelPlan:
    """The largest code that leaves room for the text; what is printed stays out of its quiet zone."""
    most_dots = (layout.height - 2 * _FROM_CUT) / code.size_with_quiet_zone / _DOT
    widest_dots = 0.6 * layout.width / code.size_with_quiet_zone / _DOT
    dots = min(_MOST_DOTS, math.floor(most_dots), math.floor(widest_dots))
    if dots < _FEWEST_DOTS:
        raise LabelTooSmall(
            f"A code of {code.size} modules needs stickers of at least"
            f" {code.size_with_quiet_zone * _FEWEST_DOTS * _DOT + 2 * _FROM_CUT:.1f} mm, layout {layout.name}"
            f" has {layout.height} mm; choose a larger one."
        )
    module = dots * _DOT
    side, quiet = code.size * module, QUIET_ZONE * module
    left = max(quiet + _FROM_CUT, layout.margin)
    text_left = left + side + quiet
    return LabelPlan(
        module=module,
        code=Box(left, (layout.height - side) / 2, side, side),
        text=Box(text_left, layout.margin, layout.width - text_left - layout.margin, layout.height - 2 * layout.margin),
    )


@dataclass(frozen=True)
class _Word:
    text: str
    is_bold: bool

    def ending(self) -> _Word:
        """At the end of a line nothing follows that the dot would part from it."""
        return _Word(self.text.removesuffix(_DOT_BETWEEN), self.is_bold)


@dataclass(frozen=True)
class _Line:
    words: tuple[_Word, ...]
    size: float
    x: float = 0.0
    baseline: float = 0.0


class _Pen:
    """Measures and writes with the two weights of the label font."""

    def __init__(self, paper: FPDF) -> None:
        self._paper = paper
        self._widths: dict[_Word, float] = {}

    def words(self, text: str, *, is_bold: bool = False) -> list[_Word]:
        font = self._paper.fonts[_FAMILY + ("B" if is_bold else "")]
        assert isinstance(font, TTFFont)
        # An emoji in a product's name has no letter shape here and is left out rather than printed as a box.
        seen = "".join(letter if ord(letter) in font.cmap else " " for letter in nfc(text))
        return [_Word(word, is_bold) for word in seen.split()]

    def width(self, word: _Word, size: float) -> float:
        if word not in self._widths:
            self._paper.set_font(_FAMILY, "B" if word.is_bold else "", 100)
            self._widths[word] = self._paper.get_string_width(word.text) / 100
        return self._widths[word] * size

    def length(self, words: tuple[_Word, ...], size: float) -> float:
        return sum(self.width(word, size) for word in words) + self._blank(size) * (len(words) - 1)

    def wrap(self, words: list[_Word], size: float, width: float) -> list[_Line] | None:
        """None when a single word is wider than the column."""
        lines: list[tuple[_Word, ...]] = []
        for word in words:
            if self.width(word, size) > width:
                return None
            if lines and self.length((*lines[-1], word), size) <= width:
                lines[-1] = (*lines[-1], word)
            else:
                lines.append((word,))
        return [_Line((*line[:-1], line[-1].ending()), size) for line in lines]

    def cut(self, words: list[_Word], size: float, width: float, most: int) -> list[_Line]:
        """At most so many lines, the last one ending in an ellipsis when something is left out."""
        fitting = [self._shortened(word, size, width) for word in words]
        lines = self.wrap(fitting, size, width) or []
        if len(lines) <= most:
            return lines
        last = list(lines[most - 1].words)
        while last:
            ended = (*last[:-1], _Word(last[-1].text.rstrip(",.;:–-") + _ELLIPSIS, last[-1].is_bold))
            if self.length(ended, size) <= width:
                return [*lines[: most - 1], _Line(ended, size)]
            last.pop()
        return lines[: most - 1]

    def broken(self, word: _Word, size: float, width: float) -> list[_Word]:
        """A long batch number or address in pieces: nothing of it may be left out."""
        parts = [_Word("", word.is_bold)]
        for letter in word.text:
            longer = _Word(parts[-1].text + letter, word.is_bold)
            if self.width(longer, size) <= width or not parts[-1].text:
                parts[-1] = longer
            else:
                parts.append(_Word(letter, word.is_bold))
        return parts

    def write(self, line: _Line, x: float, y: float) -> None:
        x += line.x
        for number, word in enumerate(line.words):
            # The blank belongs to the text, or a search for two words in the PDF finds nothing.
            text = word.text if number == len(line.words) - 1 else f"{word.text} "
            self._paper.set_font(_FAMILY, "B" if word.is_bold else "", line.size)
            self._paper.text(x, y + line.baseline, text)
            x += self.width(word, line.size) + self._blank(line.size)

    def _blank(self, size: float) -> float:
        return self.width(_Word(" ", False), size)

    def _shortened(self, word: _Word, size: float, width: float) -> _Word:
        text = word.text
        while self.width(word, size) > width and text:
            text = text[:-1]
            word = _Word(text + _ELLIPSIS, word.is_bold)
        return word


@contextmanager
def _paper(label: LotLabel) -> Iterator[FPDF]:
    paper = FPDF(unit="mm", format=(_PAGE_WIDTH, _PAGE_HEIGHT))
    paper.set_auto_page_break(False)
    paper.add_font(_FAMILY, "", _FONTS / "BeVietnamPro-Medium.ttf")
    paper.add_font(_FAMILY, "B", _FONTS / "BeVietnamPro-Bold.ttf")
    paper.set_title(f"{label.product_name} · {label.code}")
    paper.set_creation_date(now())
    # Print dialogs scale to fit by default, and every row of stickers would be off by a little more.
    paper.viewer_preferences = ViewerPreferences(print_scaling="None")
    try:
        yield paper
    finally:
        # Only writing the sheet out closes the font files, and a label that does not fit never gets there.
        for font in paper.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


def _draw_code(paper: FPDF, drawing: bytes, plan: LabelPlan, x: float, y: float) -> None:
    left = _on_grid(x + plan.code.x) / _POINT
    bottom = _on_grid(_PAGE_HEIGHT - y - plan.code.y - plan.code.height) / _POINT
    scale = plan.module / _POINT
    # Through fpdf2's own shapes a thousand codes take nearly three times as long and four times the bytes.
    paper._out(b"q %.4f 0 0 %.4f %.4f %.4f cm\n%sQ" % (scale, scale, left, bottom, drawing))


def _on_grid(millimetres: float) -> float:
    return round(millimetres / _DOT) * _DOT


def _set_text(label: LotLabel, plan: LabelPlan, layout: SheetLayout, pen: _Pen) -> list[_Line]:
    """The most generous setting that fits, in the largest letters it allows."""
    steps = math.floor((layout.largest_text - layout.smallest_text) / _STEP + 0.001)
    sizes = [layout.smallest_text + _STEP * step for step in range(steps, -1, -1)]
    for composing in _SETTINGS:
        for size in sizes:
            block = composing.compose(label, pen, size, plan.text.width)
            if block is not None and block.height <= plan.text.height:
                return block.placed(plan.text)
    raise LabelTooSmall(f"The facts of lot {label.code} do not fit on layout {layout.name}; choose a larger one.")


@dataclass(frozen=True)
class _Block:
    """Lines from the top, and lines that stand on the bottom."""

    head: list[_Line]
    facts: list[_Line]
    foot: list[_Line]
    gap: float

    @property
    def height(self) -> float:
        lines = [*self.head, *self.facts, *self.foot]
        # From the top of the first capitals' marks to the descenders of the last line.
        return sum(_line_height(line) for line in lines) + 2 * self.gap

    def placed(self, box: Box) -> list[_Line]:
        slack = box.height - self.height
        between = self.gap + min(slack / 2, 1.2)
        placed: list[_Line] = []
        y = box.y + (slack - 2 * (between - self.gap)) / 2
        for part in (self.head, self.facts, self.foot):
            for line in part:
                baseline = y + (_line_height(line) + _CAPITAL * line.size * _POINT) / 2
                placed.append(_Line(line.words, line.size, box.x, baseline))
                y += _line_height(line)
            y += between
        return placed


def _line_height(line: _Line) -> float:
    return line.size * _LEADING * _POINT


@dataclass(frozen=True)
class _Setting:
    """How much room each part may take; later ones give up the less important things first."""

    title_share: float
    title_lines: int
    cooperative_lines: int
    may_cut: bool = False
    joins_facts: bool = False
    has_badges: bool = True
    has_hint: bool = True

    def compose(self, label: LotLabel, pen: _Pen, size: float, width: float) -> _Block | None:
        title = self._lines(
            pen, pen.words(label.product_name, is_bold=True), size * self.title_share, width, self.title_lines
        )
        cooperative = self._lines(pen, pen.words(label.cooperative_name), size, width, self.cooperative_lines)
        facts = self._facts(label, pen, size, width)
        badges = pen.wrap(_joined(pen, label.badges), size, width) if self.has_badges else []
        foot = pen.wrap(pen.words(label.hint), size, width) if self.has_hint else []
        address, code = pen.words(label.short_address), pen.words(grouped(label.code), is_bold=True)
        typed = self._wrapped([[*address, *code]] if self.joins_facts else [address, code], pen, size, width)
        if title is None or cooperative is None or facts is None or badges is None:
            return None
        if foot is None or typed is None:
            return None
        return _Block([*title, *cooperative], [*facts, *badges], [*foot, *typed], gap=size * _POINT * 0.25)

    def _lines(self, pen: _Pen, words: list[_Word], size: float, width: float, most: int) -> list[_Line] | None:
        if self.may_cut:
            return pen.cut(words, size, width, most)
        lines = pen.wrap(words, size, width)
        return lines if lines is not None and len(lines) <= most else None

    def _facts(self, label: LotLabel, pen: _Pen, size: float, width: float) -> list[_Line] | None:
        facts = [[*pen.words(fact.caption), *pen.words(fact.value, is_bold=True)] for fact in label.facts]
        if self.joins_facts:
            facts = [[word for fact in facts for word in fact]]
        return self._wrapped(facts, pen, size, width)

    def _wrapped(self, texts: list[list[_Word]], pen: _Pen, size: float, width: float) -> list[_Line] | None:
        lines: list[_Line] = []
        for words in texts:
            if self.may_cut:
                words = [part for word in words for part in pen.broken(word, size, width)]
            wrapped = pen.wrap(words, size, width)
            if wrapped is None:
                return None
            lines += wrapped
        return lines


def _joined(pen: _Pen, texts: tuple[str, ...]) -> list[_Word]:
    """Badges with dots between them; a line never ends inside one."""
    badges = [" ".join(word.text for word in pen.words(text)) for text in texts]
    return [_Word(badge + _DOT_BETWEEN, True) for badge in badges[:-1]] + [_Word(badge, True) for badge in badges[-1:]]


def grouped(code: str) -> str:
    """In fours, as people read it out."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


_SETTINGS = (
    _Setting(1.4, 2, 2),
    _Setting(1.25, 3, 2),
    _Setting(1.15, 3, 2, has_hint=False),
    _Setting(1.0, 3, 2, may_cut=True, has_hint=False),
    _Setting(1.0, 2, 1, may_cut=True, has_hint=False),
    _Setting(1.0, 2, 1, may_cut=True, has_hint=False, has_badges=False),
    _Setting(1.0, 1, 1, may_cut=True, has_hint=False, has_badges=False),
    _Setting(1.0, 1, 1, may_cut=True, has_hint=False, has_badges=False, joins_facts=True),
)
