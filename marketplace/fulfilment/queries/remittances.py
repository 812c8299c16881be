"""What carriers paid out of the cash they collected, and whether it stands on the account."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of, is_admin
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.fulfilment.models import (
    CarrierRemittance,
    CarrierRemittanceLine,
    RemittanceArrival,
)
from marketplace.fulfilment.queries.carrying import went_over_hub_of
from marketplace.fulfilment.states import REMITTED, TO_DECIDE
from marketplace.orders.models import CooperativeOrder
from marketplace.payments import queries as payments_read
from marketplace.payments.models import BankTransaction
from marketplace.payments.providers.bank_notices import Direction
from marketplace.payments.states import BankState


def remitted_part_ids(part_ids: Collection[int]) -> set[int]:
    """Whose cash has come already."""
    found = session.scalars(
        select(CarrierRemittanceLine.cooperative_order_id).where(
            CarrierRemittanceLine.cooperative_order_id.in_(part_ids), CarrierRemittanceLine.state.in_(REMITTED)
        )
    )
    return {part_id for part_id in found if part_id is not None}


def _lines_of_officer(person: Person) -> ColumnElement[bool]:
    """Lines of parts of his provinces."""
    return CarrierRemittanceLine.cooperative_order_id.in_(
        select(CooperativeOrder.id)
        .join(Cooperative, Cooperative.id == CooperativeOrder.cooperative_id)
        .where(or_(in_provinces_of(person, Cooperative.province_code), went_over_hub_of(person)))
    )


def _statements_of_officer(person: Person) -> ColumnElement[bool]:
    """Those he took in, and those with lines of his provinces."""
    lines = select(CarrierRemittanceLine.remittance_id).where(_lines_of_officer(person))
    return or_(
        true() if is_admin(person) else false(), CarrierRemittance.by_id == person.id, CarrierRemittance.id.in_(lines)
    )


@dataclass(frozen=True)
class Statement:
    """A carrier's statement in the list; `waiting` lines want a decision."""

    remittance: CarrierRemittance
    lines: int
    waiting: int
    collected_dong: int
    kept_dong: int  # for carrying and collecting

    @property
    def net_dong(self) -> int:
        return self.collected_dong - self.kept_dong


def remittances(person: Person, *, limit: int) -> list[Statement]:
    """Newest first; counted are the lines he may see."""
    line = CarrierRemittanceLine
    rows = session.execute(
        select(
            CarrierRemittance,
            func.count(line.id),
            func.coalesce(func.sum(case((line.state.in_(TO_DECIDE), 1), else_=0)), 0),
            func.coalesce(func.sum(line.collected_dong), 0),
            func.coalesce(func.sum(line.shipping_dong + line.fee_dong), 0),
        )
        .join(line, line.remittance_id == CarrierRemittance.id)
        .where(_statements_of_officer(person), _may_see(person))
        .group_by(CarrierRemittance.id)
        .order_by(CarrierRemittance.id.desc())
        .limit(limit)
    )
    return [Statement(row[0], row[1], int(row[2]), int(row[3]), int(row[4])) for row in rows]


def _may_see(person: Person) -> ColumnElement[bool]:
    """What belongs to no part of ours is seen by who took it in."""
    is_nobodys = CarrierRemittanceLine.cooperative_order_id.is_(None)
    return or_(
        true() if is_admin(person) else false(),
        _lines_of_officer(person),
        and_(is_nobodys, CarrierRemittance.by_id == person.id),
    )


def find_remittance(person: Person, remittance_id: int) -> CarrierRemittance | None:
    return session.scalar(
        select(CarrierRemittance).where(CarrierRemittance.id == remittance_id, _statements_of_officer(person))
    )


def remittance_lines(person: Person, remittance: CarrierRemittance) -> list[CarrierRemittanceLine]:
    return list(
        session.scalars(
            select(CarrierRemittanceLine)
            .join(CarrierRemittance, CarrierRemittance.id == CarrierRemittanceLine.remittance_id)
            .where(CarrierRemittanceLine.remittance_id == remittance.id, _may_see(person))
            .order_by(CarrierRemittanceLine.id)
        )
    )


_LONGEST_WAY = timedelta(days=7)  # a payout stands on the account a few days before or after its statement comes


@dataclass(frozen=True)
class Arrival:
    """What a carrier's statement should bring to the account; with what it came, or what looks like it."""

    net_dong: int
    movement: BankTransaction | None
    proposals: list[BankTransaction]

    @property
    def is_certain(self) -> bool:
        return self.movement is not None and self.movement.state == BankState.DISCARDED


def net_dong(remittance: CarrierRemittance) -> int:
    """What of a statement was booked as money on the account: all lines that were taken, whoever may see them."""
    line = CarrierRemittanceLine
    query = select(func.coalesce(func.sum(line.collected_dong - line.shipping_dong - line.fee_dong), 0)).where(
        line.remittance_id == remittance.id, line.state.in_(REMITTED)
    )
    return int(session.scalar(query) or 0)


def arrival_of(remittance: CarrierRemittance) -> Arrival:
    net = net_dong(remittance)
    known = session.get(RemittanceArrival, remittance.id)
    movement = session.get(BankTransaction, known.bank_transaction_id) if known is not None else None
    if movement is not None and movement.state == BankState.DISCARDED:
        return Arrival(net, movement, [])
    found = payments_read.movements_like(Direction.IN, net, since=remittance.at - _LONGEST_WAY)
    return Arrival(net, movement, found)


def arrivals_to_confirm() -> list[tuple[CarrierRemittance, Arrival]]:
    """Statements whose money seems to stand on the account as money of unknown purpose; newest first."""
    settled = select(RemittanceArrival.remittance_id).join(
        BankTransaction, BankTransaction.id == RemittanceArrival.bank_transaction_id
    )
    waiting = session.scalars(
        select(CarrierRemittance)
        .where(CarrierRemittance.id.not_in(settled.where(BankTransaction.state == BankState.DISCARDED)))
        .order_by(CarrierRemittance.id.desc())
        .limit(30)
    )
    found = [(one, arrival_of(one)) for one in waiting]
    return [(one, arrival) for one, arrival in found if arrival.proposals]
