"""Who must be told, and the facts that letters hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative, Membership
from marketplace.cooperatives.states import MemberRole
from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.traceability.models import Lot, ScanAlarm
from marketplace.traceability.states import ScanReason


@dataclass(frozen=True)
class PartNews:
    """One cooperative's part of an order."""

    part: CooperativeOrder
    cooperative: Cooperative


def people_of(cooperative_id: int, *, owners_only: bool = False) -> list[Person]:
    """Who works for the cooperative and may sign in."""
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.cooperative_id == cooperative_id, Person.suspended_at.is_(None))
        .order_by(Person.id)
    )
    if owners_only:
        query = query.where(Membership.role == MemberRole.OWNER)
    return list(session.scalars(query))


def order_news(order_id: int) -> tuple[Order, list[PartNews]]:
    """An order with its parts and their cooperatives."""
    order = session.get_one(Order, order_id)
    wanted = [part.cooperative_id for part in order.parts]
    found = {row.id: row for row in session.scalars(select(Cooperative).where(Cooperative.id.in_(wanted)))}
    return order, [PartNews(part, found[part.cooperative_id]) for part in order.parts]


@dataclass(frozen=True)
class ReachedLot:
    """A lot that a recall reaches, as its cooperative knows it."""

    code: str
    batch: str
    product_name: str


def lots_by_owner(lot_ids: Collection[int]) -> list[tuple[Cooperative, list[ReachedLot]]]:
    """These lots with the cooperatives that they belong to."""
    rows = session.execute(
        select(Cooperative, Lot.code, Lot.batch, Product.name)
        .join(Lot, Lot.cooperative_id == Cooperative.id)
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.id.in_(lot_ids))
        .order_by(Cooperative.id, Lot.id)
    )
    owners: dict[int, Cooperative] = {}
    reached: defaultdict[int, list[ReachedLot]] = defaultdict(list)
    for owner, *facts in rows:
        owners[owner.id] = owner
        reached[owner.id].append(ReachedLot(*facts))
    return [(owners[owner_id], lots) for owner_id, lots in reached.items()]


@dataclass(frozen=True)
class AlarmNews:
    """An alarm about copied labels, as a letter may tell it; product and lot are empty when it is about none."""

    cooperative: Cooperative
    product_name: str
    batch: str


QUIET_FOR = timedelta(days=1)


def alarm_news(alarm_id: int) -> AlarmNews | None:
    """None when no letter is due: nobody's labels, nothing to do about it, or one was sent about the same lately.

    A cooperative whose whole lot is copied hears it once a day, and not once for each pack.
    """
    alarm = session.get_one(ScanAlarm, alarm_id)
    if alarm.cooperative_id is None or alarm.reason == ScanReason.BURST or alarm.facts.get("end") == "expired":
        return None
    alike = select(ScanAlarm.id).where(
        ScanAlarm.id < alarm.id,
        ScanAlarm.cooperative_id == alarm.cooperative_id,
        ScanAlarm.reason == alarm.reason,
        ScanAlarm.lot_id == alarm.lot_id if alarm.lot_id else ScanAlarm.subject == alarm.subject,
        ScanAlarm.first_at > alarm.last_at - QUIET_FOR,
    )
    if session.scalar(alike.limit(1)) is not None:
        return None
    lot = session.get(Lot, alarm.lot_id) if alarm.lot_id else None
    product_name = session.get_one(Product, lot.product_id).name if lot else str(alarm.facts.get("product", ""))
    cooperative = session.get_one(Cooperative, alarm.cooperative_id)
    return AlarmNews(cooperative, product_name, lot.batch if lot else "")
