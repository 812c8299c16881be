"""Transfers that an officer may confirm, and the orders that a recall reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.fulfilment.models import RecallCall
from marketplace.orders.models import CooperativeOrder, Order, OrderLine, OrderLineLot
from marketplace.orders.states import GOODS_GIVEN_BACK, HAS_LEFT
from marketplace.payments.models import Payment
from marketplace.payments.states import Method, PaymentState


@dataclass(frozen=True)
class Transfer:
    """A transfer that is waited for, or that came late."""

    payment: Payment
    order: Order


def _of_officer(person: Person) -> ColumnElement[bool]:
    """Orders with a part of a cooperative of his provinces."""
    return Order.id.in_(
        select(CooperativeOrder.order_id)
        .join(Cooperative, Cooperative.id == CooperativeOrder.cooperative_id)
        .where(in_provinces_of(person, Cooperative.province_code))
    )


def _transfers(person: Person) -> Select[Payment, Order]:
    return (
        select(Payment, Order)
        .join(Order, Order.code == Payment.reference)
        .where(Payment.method == Method.VIETQR, _of_officer(person))
    )


def pending_transfers(person: Person, *, limit: int, offset: int = 0) -> list[Transfer]:
    """Oldest first."""
    query = _transfers(person).where(Payment.state == PaymentState.PENDING).order_by(Payment.id)
    return [Transfer(*row) for row in session.execute(query.limit(limit).offset(offset))]


def count_pending_transfers(person: Person) -> int:
    query = _transfers(person).where(Payment.state == PaymentState.PENDING)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def search_transfers(person: Person, *, transfer_codes: list[str], order_code: str) -> list[Transfer]:
    """Transfers in any state by the codes that a bank's notice may hold, or by their order."""
    query = _transfers(person).where(or_(Payment.transfer_code.in_(transfer_codes), Order.code == order_code))
    return [Transfer(*row) for row in session.execute(query.order_by(Payment.id))]


def find_transfer(person: Person, payment_id: int) -> Transfer | None:
    row = session.execute(_transfers(person).where(Payment.id == payment_id)).one_or_none()
    return Transfer(*row) if row else None


def province_of(person: Person, order: Order) -> str:
    """The province in which the officer answers for this order."""
    return session.scalars(
        select(Cooperative.province_code)
        .join(CooperativeOrder, CooperativeOrder.cooperative_id == Cooperative.id)
        .where(CooperativeOrder.order_id == order.id, in_provinces_of(person, Cooperative.province_code))
        .order_by(CooperativeOrder.id)
        .limit(1)
    ).one()


@dataclass(frozen=True)
class RecalledLine:
    """Goods of a recalled lot in an order, in packs of a variant."""

    product_name: str
    variant_name: str
    lot_code: str


@dataclass(frozen=True)
class RecalledPart:
    """A part of an order that holds recalled goods, or brought them to the buyer."""

    part: CooperativeOrder
    order: Order
    lines: list[RecalledLine]
    has_left: bool
    called_at: datetime | None


def recalled_parts(
    lot_ids: Collection[int], *, cooperative_id: int | None = None, listed_under: int | None = None
) -> list[RecalledPart]:
    """What holds or brought goods of these lots, of one cooperative or of all; what has left the house stands first.

    `listed_under` is the lot in whose list calls are noted.
    """
    rows = session.execute(
        select(CooperativeOrder, Order, OrderLine.product_name, OrderLine.variant_name, OrderLineLot.lot_code)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .join(OrderLine, OrderLine.cooperative_order_id == CooperativeOrder.id)
        .join(OrderLineLot, OrderLineLot.order_line_id == OrderLine.id)
        .where(
            OrderLineLot.lot_id.in_(lot_ids),
            CooperativeOrder.state.not_in(GOODS_GIVEN_BACK),
            *([CooperativeOrder.cooperative_id == cooperative_id] if cooperative_id is not None else []),
        )
        .order_by(CooperativeOrder.state.not_in(HAS_LEFT), CooperativeOrder.id, OrderLine.id, OrderLineLot.lot_id)
    ).all()
    noted = select(RecallCall.cooperative_order_id, RecallCall.at).where(RecallCall.lot_id == listed_under)
    called = {row.cooperative_order_id: row.at for row in session.execute(noted)}
    lines: defaultdict[int, list[RecalledLine]] = defaultdict(list)
    for part, _order, product, variant, code in rows:
        lines[part.id].append(RecalledLine(product, variant, code))
    parts = {part.id: (part, order) for part, order, *_rest in rows}
    return [
        RecalledPart(part, order, lines[part.id], part.state in HAS_LEFT, called.get(part.id))
        for part, order in parts.values()
    ]
