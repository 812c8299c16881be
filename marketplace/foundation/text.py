"""Vietnamese words: one spelling, comparing without tone marks, slugs, alphabetical order, tidy input."""

from __future__ import annotations

import re
import unicodedata

# Thirty-three letters on thirty-three characters that every collation of either database puts in the same order
# (digits before lower-case letters, nothing else): "0" and "1" stay free for the gaps and digits of a sort key.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_KEYS = dict(zip(_ALPHABET, "3456789abcdefghijklmnopqrstuvwxyz", strict=True))
_GAP, _DIGIT, _END = "0", "1", "00"
_TONE_KEYS = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_WORD = re.compile(r"[^\W_]+")
_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c]")
_BLANKS = re.compile(r"\s+")


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """What is left when tone marks, case and punctuation are forgotten: "Gạo nếp – Đại Thắng" → "gao nep dai thang"."""
    text = unicodedata.normalize("NFD", text.casefold())
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Mn")
    return _NOT_WORD.sub(" ", text.replace("đ", "d")).strip()


def slugify(text: str, limit: int = 80) -> str:
    """Folded words joined by hyphens, cut between words; empty when the text has no Latin letter or digit."""
    slug = fold(text).replace(" ", "-")
    if len(slug) <= limit:
        return slug
    whole, _, _ = slug[: limit + 1].rpartition("-")
    return whole or slug[:limit]


def sort_key(text: str) -> str:
    """An ASCII string that any collation sorts as the Vietnamese alphabet does: letters first, tones only as tie-break.

    One tone digit per syllable, so that "hoà" and "hòa", two spellings of one word, get the same key.
    """
    letters: list[str] = []
    tones: list[str] = []
    for word in _WORD.findall(nfc(text).casefold()):
        keys, tone = _word_key(word)
        if keys:
            letters.append(keys)
            tones.append(tone)
    return _GAP.join(letters) + _END + "".join(tones)


def _word_key(word: str) -> tuple[str, str]:
    keys: list[str] = []
    tone = "0"
    for letter in word:
        marks = unicodedata.normalize("NFD", letter)
        tone = next((_TONE_KEYS[mark] for mark in marks if mark in _TONE_KEYS), tone)
        plain = nfc("".join(mark for mark in marks if mark not in _TONE_KEYS))
        for known in (plain, marks[0]):
            if known in _LETTER_KEYS:
                keys.append(_LETTER_KEYS[known])
                break
            if "0" <= known <= "9":
                keys.append(_DIGIT + known)
                break
    return "".join(keys), tone


def clean_line(text: str, limit: int) -> str:
    """One tidy line: composed letters, single spaces, nothing invisible, at most `limit` characters."""
    return _BLANKS.sub(" ", _visible(text)).strip()[:limit].rstrip()


def clean_text(text: str, limit: int) -> str:
    """Tidy paragraphs: lines kept, at most one empty line between two of them, at most `limit` characters."""
    lines = [_BLANKS.sub(" ", line).strip() for line in _visible(_LINE_BREAKS.sub("\n", text)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:limit].rstrip()


def _visible(text: str) -> str:
    # NUL breaks PostgreSQL, lone surrogates break UTF-8, and invisible marks that turn the reading direction
    # let one name pose as another.
    return "".join(c for c in nfc(text) if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def harmless_cell(text: str) -> str:
    """For a file that a spreadsheet opens: what somebody typed is never taken for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
