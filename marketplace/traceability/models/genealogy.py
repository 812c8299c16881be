"""Tables of what became of what: lots that were split, merged or made into another product."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.traceability.states import TransferState


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


class LotTransfer(Base):
    """Goods of one cooperative's lot that another one is to take over. While it is offered the lot holds them.

    `token` is made with the form, so that the second click writes nothing.
    """

    __tablename__ = "lot_transfer"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("giver_id <> receiver_id", name="sides"),
        Index("ix_lot_transfer_of_receiver", "receiver_id", "state"),
        Index("ix_lot_transfer_of_giver", "giver_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    quantity: Mapped[int]
    state: Mapped[TransferState] = mapped_column(default=TransferState.OFFERED)
    note: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")  # why it was refused
    made_lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))  # the receiver's, once accepted
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    offered_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
