"""The first page of a run on A4, and the paper that comes with a roll: what it is, how to print it, how to stick it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketplace.traceability.labels.paper import Pen, Word, open_paper
from marketplace.traceability.labels.typesetting import Fact, broken, line_height, wrap

if TYPE_CHECKING:
    from fpdf import FPDF

_PAGE = (210.0, 297.0)
_LEFT, _TOP, _RIGHT = 22.0, 24.0, 188.0
_RULER = 100.0
_TITLE, _HEADING, _TEXT, _SMALL = 20.0, 12.5, 10.5, 9.0
_CAPTIONS = 46.0  # width of the column of captions
_INDENT = 7.0
_LIGHT, _DARK = 170, 0


@dataclass(frozen=True)
class Section:
    heading: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Cover:
    """What stands on it, in the words of the reader's language. No serial: whoever knows one can copy its label."""

    title: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    ruler: str  # what the line below it is for; empty for a roll, which goes into another printer
    key_heading: str
    key_hint: str
    key: str


def cover_sheet(cover: Cover) -> bytes:
    """The cover alone, for rolls of stickers, where it would waste one and does not fit."""
    with open_paper(cover.title, _PAGE) as paper:
        draw_cover(paper, cover)
        return bytes(paper.output())


def draw_cover(paper: FPDF, cover: Cover) -> None:
    paper.add_page(format=_PAGE)
    page = _Page(paper)
    page.paragraph(cover.title, size=_TITLE, is_bold=True)
    page.skip(3)
    page.rule()
    for fact in cover.facts:
        page.fact(fact)
    page.rule()
    for section in cover.sections:
        page.heading(section.heading)
        for number, step in enumerate(section.steps, 1):
            page.step(number, step)
    if cover.ruler:
        page.skip(3)
        page.ruler(cover.ruler)
    page.heading(cover.key_heading)
    page.paragraph(cover.key_hint, size=_TEXT)
    page.skip(1.5)
    page.framed(cover.key, size=_TEXT)


class _Page:
    """Writes from the top down."""

    def __init__(self, paper: FPDF) -> None:
        self._paper = paper
        self._pen = Pen(paper)
        self._y = _TOP
        paper.set_draw_color(_DARK)

    def skip(self, millimetres: float) -> None:
        self._y += millimetres

    def rule(self) -> None:
        self.skip(2)
        self._paper.set_draw_color(_LIGHT)
        self._paper.set_line_width(0.25)
        self._paper.line(_LEFT, self._y, _RIGHT, self._y)
        self._paper.set_draw_color(_DARK)
        self.skip(2)

    def heading(self, text: str) -> None:
        self.skip(4.5)
        self.paragraph(text, size=_HEADING, is_bold=True)
        self.skip(1)

    def paragraph(self, text: str, *, size: float, is_bold: bool = False, x: float = _LEFT) -> None:
        self._write(self._pen.words(text, is_bold=is_bold), size, x)

    def fact(self, fact: Fact) -> None:
        y = self._y
        self.paragraph(fact.caption, size=_TEXT)
        self._y = y
        self.paragraph(fact.value, size=_TEXT, is_bold=True, x=_LEFT + _CAPTIONS)

    def step(self, number: int, text: str) -> None:
        y = self._y
        self.paragraph(f"{number}.", size=_TEXT, is_bold=True)
        self._y = y
        self.paragraph(text, size=_TEXT, x=_LEFT + _INDENT)
        self.skip(0.7)

    def ruler(self, hint: str) -> None:
        """A line of known length: shrunk pages are seen before stickers are spent on them."""
        self.paragraph(hint, size=_TEXT)
        self.skip(4)
        self._paper.set_line_width(0.3)
        self._paper.line(_LEFT, self._y, _LEFT + _RULER, self._y)
        for centimetre in range(11):
            x, length = _LEFT + centimetre * 10, 3.0 if centimetre % 5 == 0 else 1.6
            self._paper.line(x, self._y - length, x, self._y)
        self.skip(1)
        for centimetre in (0, 5, 10):
            text = f"{centimetre * 10} mm" if centimetre else "0"
            self._pen.write(text, is_bold=False, size=_SMALL, x=_LEFT + centimetre * 10, y=self._y + 3)
        self.skip(4)

    def framed(self, text: str, *, size: float) -> None:
        top = self._y
        self.skip(2.5)
        room = _RIGHT - _LEFT - 6
        self._write(broken(self._pen, Word(text, True), size, room), size, _LEFT + 3)
        self.skip(2.5)
        self._paper.set_draw_color(_LIGHT)
        self._paper.rect(_LEFT, top, _RIGHT - _LEFT, self._y - top)
        self._paper.set_draw_color(_DARK)

    def _write(self, words: list[Word], size: float, x: float) -> None:
        room = _RIGHT - x
        fitting = [part for word in words for part in broken(self._pen, word, size, room)]
        for line in wrap(self._pen, fitting, size, room) or []:
            self._y += line_height(size) * 1.12
            text = " ".join(word.text for word in line.words)
            self._pen.write(text, is_bold=line.words[0].is_bold, size=size, x=x, y=self._y - line_height(size) * 0.3)
