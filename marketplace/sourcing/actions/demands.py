"""A buyer asks, changes what nobody has quoted for yet, and takes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.foundation import audit, clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.quantities import BaseUnit
from marketplace.payments.states import Method
from marketplace.sourcing import queries, rules
from marketplace.sourcing.actions.moves import lock_demand, move_demand
from marketplace.sourcing.errors import DemandClosed
from marketplace.sourcing.events import QuoteEnded
from marketplace.sourcing.models import Demand, Quote
from marketplace.sourcing.states import TAKES_QUOTES, BuyerKind, DemandState, Frequency, QuoteState, Side

PREFIX = "NC"


@dataclass(frozen=True)
class DemandDetails:
    """What the buyer typed; the province follows from the commune. `quantity` is of one delivery, in base units."""

    buyer_kind: BuyerKind
    buyer_name: str
    phone: str
    product: str
    subgroup: str
    unit: BaseUnit
    quantity: int
    frequency: Frequency
    starts_on: date
    ends_on: date
    address_line: str
    commune_code: str
    province_code: str
    payment_method: Method
    deadline_on: date
    tax_code: str = ""
    specification: str = ""
    required_schemes: tuple[str, ...] = ()
    target_dong: int | None = None
    target_is_public: bool = False
    payment_note: str = ""
    fair_id: int | None = None


def post_demand(details: DemandDetails, *, by: int, is_demo: bool = False) -> Demand:
    """From now on it stands on the board, until its deadline."""
    demand = Demand(
        code=PREFIX + codes.random_code(rules.CODE_LENGTH), person_id=by, created_at=clock.now(), is_demo=is_demo
    )
    _fill(demand, details)
    session.add(demand)
    session.flush()
    return demand


def change_demand(demand: Demand, details: DemandDetails) -> None:
    """What nobody has quoted for may be changed; raises DemandClosed afterwards, so that no quote is for other goods."""
    lock_demand(demand.id)
    if demand.state != DemandState.OPEN:
        raise DemandClosed("quoted_already" if demand.takes_quotes(clock.today()) else "demand_closed")
    _fill(demand, details)
    session.flush()


def _fill(demand: Demand, details: DemandDetails) -> None:
    for name, value in vars(details).items():
        setattr(demand, name, list(value) if name == "required_schemes" else value)


def withdraw_demand(demand: Demand, *, reason: str) -> None:
    """The buyer no longer wants it: it leaves the board and its quotes lapse. What is agreed already stays.

    Announces QuoteEnded for each quote; raises DemandClosed the second time.
    """
    lock_demand(demand.id)
    if not _close(demand, DemandState.CLOSED_LOST, reason=reason):
        raise DemandClosed("demand_closed")


def expire_demands(*, on: date) -> int:
    """Close what nobody can quote for any more, each with its quotes; how many there were. Announces QuoteEnded."""
    late = session.scalars(
        select(Demand).where(Demand.state.in_(TAKES_QUOTES), Demand.deadline_on < on).order_by(Demand.id)
    ).all()
    return sum(_close(lock_demand(demand.id), DemandState.EXPIRED) for demand in late)


def _close(demand: Demand, to: DemandState, *, reason: str = "") -> bool:
    """A demand of which a part is signed was not for nothing, whatever becomes of the rest."""
    is_partly_signed = queries.signed_of_demand(demand.id) > 0
    is_closed = move_demand(demand, DemandState.AGREED if is_partly_signed else to, reason=reason)
    if is_closed:
        end_open_quotes(demand)
    return is_closed


def end_open_quotes(demand: Demand) -> None:
    """Nobody waits for an answer that will not come."""
    for quote in session.scalars(
        select(Quote).where(Quote.demand_id == demand.id, Quote.state == QuoteState.OPEN).order_by(Quote.id)
    ):
        quote.state, quote.ended_at = QuoteState.LAPSED, clock.now()
        session.flush()
        announce(QuoteEnded(quote.id, Side.BUYER))


def take_down_demand(demand: Demand, *, reason: str, by: int) -> None:
    """An officer takes a demand off the board that is none: an advertisement, an insult. Raises DemandClosed."""
    withdraw_demand(demand, reason=reason)
    audit.record(
        "sourcing:demand:take_down", subject="demand", subject_id=demand.id, by=by,
        province_code=demand.province_code, reason=reason, name=f"{demand.code}, {demand.buyer_name}",
    )  # fmt: skip
