"""Complaints, in queues and one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import lazyload

from marketplace.care.models import Complaint, ComplaintLine, ComplaintPhoto, ComplaintStep
from marketplace.care.states import OPEN, ComplaintState
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder, Order, OrderLine

_DUE = case((Complaint.state == ComplaintState.NEW, Complaint.acknowledge_by), else_=Complaint.settle_by)


@dataclass(frozen=True)
class ComplaintRow:
    """One complaint of a queue."""

    complaint: Complaint
    part_code: str
    buyer_name: str
    cooperative_name: str

    @property
    def due_at(self) -> datetime:
        is_new = self.complaint.state == ComplaintState.NEW
        return self.complaint.acknowledge_by if is_new else self.complaint.settle_by


@dataclass(frozen=True)
class LineOfStory:
    """A line that is complained about; `left` packs of it are not paid back yet."""

    row: ComplaintLine
    line: OrderLine

    @property
    def left(self) -> int:
        return self.line.quantity - self.line.refunded_packs

    @property
    def offered_dong(self) -> int:
        """What the offered packs cost, after those that were paid back otherwise."""
        before = self.line.refunded_packs - self.row.refunded_packs
        return self.line.dong_of_packs(before + self.row.offered_packs) - self.line.dong_of_packs(before)


@dataclass(frozen=True)
class ComplaintStory:
    """All that is known of one complaint."""

    complaint: Complaint
    order: Order
    part: CooperativeOrder
    cooperative: Cooperative
    lines: list[LineOfStory]
    steps: list[ComplaintStep]

    @property
    def offered_dong(self) -> int:
        return sum(one.offered_dong for one in self.lines)


def find_by_cause(cause: str) -> Complaint | None:
    """The complaint that a refund names as its cause; another package's causes are none."""
    kind, _, number = cause.partition(":")
    return session.get(Complaint, int(number)) if kind == "complaint" and number.isdecimal() else None


def open_complaint_of(part_id: int) -> Complaint | None:
    return session.scalar(select(Complaint).where(Complaint.cooperative_order_id == part_id, Complaint.state.in_(OPEN)))


def find_of_order(order_id: int, code: str) -> Complaint | None:
    """For callers that have found the order as its buyer."""
    return session.scalar(select(Complaint).where(Complaint.order_id == order_id, Complaint.code == code))


def find_for_cooperative(cooperative_id: int, code: str) -> Complaint | None:
    return session.scalar(select(Complaint).where(Complaint.cooperative_id == cooperative_id, Complaint.code == code))


def find_for_officer(in_provinces: ColumnElement[bool], code: str) -> Complaint | None:
    return session.scalar(select(Complaint).where(in_provinces, Complaint.code == code))


def find_photo(complaint: Complaint, photo_id: int) -> ComplaintPhoto | None:
    return next((photo for photo in complaint.photos if photo.id == photo_id), None)


def complaints_of_order(order_id: int) -> list[Complaint]:
    """Newest first."""
    return list(session.scalars(select(Complaint).where(Complaint.order_id == order_id).order_by(Complaint.id.desc())))


def story_of(complaint: Complaint) -> ComplaintStory:
    order = session.get_one(Order, complaint.order_id)
    part = next(part for part in order.parts if part.id == complaint.cooperative_order_id)
    lines = {line.id: line for line in part.lines}
    steps = select(ComplaintStep).where(ComplaintStep.complaint_id == complaint.id).order_by(ComplaintStep.id)
    return ComplaintStory(
        complaint,
        order,
        part,
        session.get_one(Cooperative, complaint.cooperative_id),
        [LineOfStory(row, lines[row.order_line_id]) for row in complaint.lines],
        list(session.scalars(steps)),
    )


def desk_queue(cooperative_id: int, *, is_open: bool, limit: int, offset: int = 0) -> list[ComplaintRow]:
    """Open ones with the nearest end first; those that are over, newest first."""
    query = _rows().where(Complaint.cooperative_id == cooperative_id, _is_open() if is_open else ~_is_open())
    order = (_DUE, Complaint.id) if is_open else (Complaint.closed_at.desc(), Complaint.id.desc())
    return _read(query.order_by(*order).limit(limit).offset(offset))


def count_open(cooperative_id: int) -> tuple[int, int]:
    """(open, over) of a cooperative."""
    rows = session.execute(
        select(func.count().filter(_is_open()), func.count().filter(~_is_open()))
        .select_from(Complaint)
        .where(Complaint.cooperative_id == cooperative_id)
    ).one()
    return rows[0], rows[1]


def escalated(in_provinces: ColumnElement[bool], *, is_open: bool, limit: int, offset: int = 0) -> list[ComplaintRow]:
    """What officers have to decide, longest waiting first; or what they decided, newest first."""
    query = _rows().where(in_provinces)
    if is_open:
        query = query.where(Complaint.state == ComplaintState.ESCALATED).order_by(Complaint.settle_by, Complaint.id)
    else:
        query = query.where(Complaint.escalated_because.is_not(None), ~_is_open()).order_by(Complaint.closed_at.desc())
    return _read(query.limit(limit).offset(offset))


def overdue(now: datetime) -> list[int]:
    """Complaints that were not acknowledged or settled in time; money that a second person looks at is no delay."""
    return list(session.scalars(select(Complaint.id).where(_is_overdue(now)).order_by(Complaint.id)))


def is_overdue(complaint: Complaint, now: datetime) -> bool:
    return session.scalar(select(Complaint.id).where(Complaint.id == complaint.id, _is_overdue(now))) is not None


def _is_overdue(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Complaint.state == ComplaintState.NEW, Complaint.acknowledge_by < now),
        and_(
            Complaint.state.in_((ComplaintState.WAITING_SELLER, ComplaintState.IN_REVIEW)),
            Complaint.settle_by < now,
            Complaint.waits_for_second.is_(False),
        ),
    )


def _is_open() -> ColumnElement[bool]:
    return Complaint.state.in_(OPEN)


def _rows() -> Select[Complaint, str, str, str]:
    return (
        select(Complaint, CooperativeOrder.code, Order.buyer_name, Cooperative.short_name)
        .join(CooperativeOrder, CooperativeOrder.id == Complaint.cooperative_order_id)
        .join(Order, Order.id == Complaint.order_id)
        .join(Cooperative, Cooperative.id == Complaint.cooperative_id)
        .options(lazyload(Complaint.lines), lazyload(Complaint.photos))
    )


def _read(query: Select[Complaint, str, str, str]) -> list[ComplaintRow]:
    return [ComplaintRow(*row) for row in session.execute(query)]
