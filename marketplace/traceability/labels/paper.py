"""The PDF behind labels: its fonts and settings, and a pen that measures and writes.

fpdf2 and its font tools take 40 MB, so a process loads them with its first sheet; page workers mostly never do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from marketplace.foundation.clock import now
from marketplace.foundation.text import nfc

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

POINT = 25.4 / 72
_FONTS = Path(__file__).parent.parent / "fonts"
_FAMILY = "label"


@dataclass(frozen=True)
class Word:
    """`group` says which part of the serial comes to stand here; `text` is then only about as wide."""

    text: str
    is_bold: bool
    group: int | None = None


@contextmanager
def open_paper(title: str, page: tuple[float, float]) -> Iterator[FPDF]:
    from fpdf import FPDF
    from fpdf.prefs import ViewerPreferences

    paper = FPDF(unit="mm", format=page)
    paper.set_auto_page_break(False)
    paper.add_font(_FAMILY, "", _FONTS / "BeVietnamPro-Medium.ttf")
    paper.add_font(_FAMILY, "B", _FONTS / "BeVietnamPro-Bold.ttf")
    paper.set_title(title)
    paper.set_creation_date(now())
    # Print dialogs scale to fit by default, and every row of stickers would be off by a little more.
    paper.viewer_preferences = ViewerPreferences(print_scaling="None")
    try:
        yield paper
    finally:
        # Only writing the sheet out closes the font files, and a label that does not fit never gets there.
        for font in paper.fonts.values():
            cast("TTFFont", font).ttfont.close()


class Pen:
    """Measures and writes with the two weights of the label font."""

    def __init__(self, paper: FPDF) -> None:
        self._paper = paper
        self._widths: dict[tuple[str, bool], float] = {}

    def words(self, text: str, *, is_bold: bool = False) -> list[Word]:
        font = cast("TTFFont", self._paper.fonts[_FAMILY + ("B" if is_bold else "")])
        # An emoji in a product's name has no letter shape here and is left out rather than printed as a box.
        seen = "".join(letter if ord(letter) in font.cmap else " " for letter in nfc(text))
        return [Word(word, is_bold) for word in seen.split()]

    def width(self, word: Word, size: float) -> float:
        # Letter by letter, for each serial is another word; without shaping a word is as wide as its letters.
        return sum(self._letter(letter, word.is_bold) for letter in word.text) * size

    def _letter(self, letter: str, is_bold: bool) -> float:
        width = self._widths.get((letter, is_bold))
        if width is None:
            self._paper.set_font(_FAMILY, "B" if is_bold else "", 100)
            width = self._widths[letter, is_bold] = self._paper.get_string_width(letter) / 100
        return width

    def blank(self, size: float) -> float:
        return self.width(Word(" ", False), size)

    def length(self, words: tuple[Word, ...], size: float) -> float:
        return sum(self.width(word, size) for word in words) + self.blank(size) * (len(words) - 1)

    def write(self, text: str, *, is_bold: bool, size: float, x: float, y: float) -> None:
        self._paper.set_font(_FAMILY, "B" if is_bold else "", size)
        # Text that is drawn once and repeated by its bytes must name its font itself, also when it did not change.
        self._paper.current_font_is_set_on_page = False
        self._paper.text(x, y, text)

    def name_fonts(self) -> None:
        """fpdf2 lists the fonts of a page when it writes there; text repeated by its bytes it does not see."""
        for is_bold in (False, True):
            self.write("", is_bold=is_bold, size=1, x=0, y=0)
