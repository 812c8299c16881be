"""Rights to use a name: geographical indications, collective and certification marks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.certificates.schemes.scheme import Scheme
from marketplace.certificates.states import IssuerLevel

# The indication itself never ends; the right of one producer to use it is granted for a time.
GEOGRAPHICAL_INDICATION = Scheme(
    code="gi",
    name=_("Right to use a geographical indication"),
    short_label=_("Geographical indication"),
    issuer_levels=(IssuerLevel.PROVINCE, IssuerLevel.NATIONAL, IssuerLevel.BODY),
    usual_validity_months=120,
)
COLLECTIVE_MARK = Scheme(
    code="collective_mark",
    name=_("Right to use a collective mark"),
    short_label=_("Collective mark"),
    issuer_levels=(IssuerLevel.NATIONAL, IssuerLevel.PROVINCE, IssuerLevel.BODY),
    usual_validity_months=120,
)
CERTIFICATION_MARK = Scheme(
    code="cert_mark",
    name=_("Right to use a certification mark"),
    short_label=_("Certification mark"),
    issuer_levels=(IssuerLevel.NATIONAL, IssuerLevel.PROVINCE, IssuerLevel.BODY),
    usual_validity_months=120,
)
