"""The certificate that a place of production meets the conditions of food safety."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.certificates.schemes.scheme import Scheme
from marketplace.certificates.states import IssuerLevel

FOOD_SAFETY = Scheme(
    code="attp",
    name=_("Certificate of food safety conditions"),
    short_label=_("Food safety"),
    issuer_levels=(IssuerLevel.PROVINCE, IssuerLevel.NATIONAL, IssuerLevel.DISTRICT),
    usual_validity_months=36,
)
