"""Reading fairs."""

from marketplace.fairs.queries.checks import Check, booth_checks
from marketplace.fairs.queries.fairs import (
    booth_name,
    find_booth,
    find_fair,
    find_fair_to_run,
    find_item,
    find_item_of_offer,
    find_slot,
    slots_of,
)
from marketplace.fairs.queries.lobby import BoothCard, FairCard, SlotView, booth_cards, fair_cards, running_order
from marketplace.fairs.queries.room import (
    ItemView,
    OnAir,
    RoomView,
    item_view,
    items_of,
    news_after,
    next_up,
    room_view,
)
from marketplace.fairs.queries.sales import SessionSale, session_sales

__all__ = [
    "BoothCard",
    "Check",
    "FairCard",
    "ItemView",
    "OnAir",
    "RoomView",
    "SessionSale",
    "SlotView",
    "booth_cards",
    "booth_checks",
    "booth_name",
    "fair_cards",
    "find_booth",
    "find_fair",
    "find_fair_to_run",
    "find_item",
    "find_item_of_offer",
    "find_slot",
    "item_view",
    "items_of",
    "news_after",
    "next_up",
    "room_view",
    "running_order",
    "session_sales",
    "slots_of",
]
