"""The public proof behind a badge."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from marketplace.certificates import queries
from marketplace.certificates.rules import format_amount
from marketplace.certificates.schemes import SCHEMES
from marketplace.certificates.words import ISSUER_LEVELS
from marketplace.foundation import clock, dates
from marketplace.foundation.web import access

pages = Blueprint("certificates_shop", __name__)


@pages.get("/chung-nhan/<int:certificate_id>")
@access.shared
def certificate(certificate_id: int) -> str:
    """What the badge rests on, and whether it counts today."""
    found, cooperative = queries.find_public(certificate_id) or abort(404)
    return render_template(
        "certificates/shop/certificate.html",
        shown=found,
        owner=cooperative,
        scheme=SCHEMES.get(found.scheme),
        level_words=ISSUER_LEVELS,
        counts_today=found.counts_on(clock.today()),
        verified_on=dates.vietnam_day(found.verified_at) if found.verified_at else None,
        amount=format_amount,
        today=clock.today(),
    )
