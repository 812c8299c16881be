"""Tables of lots, their stages and the label runs printed for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.foundation.database import Base
from marketplace.traceability.states import LotState, StageKind


class Lot(Base):
    """One harvest or batch of one product. `code` is what the label's QR says after /q/."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("best_before >= harvested_on", name="dates"),
        CheckConstraint("labelled >= 0 AND labelled <= quantity", name="labelled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    batch: Mapped[str]  # the cooperative's own number, printed as "Số lô"
    harvested_on: Mapped[date]
    best_before: Mapped[date]
    quantity: Mapped[int]  # in base units of the product
    labelled: Mapped[int] = mapped_column(default=0)  # base units for which labels were printed
    place: Mapped[str]
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    state: Mapped[LotState] = mapped_column(default=LotState.DRAFT)
    state_reason: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    stages: Mapped[list[LotStage]] = relationship(lazy="selectin", order_by="LotStage.started_on, LotStage.id")


class LotStage(Base):
    """One step of the lot's life. Rows are only added; a correction is a new row that names the one it corrects."""

    __tablename__ = "lot_stage"

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[StageKind]
    name: Mapped[str] = mapped_column(default="")
    place: Mapped[str]
    operator: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("lot_stage.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class LabelRun(Base):
    """Labels printed for a lot; together they never exceed the packs that the lot can fill."""

    __tablename__ = "label_run"
    __table_args__ = (CheckConstraint("count > 0", name="count"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    content: Mapped[int]  # base units in each labelled pack
    count: Mapped[int]
    layout: Mapped[str]
    job_code: Mapped[str] = mapped_column(
        default=""
    )  # the job that drew a large run last; small ones are drawn when opened
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    printed_at: Mapped[datetime]


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
