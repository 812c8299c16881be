"""The words of a label, set into the room that a sticker leaves for them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from marketplace.foundation import codes
from marketplace.traceability.labels.layouts import Box, LabelPlan, LabelTooSmall, SheetLayout
from marketplace.traceability.labels.paper import POINT, Pen, Word

_STEP = 0.3  # points
_LEADING = 1.2  # below this the stacked marks of one line touch the line above
_CAPITAL = 0.72
_ELLIPSIS = "…"
_DOT_BETWEEN = " ·"


@dataclass(frozen=True)
class Fact:
    caption: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Label:
    """What every label of a run says, in the words of the reader's language."""

    title: str  # of the file
    short_address: str  # in front of the code, for people who type it: "chohtx.vn/q/"
    product_name: str
    cooperative_name: str
    facts: tuple[Fact, ...]  # batch, harvest, best before, net content; most important first
    badges: tuple[str, ...] = ()
    hint: str = ""  # "Scan to see where it comes from"


@dataclass(frozen=True, kw_only=True)
class LotLabel(Label):
    """The same code on every pack. Only `url` is in the QR code."""

    url: str
    code: str


@dataclass(frozen=True, kw_only=True)
class UnitLabel(Label):
    """Every pack has a serial of its own, which comes when its label is drawn."""

    serial_length: int = 13


@dataclass(frozen=True)
class Line:
    words: tuple[Word, ...]
    size: float
    x: float = 0.0
    baseline: float = 0.0

    def pieces(self, pen: Pen) -> Iterator[tuple[float, Word]]:
        """Neighbouring words of one weight with their place.

        The blank behind them belongs to the text, or a search for two words in the PDF finds nothing.
        """
        x = self.x
        left = len(self.words)
        for (is_bold, group), words in groupby(self.words, key=lambda word: (word.is_bold, word.group)):
            piece = tuple(words)
            left -= len(piece)
            text = " ".join(word.text for word in piece)
            yield x, Word(f"{text} " if left else text, is_bold, group)
            x += pen.length(piece, self.size) + pen.blank(self.size)


def set_text(label: Label, plan: LabelPlan, layout: SheetLayout, pen: Pen) -> list[Line]:
    """The most generous setting that fits, in the largest letters it allows. Raises LabelTooSmall."""
    steps = math.floor((layout.largest_text - layout.smallest_text) / _STEP + 0.001)
    sizes = [layout.smallest_text + _STEP * step for step in range(steps, -1, -1)]
    for composing in _SETTINGS:
        for size in sizes:
            block = composing.compose(label, pen, size, plan.text.width)
            if block is not None and block.height <= plan.text.height:
                return block.placed(plan.text)
    raise LabelTooSmall(f"The facts of {label.title} do not fit on layout {layout.name}; choose a larger one.")


def wrap(pen: Pen, words: list[Word], size: float, width: float) -> list[Line] | None:
    """None when a single word is wider than the column."""
    lines: list[tuple[Word, ...]] = []
    for word in words:
        if pen.width(word, size) > width:
            return None
        if lines and pen.length((*lines[-1], word), size) <= width:
            lines[-1] = (*lines[-1], word)
        else:
            lines.append((word,))
    return [Line((*line[:-1], _ending(line[-1])), size) for line in lines]


def broken(pen: Pen, word: Word, size: float, width: float) -> list[Word]:
    """A long batch number or address in pieces: nothing of it may be left out."""
    if pen.width(word, size) <= width:
        return [word]
    parts = [Word("", word.is_bold)]
    for letter in word.text:
        longer = Word(parts[-1].text + letter, word.is_bold)
        if pen.width(longer, size) <= width or not parts[-1].text:
            parts[-1] = longer
        else:
            parts.append(Word(letter, word.is_bold))
    return parts


def _cut(pen: Pen, words: list[Word], size: float, width: float, most: int) -> list[Line]:
    """At most so many lines, the last one ending in an ellipsis when something is left out."""
    fitting = [_shortened(pen, word, size, width) for word in words]
    lines = wrap(pen, fitting, size, width) or []
    if len(lines) <= most:
        return lines
    last = list(lines[most - 1].words)
    while last:
        ended = (*last[:-1], Word(last[-1].text.rstrip(",.;:–-") + _ELLIPSIS, last[-1].is_bold))
        if pen.length(ended, size) <= width:
            return [*lines[: most - 1], Line(ended, size)]
        last.pop()
    return lines[: most - 1]


def _shortened(pen: Pen, word: Word, size: float, width: float) -> Word:
    text = word.text
    while pen.width(word, size) > width and text:
        text = text[:-1]
        word = Word(text + _ELLIPSIS, word.is_bold)
    return word


def _ending(word: Word) -> Word:
    """At the end of a line nothing follows that the dot would part from it."""
    return replace(word, text=word.text.removesuffix(_DOT_BETWEEN))


@dataclass(frozen=True)
class _Block:
    """Lines from the top, and lines that stand on the bottom."""

    head: list[Line]
    facts: list[Line]
    foot: list[Line]
    gap: float

    @property
    def height(self) -> float:
        lines = [*self.head, *self.facts, *self.foot]
        # From the top of the first capitals' marks to the descenders of the last line.
        return sum(line_height(line.size) for line in lines) + 2 * self.gap

    def placed(self, box: Box) -> list[Line]:
        slack = box.height - self.height
        between = self.gap + min(slack / 2, 1.2)
        placed: list[Line] = []
        y = box.y + (slack - 2 * (between - self.gap)) / 2
        for part in (self.head, self.facts, self.foot):
            for line in part:
                baseline = y + (line_height(line.size) + _CAPITAL * line.size * POINT) / 2
                placed.append(Line(line.words, line.size, box.x, baseline))
                y += line_height(line.size)
            y += between
        return placed


def line_height(size: float) -> float:
    return size * _LEADING * POINT


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

    def compose(self, label: Label, pen: Pen, size: float, width: float) -> _Block | None:
        title = self._lines(
            pen, pen.words(label.product_name, is_bold=True), size * self.title_share, width, self.title_lines
        )
        cooperative = self._lines(pen, pen.words(label.cooperative_name), size, width, self.cooperative_lines)
        facts = self._facts(label, pen, size, width)
        badges = wrap(pen, _joined(pen, label.badges), size, width) if self.has_badges else []
        foot = wrap(pen, pen.words(label.hint), size, width) if self.has_hint else []
        address, code = pen.words(label.short_address), _code_words(label, pen)
        typed = self._wrapped([[*address, *code]] if self.joins_facts else [address, code], pen, size, width)
        if title is None or cooperative is None or facts is None or badges is None:
            return None
        if foot is None or typed is None:
            return None
        return _Block([*title, *cooperative], [*facts, *badges], [*foot, *typed], gap=size * POINT * 0.25)

    def _lines(self, pen: Pen, words: list[Word], size: float, width: float, most: int) -> list[Line] | None:
        if self.may_cut:
            return _cut(pen, words, size, width, most)
        lines = wrap(pen, words, size, width)
        return lines if lines is not None and len(lines) <= most else None

    def _facts(self, label: Label, pen: Pen, size: float, width: float) -> list[Line] | None:
        facts = [[*pen.words(fact.caption), *pen.words(fact.value, is_bold=True)] for fact in label.facts]
        if self.joins_facts:
            facts = [[word for fact in facts for word in fact]]
        return self._wrapped(facts, pen, size, width)

    def _wrapped(self, texts: list[list[Word]], pen: Pen, size: float, width: float) -> list[Line] | None:
        lines: list[Line] = []
        for words in texts:
            if self.may_cut:
                words = [part for word in words for part in broken(pen, word, size, width)]
            wrapped = wrap(pen, words, size, width)
            if wrapped is None:
                return None
            lines += wrapped
        return lines


def _code_words(label: Label, pen: Pen) -> list[Word]:
    if isinstance(label, LotLabel):
        return pen.words(codes.grouped(label.code), is_bold=True)
    assert isinstance(label, UnitLabel)
    # Room for three letters in four; the few serials of wider ones are written a little smaller (sheets._Slot).
    letters = sorted(codes.ALPHABET, key=lambda letter: pen.width(Word(letter, True), 1))
    usual = letters[len(letters) * 3 // 4]
    return [Word(text, True, number) for number, text in enumerate(codes.groups(usual * label.serial_length))]


def _joined(pen: Pen, texts: tuple[str, ...]) -> list[Word]:
    """Badges with dots between them; a line never ends inside one."""
    badges = [" ".join(word.text for word in pen.words(text)) for text in texts]
    return [Word(badge + _DOT_BETWEEN, True) for badge in badges[:-1]] + [Word(badge, True) for badge in badges[-1:]]


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
