"""Standards known beyond Vietnam: GLOBALG.A.P. and the food-safety systems."""

from __future__ import annotations

import re

from marketplace.certificates.schemes.scheme import Scheme, Values
from marketplace.certificates.states import IssuerLevel


def has_ggn(values: Values) -> str | None:
    """A producer is known by his GGN of 13 digits."""
    digits = re.sub(r"\D", "", values.number)
    return None if len(digits) == 13 else "ggn_missing"


GLOBALGAP = Scheme(
    code="globalgap",
    name="GLOBALG.A.P.",
    short_label="GLOBALG.A.P.",
    issuer_levels=(IssuerLevel.BODY,),
    usual_validity_months=12,
    needs_area=True,
    registry="https://database.globalgap.org/",
    checks=(has_ggn,),
)
HACCP = Scheme(
    code="haccp",
    name="HACCP",
    short_label="HACCP",
    issuer_levels=(IssuerLevel.BODY,),
    usual_validity_months=36,
    has_surveillance=True,
)
ISO22000 = Scheme(
    code="iso22000",
    name="ISO 22000",
    short_label="ISO 22000",
    issuer_levels=(IssuerLevel.BODY,),
    usual_validity_months=36,
    has_surveillance=True,
)
