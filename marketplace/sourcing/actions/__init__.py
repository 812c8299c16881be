"""What buyers and cooperatives do about supply and demand."""

from marketplace.sourcing.actions.calling_off import call_off, confirm, follow_order, refuse, withdraw
from marketplace.sourcing.actions.committing import accept_quote, give_up, sign
from marketplace.sourcing.actions.demands import (
    DemandDetails,
    change_demand,
    expire_demands,
    post_demand,
    take_down_demand,
    withdraw_demand,
)
from marketplace.sourcing.actions.quoting import Terms, answer, end_talk, make_quote
from marketplace.sourcing.actions.supply import change_forecast, close_forecast, commit, make_forecast, release
from marketplace.sourcing.actions.watching import end_commitments, watch_certificates

__all__ = [
    "DemandDetails",
    "Terms",
    "accept_quote",
    "answer",
    "call_off",
    "change_demand",
    "change_forecast",
    "close_forecast",
    "commit",
    "confirm",
    "end_commitments",
    "end_talk",
    "expire_demands",
    "follow_order",
    "give_up",
    "make_forecast",
    "make_quote",
    "post_demand",
    "refuse",
    "release",
    "sign",
    "take_down_demand",
    "watch_certificates",
    "withdraw",
    "withdraw_demand",
]
