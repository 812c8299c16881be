"""Organic farming by TCVN 11041 (Decree 109/2018/NĐ-CP)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.certificates.schemes.scheme import Scheme
from marketplace.certificates.states import IssuerLevel

ORGANIC = Scheme(
    code="organic_vn",
    name=_("Organic, TCVN 11041"),
    short_label=_("Organic"),
    issuer_levels=(IssuerLevel.BODY,),
    usual_validity_months=24,
    needs_area=True,
)
