"""Fairs as visitors find them: what is on, what comes, what was; one fair with its booths and running order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from marketplace.cooperatives.models import Cooperative
from marketplace.fairs.models import Booth, Fair, Room, Slot
from marketplace.fairs.states import OVER, SEEN, BoothState, FairState, SlotState
from marketplace.foundation.database import session
from marketplace.geography import queries as geography

PAGE = 24


@dataclass(frozen=True)
class FairCard:
    """One fair in a list."""

    slug: str
    name: str
    theme: str
    province_name: str
    state: FairState
    starts_at: datetime
    ends_at: datetime
    booths: int
    is_demo: bool
    on_air: str  # the cooperative that is on now
    picture: dict[str, Any] | None  # of the fair, or of who is on

    @property
    def url(self) -> str:
        return f"/phien-cho/{self.slug}"


@dataclass(frozen=True)
class SlotView:
    """A line of the running order."""

    id: int
    starts_at: datetime
    ends_at: datetime
    state: SlotState
    title: str
    booth_id: int | None
    cooperative_name: str
    cooperative_slug: str

    @property
    def is_to_come(self) -> bool:
        return self.state in (SlotState.PLANNED, SlotState.CONFIRMED)


@dataclass(frozen=True)
class BoothCard:
    """A cooperative at a fair."""

    id: int
    cooperative_name: str
    cooperative_slug: str
    province_name: str
    profile: str


def fair_cards(*states: FairState, soonest_first: bool, page: int = 1) -> list[FairCard]:
    """Fairs that the public sees in these states, a page at a time, in one statement."""
    placed = aliased(Booth)
    booths = (
        select(func.count(placed.id))
        .where(placed.fair_id == Fair.id, placed.state == BoothState.APPROVED)
        .correlate(Fair)
        .scalar_subquery()
    )
    order = (Fair.starts_at, Fair.id) if soonest_first else (Fair.starts_at.desc(), Fair.id.desc())
    rows = session.execute(
        select(Fair, booths, Cooperative.short_name, Cooperative.cover)
        .outerjoin(Room, Room.fair_id == Fair.id)
        .outerjoin(Slot, and_(Slot.id == Room.slot_id, Slot.state == SlotState.ON_AIR))
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Fair.state.in_(SEEN.intersection(states)))
        .order_by(*order)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    names = {province.code: province.name for province in geography.provinces()}
    return [
        FairCard(
            fair.slug, fair.name, fair.theme, names[fair.province_code], fair.state, fair.starts_at, fair.ends_at, count,
            fair.is_demo, on_air or "", fair.cover or cover,
        )
        for fair, count, on_air, cover in rows
    ]  # fmt: skip


def fair_on_or_next() -> FairCard | None:
    """What the home page speaks of: a fair on air, or else the next that is to come."""
    coming = fair_cards(*SEEN - OVER, soonest_first=True)
    return min(coming, key=lambda card: card.state != FairState.LIVE, default=None)


def running_order(fair_id: int) -> list[SlotView]:
    """All slots of a fair with who is in them, in one statement."""
    rows = session.execute(
        select(Slot, Cooperative.short_name, Cooperative.slug)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Slot.fair_id == fair_id)
        .order_by(Slot.starts_at, Slot.id)
    )
    return [
        SlotView(slot.id, slot.starts_at, slot.ends_at, slot.state, slot.title, slot.booth_id, name or "", slug or "")
        for slot, name, slug in rows
    ]


def booth_cards(fair_id: int) -> list[BoothCard]:
    """Approved booths by the alphabet, in one statement."""
    rows = session.execute(
        select(Booth, Cooperative)
        .join(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Booth.fair_id == fair_id, Booth.state == BoothState.APPROVED)
        .order_by(Cooperative.sort_key, Cooperative.id)
    )
    names = {province.code: province.name for province in geography.provinces()}
    return [
        BoothCard(booth.id, one.short_name, one.slug, names[one.province_code], booth.profile) for booth, one in rows
    ]
