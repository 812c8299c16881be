"""Who must be told, and the facts that letters hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative, Membership
from marketplace.cooperatives.states import MemberRole
from marketplace.fairs.models import Booth, BoothItem, Follower
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.notifications import rules
from marketplace.notifications.models import NewsRefused, Notice, PushDevice
from marketplace.notifications.states import Topic, Way
from marketplace.orders.models import CooperativeOrder, Order, OrderLine
from marketplace.orders.states import NOT_PAID_FOR, PartState
from marketplace.payments.states import Method
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


BELL_PAGE = 20
MOST_COUNTED = 100


def unread_count(person_id: int) -> int:
    """How many notices the person has not read; no more than a bell can show are counted."""
    unread = select(Notice.id).where(Notice.person_id == person_id, Notice.read_at.is_(None)).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(unread.subquery())) or 0


def notices_of(person_id: int, *, page: int) -> list[Notice]:
    """One page of the bell, the newest first, and one notice more when there is another page."""
    return list(
        session.scalars(
            select(Notice)
            .where(Notice.person_id == person_id)
            .order_by(Notice.at.desc(), Notice.id.desc())
            .limit(BELL_PAGE + 1)
            .offset((page - 1) * BELL_PAGE)
        )
    )


def refused_ways(person_ids: Collection[int], topic: Topic) -> dict[int, frozenset[Way]]:
    """Which ways each of these people does not want this topic to come."""
    found: defaultdict[int, set[Way]] = defaultdict(set)
    if topic not in rules.OBLIGATORY:
        query = select(NewsRefused.person_id, NewsRefused.way).where(
            NewsRefused.person_id.in_(person_ids), NewsRefused.topic == topic
        )
        for person_id, way in session.execute(query):
            found[person_id].add(way)
    return {person_id: frozenset(found[person_id]) for person_id in person_ids}


def refused_by(person_id: int) -> set[tuple[Topic, Way]]:
    """All that the person does not want."""
    rows = session.execute(select(NewsRefused.topic, NewsRefused.way).where(NewsRefused.person_id == person_id))
    return {(row.topic, row.way) for row in rows}


def devices_of(person_id: int) -> list[PushDevice]:
    return list(session.scalars(select(PushDevice).where(PushDevice.person_id == person_id).order_by(PushDevice.id)))


def devices_to_wake(person_id: int, topic: Topic) -> list[int]:
    """The person's devices, unless he does not want this topic there."""
    if Way.PUSH in refused_ways([person_id], topic)[person_id]:
        return []
    return list(session.scalars(select(PushDevice.id).where(PushDevice.person_id == person_id).order_by(PushDevice.id)))


@dataclass(frozen=True)
class WaitingWork:
    """What waits for one cooperative on a morning."""

    cooperative: Cooperative
    to_confirm: int
    to_pack: int
    since: date


def work_that_waits(*, before: datetime) -> list[WaitingWork]:
    """Cooperatives with orders placed before then that are not confirmed, or confirmed, paid for and not packed."""
    is_payable = or_(Order.payment_method == Method.CASH_ON_DELIVERY, Order.paid_at.is_not(None))
    rows = session.execute(
        select(CooperativeOrder.cooperative_id, CooperativeOrder.state, func.count(), func.min(Order.placed_at))
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(CooperativeOrder.state.in_([PartState.PENDING, PartState.CONFIRMED]))
        .where(Order.placed_at < before, or_(CooperativeOrder.state == PartState.PENDING, is_payable))
        .group_by(CooperativeOrder.cooperative_id, CooperativeOrder.state)
    ).all()
    ids = sorted({row[0] for row in rows})
    cooperatives = {row.id: row for row in session.scalars(select(Cooperative).where(Cooperative.id.in_(ids)))}
    counts = {(cooperative_id, state): count for cooperative_id, state, count, _ in rows}
    return [
        WaitingWork(
            cooperatives[id],
            to_confirm=counts.get((id, PartState.PENDING), 0),
            to_pack=counts.get((id, PartState.CONFIRMED), 0),
            since=dates.vietnam_day(min(since for owner, _, _, since in rows if owner == id)),
        )
        for id in ids
    ]


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


def buyers_at_fair(fair_id: int) -> list[Person]:
    """People with an account who bought at its session prices, each once; not those who follow it and hear of it so."""
    bought = (
        select(Order.person_id)
        .join(CooperativeOrder, CooperativeOrder.order_id == Order.id)
        .join(OrderLine, OrderLine.cooperative_order_id == CooperativeOrder.id)
        .join(BoothItem, BoothItem.offer_id == OrderLine.session_offer_id)
        .join(Booth, Booth.id == BoothItem.booth_id)
        .where(Booth.fair_id == fair_id, CooperativeOrder.state.not_in(NOT_PAID_FOR))
    )
    follow = select(Follower.person_id).where(Follower.fair_id == fair_id, Follower.person_id.is_not(None))
    return list(
        session.scalars(
            select(Person)
            .where(Person.id.in_(bought), Person.id.not_in(follow), Person.suspended_at.is_(None))
            .order_by(Person.id)
        )
    )
