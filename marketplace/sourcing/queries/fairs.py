"""What supply and demand came to at fairs, for closing reports and for a province's year (domain.md 10.5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, literal, select, union

from marketplace.fairs.models import Fair
from marketplace.fairs.states import FairState
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.sourcing.models import Commitment, Conference, Demand, Meeting, Quote
from marketplace.sourcing.rules import value_dong
from marketplace.sourcing.states import MeetingOutcome, MeetingState, PaperKind


@dataclass(frozen=True)
class FairTrade:
    """Demands posted in a fair, quotes for them, papers that both sides signed; weight in grams and value in đồng of the
    contracts. What is measured by litres or pieces is in the value only."""

    requests: int
    offers: int
    memoranda: int
    contracts: int
    contract_grams: int
    contract_dong: int


@dataclass(frozen=True)
class ConferenceCount:
    """Fairs of a province in which demands were posted or buyers met cooperatives, and how many of both came."""

    count: int
    participants: int


def trade_of_fair(fair_id: int, *, at: datetime) -> FairTrade:
    """As it stood at that moment."""
    posted = (Demand.fair_id == fair_id, Demand.created_at <= at)
    requests = session.scalar(select(func.count(Demand.id)).where(*posted))
    offers = session.scalar(
        select(func.count(Quote.id)).join(Demand, Demand.id == Quote.demand_id).where(*posted, Quote.created_at <= at)
    )
    signed = session.execute(
        select(Commitment.kind, Commitment.unit, Commitment.quantity, Commitment.price_dong)
        .join(Demand, Demand.id == Commitment.demand_id)
        .where(*posted, Commitment.signed_at <= at)
    ).all()
    contracts = [row for row in signed if row.kind == PaperKind.CONTRACT]
    return FairTrade(
        requests=requests or 0,
        offers=offers or 0,
        memoranda=len(signed) - len(contracts),
        contracts=len(contracts),
        contract_grams=sum(row.quantity for row in contracts if row.unit == BaseUnit.GRAM),
        contract_dong=sum(value_dong(row.quantity, row.price_dong, row.unit) for row in contracts),
    )


def conferences(province_codes: Collection[str], *, year: int) -> dict[str, ConferenceCount]:
    """By province, of a year in Vietnam; a fair that is not over, or in which nobody posted a demand or met, is none."""
    since, until = (datetime.combine(date(one, 1, 1), time(), dates.VIETNAM) for one in (year, year + 1))
    held = (
        Fair.province_code.in_(province_codes),
        Fair.state.in_((FairState.ENDED, FairState.REPORTED)),
        Fair.went_live_at >= since,
        Fair.went_live_at < until,
    )
    met = (
        Meeting.state == MeetingState.ACCEPTED,
        func.coalesce(Meeting.buyer_outcome, MeetingOutcome.QUOTE) != MeetingOutcome.MISSED,
        func.coalesce(Meeting.seller_outcome, MeetingOutcome.QUOTE) != MeetingOutcome.MISSED,
    )
    buyer, cooperative = literal(1).label("side"), literal(2).label("side")
    # One who posts twice in a fair, or meets several, came once; a buyer and a cooperative with the same number are two.
    came = union(
        select(Fair.province_code, Fair.id, Demand.person_id.label("who"), buyer)
        .join(Demand, Demand.fair_id == Fair.id)
        .where(*held),
        select(Fair.province_code, Fair.id, Quote.cooperative_id.label("who"), cooperative)
        .join(Demand, Demand.fair_id == Fair.id)
        .join(Quote, Quote.demand_id == Demand.id)
        .where(*held),
        select(Fair.province_code, Fair.id, Meeting.person_id.label("who"), buyer)
        .join(Conference, Conference.fair_id == Fair.id)
        .join(Meeting, Meeting.conference_id == Conference.id)
        .where(*held, *met),
        select(Fair.province_code, Fair.id, Meeting.cooperative_id.label("who"), cooperative)
        .join(Conference, Conference.fair_id == Fair.id)
        .join(Meeting, Meeting.conference_id == Conference.id)
        .where(*held, *met),
    ).subquery()
    rows = session.execute(
        select(came.c.province_code, func.count(came.c.id.distinct()), func.count()).group_by(came.c.province_code)
    )
    return {code: ConferenceCount(fairs, people) for code, fairs, people in rows}
