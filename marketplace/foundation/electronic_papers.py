"""PDF and XML files that other people's programs made: told apart by their content, and kept as they came.

Neither is ever shown in a page of ours: doors send them as attachments with nosniff.
"""

from __future__ import annotations

import io
from enum import StrEnum
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from marketplace.foundation.pictures import BadUpload, DocumentKind, read_document

MOST_BYTES = 5 * 1024 * 1024
MOST_ELEMENTS = 50_000
DEEPEST = 60

# What a browser would run.
_PAGES = frozenset({"html", "svg", "script", "xhtml"})


class Kind(StrEnum):
    PDF = "pdf"
    XML = "xml"


class TooManyBytes(BadUpload):
    """Larger than any such file that a program makes."""


class NeitherPdfNorXml(BadUpload):
    """Something else, or damaged, or an XML that means to harm whoever reads it."""


def kind_of(data: bytes) -> Kind:
    """What the file is. Raises TooManyBytes, NeitherPdfNorXml."""
    if len(data) > MOST_BYTES:
        raise TooManyBytes(f"{len(data)} bytes, {MOST_BYTES} are allowed")
    if data.startswith(b"%PDF-"):
        try:
            document = read_document(data)
        except BadUpload as problem:
            raise NeitherPdfNorXml(str(problem)) from problem
        assert document.kind == DocumentKind.PDF
        return Kind.PDF
    _check_xml(data)
    return Kind.XML


def _check_xml(data: bytes) -> None:
    """Read it once from end to end without building a tree. A document type is refused whole: entities that swell
    or that read files of ours begin there, and no invoice has one."""
    depth = count = 0
    try:
        for happens, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if happens == "end":
                depth -= 1
                element.clear()
                continue
            depth, count = depth + 1, count + 1
            if count == 1 and element.tag.rpartition("}")[2].lower() in _PAGES:
                raise NeitherPdfNorXml("a page for browsers")
            if depth > DEEPEST or count > MOST_ELEMENTS:
                raise NeitherPdfNorXml("deeper or longer than any invoice")
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise NeitherPdfNorXml(str(problem)) from problem
