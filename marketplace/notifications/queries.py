"""Who must be told, and the facts that letters hold."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative, Membership
from marketplace.cooperatives.states import MemberRole
from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder, Order


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
