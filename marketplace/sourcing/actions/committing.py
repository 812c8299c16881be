"""From terms that both want to a paper that both sign."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, update

from marketplace.accounts.models import Person
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.sourcing import queries, rules
from marketplace.sourcing.actions import supply
from marketplace.sourcing.actions.demands import end_open_quotes
from marketplace.sourcing.actions.moves import lock_demand, move_demand
from marketplace.sourcing.errors import CommitmentMoved, DemandClosed, NotEnoughSupply, QuoteMoved
from marketplace.sourcing.events import CommitmentDrafted, CommitmentGivenUp, CommitmentSigned
from marketplace.sourcing.models import Commitment, Demand, Quote, Signature
from marketplace.sourcing.states import CommitmentState, DemandState, PaperKind, QuoteState, Side

PREFIX = "CK"
Write = Callable[[Commitment], str]


def accept_quote(quote: Quote, *, side: Side, seen: int, kind: PaperKind, write: Write, by: int) -> Commitment:
    """Take the terms that the other side named, as of the turn that was read; the goods are promised from now on.

    `write` puts the paper into words. Announces CommitmentDrafted. Raises QuoteMoved (other terms by now, own terms, the
    quote's time is over), DemandClosed, and NotEnoughSupply when the cooperative's forecasts have less left.
    """
    demand = lock_demand(quote.demand_id)
    if not demand.takes_quotes(clock.today()):
        raise DemandClosed("demand_closed")
    if not queries.is_on_sale(quote.product_id):
        raise QuoteMoved("not_on_sale")
    taken = session.execute(
        update(Quote)
        .where(
            Quote.id == quote.id,
            Quote.state == QuoteState.OPEN,
            Quote.turns == seen,
            Quote.standing_by == side.other,
            Quote.valid_until >= clock.today(),
        )
        .values(state=QuoteState.ACCEPTED, ended_at=clock.now())
        .returning(Quote.id)
    ).one_or_none()
    session.refresh(quote)
    if taken is None:
        raise QuoteMoved(_why_not(quote, side, seen))
    commitment = _draft(quote, demand, kind)
    commitment.text = write(commitment)
    commitment.digest = rules.digest(commitment.text)
    session.flush()
    move_demand(demand, DemandState.NEGOTIATING)
    announce(CommitmentDrafted(commitment.id, side))
    return commitment


def _why_not(quote: Quote, side: Side, seen: int) -> str:
    if quote.state != QuoteState.OPEN:
        return "talk_over"
    if quote.turns != seen:
        return "said_meanwhile"
    return "own_terms" if quote.standing_by == side else "quote_lapsed"


def _draft(quote: Quote, demand: Demand, kind: PaperKind) -> Commitment:
    quantity = quote.quantity * demand.times
    commitment = Commitment(
        code=PREFIX + codes.random_code(rules.CODE_LENGTH), kind=kind, quote_id=quote.id, demand_id=demand.id,
        cooperative_id=quote.cooperative_id, person_id=demand.person_id, product_id=quote.product_id,
        forecast_id=_promise(quote, demand, quantity), unit=demand.unit, quantity_each=quote.quantity,
        frequency=demand.frequency, quantity=quantity, called_off=0, price_dong=quote.price_dong,
        starts_on=max(demand.starts_on, clock.today()), ends_on=demand.ends_on,
        required_schemes=demand.required_schemes, payment_method=demand.payment_method, created_at=clock.now(),
        is_demo=quote.is_demo,
    )  # fmt: skip
    session.add(commitment)
    session.flush()
    return commitment


def _promise(quote: Quote, demand: Demand, quantity: int) -> int:
    """The forecast that all of it is promised from: one that reaches over the whole period first, then the fullest."""
    forecasts = queries.forecasts_for(quote.product_id, starts_on=demand.starts_on, ends_on=demand.ends_on)
    for forecast in forecasts:
        if supply.commit(forecast.id, quantity):
            session.refresh(forecast)
            return forecast.id
    raise NotEnoughSupply(asked=quantity, left=max((forecast.left for forecast in forecasts), default=0))


def sign(commitment: Commitment, *, side: Side, person: Person, position: str, digest: str) -> None:
    """One side signs the paper that it has read; once. With both signatures the commitment stands.

    Announces CommitmentSigned. Raises CommitmentMoved for a paper that is another one or was given up.
    """
    _lock(commitment)
    signed = {row.side for row in queries.signatures_of(commitment.id)}
    if side in signed:
        return
    if commitment.state != CommitmentState.DRAFT or digest != commitment.digest:
        raise CommitmentMoved("other_paper" if commitment.state == CommitmentState.DRAFT else "paper_over")
    session.add(
        Signature(
            commitment_id=commitment.id, side=side, person_id=person.id, name=person.full_name, position=position,
            digest=digest, at=clock.now(),
        )
    )  # fmt: skip
    is_complete = side.other in signed
    if is_complete:
        commitment.state, commitment.signed_at = CommitmentState.SIGNED, clock.now()
    session.flush()
    if is_complete:
        _close_what_is_covered(commitment.demand_id)
    announce(CommitmentSigned(commitment.id, side, is_complete))


def _close_what_is_covered(demand_id: int) -> None:
    """Once all that was asked for is signed, nobody quotes for nothing; what is missing may still be offered."""
    demand = session.get_one(Demand, demand_id)
    if queries.signed_of_demand(demand_id) >= demand.total and move_demand(demand, DemandState.AGREED):
        end_open_quotes(demand)


def give_up(commitment: Commitment, *, side: Side | None) -> None:
    """Before both have signed, either may change its mind, or the time to sign passes: the goods are free again and the
    talk is over.

    Announces CommitmentGivenUp; raises CommitmentMoved once both have signed.
    """
    _lock(commitment)
    if commitment.state != CommitmentState.DRAFT:
        raise CommitmentMoved("paper_over")
    commitment.state, commitment.ended_at = CommitmentState.CANCELLED, clock.now()
    quote = session.get_one(Quote, commitment.quote_id)
    quote.state = _AFTER[side]
    session.flush()
    supply.release(commitment.forecast_id, commitment.quantity)
    announce(CommitmentGivenUp(commitment.id, side))


_AFTER = {Side.BUYER: QuoteState.DECLINED, Side.SELLER: QuoteState.WITHDRAWN, None: QuoteState.LAPSED}


def _lock(commitment: Commitment) -> None:
    """The demand first, as everywhere, then the commitment."""
    lock_demand(commitment.demand_id)
    session.execute(select(Commitment.id).where(Commitment.id == commitment.id).with_for_update())
    session.refresh(commitment)
