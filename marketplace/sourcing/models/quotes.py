"""What a cooperative offers for a demand, and what both sides say about it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.sourcing.states import QuoteState, Side


class Quote(Base):
    """One cooperative's offer for one demand. The terms are those that were named last, by `standing_by`; `turns` counts
    what was said, so that nobody takes terms that changed under him."""

    __tablename__ = "quote"
    __table_args__ = (
        UniqueConstraint("demand_id", "cooperative_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price_dong > 0", name="price"),
        Index("ix_quote_of_cooperative", "cooperative_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"))
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]  # of one delivery, in base units
    price_dong: Mapped[int]  # of a kilogram, litre or piece, brought to where it is wanted
    sample_on: Mapped[date | None]
    valid_until: Mapped[date]
    standing_by: Mapped[Side] = mapped_column(default=Side.SELLER)
    turns: Mapped[int] = mapped_column(default=1)
    state: Mapped[QuoteState] = mapped_column(default=QuoteState.OPEN)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    def stands(self, today: date) -> bool:
        return self.state == QuoteState.OPEN and self.valid_until >= today


class QuoteTurn(Base):
    """One thing that one side said: words, other terms, or both. Rows are only added."""

    __tablename__ = "quote_turn"
    __table_args__ = (
        UniqueConstraint("quote_id", "number"),
        CheckConstraint("(quantity IS NULL) = (price_dong IS NULL)", name="terms"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    number: Mapped[int]
    side: Mapped[Side]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int | None]
    price_dong: Mapped[int | None]
    at: Mapped[datetime]
