"""Moving a demand from state to state, by one condition in the database."""

from __future__ import annotations

from sqlalchemy import select, update

from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.sourcing.models import Demand
from marketplace.sourcing.states import DEMAND_MOVES, TAKES_QUOTES, DemandState


def lock_demand(demand_id: int) -> Demand:
    """The demand as it is, held until the transaction ends: quotes, changes and closing come one after the other."""
    return session.scalars(
        select(Demand).where(Demand.id == demand_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def move_demand(demand: Demand, to: DemandState, *, reason: str = "") -> bool:
    """False, and nothing changed, when the demand cannot go there from where it is."""
    from_states = [state for state, reached in DEMAND_MOVES.items() if to in reached]
    closing = {} if to in TAKES_QUOTES else {"closed_at": clock.now(), "close_reason": reason}
    moved = session.execute(
        update(Demand)
        .where(Demand.id == demand.id, Demand.state.in_(from_states))
        .values(state=to, **closing)
        .returning(Demand.id)
    ).one_or_none()
    session.refresh(demand)
    return moved is not None
