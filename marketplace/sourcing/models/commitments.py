"""What both sides signed, and what is called off of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.foundation.quantities import BaseUnit
from marketplace.payments.states import Method
from marketplace.sourcing.rules import value_dong
from marketplace.sourcing.states import CallOffState, CommitmentState, Frequency, PaperKind, Side

STANDS = text("state <> 'cancelled'")


class Commitment(Base):
    """Terms that one side named and the other took, with the paper that both sign.

    `text` is the whole paper in Vietnamese, frozen; `digest` is its SHA-256, which every signature names. `called_off`
    changes only by conditional updates in actions/calling_off.py.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint("quantity_each > 0 AND quantity > 0", name="quantity"),
        CheckConstraint("called_off >= 0 AND called_off <= quantity", name="called_off"),
        CheckConstraint("price_dong > 0", name="price"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        # After a paper that was given up the talk may begin anew.
        Index("uq_commitment_of_quote", "quote_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        Index("ix_commitment_of_cooperative", "cooperative_id", "state"),
        Index("ix_commitment_of_person", "person_id", "state"),
        Index("ix_commitment_running", "state", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[PaperKind]
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"), index=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # the buyer
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    forecast_id: Mapped[int] = mapped_column(ForeignKey("forecast.id"), index=True)
    unit: Mapped[BaseUnit]
    quantity_each: Mapped[int]
    frequency: Mapped[Frequency]
    quantity: Mapped[int]  # all deliveries together
    called_off: Mapped[int] = mapped_column(default=0)
    price_dong: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    required_schemes: Mapped[list[str]] = mapped_column(JSON, default=list)
    payment_method: Mapped[Method]
    text: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")
    state: Mapped[CommitmentState] = mapped_column(default=CommitmentState.DRAFT)
    created_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]  # by both
    ended_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]  # since when both know that a certificate no longer counts
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def left(self) -> int:
        """What can still be called off, in base units."""
        return self.quantity - self.called_off

    @property
    def value_dong(self) -> int:
        return value_dong(self.quantity, self.price_dong, self.unit)

    @property
    def may_be_called_off(self) -> bool:
        return self.state == CommitmentState.SIGNED and self.left > 0


class Signature(Base):
    """One side pressed "I sign": who, as what, when, and under which paper. Each side signs once."""

    __tablename__ = "commitment_signature"

    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"), primary_key=True, autoincrement=False)
    side: Mapped[Side] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str] = mapped_column(default="")
    digest: Mapped[str]
    at: Mapped[datetime]


class CallOff(Base):
    """The buyer wants so much of what was agreed on a day; once the cooperative confirms, it is an order."""

    __tablename__ = "call_off"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("state <> 'confirmed' OR order_id IS NOT NULL", name="order"),
        Index("ix_call_off_of_commitment", "commitment_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    quantity: Mapped[int]
    deliver_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[CallOffState] = mapped_column(default=CallOffState.ASKED)
    # A page pressed twice calls off once.
    token: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), unique=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
