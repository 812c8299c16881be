"""How many reviews a product has, and what they say together, kept beside it so that its page need not count."""

from __future__ import annotations

from sqlalchemy import update

from marketplace.catalogue.models import Product
from marketplace.foundation import public_version
from marketplace.foundation.database import session


def count_review(product_id: int, *, reviews: int, stars: int) -> None:
    """So many reviews more or fewer, with so many stars; `reviews` 0 when one was only changed.

    Relative, in one statement, and without the version that guards the product's own words: whoever edits a product is
    not told that somebody else has changed it.
    """
    session.execute(
        update(Product)
        .where(Product.id == product_id)
        .values(review_count=Product.review_count + reviews, review_stars=Product.review_stars + stars)
        .execution_options(synchronize_session=False)
    )
    public_version.changed()
