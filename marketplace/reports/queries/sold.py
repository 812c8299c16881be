"""What was bought at a fair's session prices, as it stood at a moment: states are read from the orders' history, so that
the same moment gives the same figures whenever it is asked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select

from marketplace.care.models import Complaint
from marketplace.fairs.models import Booth, BoothItem
from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder, LineRefund, Order, OrderLine, OrderStep
from marketplace.orders.states import NOT_PAID_FOR, PartState


@dataclass(frozen=True)
class Line:
    """Packs of one item at its session price; `refunded_dong` of them was given back."""

    product_name: str
    packs: int
    dong: int
    refunded_dong: int


@dataclass
class Part:
    """The fair's goods in one order of one cooperative."""

    id: int
    booth_id: int
    phone: str
    placed_at: datetime
    lines: list[Line] = field(default_factory=list)
    passed: set[PartState] = field(default_factory=set)
    state: PartState = PartState.PENDING

    @property
    def stands(self) -> bool:
        return self.state not in NOT_PAID_FOR

    @property
    def was_confirmed(self) -> bool:
        return PartState.CONFIRMED in self.passed

    @property
    def was_delivered(self) -> bool:
        return PartState.DELIVERED in self.passed

    @property
    def dong(self) -> int:
        return sum(line.dong for line in self.lines)

    @property
    def kept_dong(self) -> int:
        """What the buyer has paid for good."""
        return self.dong - sum(line.refunded_dong for line in self.lines)


def parts_of(fair_id: int, *, at: datetime) -> list[Part]:
    """All that had been placed by then, the first first; in three statements."""
    rows = session.execute(
        select(OrderLine, Booth.id, Order.phone, Order.placed_at)
        .join(BoothItem, BoothItem.offer_id == OrderLine.session_offer_id)
        .join(Booth, Booth.id == BoothItem.booth_id)
        .join(CooperativeOrder, CooperativeOrder.id == OrderLine.cooperative_order_id)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(Booth.fair_id == fair_id, Order.placed_at <= at)
        .order_by(Order.placed_at, OrderLine.id)
    ).all()
    refunded = _refunded(fair_id, at=at)
    found: dict[int, Part] = {}
    for line, booth_id, phone, placed_at in rows:
        part_id: int = line.cooperative_order_id
        part = found.setdefault(part_id, Part(part_id, booth_id, phone, placed_at))
        part.lines.append(Line(line.product_name, line.quantity, line.amount_dong, refunded.get(line.id, 0)))
    steps = session.execute(
        select(OrderStep.cooperative_order_id, OrderStep.to_state)
        .where(OrderStep.cooperative_order_id.in_(_part_ids(fair_id)), OrderStep.at <= at)
        .order_by(OrderStep.id)
    )
    for of_part, state in steps:
        if of_part in found:
            found[of_part].state = PartState(state)
            found[of_part].passed.add(PartState(state))
    return list(found.values())


def _part_ids(fair_id: int) -> Select[int]:
    return (
        select(OrderLine.cooperative_order_id)
        .join(BoothItem, BoothItem.offer_id == OrderLine.session_offer_id)
        .join(Booth, Booth.id == BoothItem.booth_id)
        .where(Booth.fair_id == fair_id)
        .distinct()
    )


def _refunded(fair_id: int, *, at: datetime) -> dict[int, int]:
    rows = session.execute(
        select(LineRefund.order_line_id, func.sum(LineRefund.amount_dong))
        .join(OrderLine, OrderLine.id == LineRefund.order_line_id)
        .where(OrderLine.cooperative_order_id.in_(_part_ids(fair_id)), LineRefund.at <= at)
        .group_by(LineRefund.order_line_id)
    )
    return {line_id: int(amount) for line_id, amount in rows}


def known_phones(phones: set[str], *, before: datetime) -> set[str]:
    """Which of them had ordered anything here before."""
    return set(session.scalars(select(Order.phone).where(Order.phone.in_(phones), Order.placed_at < before).distinct()))


@dataclass(frozen=True)
class Complained:
    part_id: int
    is_settled: bool
    refunded_dong: int


def complaints_about(fair_id: int, *, at: datetime) -> list[Complained]:
    """About parts with goods of the fair; what was given back counts once the complaint is closed."""
    rows = session.execute(
        select(Complaint.cooperative_order_id, Complaint.closed_at, Complaint.refunded_dong)
        .where(Complaint.cooperative_order_id.in_(_part_ids(fair_id)), Complaint.opened_at <= at)
        .order_by(Complaint.id)
    )
    found = []
    for part_id, closed_at, refunded_dong in rows:
        is_settled = closed_at is not None and closed_at <= at
        found.append(Complained(part_id, is_settled, refunded_dong if is_settled else 0))
    return found


def parts_by_booth(parts: list[Part]) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        found[part.booth_id].append(part)
    return found
