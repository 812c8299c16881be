"""Transfers that an officer may confirm."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import CODE_LENGTH
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
        .join(Order, Order.code == func.substr(Payment.reference, 1, CODE_LENGTH))
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
