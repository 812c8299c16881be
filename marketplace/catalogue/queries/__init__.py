"""Reads of the catalogue: badges, the listing buyers search, one product, a cooperative's own products."""

from marketplace.catalogue.queries.badges import badges_of
from marketplace.catalogue.queries.cards import Card, cards_beside, newest_cards
from marketplace.catalogue.queries.desk import (
    DESK_PAGE,
    OwnClaim,
    OwnProduct,
    claims_of,
    find_of,
    has_products,
    products_of,
)
from marketplace.catalogue.queries.listing import (
    LAST_PAGE,
    PAGE,
    Facets,
    Order,
    Results,
    Wanted,
    count_by_province,
    search,
    seasonal_cards,
    suggestions,
)
from marketplace.catalogue.queries.product import Goods, Pack, ProductPage, find_goods, find_goods_of, product_page

__all__ = [
    "DESK_PAGE",
    "LAST_PAGE",
    "PAGE",
    "Card",
    "Facets",
    "Goods",
    "Order",
    "OwnClaim",
    "OwnProduct",
    "Pack",
    "ProductPage",
    "Results",
    "Wanted",
    "badges_of",
    "cards_beside",
    "claims_of",
    "count_by_province",
    "find_goods",
    "find_goods_of",
    "find_of",
    "has_products",
    "newest_cards",
    "product_page",
    "products_of",
    "search",
    "seasonal_cards",
    "suggestions",
]
