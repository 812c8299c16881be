"""The running order: slots without overlaps, planned by hand or in one press."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from marketplace.fairs import queries, rules
from marketplace.fairs.actions.moves import move_slot_state
from marketplace.fairs.errors import SlotsOverlap
from marketplace.fairs.models import Booth, Fair, Slot
from marketplace.fairs.rules import Stretch
from marketplace.fairs.states import SlotState
from marketplace.foundation import clock, public_version
from marketplace.foundation.database import session


def add_slot(
    fair: Fair, *, starts_at: datetime, ends_at: datetime, booth_id: int | None = None, title: str = ""
) -> Slot:
    """Raises SlotsOverlap, ValueError outside the fair's hours."""
    _lock(fair)
    slot = Slot(fair_id=fair.id, booth_id=booth_id, title=title, starts_at=starts_at, ends_at=ends_at)
    _refuse_overlap(fair, slot)
    session.add(slot)
    session.flush()
    public_version.changed()
    return slot


def move_slot(fair: Fair, slot: Slot, *, starts_at: datetime, ends_at: datetime, booth_id: int | None) -> None:
    """Another time, or another booth in this time; a cooperative confirms anew. Raises SlotsOverlap, ValueError."""
    _lock(fair)
    changed = (slot.starts_at, slot.ends_at, slot.booth_id) != (starts_at, ends_at, booth_id)
    slot.starts_at, slot.ends_at, slot.booth_id = starts_at, ends_at, booth_id
    _refuse_overlap(fair, slot)
    if changed:
        _ask_anew(slot)
    session.flush()
    public_version.changed()


def shift_slot(fair: Fair, slot: Slot, *, to_place: int) -> None:
    """Let a slot change places with its neighbours until it is at this place, counted from 0; each keeps its length.
    Whoever is moved confirms anew. A second press finds it there and does nothing."""
    _lock(fair)
    order = queries.slots_of(fair.id)
    at = order.index(slot)
    goal = min(max(to_place, 0), len(order) - 1)
    step = 1 if goal > at else -1
    for place in range(at, goal, step):
        first, second = sorted((place, place + step))
        _exchange(order[first], order[second])
        order[first], order[second] = order[second], order[first]
    session.flush()
    public_version.changed()


def _exchange(first: Slot, second: Slot) -> None:
    times = rules.slots_exchanged(_stretch(first), _stretch(second))
    for slot, (starts_at, ends_at) in zip((first, second), times, strict=True):
        slot.starts_at, slot.ends_at = starts_at, ends_at
        _ask_anew(slot)


def _ask_anew(slot: Slot) -> None:
    if slot.state == SlotState.CONFIRMED:
        move_slot_state(slot, SlotState.PLANNED)
        slot.confirmed_at = None


def remove_slot(fair: Fair, slot: Slot) -> None:
    _lock(fair)
    session.delete(slot)
    session.flush()
    public_version.changed()


def plan_booths(fair: Fair, booths: Sequence[Booth]) -> int:
    """Give each of these booths that has none the first slot that is free; gives how many found one."""
    _lock(fair)
    standing = queries.slots_of(fair.id)
    have = {slot.booth_id for slot in standing}
    free = rules.free_stretches(
        [_stretch(slot) for slot in standing],
        starts_at=fair.starts_at,
        ends_at=fair.ends_at,
        minutes=fair.slot_minutes,
        gap_minutes=fair.gap_minutes,
    )
    waiting = [booth for booth in booths if booth.id not in have]
    for booth, (starts_at, ends_at) in zip(waiting, free, strict=False):
        session.add(Slot(fair_id=fair.id, booth_id=booth.id, starts_at=starts_at, ends_at=ends_at))
    session.flush()
    public_version.changed()
    return min(len(waiting), len(free))


def confirm_slot(slot: Slot) -> None:
    """The cooperative will be there. Raises MoveRefused."""
    move_slot_state(slot, SlotState.CONFIRMED)
    slot.confirmed_at = clock.now()


def _lock(fair: Fair) -> None:
    # Two officers who plan at once see each other's slots.
    session.execute(select(Fair.id).where(Fair.id == fair.id).with_for_update())


def _refuse_overlap(fair: Fair, slot: Slot) -> None:
    if not fair.starts_at <= slot.starts_at < slot.ends_at <= fair.ends_at:
        raise ValueError("a slot lies within the hours of its fair")
    with session.no_autoflush:
        others = {other.id: other for other in queries.slots_of(fair.id) if other is not slot}
        other = rules.overlapping(_stretch(slot), [_stretch(one) for one in others.values()])
        if other is not None:
            booth_id = others[other.id].booth_id
            name = other.title or (queries.booth_name(booth_id) if booth_id else "") or ""
            raise SlotsOverlap(slot.title, name)


def _stretch(slot: Slot) -> Stretch:
    return Stretch(slot.id, slot.title, slot.starts_at, slot.ends_at)
