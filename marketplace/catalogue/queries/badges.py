"""Which badges products carry on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from marketplace.catalogue.models import ProductClaim
from marketplace.certificates.models import Certificate
from marketplace.certificates.queries import Badge, counts_on
from marketplace.foundation.database import session

_COLUMNS = (
    Certificate.id,
    Certificate.scheme,
    Certificate.stars,
    Certificate.number,
    Certificate.issuer_name,
    Certificate.valid_from,
    Certificate.valid_to,
)


def badges_of(product_ids: Collection[int], *, on: date) -> dict[int, list[Badge]]:
    """Badges by product, OCOP first, in one statement. Only verified certificates whose scope covers the product."""
    found: dict[int, list[Badge]] = {product_id: [] for product_id in product_ids}
    if not found:
        return found
    rows = session.execute(
        select(ProductClaim.product_id, *_COLUMNS)
        .join(Certificate, Certificate.id == ProductClaim.certificate_id)
        .where(ProductClaim.product_id.in_(found), ProductClaim.counts, counts_on(on))
    )
    for row in rows:
        found[row.product_id].append(Badge(*row[1:]))
    for several in found.values():
        several.sort(key=lambda badge: (badge.scheme != "ocop", badge.scheme, badge.certificate_id))
    return found
