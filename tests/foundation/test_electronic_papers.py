"""PDF and XML from other people's programs: what is taken, and every attack that comes as one of them."""

from __future__ import annotations

import time

import pytest

from marketplace.foundation.electronic_papers import (
    MOST_BYTES,
    Kind,
    NeitherPdfNorXml,
    TooManyBytes,
    kind_of,
)

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
XML = '<?xml version="1.0" encoding="UTF-8"?><HDon><DLHDon><TTChung><SHDon>12</SHDon></TTChung></DLHDon></HDon>'
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]><l>&j;</l>"
)


@pytest.mark.parametrize("data", [PDF, PDF + b"\n"])
def test_a_pdf_is_one(data: bytes) -> None:
    assert kind_of(data) == Kind.PDF


@pytest.mark.parametrize(
    "data",
    [
        XML.encode(),
        XML.replace("UTF-8", "UTF-16").encode("utf-16"),
        b"\xef\xbb\xbf" + XML.encode(),
        b"<a:HDon xmlns:a='u'/>",
    ],
)
def test_an_xml_is_one_in_any_encoding(data: bytes) -> None:
    assert kind_of(data) == Kind.XML


@pytest.mark.parametrize(
    "data",
    [
        b"", b"MZ\x90\x00", b"just words", b"\xff\xd8\xff\xe0JFIF", b"PK\x03\x04", b"%PDF-1.7 cut off",
        b"%PDF-1.4\n<html><script>alert(1)</script>\n%%EOF", b"<html><body>x</body></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", XML.encode()[:-9],
        b"<!DOCTYPE html><html></html>", LAUGHS.encode(),
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/evil.dtd"><a/>',
        b'<?xml version="1.0" encoding="no-such-code"?><a/>',
        b"<a>" * 2_000 + b"</a>" * 2_000, b"<r>" + b"<a/>" * 60_000 + b"</r>",
    ],
)  # fmt: skip
def test_anything_else_is_refused_at_once(data: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(NeitherPdfNorXml):
        kind_of(data)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("head", [b"%PDF-1.7\n", b"<a>"])
def test_a_huge_one_is_refused_unread(head: bytes) -> None:
    with pytest.raises(TooManyBytes):
        kind_of(head + b"x" * MOST_BYTES)
