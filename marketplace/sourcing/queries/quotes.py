"""Quotes with their talk, each only for the two sides of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.sourcing.models import Commitment, Demand, Quote, QuoteTurn
from marketplace.sourcing.states import CommitmentState, QuoteState


@dataclass(frozen=True)
class QuoteView:
    """A quote with what stands around it."""

    quote: Quote
    demand: Demand
    cooperative: Cooperative
    product_name: str
    product_slug: str


def _views() -> Select[Quote, Demand, Cooperative, str, str]:
    return (
        select(Quote, Demand, Cooperative, Product.name, Product.slug)
        .join(Demand, Demand.id == Quote.demand_id)
        .join(Cooperative, Cooperative.id == Quote.cooperative_id)
        .join(Product, Product.id == Quote.product_id)
    )


def quotes_of_demand(demand_id: int) -> list[QuoteView]:
    """All of them, the cheapest first; those that ended last."""
    rows = session.execute(
        _views()
        .where(Quote.demand_id == demand_id)
        .order_by(Quote.state.not_in([QuoteState.OPEN, QuoteState.ACCEPTED]), Quote.price_dong, Quote.id)
    )
    return [QuoteView(*row) for row in rows]


def quotes_of_cooperative(cooperative_id: int) -> list[QuoteView]:
    """Open ones first, then the newest."""
    rows = session.execute(
        _views()
        .where(Quote.cooperative_id == cooperative_id)
        .order_by(Quote.state != QuoteState.OPEN, Quote.id.desc())
        .limit(200)
    )
    return [QuoteView(*row) for row in rows]


def find_quote_of_demand(demand_id: int, quote_id: int) -> QuoteView | None:
    row = session.execute(_views().where(Quote.id == quote_id, Quote.demand_id == demand_id)).one_or_none()
    return QuoteView(*row) if row else None


def find_quote_by(cooperative_id: int, demand_id: int) -> QuoteView | None:
    """What this cooperative has quoted for a demand."""
    row = session.execute(
        _views().where(Quote.cooperative_id == cooperative_id, Quote.demand_id == demand_id)
    ).one_or_none()
    return QuoteView(*row) if row else None


def turns_of(quote_id: int) -> list[QuoteTurn]:
    """What was said, in its order."""
    return list(session.scalars(select(QuoteTurn).where(QuoteTurn.quote_id == quote_id).order_by(QuoteTurn.number)))


def commitment_of_quote(quote_id: int) -> Commitment | None:
    """The paper that came of it and was not given up."""
    return session.scalar(
        select(Commitment).where(Commitment.quote_id == quote_id, Commitment.state != CommitmentState.CANCELLED)
    )
