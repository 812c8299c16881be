"""What must always hold of forecasts, commitments, call-offs and meetings; each gives a line per breach."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select

from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder, OrderLine
from marketplace.sourcing import rules
from marketplace.sourcing.models import CallOff, Commitment, Conference, Forecast, Meeting, Signature
from marketplace.sourcing.states import COUNTS, MEETING_STANDS, CallOffState, CommitmentState


def forecasts_promised_otherwise() -> list[str]:
    """Invariant: what a forecast counts as promised is what stands in commitments, and never more than there will be."""
    promised = (
        select(
            Commitment.forecast_id,
            func.sum(
                case(
                    (Commitment.state == CommitmentState.CANCELLED, 0),
                    (Commitment.state == CommitmentState.ENDED, Commitment.called_off),
                    else_=Commitment.quantity,
                )
            ).label("quantity"),
        )
        .group_by(Commitment.forecast_id)
        .subquery()
    )
    counted = func.coalesce(promised.c.quantity, 0)
    rows = session.execute(
        select(Forecast.id, Forecast.committed, counted)
        .outerjoin(promised, promised.c.forecast_id == Forecast.id)
        .where(or_(Forecast.committed != counted, Forecast.committed > Forecast.quantity))
        .order_by(Forecast.id)
    )
    return [f"forecast {id} counts {committed} as promised, commitments say {int(had)}" for id, committed, had in rows]


def call_offs_that_disagree() -> list[str]:
    """Invariant: a commitment counts as called off what its call-offs say, and never more than was agreed."""
    asked = (
        select(CallOff.commitment_id, func.sum(CallOff.quantity).label("quantity"))
        .where(CallOff.state.in_(COUNTS))
        .group_by(CallOff.commitment_id)
        .subquery()
    )
    counted = func.coalesce(asked.c.quantity, 0)
    rows = session.execute(
        select(Commitment.code, Commitment.called_off, counted)
        .outerjoin(asked, asked.c.commitment_id == Commitment.id)
        .where(or_(Commitment.called_off != counted, Commitment.called_off > Commitment.quantity))
        .order_by(Commitment.id)
    )
    return [f"commitment {code} counts {called} as called off, call-offs say {int(had)}" for code, called, had in rows]


def call_offs_ordered_otherwise() -> list[str]:
    """Invariant: a confirmed call-off is an order of exactly so much, at the price that was signed."""
    ordered = (
        select(CooperativeOrder.order_id, func.sum(OrderLine.content * OrderLine.quantity).label("quantity"))
        .join(OrderLine, OrderLine.cooperative_order_id == CooperativeOrder.id)
        .group_by(CooperativeOrder.order_id)
        .subquery()
    )
    counted = func.coalesce(ordered.c.quantity, 0)
    rows = session.execute(
        select(CallOff.id, CallOff.quantity, counted)
        .outerjoin(ordered, ordered.c.order_id == CallOff.order_id)
        .where(CallOff.state == CallOffState.CONFIRMED, CallOff.quantity != counted)
        .order_by(CallOff.id)
    )
    return [f"call-off {id} is for {quantity}, its order for {int(had)}" for id, quantity, had in rows]


def papers_that_disagree() -> list[str]:
    """Invariant: a signed commitment has both signatures, and each names the paper as it stands there."""
    signed: dict[int, list[str]] = {}
    for commitment_id, digest in session.execute(select(Signature.commitment_id, Signature.digest)):
        signed.setdefault(commitment_id, []).append(digest)
    rows = session.execute(
        select(Commitment.id, Commitment.code, Commitment.text, Commitment.digest, Commitment.state).order_by(
            Commitment.id
        )
    )
    wrong = []
    for id, code, text, digest, state in rows:
        names = signed.get(id, [])
        needed = 2 if state in (CommitmentState.SIGNED, CommitmentState.ENDED) else 0
        if rules.digest(text) != digest or any(name != digest for name in names) or len(names) < needed:
            wrong.append(f"the paper of commitment {code} is not what its {len(names)} signatures name")
    return wrong


def meetings_at_one_time() -> list[str]:
    """Invariant: no table, cooperative or buyer is in two meetings that overlap, whichever conferences they belong to."""
    rows = session.execute(
        select(
            Meeting.id, Meeting.starts_at, Meeting.cooperative_id, Meeting.person_id, Meeting.conference_id,
            Meeting.table_number, Conference.minutes,
        )
        .join(Conference, Conference.id == Meeting.conference_id)
        .where(Meeting.state.in_(MEETING_STANDS))
        .order_by(Meeting.starts_at, Meeting.id)
    )  # fmt: skip
    busy_until: dict[tuple[object, ...], datetime] = {}
    wrong = []
    for row in rows:
        for who in (
            ("cooperative", row.cooperative_id),
            ("buyer", row.person_id),
            ("table", row.conference_id, row.table_number),
        ):
            if who in busy_until and row.starts_at < busy_until[who]:
                wrong.append(f"meeting {row.id} begins while its {who[0]} is in another one")
            busy_until[who] = row.starts_at + timedelta(minutes=row.minutes)
    return wrong
