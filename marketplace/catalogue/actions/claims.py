"""Which certificates of its cooperative a product may claim. The day is not decided here: badges look at the dates."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from marketplace.catalogue import rules
from marketplace.catalogue.models import Product, ProductClaim
from marketplace.certificates.models import Certificate, CertificateScope
from marketplace.foundation import public_version
from marketplace.foundation.database import session


def refresh_claims(product: Product) -> None:
    """Compare the product's name with the scopes of all certificates of its cooperative."""
    scopes = session.execute(
        select(CertificateScope, Certificate.scheme)
        .join(Certificate, Certificate.id == CertificateScope.certificate_id)
        .where(Certificate.cooperative_id == product.cooperative_id)
        .order_by(CertificateScope.id)
    ).all()
    session.execute(delete(ProductClaim).where(ProductClaim.product_id == product.id))
    _write(product, scopes)


def refresh_claims_of_certificate(certificate_id: int) -> None:
    """A certificate was handed in, answered or changed: compare it with all products of its cooperative."""
    session.flush()
    certificate = session.get_one(Certificate, certificate_id)
    scopes = [(scope, certificate.scheme) for scope in certificate.scope]
    session.execute(delete(ProductClaim).where(ProductClaim.certificate_id == certificate_id))
    products = session.scalars(select(Product).where(Product.cooperative_id == certificate.cooperative_id))
    for product in products.all():
        _write(product, scopes)


def _write(product: Product, scopes: Iterable[tuple[CertificateScope, str]]) -> None:
    """One row for each certificate that covers the product by one of its scope entries."""
    public_version.changed()
    covered: dict[int, CertificateScope] = {}
    for scope, scheme in scopes:
        if rules.claim_counts(scheme=scheme, scope_name=scope.name, product_name=product.name):
            covered.setdefault(scope.certificate_id, scope)
    for certificate_id, scope in covered.items():
        session.add(ProductClaim(product_id=product.id, certificate_id=certificate_id, scope_id=scope.id, counts=True))
    session.flush()
