"""What a shop and a fair do with stock."""

from marketplace.inventory.actions.offers import (
    close_offer,
    cut_offer,
    end_offer,
    extend_offer,
    forget_lapsed_holds,
    hold_offer,
    lock_offers,
    open_offer,
    put_back,
    release_hold,
    take_again,
    take_offered,
)
from marketplace.inventory.actions.stock import (
    PASSES,
    Taken,
    give_back,
    hand_over,
    refresh_shop_window,
    take,
    take_more,
)

__all__ = [
    "PASSES",
    "Taken",
    "close_offer",
    "cut_offer",
    "end_offer",
    "extend_offer",
    "forget_lapsed_holds",
    "give_back",
    "hand_over",
    "hold_offer",
    "lock_offers",
    "open_offer",
    "put_back",
    "refresh_shop_window",
    "release_hold",
    "take",
    "take_again",
    "take_more",
    "take_offered",
]
