"""What buyers and cooperatives do about supply and demand."""

from marketplace.sourcing.actions.calling_off import call_off, confirm, follow_order, refuse, withdraw
from marketplace.sourcing.actions.committing import accept_quote, give_up, sign
from marketplace.sourcing.actions.conferences import (
    MEETS,
    ConferencePlan,
    end_meetings_of,
    keep_conference,
    move_meeting,
    place_meeting,
    take_meeting_out,
)
from marketplace.sourcing.actions.demands import (
    DemandDetails,
    change_demand,
    expire_demands,
    post_demand,
    take_down_demand,
    withdraw_demand,
)
from marketplace.sourcing.actions.meetings import (
    Party,
    accept_meeting,
    ask_to_meet,
    end_meeting,
    propose_time,
    tell_outcome,
)
from marketplace.sourcing.actions.quoting import Terms, answer, end_talk, make_quote
from marketplace.sourcing.actions.supply import change_forecast, close_forecast, commit, make_forecast, release
from marketplace.sourcing.actions.watching import end_commitments, watch_certificates

__all__ = [
    "MEETS",
    "ConferencePlan",
    "DemandDetails",
    "Party",
    "Terms",
    "accept_meeting",
    "accept_quote",
    "answer",
    "ask_to_meet",
    "call_off",
    "change_demand",
    "change_forecast",
    "close_forecast",
    "commit",
    "confirm",
    "end_commitments",
    "end_meeting",
    "end_meetings_of",
    "end_talk",
    "expire_demands",
    "follow_order",
    "give_up",
    "keep_conference",
    "make_forecast",
    "make_quote",
    "move_meeting",
    "place_meeting",
    "post_demand",
    "propose_time",
    "refuse",
    "release",
    "sign",
    "take_down_demand",
    "take_meeting_out",
    "tell_outcome",
    "watch_certificates",
    "withdraw",
    "withdraw_demand",
]
