"""What was shown and said at a fair, and who came, as it stood at a moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.cooperatives.models import Cooperative
from marketplace.fairs.models import Attendance, Booth, BoothItem, Fair, Lead, Message, Room, Slot
from marketplace.fairs.states import WAS_ON_AIR, BoothState, MessageState
from marketplace.foundation.database import session
from marketplace.inventory.models import SessionOffer
from marketplace.traceability.models import Scan


def booths_with_place(fair_id: int) -> list[tuple[Booth, Cooperative]]:
    rows = session.execute(
        select(Booth, Cooperative)
        .join(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Booth.fair_id == fair_id, Booth.state == BoothState.APPROVED)
        .order_by(Booth.id)
    )
    return [(booth, cooperative) for booth, cooperative in rows]


def count_applications(fair_id: int, *, at: datetime) -> int:
    return session.scalar(select(func.count(Booth.id)).where(Booth.fair_id == fair_id, Booth.submitted_at <= at)) or 0


def count_invited(fair: Fair) -> int:
    """Cooperatives that the call was for: verified when registration opened, of the provinces named (nobody named: all)."""
    query = select(func.count(Cooperative.id)).where(Cooperative.verified_at <= fair.registration_opens_at)
    if fair.provinces:
        query = query.where(Cooperative.province_code.in_(fair.provinces))
    return session.scalar(query) or 0


def slots_on_air(fair_id: int) -> list[tuple[Slot, str]]:
    """Stretches that were on, with what they are called, in the order in which they were."""
    rows = session.execute(
        select(Slot, Cooperative.short_name)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Slot.fair_id == fair_id, Slot.state.in_(WAS_ON_AIR), Slot.went_on_air_at.is_not(None))
        .order_by(Slot.went_on_air_at, Slot.id)
    )
    return [(slot, slot.title or name or "") for slot, name in rows]


def count_visitors(fair_id: int, *, at: datetime) -> tuple[int, int]:
    """Browsers that came, each once; the most that were there together."""
    several = select(func.count(Attendance.id)).where(Attendance.fair_id == fair_id, Attendance.first_at <= at)
    peak = select(Room.peak_viewers).where(Room.fair_id == fair_id)
    return session.scalar(several) or 0, session.scalar(peak) or 0


@dataclass(frozen=True)
class Question:
    booth_id: int | None
    is_answered: bool


def questions_at(fair_id: int, *, at: datetime) -> list[Question]:
    """Those of viewers that everybody could read. One without a booth belongs to whoever was on air."""
    rows = session.execute(
        select(func.coalesce(Message.booth_id, Slot.booth_id), Message.answered_at)
        .outerjoin(Slot, Slot.id == Message.slot_id)
        .where(Message.fair_id == fair_id, Message.is_question.is_(True), Message.is_crew.is_(False))
        .where(Message.state == MessageState.VISIBLE, Message.at <= at)
        .order_by(Message.id)
    )
    return [Question(booth_id, answered_at is not None and answered_at <= at) for booth_id, answered_at in rows]


def scans_of(fair: Fair, *, at: datetime) -> dict[int, int]:
    """Opened codes of the lots that a booth sold from, since the fair went on air, by booth."""
    lots = (
        select(BoothItem.lot_id, BoothItem.booth_id)
        .join(Booth, Booth.id == BoothItem.booth_id)
        .where(Booth.fair_id == fair.id, Booth.state == BoothState.APPROVED)
        .distinct()
        .subquery()
    )
    rows = session.execute(
        select(lots.c.booth_id, func.count(Scan.id))
        .join(Scan, Scan.lot_id == lots.c.lot_id)
        .where(Scan.counts.is_(True), Scan.at >= fair.went_live_at, Scan.at <= at)
        .group_by(lots.c.booth_id)
    )
    return {booth_id: int(count) for booth_id, count in rows}


def leads_of(fair_id: int, *, at: datetime) -> dict[int, int]:
    """Visitors who had left their number with a stall and not taken it back, by booth."""
    rows = session.execute(
        select(Lead.booth_id, func.count(Lead.id))
        .where(Lead.fair_id == fair_id, Lead.at <= at, (Lead.withdrawn_at.is_(None)) | (Lead.withdrawn_at > at))
        .group_by(Lead.booth_id)
    )
    return {booth_id: int(count) for booth_id, count in rows}


def products_of(booth_ids: Collection[int]) -> set[int]:
    """What approved booths brought."""
    # Through the offer: it names the product, whatever becomes of the variant.
    rows = session.scalars(
        select(SessionOffer.product_id)
        .join(BoothItem, BoothItem.offer_id == SessionOffer.id)
        .where(BoothItem.booth_id.in_(booth_ids))
        .distinct()
    )
    return set(rows)
