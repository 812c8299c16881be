"""Quotes, and the talk about them until one side takes the other's terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from marketplace.catalogue.models import Product
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.sourcing import queries
from marketplace.sourcing.actions.moves import lock_demand, move_demand
from marketplace.sourcing.errors import DemandClosed, QuoteMoved
from marketplace.sourcing.events import QuoteAnswered, QuoteEnded, QuoteMade
from marketplace.sourcing.models import Demand, Quote, QuoteTurn
from marketplace.sourcing.states import DemandState, QuoteState, Side


@dataclass(frozen=True)
class Terms:
    """So much each time, in base units, at so much a kilogram, litre or piece."""

    quantity: int
    price_dong: int


def make_quote(
    demand: Demand,
    product: Product,
    *,
    terms: Terms,
    sample_on: date | None,
    valid_until: date,
    words: str,
    by: int | None,
    is_demo: bool = False,
) -> Quote:
    """A cooperative offers its product for a demand, once; a talk that ended may begin anew.

    Announces QuoteMade. Raises DemandClosed, and QuoteMoved for goods that are not on sale or other than asked for, or
    while a quote stands.
    """
    lock_demand(demand.id)
    if not demand.takes_quotes(clock.today()):
        raise DemandClosed("demand_closed")
    if not queries.is_on_sale(product.id):
        raise QuoteMoved("not_on_sale")
    if (product.subgroup, product.base_unit) != (demand.subgroup, demand.unit):
        raise QuoteMoved("other_goods")
    quote = session.scalar(
        select(Quote).where(Quote.demand_id == demand.id, Quote.cooperative_id == product.cooperative_id)
    )
    if quote is not None and quote.state in (QuoteState.OPEN, QuoteState.ACCEPTED):
        raise QuoteMoved("quote_stands")
    if quote is None:
        quote = Quote(
            demand_id=demand.id, cooperative_id=product.cooperative_id, turns=0, created_by_id=by,
            created_at=clock.now(), is_demo=is_demo,
        )  # fmt: skip
        session.add(quote)
    quote.product_id, quote.sample_on, quote.valid_until = product.id, sample_on, valid_until
    quote.quantity, quote.price_dong, quote.standing_by = terms.quantity, terms.price_dong, Side.SELLER
    quote.state, quote.ended_at, quote.turns = QuoteState.OPEN, None, quote.turns + 1
    session.flush()
    _note(quote, Side.SELLER, words, terms, by=by)
    move_demand(demand, DemandState.MATCHED)
    announce(QuoteMade(quote.id))
    return quote


def answer(quote: Quote, *, side: Side, seen: int, words: str, terms: Terms | None = None, by: int) -> None:
    """One side writes, and may name other terms, which then stand.

    `seen` is how many turns the writer had read. Announces QuoteAnswered. Raises QuoteMoved when something was said
    meanwhile, or the talk is over, and DemandClosed.
    """
    demand = lock_demand(quote.demand_id)
    if not demand.takes_quotes(clock.today()):
        raise DemandClosed("demand_closed")
    changed = {"quantity": terms.quantity, "price_dong": terms.price_dong, "standing_by": side} if terms else {}
    moved = session.execute(
        update(Quote)
        .where(Quote.id == quote.id, Quote.state == QuoteState.OPEN, Quote.turns == seen)
        .values(turns=Quote.turns + 1, **changed)
        .returning(Quote.id)
    ).one_or_none()
    session.refresh(quote)
    if moved is None:
        raise QuoteMoved("said_meanwhile" if quote.state == QuoteState.OPEN else "talk_over")
    _note(quote, side, words, terms, by=by)
    if side == Side.BUYER:
        move_demand(demand, DemandState.NEGOTIATING)
    announce(QuoteAnswered(quote.id, side))


def end_talk(quote: Quote, *, side: Side) -> None:
    """The buyer declines, or the cooperative withdraws. Announces QuoteEnded; raises QuoteMoved the second time."""
    ended = session.execute(
        update(Quote)
        .where(Quote.id == quote.id, Quote.state == QuoteState.OPEN)
        .values(state=_ENDS[side], ended_at=clock.now())
        .returning(Quote.id)
    ).one_or_none()
    session.refresh(quote)
    if ended is None:
        raise QuoteMoved("talk_over")
    announce(QuoteEnded(quote.id, side))


_ENDS = {Side.BUYER: QuoteState.DECLINED, Side.SELLER: QuoteState.WITHDRAWN}


def _note(quote: Quote, side: Side, words: str, terms: Terms | None, *, by: int | None) -> None:
    session.add(
        QuoteTurn(
            quote_id=quote.id, number=quote.turns, side=side, person_id=by, words=words,
            quantity=terms.quantity if terms else None, price_dong=terms.price_dong if terms else None,
            at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
