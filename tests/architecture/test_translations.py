"""Every English source string has a Vietnamese translation with the same placeholders, and templates hold no bare words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from jinja2 import Environment
from jinja2.ext import babel_extract  # noqa: F401  (registers the extraction method below)

from marketplace.foundation.web import translations

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
KEYWORDS = {
    "_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2), "_l": None, "lazy": None,
}  # fmt: skip
# Words that are the same in every language, or no words at all.
SAME = re.compile(
    r"^[\W\d_]*$|^[0-9A-Z]{5} [0-9A-Z]{5}$|^[\W\d_]*"
    r"(VND|OTP|QR|PDF|SVG|PNG|VietGAP|OCOP|VietQR|Zalo|Excel|kg|English|Tiếng Việt|Chợ HTX|HTX|GLOBALG\.A\.P\.|COD)$"
)


def used() -> dict[str | tuple[str, ...], str]:
    found: dict[str | tuple[str, ...], str] = {}
    sources = (("marketplace", [("**.py", "python")]), ("templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]))
    for folder, method in sources:
        options = {"**.html": {"trimmed": "true"}, "**.txt": {"trimmed": "true"}}
        for name, line, message, *_ in extract_from_dir(
            str(ROOT / folder), method, options, keywords=KEYWORDS, comment_tags=()
        ):
            found.setdefault(message if isinstance(message, str) else tuple(message), f"{folder}/{name}:{line}")
    return found


def test_every_source_string_is_translated_and_none_is_left_over() -> None:
    catalogue = translations.read_catalogue("vi")
    translated = {message.id: message for message in catalogue if message.id}
    sources = used()
    missing = {str(text): place for text, place in sources.items() if not _string(translated.get(text))}
    assert missing == {}
    assert [text for text in translated if text not in sources] == []


def test_no_words_hide_inside_an_f_string() -> None:
    """The search for source strings does not look there, so they would be shown in English for ever."""
    hidden = re.compile(r"""(f"[^"\n]*\{_\('([^'\n]+)')""")
    catalogue = {message.id for message in translations.read_catalogue("vi")}
    found = [
        words
        for path in sorted((ROOT / "marketplace").rglob("*.py"))
        for quoted in hidden.findall(path.read_text(encoding="utf-8"))
        for words in quoted[1:]
        if words and words not in catalogue
    ]
    assert found == []


def _string(message: object) -> bool:
    text = getattr(message, "string", "")
    return bool(text) and (isinstance(text, str) or all(text))


def test_translations_keep_their_placeholders() -> None:
    for message in translations.read_catalogue("vi"):
        if not message.id:
            continue
        texts = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = set().union(*(PLACEHOLDER.findall(text) for text in texts))
        for string in strings:
            assert set(PLACEHOLDER.findall(string)) <= wanted, message.id
            if len(texts) == 1:
                assert set(PLACEHOLDER.findall(string)) == wanted, message.id


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=lambda path: path.name)
def test_templates_hold_no_bare_words(path: Path) -> None:
    if path.name == "styleguide.html":
        pytest.skip("the styleguide shows Vietnamese samples on purpose")
    assert _words(_html(path.read_text())) == []


# Blocks that fill an attribute of the layout's markup, not its text.
# Macros that make attributes likewise.
ATTRIBUTE_BLOCKS = re.compile(
    r"(?s)\{%-? macro _(?:attributes|class)\b.*?endmacro -?%\}|"
    r"\{% block (?:width|door|html_class|share_type) %\}.*?\{% endblock %\}"
)


def _html(source: str) -> str:
    """The page's own text and tags, whatever is computed left out."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    tokens = environment.lex(ATTRIBUTE_BLOCKS.sub("", source))
    return "".join(value for _, kind, value in tokens if kind == "data")


def _words(html: str) -> list[str]:
    html = re.sub(r"(?s)<!--.*?-->|<(script|style|svg)\b.*?</\1>", " ", html)
    attributes = re.findall(r'\b(?:alt|title|placeholder|aria-label)="([^"{]+)"', html)
    texts = [" ".join(piece.split()) for piece in re.split(r"<[^>]*>", html)]
    texts = [re.sub(r"&\w+;", "", text).strip() for text in [*texts, *attributes]]
    return [text for text in texts if not SAME.match(text) and re.search(r"[A-Za-zÀ-ỹ]{2}", text)]
