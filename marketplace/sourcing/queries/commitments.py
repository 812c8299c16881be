"""Commitments with their signatures and call-offs, each only for the two sides of it, and officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import lazyload

from marketplace.catalogue.models import Product, ProductClaim
from marketplace.certificates.models import Certificate
from marketplace.certificates.queries import counts_on
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.sourcing.models import CallOff, Commitment, Demand, Signature
from marketplace.sourcing.states import CallOffState, CommitmentState, Side


@dataclass(frozen=True)
class CommitmentView:
    """A commitment with both sides and its goods."""

    commitment: Commitment
    demand: Demand
    cooperative: Cooperative
    product: Product


def _views() -> Select[Commitment, Demand, Cooperative, Product]:
    return (
        select(Commitment, Demand, Cooperative, Product)
        .join(Demand, Demand.id == Commitment.demand_id)
        .join(Cooperative, Cooperative.id == Commitment.cooperative_id)
        .join(Product, Product.id == Commitment.product_id)
        .options(lazyload(Product.variants), lazyload(Product.pictures))
    )


_NEWEST = (Commitment.state.in_([CommitmentState.CANCELLED, CommitmentState.ENDED]), Commitment.id.desc())


def commitments_of_person(person_id: int) -> list[CommitmentView]:
    """A buyer's own, running ones first."""
    rows = session.execute(_views().where(Commitment.person_id == person_id).order_by(*_NEWEST).limit(200))
    return [CommitmentView(*row) for row in rows]


def commitments_of_cooperative(cooperative_id: int) -> list[CommitmentView]:
    rows = session.execute(_views().where(Commitment.cooperative_id == cooperative_id).order_by(*_NEWEST).limit(200))
    return [CommitmentView(*row) for row in rows]


def commitments_of_demand(demand_id: int) -> list[CommitmentView]:
    rows = session.execute(_views().where(Commitment.demand_id == demand_id).order_by(*_NEWEST))
    return [CommitmentView(*row) for row in rows]


def commitments_in(scope: ColumnElement[bool], *, limit: int) -> list[CommitmentView]:
    """Of an officer's provinces, the newest first; `scope` is a condition on Cooperative or Demand."""
    rows = session.execute(
        _views().where(scope, Commitment.state != CommitmentState.CANCELLED).order_by(Commitment.id.desc()).limit(limit)
    )
    return [CommitmentView(*row) for row in rows]


def find_commitment_of_person(person_id: int, code: str) -> CommitmentView | None:
    return _one(_views().where(Commitment.code == code, Commitment.person_id == person_id))


def find_commitment_of_cooperative(cooperative_id: int, code: str) -> CommitmentView | None:
    return _one(_views().where(Commitment.code == code, Commitment.cooperative_id == cooperative_id))


def find_commitment_in(code: str, scope: ColumnElement[bool]) -> CommitmentView | None:
    return _one(_views().where(Commitment.code == code, scope))


def commitment_view(commitment_id: int) -> CommitmentView:
    """For those who have looked it up already: papers and letters."""
    return CommitmentView(*session.execute(_views().where(Commitment.id == commitment_id)).one())


def _one(query: Select[Commitment, Demand, Cooperative, Product]) -> CommitmentView | None:
    row = session.execute(query).one_or_none()
    return CommitmentView(*row) if row else None


def signatures_of(commitment_id: int) -> list[Signature]:
    """The buyer's first."""
    return list(
        session.scalars(select(Signature).where(Signature.commitment_id == commitment_id).order_by(Signature.side))
    )


def signed_of_demand(demand_id: int) -> int:
    """How much of a demand is signed by both sides, in base units."""
    total = session.scalar(
        select(func.coalesce(func.sum(Commitment.quantity), 0)).where(
            Commitment.demand_id == demand_id, Commitment.state.in_([CommitmentState.SIGNED, CommitmentState.ENDED])
        )
    )
    return int(total or 0)


def running_commitments(*, on: date, cooperative_id: int | None = None) -> list[Commitment]:
    """Signed ones that something can be called off, in the order of their keys."""
    query = select(Commitment).where(Commitment.state == CommitmentState.SIGNED, Commitment.ends_on >= on)
    if cooperative_id is not None:
        query = query.where(Commitment.cooperative_id == cooperative_id)
    return list(session.scalars(query.order_by(Commitment.id)))


def schemes_missing(commitment: Commitment, *, on: date) -> list[str]:
    """Schemes that the commitment requires and that no certificate of its product counts for on this day."""
    there = set(
        session.scalars(
            select(Certificate.scheme)
            .join(ProductClaim, ProductClaim.certificate_id == Certificate.id)
            .where(
                ProductClaim.product_id == commitment.product_id,
                ProductClaim.counts,
                Certificate.scheme.in_(commitment.required_schemes),
                counts_on(on),
            )
        )
    )
    return [scheme for scheme in commitment.required_schemes if scheme not in there]


@dataclass(frozen=True)
class CallOffView:
    """A call-off with the order that it became."""

    call_off: CallOff
    order: Order | None
    part: CooperativeOrder | None


def call_offs_of(commitment_id: int) -> list[CallOffView]:
    """The newest first."""
    rows = session.execute(
        select(CallOff, Order, CooperativeOrder)
        .outerjoin(Order, Order.id == CallOff.order_id)
        .outerjoin(CooperativeOrder, CooperativeOrder.order_id == Order.id)
        .where(CallOff.commitment_id == commitment_id)
        .order_by(CallOff.id.desc())
    )
    return [CallOffView(*row) for row in rows]


def find_call_off(commitment_id: int, call_off_id: int) -> CallOff | None:
    return session.scalar(select(CallOff).where(CallOff.id == call_off_id, CallOff.commitment_id == commitment_id))


@dataclass(frozen=True)
class ToDo:
    """What waits for a cooperative: papers to sign, call-offs to answer."""

    to_sign: int
    to_answer: int


def to_do_of(cooperative_id: int) -> ToDo:
    signed = select(Signature.commitment_id).where(Signature.side == Side.SELLER)
    to_sign = session.scalar(
        select(func.count(Commitment.id)).where(
            Commitment.cooperative_id == cooperative_id,
            Commitment.state == CommitmentState.DRAFT,
            Commitment.id.not_in(signed),
        )
    )
    to_answer = session.scalar(
        select(func.count(CallOff.id))
        .join(Commitment, Commitment.id == CallOff.commitment_id)
        .where(Commitment.cooperative_id == cooperative_id, CallOff.state == CallOffState.ASKED)
    )
    return ToDo(to_sign or 0, to_answer or 0)
