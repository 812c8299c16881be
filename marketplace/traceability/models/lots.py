"""Tables of lots: what they hold, every movement of it, their stages and holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.foundation import append_only
from marketplace.foundation.database import Base
from marketplace.traceability.states import Custody, LotState, MovementKind, OriginKind, StageKind


class Lot(Base):
    """One harvest or batch of one product. `code` is what the label's QR says after /q/.

    All quantities are whole base units of the product (grams, millilitres, pieces): exact on either database, where a
    NUMERIC of SQLite would be a float. Counters change only by conditional updates in actions/balance.py, each with a
    movement beside it; the constraints below are the second lock on the same door (I1 and I2 of traceability.md 6).
    """

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("best_before >= harvested_on", name="dates"),
        CheckConstraint(
            "produced >= 0 AND consumed >= 0 AND reserved >= 0 AND sold >= 0 AND returned >= 0 AND lost >= 0"
            " AND labelled >= 0 AND bulk_sold >= 0 AND returned <= sold AND bulk_sold <= sold",
            name="not_negative",
        ),
        CheckConstraint("consumed + reserved + sold + lost - returned <= produced", name="balance"),
        CheckConstraint("labelled + bulk_sold <= produced - consumed - lost", name="labels"),
        CheckConstraint("labelled_sold >= 0 AND bulk_sold + labelled_sold <= sold", name="labelled_sold"),
        Index("ix_lot_fefo", "product_id", "state", "best_before", "id"),
        Index("ix_lot_of_cooperative", "cooperative_id", "harvested_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    season_id: Mapped[int | None] = mapped_column(ForeignKey("season.id"), index=True)
    batch: Mapped[str]  # the cooperative's own number, printed as "Số lô"; application identifier 10 of GS1
    harvested_on: Mapped[date]
    best_before: Mapped[date]
    quantity: Mapped[int]  # as written down; counts once it is recorded, as `produced`
    place: Mapped[str]
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    origin: Mapped[OriginKind] = mapped_column(default=OriginKind.UNTOLD, server_default=OriginKind.UNTOLD.value)
    bought_from: Mapped[str] = mapped_column(default="", server_default="")
    bought_paper: Mapped[str] = mapped_column(default="", server_default="")  # number of the receipt or contract
    # The diary entry of the harvest that the lot was made of: a harvest becomes a lot once.
    harvest_entry_id: Mapped[int | None] = mapped_column(ForeignKey("diary_entry.id"), unique=True)
    custody: Mapped[Custody] = mapped_column(default=Custody.SEGREGATED)
    certified_permille: Mapped[int] = mapped_column(default=1000)  # share of certified input, by weight
    state: Mapped[LotState] = mapped_column(default=LotState.DRAFT)
    state_reason: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    produced: Mapped[int] = mapped_column(default=0)
    consumed: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)  # in all, what came back included
    bulk_sold: Mapped[int] = mapped_column(default=0)  # of `sold`: outside the market and without labels
    labelled_sold: Mapped[int] = mapped_column(default=0, server_default="0")  # of `sold`: outside, with labels
    returned: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    labelled: Mapped[int] = mapped_column(default=0)  # base units in packs with a live label

    stages: Mapped[list[LotStage]] = relationship(lazy="selectin", order_by="LotStage.started_on, LotStage.id")

    @property
    def available(self) -> int:
        """What could still be sold or used."""
        return self.produced + self.returned - self.consumed - self.reserved - self.sold - self.lost

    @property
    def to_label(self) -> int:
        """What may still get labels."""
        return self.produced - self.consumed - self.lost - self.bulk_sold - self.labelled


def left_of_lot() -> ColumnElement[int]:
    """`Lot.available` as SQL."""
    return Lot.produced + Lot.returned - Lot.consumed - Lot.reserved - Lot.sold - Lot.lost


class LotMovement(Base):
    """One change of one counter of a lot. Rows are only added; their sums are the counters (I5)."""

    __tablename__ = "lot_movement"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        UniqueConstraint("reference", "lot_id", "kind"),
        {"info": append_only.MARK},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[MovementKind]
    quantity: Mapped[int]
    reference: Mapped[str]  # what moved it, such as "line:81"; makes the second time a nothing
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class LotHold(Base):
    """A lot is stopped because of `root_lot_id`: itself, or a lot that it was made from."""

    __tablename__ = "lot_hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    root_lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    was_state: Mapped[LotState]
    reason: Mapped[str]
    needs_officer: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]


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
    trace_event_id: Mapped[int | None] = mapped_column(ForeignKey("trace_event.id"))  # once the lot is recorded
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Publicity(Base):
    """What of its origin pages a cooperative shows beyond what Circular 02/2024/TT-BKHCN obliges it to show."""

    __tablename__ = "publicity"

    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True, autoincrement=False)
    quantity: Mapped[bool] = mapped_column(default=True)
    operators: Mapped[bool] = mapped_column(default=True)
    notes: Mapped[bool] = mapped_column(default=True)
    photos: Mapped[bool] = mapped_column(default=True)
    coarse_place: Mapped[bool] = mapped_column(default=True)

    @classmethod
    def everything(cls) -> Publicity:
        """For a cooperative that has chosen nothing yet, and for its own desk."""
        return cls(quantity=True, operators=True, notes=True, photos=True, coarse_place=True)
