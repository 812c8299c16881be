"""What can be done with a cart, with delivery terms, and to order."""

from marketplace.checkout.actions.cart import add, change_quantity, remove, tidy_carts
from marketplace.checkout.actions.delivery import change_terms, close_point, keep_point
from marketplace.checkout.actions.hubs import close_hub, keep_hub, leave_hub, serve_hub
from marketplace.checkout.actions.place_order import BuyerDetails, place_order

__all__ = [
    "BuyerDetails", "add", "change_quantity", "change_terms", "close_hub", "close_point", "keep_hub", "keep_point",
    "leave_hub", "place_order", "remove", "serve_hub", "tidy_carts",
]  # fmt: skip
