"""What can be done with land: plots and seasons, the diary, harvests against their ceiling."""

from marketplace.farming.actions.approving import ask_approval, decide
from marketplace.farming.actions.diary import NewEntry, write_entry
from marketplace.farming.actions.harvest import count_harvest, uncount_harvest
from marketplace.farming.actions.land import (
    PlotFacts,
    add_plot,
    change_plot,
    end_season,
    start_season,
    usual_ceiling,
)
from marketplace.farming.actions.noticing import note_seen

__all__ = [
    "NewEntry",
    "PlotFacts",
    "add_plot",
    "ask_approval",
    "change_plot",
    "count_harvest",
    "decide",
    "end_season",
    "note_seen",
    "start_season",
    "uncount_harvest",
    "usual_ceiling",
    "write_entry",
]
