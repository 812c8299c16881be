"""Vietnamese tax codes (MST): ten digits with a check digit, thirteen for a branch."""

from __future__ import annotations

from stdnum.exceptions import ValidationError
from stdnum.vn import mst


class BadTaxCode(ValueError):
    """What was typed is not a tax code, or its check digit is wrong."""


def parse_tax_code(text: str) -> str:
    """Read "9900000016" or a branch's "0100112437-001", which keeps its hyphen."""
    try:
        if not text.isascii():
            raise ValidationError()
        return str(mst.format(mst.validate(text)))
    except ValidationError as error:
        raise BadTaxCode(f"{text[:40]!r} is not a tax code; check every digit") from error
