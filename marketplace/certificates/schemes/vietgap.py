"""Good agricultural practice of Vietnam, for crops, livestock and fish farming (TCVN 11892-1:2017 and its sisters)."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _

from marketplace.certificates.schemes.scheme import Check, Scheme, Values
from marketplace.certificates.states import IssuerLevel

# Circular 48/2012: kind, year and number of the body, province before July 2025, number of the producer.
_NUMBER = re.compile(r"VIETGAP-(TT|CN|TS)-\d{2}-\d{2}-\d{2}-\d{4,}", re.ASCII)


def number_is_of(kind: str) -> Check:
    """A number that begins like VietGAP's own has its shape and its kind; bodies with numbers of their own are many."""

    def check(values: Values) -> str | None:
        number = values.number.upper().replace(" ", "")
        if not number.startswith("VIETGAP-"):
            return None
        found = _NUMBER.fullmatch(number)
        if found is None:
            return "number_misshapen"
        return None if found[1] == kind else "number_of_other_kind"

    return check


VIETGAP_CROP = Scheme(
    code="vietgap_crop",
    name=_("VietGAP for crops"),
    short_label="VietGAP",
    issuer_levels=(IssuerLevel.BODY,),
    usual_validity_months=36,
    needs_area=True,
    has_surveillance=True,
    checks=(number_is_of("TT"),),
)
VIETGAP_LIVESTOCK = Scheme(
    code="vietgap_livestock",
    name=_("VietGAP for livestock"),
    short_label="VietGAHP",
    issuer_levels=(IssuerLevel.BODY,),
    usual_validity_months=36,
    has_surveillance=True,
    checks=(number_is_of("CN"),),
)
VIETGAP_AQUA = Scheme(
    code="vietgap_aqua",
    name=_("VietGAP for fish farming"),
    short_label=_("VietGAP fish farming"),
    issuer_levels=(IssuerLevel.BODY,),
    usual_validity_months=36,
    needs_area=True,
    has_surveillance=True,
    checks=(number_is_of("TS"),),
)
