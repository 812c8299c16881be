"""An officer decides about a harvest over its ceiling, and the lot follows."""

from __future__ import annotations

from marketplace.farming import actions as farming
from marketplace.farming import queries as farming_read
from marketplace.farming.errors import StillWaiting
from marketplace.farming.models import HarvestApproval, Season
from marketplace.farming.states import Verdict
from marketplace.foundation.database import session
from marketplace.traceability.actions.stopping import release
from marketplace.traceability.models import Lot


def decide_harvest(approval: HarvestApproval, lot: Lot, verdict: Verdict, *, by: int, reason: str) -> None:
    """Approve: the lot comes free. Refuse: it stays on hold, and its cooperative reads why.

    Raises farming's NoReason and AlreadyDecided, LotMoveRefused when the lot was recalled meanwhile, and StillWaiting
    when its season was sprayed too shortly before the harvest: that is no matter of quantity.
    """
    farming.decide(approval, verdict, by=by, reason=reason)
    if verdict != Verdict.APPROVED:
        return
    waiting = farming_read.waiting_on(session.get_one(Season, approval.season_id), lot.harvested_on)
    if waiting is not None:
        raise StillWaiting(*waiting)
    release(lot, by=by, reason=reason, is_officer=True)
