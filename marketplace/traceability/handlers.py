"""What lots do when the diary of their season says something new."""

from __future__ import annotations

from marketplace.farming.events import WaitingBegan
from marketplace.traceability import actions, queries, rules


def on_waiting_began(event: WaitingBegan) -> None:
    """A spraying was written down late: what was harvested in its waiting days stops until an officer has looked."""
    for lot in queries.lots_harvested_in(event.season_id, begins=event.begins, until=event.until):
        actions.stop_for_officer(lot, by=None, reason=rules.HARVESTED_TOO_SOON)
