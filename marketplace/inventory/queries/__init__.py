"""What is left, and what is offered at a session price."""

from marketplace.inventory.queries.offers import (
    Held,
    OfferView,
    count_held,
    find_offer,
    held_by,
    held_for_offers,
    offer_views,
    offers_that_disagree,
)
from marketplace.inventory.queries.stock import (
    LotOnSale,
    ShopWindow,
    lots_on_sale,
    lots_to_take_from,
    packs_left,
    shop_window,
)

__all__ = [
    "Held",
    "LotOnSale",
    "OfferView",
    "ShopWindow",
    "count_held",
    "find_offer",
    "held_by",
    "held_for_offers",
    "lots_on_sale",
    "lots_to_take_from",
    "offer_views",
    "offers_that_disagree",
    "packs_left",
    "shop_window",
]
