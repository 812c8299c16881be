"""OCOP: one commune, one product; three to five stars (Decision 148/QĐ-TTg of 24 February 2023)."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _

from marketplace.certificates.schemes.scheme import Scheme, Values
from marketplace.certificates.states import IssuerLevel

# Districts were abolished on 1 July 2025; three stars they gave before run to their own end.
LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)


def level_fits_stars(values: Values) -> str | None:
    """Five stars come from the national council, four from a province, three from a province or, once, a district."""
    if values.stars is None:
        return "stars_missing"
    fits = {
        5: values.issuer_level == IssuerLevel.NATIONAL,
        4: values.issuer_level == IssuerLevel.PROVINCE,
        3: values.issuer_level in (IssuerLevel.PROVINCE, IssuerLevel.DISTRICT),
    }
    return None if fits.get(values.stars) else "stars_level_mismatch"


def district_existed(values: Values) -> str | None:
    late = values.issuer_level == IssuerLevel.DISTRICT and values.valid_from > LAST_DAY_OF_DISTRICTS
    return "district_abolished" if late else None


OCOP = Scheme(
    code="ocop",
    name=_("OCOP: one commune, one product"),
    short_label="OCOP",
    issuer_levels=(IssuerLevel.PROVINCE, IssuerLevel.NATIONAL, IssuerLevel.DISTRICT),
    usual_validity_months=36,
    has_stars=True,
    covers_exact_name=True,
    checks=(level_fits_stars, district_existed),
)
