"""What buyers ask for."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.foundation.quantities import BaseUnit
from marketplace.payments.states import Method
from marketplace.sourcing import rules
from marketplace.sourcing.rules import Wanted
from marketplace.sourcing.states import TAKES_QUOTES, BuyerKind, DemandState, Frequency


class Demand(Base):
    """A buyer wants so much of something, so often, from one day to another (b2b_request of domain.md 10.4).

    `quantity` is of one delivery, in base units; of a season it is all of it. Prices are for a kilogram, a litre or a
    piece. `deadline_on` is the last day on which a cooperative may quote.
    """

    __tablename__ = "demand"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("starts_on <= ends_on AND deadline_on <= ends_on", name="dates"),
        CheckConstraint("target_dong IS NULL OR target_dong > 0", name="target"),
        Index("ix_demand_board", "state", "deadline_on", "id"),
        Index("ix_demand_subgroup", "subgroup", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    buyer_kind: Mapped[BuyerKind]
    buyer_name: Mapped[str]
    phone: Mapped[str]  # shown to a cooperative once both have signed
    tax_code: Mapped[str] = mapped_column(default="")
    product: Mapped[str]
    subgroup: Mapped[str]
    unit: Mapped[BaseUnit] = mapped_column(default=BaseUnit.GRAM)
    quantity: Mapped[int]
    frequency: Mapped[Frequency]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    specification: Mapped[str] = mapped_column(default="")
    required_schemes: Mapped[list[str]] = mapped_column(JSON, default=list)
    target_dong: Mapped[int | None]
    target_is_public: Mapped[bool] = mapped_column(default=False)
    address_line: Mapped[str]
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), index=True)
    payment_method: Mapped[Method]  # how each delivery is paid
    payment_note: Mapped[str] = mapped_column(default="")
    deadline_on: Mapped[date]
    fair_id: Mapped[int | None] = mapped_column(ForeignKey("fair.id"), index=True)  # in which it was posted
    state: Mapped[DemandState] = mapped_column(default=DemandState.OPEN)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            each=self.quantity,
            frequency=self.frequency,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            unit=self.unit,
            schemes=tuple(self.required_schemes),
            asked=f"{self.product} {self.specification}",
        )

    @property
    def times(self) -> int:
        return rules.times(self.frequency, self.starts_on, self.ends_on)

    @property
    def total(self) -> int:
        """All deliveries together, in base units."""
        return self.quantity * self.times

    def takes_quotes(self, today: date) -> bool:
        """By its state and its deadline, whether or not a job has closed it yet."""
        return self.state in TAKES_QUOTES and self.deadline_on >= today
