"""Reviews: on a product's page, at the cooperative's desk, at the alliance's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import lazyload

from marketplace.care.models import Review
from marketplace.catalogue.models import Listing, Product
from marketplace.foundation.database import session


@dataclass(frozen=True)
class ReviewedProduct:
    """What the page of a product's reviews tells of it."""

    product_id: int
    slug: str
    name: str
    picture: dict[str, Any] | None
    review_count: int
    review_stars: int


def find_reviewed_product(slug: str) -> ReviewedProduct | None:
    """A product that the public may see."""
    row = session.execute(
        select(Product.id, Product.slug, Product.name, Listing.picture, Product.review_count, Product.review_stars)
        .join(Listing, Listing.product_id == Product.id)
        .where(Product.slug == slug)
    ).one_or_none()
    return None if row is None else ReviewedProduct(*row)


def reviews_of(product_id: int, *, limit: int, offset: int = 0) -> list[Review]:
    """Newest first, those that were taken down in their place."""
    query = select(Review).where(Review.product_id == product_id).order_by(Review.id.desc())
    return list(session.scalars(query.limit(limit).offset(offset)))


def find_review(order_line_id: int) -> Review | None:
    """For callers that have found the line in an order of its buyer."""
    return session.scalar(select(Review).where(Review.order_line_id == order_line_id))


def reviews_of_order(order_id: int) -> dict[int, Review]:
    """By the order line that each is about."""
    found = session.scalars(select(Review).where(Review.order_id == order_id))
    return {review.order_line_id: review for review in found}


def find_review_for_cooperative(cooperative_id: int, review_id: int) -> Review | None:
    return session.scalar(select(Review).where(Review.cooperative_id == cooperative_id, Review.id == review_id))


def find_review_for_officer(in_provinces: ColumnElement[bool], review_id: int) -> Review | None:
    return session.scalar(select(Review).where(in_provinces, Review.id == review_id))


def reviews_for_desk(cooperative_id: int, *, limit: int, offset: int = 0) -> list[tuple[Review, Product]]:
    """Newest first."""
    return _with_products(Review.cooperative_id == cooperative_id, limit=limit, offset=offset)


def count_reviews_for_desk(cooperative_id: int) -> int:
    return _count(Review.cooperative_id == cooperative_id)


def reviews_in(in_provinces: ColumnElement[bool], *, limit: int, offset: int = 0) -> list[tuple[Review, Product]]:
    return _with_products(in_provinces, limit=limit, offset=offset)


def count_reviews_in(in_provinces: ColumnElement[bool]) -> int:
    return _count(in_provinces)


def _with_products(which: ColumnElement[bool], *, limit: int, offset: int) -> list[tuple[Review, Product]]:
    rows = session.execute(
        select(Review, Product)
        .join(Product, Product.id == Review.product_id)
        .where(which)
        .options(lazyload(Product.variants), lazyload(Product.pictures))
        .order_by(Review.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(review, product) for review, product in rows]


def _count(which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Review).where(which)) or 0
