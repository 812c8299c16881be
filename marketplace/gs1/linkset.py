"""Linksets of a GS1-Conformant Resolver 1.2 (RFC 9264): what links there are, and which of them a reader asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

VOCABULARY = "https://ref.gs1.org/voc/"
MEDIA_TYPE = "application/linkset+json"
CONTEXT_LINK = (
    '<https://ref.gs1.org/standards/resolver/linkset-context>; rel="http://www.w3.org/ns/json-ld#context"; '
    'type="application/ld+json"'
)
DEFAULT = "defaultLink"
DEFAULT_MULTI = "defaultLinkMulti"

# What this market publishes, of the link types of the GS1 Web Vocabulary.
PRODUCT_PAGE = "pip"
TRACEABILITY = "traceability"
EPCIS = "epcis"
CERTIFICATION = "certificationInfo"
RECALL = "recallStatus"
VERIFICATION = "verificationService"

_WHOLE_LINKSET = frozenset({"linkset", "all"})  # "all" is the name that version 1.1 had
_PREFIXES = ("gs1:", VOCABULARY, "http://gs1.org/voc/", "https://gs1.org/voc/", "https://www.gs1.org/voc/")


@dataclass(frozen=True)
class Link:
    """One place that tells something of a thing; `relation` is the name in the vocabulary without its prefix."""

    relation: str
    href: str
    title: str
    media_type: str = "text/html"
    languages: tuple[str, ...] = ("vi",)

    def member(self) -> dict[str, Any]:
        """As a target object of RFC 9264 with the members of GS1."""
        written: dict[str, Any] = {"href": self.href, "title": self.title, "type": self.media_type}
        if self.languages:
            written["hreflang"] = list(self.languages)
        return {**written, "public": True, "fwqs": True}


def asks_for_linkset(link_type: str) -> bool:
    return link_type in _WHOLE_LINKSET


def relation_of(link_type: str) -> str:
    """The bare name behind gs1:name or the whole address of a link type; empty for anybody else's."""
    prefix = next((one for one in _PREFIXES if link_type.startswith(one)), None)
    name = link_type[len(prefix) :] if prefix else ""
    return name if name.isascii() and name.isalnum() else ""


def document(*, anchor: str, description: str, links: Sequence[Link]) -> dict[str, Any]:
    """The linkset of one thing. The first link is the default one and appears a second time as such."""
    first = links[0]
    context: dict[str, Any] = {"anchor": anchor, "itemDescription": description}
    context[VOCABULARY + DEFAULT] = [first.member()]
    for link in links:
        context.setdefault(VOCABULARY + link.relation, []).append(link.member())
    return {"linkset": [context]}


def chosen(links: Sequence[Link], *, languages: Sequence[str], media_types: Sequence[str]) -> list[Link]:
    """The links of one type that fit a reader best: by language, then by media type, each in his order of preference.

    One is where to send him, several tie, none means that there was none. A wish that nothing fits is left aside.
    """
    left = _by_language(links, languages)
    for wanted in media_types:
        fits = [link for link in left if _is_type(link.media_type, wanted)]
        if fits:
            return fits
    return left


def _by_language(links: Sequence[Link], languages: Sequence[str]) -> list[Link]:
    for wanted in languages:
        for tag in (wanted.lower(), wanted.lower().partition("-")[0]):
            fits = [link for link in links if tag in (one.lower() for one in link.languages)]
            if fits:
                return fits
    # "und" is the standard's word for a page in no language in particular.
    return [link for link in links if not link.languages or "und" in link.languages] or list(links)


def _is_type(media_type: str, wanted: str) -> bool:
    kind, _, sort = wanted.partition("/")
    return wanted == "*/*" or media_type == wanted or (sort == "*" and media_type.startswith(f"{kind}/"))


def description_of_resolver(*, root: str, name: str, telephone: str, email: str) -> dict[str, Any]:
    """/.well-known/gs1resolver: what this resolver answers. Only goods are listed, because only they have links."""
    contact = {"fn": name, **({"hasTelephone": {"@type": "vcard:Voice", "hasValue": f"tel:{telephone}"}} if telephone else {}),
               **({"hasEmail": f"mailto:{email}"} if email else {})}  # fmt: skip
    return {
        "name": name,
        "resolverRoot": root,
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [{"namespace": VOCABULARY, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
        "supportedContextValuesEnumerated": [],
        "validationService": {"supportsSyntaxCheck": True, "supportsSemanticCheck": True},
        "contact": contact,
    }


def faults(given: Any) -> list[str]:
    """What is wrong with a linkset document, a sentence each; none when it is whole."""
    contexts = given.get("linkset") if isinstance(given, dict) else None
    if not isinstance(contexts, list) or not contexts:
        return ["there is no array named linkset"]
    found: list[str] = []
    for context in contexts:
        if not isinstance(context, dict):
            return ["a link context is no object"]
        found += _faults_of_context(context)
    return found


def _faults_of_context(context: dict[str, Any]) -> list[str]:
    found: list[str] = []
    anchor = context.get("anchor")
    if not isinstance(anchor, str) or not _is_absolute(anchor):
        found.append("anchor is no absolute address")
    if not context.get("itemDescription"):
        found.append("itemDescription is missing")
    relations = [name for name in context if name not in ("anchor", "itemDescription")]
    for name in relations:
        targets = context[name]
        if not name.startswith(("https://", "http://")):
            found.append(f"{name} is no address of a link type")
        if not isinstance(targets, list) or not targets:
            found.append(f"{name} holds no links")
            continue
        for target in targets:
            found += [f"{name}: {fault}" for fault in _faults_of_target(target)]
    defaults = context.get(VOCABULARY + DEFAULT, [])
    if len(defaults) != 1:
        found.append("there must be exactly one default link")
    several = context.get(VOCABULARY + DEFAULT_MULTI)
    if several is not None and len(several) < 2:
        found.append("several default links are at least two")
    return found


def _faults_of_target(target: Any) -> list[str]:
    if not isinstance(target, dict):
        return ["a target is no object"]
    found = [f"{name} is missing" for name in ("href", "title") if not target.get(name)]
    if target.get("href") and not _is_absolute(str(target["href"])):
        found.append("href is no absolute address")
    languages = target.get("hreflang", [])
    if not isinstance(languages, list) or any(not isinstance(one, str) for one in languages):
        found.append("hreflang is no list of languages")
    return found


def _is_absolute(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.netloc)
