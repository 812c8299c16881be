"""Tables of working orders off: calls about a recall, ticks of packing day, who carries a parcel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.fulfilment.states import Tick


class RecallCall(Base):
    """The buyer of an order's part was called because of a recalled lot; `lot_id` is the lot whose list it was."""

    __tablename__ = "recall_call"
    __table_args__ = (UniqueConstraint("cooperative_order_id", "lot_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_order_id: Mapped[int] = mapped_column(ForeignKey("cooperative_order.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class PackingTick(Base):
    """On packing day somebody has done this with what a line takes of a lot. Rows of parcels that left mean nothing."""

    __tablename__ = "packing_tick"
    __table_args__ = (UniqueConstraint("order_line_id", "lot_id", "tick"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    tick: Mapped[Tick]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class CarriedParcel(Base):
    """Which carrier took the part of an order along; its number there stands on the part."""

    __tablename__ = "carried_parcel"

    cooperative_order_id: Mapped[int] = mapped_column(
        ForeignKey("cooperative_order.id"), primary_key=True, autoincrement=False
    )
    carrier: Mapped[str]
    at: Mapped[datetime]
