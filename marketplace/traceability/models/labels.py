"""Tables of the labels printed for lots, the packs that carry a serial, and what readers found wrong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.traceability.states import IN_HOUSE, LabelKind, UnitState


class LabelRun(Base):
    """Labels printed for a lot; together they never exceed the packs that the lot can fill."""

    __tablename__ = "label_run"
    __table_args__ = (CheckConstraint("count > 0 AND voided >= 0 AND voided <= count", name="count"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    kind: Mapped[LabelKind] = mapped_column(default=LabelKind.LOT)
    gtin: Mapped[str] = mapped_column(default="", server_default="")  # as printed; old labels keep it for good
    content: Mapped[int]  # base units in each labelled pack
    count: Mapped[int]
    voided: Mapped[int] = mapped_column(default=0)
    layout: Mapped[str]
    # The job that drew a large run last; small ones are drawn when opened.
    job_code: Mapped[str] = mapped_column(default="")
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    printed_at: Mapped[datetime]


class Unit(Base):
    """One pack with a serial of its own: 65 random bits, known only from its label and never published."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(unique=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("label_run.id"), index=True)
    content: Mapped[int]  # base units in the pack
    state: Mapped[UnitState] = mapped_column(default=UnitState.PRINTED)
    order_line_id: Mapped[int | None] = mapped_column(index=True)  # a line of orders, which stand above this package
    state_at: Mapped[datetime]

    @property
    def is_in_house(self) -> bool:
        """Can be packed, sold at the cooperative's own stall, or thrown away."""
        return self.state in IN_HOUSE and self.order_line_id is None


class LabelReport(Base):
    """Somebody found something wrong with a label; `lot_id` is empty when the code is none of ours."""

    __tablename__ = "label_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
