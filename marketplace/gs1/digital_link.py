"""GS1 Digital Link URIs, read strictly and written one way (URI Syntax 1.6.0). Compressed links are not read.

A link names goods (01), a crate (00), a place (414) or a party (417), then qualifiers in their one order, and data
attributes behind the question mark. Whatever breaks a rule is refused with an error that is named after the rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import quote, unquote_to_bytes

from marketplace.gs1 import application_identifiers as known
from marketplace.gs1 import identifiers
from marketplace.gs1.identifiers import BadIdentifier

CANONICAL_ROOT = "https://id.gs1.org"
SCHEMES = ("http", "https", "HTTP", "HTTPS")
LONGEST = 2_000  # characters; no label holds half as many

# Names of keys in words, deprecated by version 1.2 and gone since 1.3.
CONVENIENCE_NAMES = frozenset(
    {"gtin", "itip", "cpv", "lot", "ser", "gln", "glnx", "party", "sscc", "gsin", "ginc", "gdti", "gcn", "grai",
     "giai", "gmn", "cpid", "cpsn", "gsrn", "gsrnp", "srin", "refno", "payto", "partygln"}
)  # fmt: skip

_NOT_A_URI_CHARACTER = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9.])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_STEM = re.compile(r"(?:/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*)*")
_OTHER = re.compile(r"(?:[A-Za-z0-9\-._~!$'()*+,;=:@/?\[\]]|%[0-9A-Fa-f]{2})+")
_NUMBER = re.compile(r"[0-9]+")


class BadLink(ValueError):
    """Something is no GS1 Digital Link; the subclass says which rule it breaks."""


class NotAnAddress(BadLink):
    """No URI at all: too long, or with characters that stand in none."""


class WrongScheme(BadLink):
    """Only http and https, all small or all capital."""


class WrongHost(BadLink):
    """No host, or one with a user name, an escape or a zone id."""


class TrailingSlash(BadLink):
    """A slash behind the last value."""


class NoPrimaryKey(BadLink):
    """Nothing in the path says what is identified."""


class KeyNotServed(BadLink):
    """A key of the standard that identifies nothing on a market of goods."""


class ConvenienceName(BadLink):
    """/gtin/… instead of /01/…: words for keys left the standard with version 1.3."""


class NotAQualifier(BadLink):
    """Something stands behind the key that does not qualify it."""


class WrongOrder(BadLink):
    """Qualifiers stand in another order than the standard's."""


class ExcludedTogether(BadLink):
    """Two identifiers that may not stand beside each other."""


class Repeated(BadLink):
    """One identifier stands twice."""


class EmptyValue(BadLink):
    """An identifier without a value."""


class BadEscape(BadLink):
    """A percent sign without two hexadecimal digits, or an escaped NUL."""


class BadValue(BadLink):
    """A value of the wrong length, alphabet, date or check digit for its identifier."""


class UnknownIdentifier(BadLink):
    """A number in the query that is no application identifier."""


class BelongsInPath(BadLink):
    """A key or a qualifier of this key stands in the query."""


class DoesNotApply(BadLink):
    """A data attribute that needs another key, or another identifier beside it."""


@dataclass(frozen=True)
class DigitalLink:
    """One link, checked when it is made: what exists as a DigitalLink can be printed.

    `value`, `qualifiers` and `attributes` are plain text; `other` are the foreign query parts, escaped as they came.
    """

    key: str
    value: str
    qualifiers: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    other: tuple[str, ...] = ()
    scheme: str = "https"
    host: str = "id.gs1.org"
    stem: str = ""

    def __post_init__(self) -> None:
        if self.scheme not in SCHEMES:
            raise WrongScheme(f"{self.scheme[:20]!r} is neither http nor https, all small or all capital")
        if not _HOST.fullmatch(self.host):
            raise WrongHost(f"{self.host[:80]!r} is no host that a label can name")
        if not _STEM.fullmatch(self.stem) or self.stem.endswith("/"):
            raise NotAnAddress(f"{self.stem[:80]!r} is no path that can stand before the key")
        self._check_path()
        self._check_query()

    def _check_path(self) -> None:
        if self.key not in known.QUALIFIERS:
            if self.key in known.PRIMARY_KEYS:
                raise KeyNotServed(f"({self.key}) identifies nothing on this market")
            raise NoPrimaryKey(f"({self.key[:20]}) is no key")
        _check_key(self.key, self.value)
        given = [identifier for identifier, _ in self.qualifiers]
        for place, (identifier, value) in enumerate(self.qualifiers):
            if identifier in CONVENIENCE_NAMES:
                raise ConvenienceName(f"/{identifier}/ is a word; the standard writes numbers")
            if all(identifier not in chain for chain in known.QUALIFIERS[self.key]):
                raise NotAQualifier(f"({identifier[:20]}) does not qualify ({self.key})")
            if identifier in given[:place]:
                raise Repeated(f"({identifier}) stands twice")
            _check_value(identifier, value)
        chains = [chain for chain in known.QUALIFIERS[self.key] if all(one in chain for one in given)]
        if not chains:
            raise ExcludedTogether(f"({') and ('.join(given)}) may not stand together")
        if given != [one for one in chains[0] if one in given]:
            raise WrongOrder(f"the order is ({') ('.join(chains[0])}), not ({') ('.join(given)})")

    def _check_query(self) -> None:
        in_path = [self.key, *(identifier for identifier, _ in self.qualifiers)]
        seen: list[str] = []
        qualifiers = {one for chain in known.QUALIFIERS[self.key] for one in chain}
        for identifier, _ in self.attributes:
            if identifier in seen or identifier in in_path:
                raise Repeated(f"({identifier}) stands twice")
            if identifier in qualifiers or identifier in known.QUALIFIERS:
                raise BelongsInPath(f"({identifier}) identifies and stands in the path, not behind a question mark")
            if identifier not in known.FORMS and identifier not in known.PRIMARY_KEYS:
                raise UnknownIdentifier(f"({identifier[:20]}) is no application identifier")
            seen.append(identifier)
        clash = known.clashing([*in_path, *seen])
        if clash is not None:
            raise ExcludedTogether(f"({clash[0]}) and ({clash[1]}) may not stand together")
        for identifier, value in self.attributes:
            form = known.FORMS.get(identifier)
            if form is None or (form.keys and self.key not in form.keys):
                raise DoesNotApply(f"({identifier}) says nothing about ({self.key})")
            _check_value(identifier, value)
        lack = known.lacking([*in_path, *seen])
        if lack is not None:
            raise DoesNotApply(f"({lack[0]}) needs ({') or ('.join(lack[1])}) beside it")
        for part in self.other:
            name, equals, _ = part.partition("=")
            if not _OTHER.fullmatch(part):
                raise NotAnAddress(f"{part[:40]!r} cannot stand in a query")
            if equals and _NUMBER.fullmatch(name):
                raise UnknownIdentifier(f"({name[:20]}) is no application identifier")

    def qualifier(self, identifier: str) -> str:
        """Its value, or an empty text."""
        return dict(self.qualifiers).get(identifier, "")

    @property
    def root(self) -> str:
        return f"{self.scheme}://{self.host}{self.stem}"

    @property
    def path(self) -> str:
        """From the key on: what stays the same under any host."""
        parts = ((self.key, self.value), *self.qualifiers)
        return "".join(f"/{identifier}/{quote(value, safe='')}" for identifier, value in parts)

    def url(self, root: str | None = None) -> str:
        """The whole link, under another root when one is given; escapes are capital and only where needed."""
        written = [f"{identifier}={quote(value, safe='')}" for identifier, value in self.attributes]
        query = "&".join([*written, *self.other])
        return (self.root if root is None else root.rstrip("/")) + self.path + (f"?{query}" if query else "")

    def canonical(self) -> str:
        """The link under id.gs1.org, attributes in the order of their numbers, without anything foreign."""
        plain = DigitalLink(self.key, self.value, self.qualifiers, tuple(sorted(self.attributes)))
        return plain.url(CANONICAL_ROOT)

    def constrained_canonical(self) -> str:
        """The finest level alone, as EPCIS event hashes need it (CBV 2.0, 8.9.2): goods and serial, or goods and lot."""
        finest = {"01": ("21", "235", "10", "22"), "414": ("254",)}.get(self.key, ())
        level = next((one for one in finest if self.qualifier(one)), None)
        kept = ((level, self.qualifier(level)),) if level else ()
        return DigitalLink(self.key, self.value, kept).url(CANONICAL_ROOT)


def parse(url: str) -> DigitalLink:
    """Read a link; raises the BadLink that names the broken rule. The fragment is ignored."""
    if len(url) > LONGEST or not url:
        raise NotAnAddress(f"{len(url)} characters are no address")
    strange = _NOT_A_URI_CHARACTER.search(url)
    if strange is not None:
        raise NotAnAddress(f"{strange[0]!r} cannot stand in an address")
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in SCHEMES:
        raise WrongScheme(f"{scheme[:20]!r} is neither http nor https, all small or all capital")
    rest = rest.partition("#")[0]
    before_query, _, query = rest.partition("?")
    host, slash, path = before_query.partition("/")
    if not _HOST.fullmatch(host):
        raise WrongHost(f"{host[:80]!r} is no host that a label can name")
    if not slash:
        raise NoPrimaryKey("there is no path")
    stem, pairs = _walk_from_right(path.split("/"))
    attributes, other = _read_query(query)
    return DigitalLink(
        key=pairs[0][0],
        value=pairs[0][1],
        qualifiers=tuple(pairs[1:]),
        attributes=tuple(attributes),
        other=tuple(other),
        scheme=scheme,
        host=host,
        stem=stem,
    )


def _walk_from_right(segments: list[str]) -> tuple[str, list[tuple[str, str]]]:
    """(what stands before the key, key and qualifiers with their values). A key further left belongs to the stem."""
    if segments[-1] == "":
        if len(segments) > 1:
            raise TrailingSlash("nothing stands behind the last slash")
        raise NoPrimaryKey("the path is empty")
    pairs: list[tuple[str, str]] = []
    for place in range(len(segments) - 2, -1, -2):
        identifier, raw = segments[place], segments[place + 1]
        pairs.insert(0, (identifier, raw))
        if identifier in known.PRIMARY_KEYS:
            stem = "".join(f"/{segment}" for segment in segments[:place])
            _check_escapes(stem)
            return stem, [(one, _in_path(one, value)) for one, value in pairs]
    _refuse_without_key(segments)


def _refuse_without_key(segments: list[str]) -> NoReturn:
    if segments[-1] in known.PRIMARY_KEYS:
        raise EmptyValue(f"({segments[-1]}) has no value")
    # The pairs were counted from the end, so a number that an odd segment follows was passed over.
    served = next((one for one in segments if one in known.QUALIFIERS), None)
    if served is not None:
        raise NotAQualifier(f"what stands behind ({served}) are no pairs of identifier and value")
    word = next((one for one in segments if one in CONVENIENCE_NAMES), None)
    if word is not None:
        raise ConvenienceName(f"/{word}/ is a word; the standard writes numbers")
    raise NoPrimaryKey("no part of the path is a key")


def _check_escapes(raw: str) -> None:
    if _BAD_ESCAPE.search(raw) or "%00" in raw:
        raise BadEscape(f"{raw[:60]!r} holds an escape that means nothing")


def _decoded(raw: str) -> str:
    _check_escapes(raw)
    try:
        return unquote_to_bytes(raw).decode("ascii")
    except UnicodeDecodeError:
        raise BadValue(f"{raw[:60]!r} holds letters that no identifier has") from None


def _in_path(identifier: str, raw: str) -> str:
    if not raw:
        raise EmptyValue(f"({identifier[:20]}) has no value")
    return _decoded(raw)


def _read_query(query: str) -> tuple[list[tuple[str, str]], list[str]]:
    """(data attributes, foreign parts). A number without an equals sign is foreign, as GS1's own reader has it."""
    attributes: list[tuple[str, str]] = []
    other: list[str] = []
    for part in query.split("&"):
        name, equals, raw = part.partition("=")
        if equals and _NUMBER.fullmatch(name):
            if not raw:
                raise EmptyValue(f"({name[:20]}) has no value")
            attributes.append((name, _decoded(raw.replace("+", " "))))
        elif part:
            _check_escapes(part)
            other.append(part)
    return attributes, other


def _check_key(key: str, value: str) -> None:
    check = {"01": identifiers.exact_gtin14, "00": identifiers.sscc}.get(key, identifiers.gln)
    try:
        check(value)
    except BadIdentifier as error:
        raise BadValue(str(error)) from error


def _check_value(identifier: str, value: str) -> None:
    if not value:
        raise EmptyValue(f"({identifier}) has no value")
    if not known.FORMS[identifier].allows(value):
        raise BadValue(f"{value[:40]!r} is no value of ({identifier})")


def goods_link(root: str, gtin: str, *, lot: str = "", serial: str = "") -> DigitalLink:
    """The link for a label of ours under our own root.

    Raises a BadIdentifier for a GTIN that may not be published and for a lot number that only some scanners read.
    """
    given = [("10", identifiers.own_lot(lot))] if lot else []
    given += [("21", serial)] if serial else []
    scheme, _, host = root.rstrip("/").partition("://")
    host, slash, stem = host.partition("/")
    return DigitalLink(
        "01", identifiers.gtin14(gtin), tuple(given), scheme=scheme, host=host, stem=slash + stem if stem else ""
    )
