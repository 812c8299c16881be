"""The kinds of certificate that the market knows. A new one: a file beside these and a line in the list."""

from __future__ import annotations

from marketplace.certificates.schemes.food_safety import FOOD_SAFETY
from marketplace.certificates.schemes.international import GLOBALGAP, HACCP, ISO22000
from marketplace.certificates.schemes.marks import CERTIFICATION_MARK, COLLECTIVE_MARK, GEOGRAPHICAL_INDICATION
from marketplace.certificates.schemes.ocop import OCOP
from marketplace.certificates.schemes.organic import ORGANIC
from marketplace.certificates.schemes.scheme import Scheme
from marketplace.certificates.schemes.vietgap import VIETGAP_AQUA, VIETGAP_CROP, VIETGAP_LIVESTOCK

SCHEMES: dict[str, Scheme] = {
    scheme.code: scheme
    for scheme in (
        OCOP,
        VIETGAP_CROP,
        VIETGAP_LIVESTOCK,
        VIETGAP_AQUA,
        GLOBALGAP,
        ORGANIC,
        GEOGRAPHICAL_INDICATION,
        COLLECTIVE_MARK,
        CERTIFICATION_MARK,
        FOOD_SAFETY,
        HACCP,
        ISO22000,
    )
}

__all__ = ["SCHEMES", "Scheme"]
