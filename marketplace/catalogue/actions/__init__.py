"""What can be done to products, their claims and their listing."""

from marketplace.catalogue.actions.claims import refresh_claims, refresh_claims_of_certificate
from marketplace.catalogue.actions.listing import refresh_cooperative, refresh_listing, set_stock
from marketplace.catalogue.actions.products import (
    Pack,
    ProductDetails,
    add_picture,
    archive,
    change_product,
    let_back,
    list_product,
    publish,
    put_picture_first,
    remove_picture,
    take_down,
    unpublish,
)
from marketplace.catalogue.actions.reviews import count_review

__all__ = [
    "Pack",
    "ProductDetails",
    "add_picture",
    "archive",
    "change_product",
    "count_review",
    "let_back",
    "list_product",
    "publish",
    "put_picture_first",
    "refresh_claims",
    "refresh_claims_of_certificate",
    "refresh_cooperative",
    "refresh_listing",
    "remove_picture",
    "set_stock",
    "take_down",
    "unpublish",
]
