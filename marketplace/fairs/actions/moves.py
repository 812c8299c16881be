"""Moving fairs, booths and slots from state to state: once, refused when somebody else was faster, with a trace."""

from __future__ import annotations

from sqlalchemy import update

from marketplace.fairs.errors import MoveRefused
from marketplace.fairs.models import Booth, Fair, Slot
from marketplace.fairs.states import BOOTH_MOVES, FAIR_MOVES, SLOT_MOVES, BoothState, FairState, SlotState
from marketplace.foundation import audit, public_version
from marketplace.foundation.database import session


def move_fair(fair: Fair, to: FairState, *, by: int | None, reason: str = "") -> None:
    """Raises MoveRefused."""
    session.flush()
    before = fair.state
    moved = (
        to in FAIR_MOVES[before]
        and session.execute(
            update(Fair)
            .where(Fair.id == fair.id, Fair.state == before)
            .values(state=to, state_reason=reason)
            .returning(Fair.id)
        ).one_or_none()
    )
    session.refresh(fair)
    if not moved:
        raise MoveRefused(fair.slug, fair.state, to)
    public_version.changed()
    audit.record(
        f"fairs:fair:{to}", subject="fair", subject_id=fair.id, by=by, province_code=fair.province_code, reason=reason,
        before=before, name=fair.name,
    )  # fmt: skip


def move_booth(booth: Booth, to: BoothState, *, by: int | None, province_code: str, reason: str = "") -> None:
    """Raises MoveRefused."""
    session.flush()
    before = booth.state
    moved = (
        to in BOOTH_MOVES[before]
        and session.execute(
            update(Booth).where(Booth.id == booth.id, Booth.state == before).values(state=to).returning(Booth.id)
        ).one_or_none()
    )
    session.refresh(booth)
    if not moved:
        raise MoveRefused(f"booth {booth.id}", booth.state, to)
    public_version.changed()
    audit.record(
        f"fairs:booth:{to}", subject="booth", subject_id=booth.id, by=by, province_code=province_code, reason=reason,
        before=before, fair_id=booth.fair_id,
    )  # fmt: skip


def move_slot_state(slot: Slot, to: SlotState) -> None:
    """Raises MoveRefused. What deserves a trace is noted by the caller."""
    session.flush()
    before = slot.state
    moved = (
        to in SLOT_MOVES[before]
        and session.execute(
            update(Slot).where(Slot.id == slot.id, Slot.state == before).values(state=to).returning(Slot.id)
        ).one_or_none()
    )
    session.refresh(slot)
    if not moved:
        raise MoveRefused(f"slot {slot.id}", slot.state, to)
    public_version.changed()
