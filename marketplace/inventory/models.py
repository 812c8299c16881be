"""Tables of the stock of each lot and of every movement of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.inventory.states import MovementKind


class LotStock(Base):
    """What is left of one lot, in base units of its product.

    Counters change only by conditional updates (`available >= …`), never by reading first; the constraints below are
    the second lock on the same door.
    """

    __tablename__ = "lot_stock"
    __table_args__ = (
        CheckConstraint("available >= 0 AND sold >= 0 AND lost >= 0", name="not_negative"),
        CheckConstraint("available + sold + lost = received", name="adds_up"),
        Index("ix_lot_stock_fefo", "product_id", "is_open", "best_before", "lot_id"),
    )

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    best_before: Mapped[date]
    is_open: Mapped[bool]  # the lot is published, neither held nor recalled
    received: Mapped[int]
    available: Mapped[int]
    sold: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)


class StockMovement(Base):
    """One change of a lot's stock, signed as seen from the shelf. Rows are only added; their sum is `available`."""

    __tablename__ = "stock_movement"
    __table_args__ = (UniqueConstraint("reference", "lot_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[MovementKind]
    quantity: Mapped[int]
    reference: Mapped[str]  # what moved it, such as "line:81" or "lot:7:received"
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
