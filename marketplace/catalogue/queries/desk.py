"""A cooperative's own products, whatever their state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from marketplace.catalogue import rules
from marketplace.catalogue.models import Listing, Product, ProductClaim, ProductPicture, Variant
from marketplace.catalogue.states import ClaimStanding, Publication
from marketplace.certificates.models import Certificate
from marketplace.foundation.database import session
from marketplace.foundation.text import fold

DESK_PAGE = 30


@dataclass(frozen=True)
class OwnProduct:
    """One line of the cooperative's list."""

    id: int
    slug: str
    name: str
    publication: Publication
    picture: dict[str, Any] | None
    price_from: int | None
    is_in_stock: bool


@dataclass(frozen=True)
class OwnProducts:
    """One page of the cooperative's list."""

    rows: list[OwnProduct]
    count: int  # on all pages
    by_state: dict[Publication, int]  # of the whole cooperative, whatever was asked for


def products_of(
    cooperative_id: int, *, on: date, publication: Publication | None = None, words: str = "", page: int = 1
) -> OwnProducts:
    """The cooperative's products by name, those in one state or with these words; what is put away comes last."""
    # Names are compared here, folded: drafts have no row in the word index, and one cooperative has hundreds at most.
    wanted = [f" {word}" for word in fold(words).split()]
    of_all = session.execute(
        select(Product.id, Product.name, Product.publication)
        .where(Product.cooperative_id == cooperative_id)
        .order_by(Product.publication == Publication.ARCHIVED, Product.sort_key, Product.id)
    ).all()
    found = [
        id
        for id, name, state in of_all
        if publication in (None, state) and all(word in f" {fold(name)}" for word in wanted)
    ]
    shown = found[(page - 1) * DESK_PAGE : page * DESK_PAGE]
    by_id = {row.id: row for row in _rows(shown, on=on)}
    return OwnProducts(
        rows=[by_id[id] for id in shown], count=len(found), by_state=Counter(state for _, _, state in of_all)
    )


def has_products(cooperative_id: int) -> bool:
    query = select(Product.id).where(Product.cooperative_id == cooperative_id)
    return session.scalar(query.limit(1)) is not None


def _rows(ids: list[int], *, on: date) -> list[OwnProduct]:
    picture = (
        select(ProductPicture.picture)
        .where(ProductPicture.product_id == Product.id)
        .order_by(ProductPicture.position, ProductPicture.id)
        .limit(1)
        .scalar_subquery()
    )
    price = (
        select(func.min(Variant.price_dong))
        .where(Variant.product_id == Product.id, Variant.is_active)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Product.id, Product.slug, Product.name, Product.publication, picture, price, Listing.in_stock_until)
        .outerjoin(Listing, Listing.product_id == Product.id)
        .where(Product.id.in_(ids))
    )
    return [
        OwnProduct(id, slug, name, publication, first, cheapest, until is not None and until >= on)
        for id, slug, name, publication, first, cheapest, until in rows
    ]


def find_of(cooperative_id: int, product_id: int) -> Product | None:
    """A product through its cooperative."""
    return session.scalar(select(Product).where(Product.id == product_id, Product.cooperative_id == cooperative_id))


@dataclass(frozen=True)
class OwnClaim:
    """A certificate of the cooperative, as seen from one product."""

    certificate: Certificate
    standing: ClaimStanding


def claims_of(product: Product, *, on: date) -> list[OwnClaim]:
    """Which certificates give this product a badge, and which do not."""
    covered = set(
        session.scalars(
            select(ProductClaim.certificate_id).where(ProductClaim.product_id == product.id, ProductClaim.counts)
        )
    )
    rows = session.scalars(
        select(Certificate)
        .where(Certificate.cooperative_id == product.cooperative_id)
        .order_by(Certificate.scheme, Certificate.id)
    )
    return [
        OwnClaim(
            row,
            rules.claim_standing(
                covers=row.id in covered, review=row.review, valid_from=row.valid_from, valid_to=row.valid_to, on=on
            ),
        )
        for row in rows
    ]
