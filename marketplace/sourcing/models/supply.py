"""What cooperatives will have."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.sourcing.states import Basis

STANDS = "closed_at IS NULL AND basis = "


class Forecast(Base):
    """So much of a product will be there to sell between two days, resting on a season or on what lies in store.

    Quantities are base units of the product. `committed` changes only by conditional updates in actions/supply.py, and
    the constraint below is the second lock on the same door: nothing is promised twice.
    """

    __tablename__ = "forecast"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("committed >= 0 AND committed <= quantity", name="committed"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("(basis = 'season') = (season_id IS NOT NULL)", name="basis"),
        # A season, and what lies in store of a product, is promised by one forecast at a time.
        Index(
            "uq_forecast_of_season",
            "season_id",
            unique=True,
            sqlite_where=text(STANDS + "'season'"),
            postgresql_where=text(STANDS + "'season'"),
        ),
        Index(
            "uq_forecast_of_store",
            "product_id",
            unique=True,
            sqlite_where=text(STANDS + "'store'"),
            postgresql_where=text(STANDS + "'store'"),
        ),
        Index("ix_forecast_of_product", "product_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    basis: Mapped[Basis]
    season_id: Mapped[int | None] = mapped_column(ForeignKey("season.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    quantity: Mapped[int]
    committed: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def left(self) -> int:
        return self.quantity - self.committed
