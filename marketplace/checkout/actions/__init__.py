"""What can be done with a cart, with delivery terms, and to order."""

from marketplace.checkout.actions.cart import add, change_quantity, remove, tidy_carts
from marketplace.checkout.actions.delivery import change_terms, close_point, keep_point
from marketplace.checkout.actions.place_order import BuyerDetails, place_order

__all__ = [
    "BuyerDetails", "add", "change_quantity", "change_terms", "close_point", "keep_point", "place_order", "remove",
    "tidy_carts",
]  # fmt: skip
