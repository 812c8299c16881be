"""Tables of what became of what: lots that were split, merged or made into another product."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base


class Transformation(Base):
    """Lots went in, lots came out. Its outputs are made with it and get no inputs later: the graph has no circle (I6)."""

    __tablename__ = "transformation"

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    recipe: Mapped[str]
    trace_event_id: Mapped[int | None] = mapped_column(ForeignKey("trace_event.id"))
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class TransformationInput(Base):
    __tablename__ = "transformation_input"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    transformation_id: Mapped[int] = mapped_column(ForeignKey("transformation.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, index=True)
    quantity: Mapped[int]


class TransformationOutput(Base):
    """A lot has one maker at most."""

    __tablename__ = "transformation_output"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, autoincrement=False)
    transformation_id: Mapped[int] = mapped_column(ForeignKey("transformation.id"), index=True)
    quantity: Mapped[int]
    is_byproduct: Mapped[bool] = mapped_column(default=False)
    ceiling_permille: Mapped[int]  # of all inputs, as it stood on the day
