"""A cooperative's own part of a fair on air: when it is on, what is ordered from it, what it told the crew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.cooperatives.models import Cooperative, Membership
from marketplace.fairs.models import Booth, BoothItem, BoothNote, Slot
from marketplace.fairs.states import BoothState, SlotState
from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder, Order, OrderLine
from marketplace.orders.states import GOODS_GIVEN_BACK, PartState

TO_COME = (SlotState.PLANNED, SlotState.CONFIRMED)
NOTES_SHOWN = 10


@dataclass(frozen=True)
class StallTime:
    """Where a stall stands in the running order: its slot that is on, else the next, and how many come before."""

    on_now: Slot | None
    next_slot: Slot | None
    before: int


@dataclass(frozen=True)
class StallSale:
    """One line that was ordered at a session price of the stall."""

    part_code: str
    buyer_name: str
    product_name: str
    packs: int
    amount_dong: int
    at: datetime
    state: PartState


@dataclass(frozen=True)
class StallTotals:
    """All that stands of what was ordered from a stall: orders, packs and đồng. Session goods have a fixed price a pack."""

    orders: int
    packs: int
    amount_dong: int


def stall_time(fair_id: int, booth_id: int) -> StallTime:
    slots = session.scalars(select(Slot).where(Slot.fair_id == fair_id).order_by(Slot.starts_at, Slot.id)).all()
    waiting = [slot for slot in slots if slot.state in TO_COME]
    next_slot = next((slot for slot in waiting if slot.booth_id == booth_id), None)
    return StallTime(
        on_now=next((slot for slot in slots if slot.booth_id == booth_id and slot.state == SlotState.ON_AIR), None),
        next_slot=next_slot,
        before=waiting.index(next_slot) if next_slot is not None else 0,
    )


def stall_sales(booth_id: int, *, limit: int = 20) -> list[StallSale]:
    """The newest first, in one statement."""
    rows = session.execute(
        select(OrderLine, CooperativeOrder.code, CooperativeOrder.state, Order.buyer_name, Order.placed_at)
        .join(BoothItem, BoothItem.offer_id == OrderLine.session_offer_id)
        .join(CooperativeOrder, CooperativeOrder.id == OrderLine.cooperative_order_id)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(BoothItem.booth_id == booth_id)
        .order_by(OrderLine.id.desc())
        .limit(limit)
    )
    return [
        StallSale(code, buyer_name, line.product_name, line.quantity, line.amount_dong, placed_at, state)
        for line, code, state, buyer_name, placed_at in rows
    ]


def stall_totals(booth_id: int) -> StallTotals:
    orders, packs, amount = session.execute(
        select(
            func.count(func.distinct(CooperativeOrder.id)),
            func.coalesce(func.sum(OrderLine.quantity), 0),
            func.coalesce(func.sum(OrderLine.price_dong * OrderLine.quantity), 0),
        )
        .join(OrderLine, OrderLine.cooperative_order_id == CooperativeOrder.id)
        .join(BoothItem, BoothItem.offer_id == OrderLine.session_offer_id)
        .where(BoothItem.booth_id == booth_id, CooperativeOrder.state.not_in(GOODS_GIVEN_BACK))
    ).one()
    return StallTotals(orders, int(packs), int(amount))


def stalls_of_person(fair_id: int, person_id: int) -> list[tuple[str, str]]:
    """Cooperatives with a place at the fair for which the person works: address and name."""
    rows = session.execute(
        select(Cooperative.slug, Cooperative.short_name)
        .join(Membership, Membership.cooperative_id == Cooperative.id)
        .join(Booth, Booth.cooperative_id == Cooperative.id)
        .where(Booth.fair_id == fair_id, Booth.state == BoothState.APPROVED, Membership.person_id == person_id)
        .order_by(Cooperative.id)
    )
    return [(slug, name) for slug, name in rows]


def notes_of_booth(booth_id: int) -> list[BoothNote]:
    """The newest first."""
    found = select(BoothNote).where(BoothNote.booth_id == booth_id).order_by(BoothNote.id.desc()).limit(NOTES_SHOWN)
    return list(session.scalars(found))


def notes_to_crew(fair_id: int) -> list[tuple[BoothNote, str]]:
    """Those that nobody of the crew has read, with who wrote them; the oldest first."""
    rows = session.execute(
        select(BoothNote, Cooperative.short_name)
        .join(Booth, Booth.id == BoothNote.booth_id)
        .join(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Booth.fair_id == fair_id, BoothNote.read_at.is_(None))
        .order_by(BoothNote.id)
    )
    return [(note, name) for note, name in rows]


def find_note(fair_id: int, note_id: int) -> BoothNote | None:
    return session.scalar(
        select(BoothNote)
        .join(Booth, Booth.id == BoothNote.booth_id)
        .where(Booth.fair_id == fair_id, BoothNote.id == note_id)
    )
