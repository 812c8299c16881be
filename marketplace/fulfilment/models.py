"""Tables of working orders off: calls about a recall, ticks of packing day, who carries a parcel, cash that came, bills."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.fulfilment.states import RemittanceState, Tick


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


class CarrierRemittance(Base):
    """A carrier's statement of the cash it pays out, as one officer took it in; the same file again is known."""

    __tablename__ = "carrier_remittance"
    __table_args__ = (UniqueConstraint("file_digest", "by_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    carrier: Mapped[str]
    file_digest: Mapped[str]
    file_name: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


_REMITTED = text("state IN ('matched', 'accepted')")


class CarrierRemittanceLine(Base):
    """One parcel in it. Of all lines of a part only one is ever remitted: the key refuses a second."""

    __tablename__ = "carrier_remittance_line"
    __table_args__ = (
        Index(
            "uq_carrier_remittance_line_remitted",
            "cooperative_order_id",
            unique=True,
            sqlite_where=_REMITTED,
            postgresql_where=_REMITTED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    remittance_id: Mapped[int] = mapped_column(ForeignKey("carrier_remittance.id"), index=True)
    row_number: Mapped[int]
    part_code: Mapped[str]
    cooperative_order_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative_order.id"))
    collected_dong: Mapped[int]
    shipping_dong: Mapped[int]
    fee_dong: Mapped[int]
    expected_dong: Mapped[int | None]
    paid_out_on: Mapped[date | None]
    state: Mapped[RemittanceState]
    reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class RemittanceArrival(Base):
    """The movement on our account with which a carrier's statement was paid. It counts from when that movement is laid
    aside as booked already; until then somebody has only said so."""

    __tablename__ = "remittance_arrival"

    remittance_id: Mapped[int] = mapped_column(
        ForeignKey("carrier_remittance.id"), primary_key=True, autoincrement=False
    )
    bank_transaction_id: Mapped[int] = mapped_column(ForeignKey("bank_transaction.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class CarrierBill(Base):
    """What a carrier asks for parcels on which it collected nothing; each parcel is billed once."""

    __tablename__ = "carrier_bill"
    __table_args__ = (UniqueConstraint("carrier", "number"), CheckConstraint("total_dong > 0", name="total"))

    id: Mapped[int] = mapped_column(primary_key=True)
    carrier: Mapped[str]
    number: Mapped[str]
    billed_on: Mapped[date]
    total_dong: Mapped[int]
    buyers_paid_dong: Mapped[int]  # what was taken for the same way, of buyers or of who gives delivery away
    bank_transaction_id: Mapped[int | None] = mapped_column(ForeignKey("bank_transaction.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class CarrierBillLine(Base):
    """One parcel in it."""

    __tablename__ = "carrier_bill_line"
    __table_args__ = (CheckConstraint("charged_dong >= 0 AND buyer_paid_dong >= 0", name="not_negative"),)

    cooperative_order_id: Mapped[int] = mapped_column(
        ForeignKey("cooperative_order.id"), primary_key=True, autoincrement=False
    )
    bill_id: Mapped[int] = mapped_column(ForeignKey("carrier_bill.id"), index=True)
    charged_dong: Mapped[int]
    buyer_paid_dong: Mapped[int]


class HubParcel(Base):
    """What a collecting place sent on as one parcel, or got ready to be fetched; its parts are those that name it.

    `number` counts an order's parcels: who sends what has come while another is sending it too meets the key.
    """

    __tablename__ = "hub_parcel"
    __table_args__ = (UniqueConstraint("order_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    number: Mapped[int]
    hub_id: Mapped[int] = mapped_column(ForeignKey("hub.id"), index=True)
    carrier: Mapped[str]  # empty when it is fetched
    tracking: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")  # why it did not wait for parts that were still expected
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class HubArrival(Base):
    """A part was brought to a collecting place, once, and later went on in a parcel."""

    __tablename__ = "hub_arrival"

    cooperative_order_id: Mapped[int] = mapped_column(
        ForeignKey("cooperative_order.id"), primary_key=True, autoincrement=False
    )
    hub_parcel_id: Mapped[int | None] = mapped_column(ForeignKey("hub_parcel.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class HubWish(Base):
    """The buyer does not want to wait for parts that are late."""

    __tablename__ = "hub_wish"

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class CoachRide(Base):
    """Which coach took a part along, as its buyer must know it to be there."""

    __tablename__ = "coach_ride"

    cooperative_order_id: Mapped[int] = mapped_column(
        ForeignKey("cooperative_order.id"), primary_key=True, autoincrement=False
    )
    plate: Mapped[str]
    phone: Mapped[str]
    arrival: Mapped[str]  # when and where, in the words of who handed it over
