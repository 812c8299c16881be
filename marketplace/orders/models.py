"""Tables of orders, their parts per cooperative, lines, the lots of each line, and the history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.foundation import append_only
from marketplace.foundation.database import Base
from marketplace.foundation.quantities import BaseUnit
from marketplace.orders import rules
from marketplace.orders.states import NOT_PAID_FOR, OrderState, PartState, Surplus
from marketplace.payments.states import Method


class Order(Base):
    """What one buyer ordered in one go. `checkout_token` is unique: a page pressed twice makes one order."""

    __tablename__ = "order"
    __table_args__ = (CheckConstraint("total_dong = goods_dong + delivery_dong", name="total"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    checkout_token: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    buyer_name: Mapped[str]
    phone: Mapped[str] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(default="")
    address_line: Mapped[str]
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"))
    address: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    invoice: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # company, tax code, address, e-mail when wanted
    # Under which terms it was ordered (rules.Terms); of before they were kept, nothing.
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    language: Mapped[str] = mapped_column(default="vi")
    payment_method: Mapped[str]
    goods_dong: Mapped[int]
    delivery_dong: Mapped[int]
    total_dong: Mapped[int]
    state: Mapped[OrderState] = mapped_column(default=OrderState.OPEN)
    placed_at: Mapped[datetime] = mapped_column(index=True)
    paid_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]  # given up because no money came; money that comes later may revive it
    is_demo: Mapped[bool] = mapped_column(default=False)

    parts: Mapped[list[CooperativeOrder]] = relationship(lazy="selectin", order_by="CooperativeOrder.id")

    @property
    def references(self) -> list[str]:
        """What payments for this order are asked under: its code, and a part's own for what is asked on top of it."""
        return [self.code, *(part.code for part in self.parts)]

    @property
    def waits_for_money(self) -> bool:
        """Goods paid by transfer or card are not packed before the money is there."""
        return self.payment_method != Method.CASH_ON_DELIVERY and self.paid_at is None

    @property
    def live_dong(self) -> int:
        """What the parts cost that are sent or will be."""
        return sum(part.total_dong for part in self.parts if part.state not in NOT_PAID_FOR)


class CooperativeOrder(Base):
    """The part of an order that one cooperative packs and sends. `seller` freezes what the law wants shown."""

    __tablename__ = "cooperative_order"
    __table_args__ = (
        UniqueConstraint("order_id", "cooperative_id"),
        Index("ix_cooperative_order_desk", "cooperative_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    state: Mapped[PartState] = mapped_column(default=PartState.PENDING)
    seller: Mapped[dict[str, Any]] = mapped_column(JSON)
    delivery_way: Mapped[str]
    delivery_zone: Mapped[str]
    delivery_dong: Mapped[int]
    delivery_place: Mapped[str] = mapped_column(default="")  # where and when to fetch, as promised
    days_from: Mapped[int | None]  # how long the delivery was said to take
    days_to: Mapped[int | None]
    # What the market takes for carrying it, whatever the cooperative asks of the buyer for that (docs/decisions).
    carriage_dong: Mapped[int] = mapped_column(default=0)
    chargeable_grams: Mapped[int]
    goods_dong: Mapped[int]
    fee_basis_points: Mapped[int] = mapped_column(default=0)
    fee_dong: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(index=True)
    released_at: Mapped[datetime | None]  # since when its money may be paid out
    held_because: Mapped[str] = mapped_column(default="", server_default="")  # why it may not be released yet
    tracking: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    # Goods sold by weight: how often they were weighed, and what of a heavier weight is not paid with the order.
    weighed_times: Mapped[int] = mapped_column(default=0, server_default="0")
    surplus: Mapped[Surplus] = mapped_column(default=Surplus.NONE, server_default="none")
    surplus_dong: Mapped[int] = mapped_column(default=0, server_default="0")
    surplus_payment_id: Mapped[int | None]

    lines: Mapped[list[OrderLine]] = relationship(lazy="selectin", order_by="OrderLine.id")

    @property
    def total_dong(self) -> int:
        return self.goods_dong + self.delivery_dong

    @property
    def weighed_lines(self) -> list[OrderLine]:
        """Goods that are weighed for their buyer."""
        return [line for line in self.lines if line.is_weighed]

    @property
    def waits_for_scales(self) -> bool:
        return any(line.packed_grams is None for line in self.weighed_lines)

    def dong_for(self, grams: Mapping[int, int]) -> int:
        """What the goods cost, those sold by weight (by the id of their line) with this one."""
        return sum(line.dong_for(grams[line.id]) if line.id in grams else line.amount_dong for line in self.lines)

    @property
    def estimated_dong(self) -> int:
        """What the goods would cost if every pack weighed what was said when they were ordered."""
        return sum(line.estimated_dong for line in self.lines)


class OrderLine(Base):
    """So many packs of one variant, with price, tax and certificates as they were when ordered."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("refunded_packs >= 0 AND refunded_packs <= quantity", name="refunded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_order_id: Mapped[int] = mapped_column(ForeignKey("cooperative_order.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    product_name: Mapped[str]
    product_slug: Mapped[str]
    variant_name: Mapped[str]
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    base_unit: Mapped[BaseUnit]
    content: Mapped[int]
    price_dong: Mapped[int]
    quantity: Mapped[int]
    vat_code: Mapped[str]
    certificates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # What the label and the law name (domain.md 5.2): origin, shelf life, how to keep it; of before, nothing.
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    fee_dong: Mapped[int] = mapped_column(default=0)
    refunded_packs: Mapped[int] = mapped_column(default=0)
    held_times: Mapped[int] = mapped_column(default=1)
    # As in catalogue.Variant, frozen; then what was weighed, and what of it is charged.
    kilogram_dong: Mapped[int | None]
    tolerance_percent: Mapped[int | None]
    packed_grams: Mapped[int | None]
    packed_dong: Mapped[int | None]

    # Bought in a session: which offer it was cut from, the usual price of that day, what the session is called.
    session_offer_id: Mapped[int | None] = mapped_column(ForeignKey("session_offer.id"), index=True)
    regular_price_dong: Mapped[int | None]
    session_name: Mapped[str] = mapped_column(default="", server_default="")

    lots: Mapped[list[OrderLineLot]] = relationship(lazy="selectin", order_by="OrderLineLot.lot_id")

    @property
    def is_weighed(self) -> bool:
        return self.kilogram_dong is not None

    @property
    def estimated_dong(self) -> int:
        return self.price_dong * self.quantity

    @property
    def estimated_grams(self) -> int:
        return self.content * self.quantity

    @property
    def amount_dong(self) -> int:
        return self.estimated_dong if self.packed_dong is None else self.packed_dong

    def dong_of_packs(self, number: int) -> int:
        """What the first so many packs cost; all together they are the amount."""
        return self.amount_dong * number // self.quantity

    def dong_for(self, grams: int) -> int:
        """What so much of it costs; what is over the tolerance is never charged."""
        most = rules.most_grams(self.estimated_grams, self.tolerance_percent or 0)
        return rules.weighed_dong(self.kilogram_dong or 0, min(grams, most))

    @property
    def most_dong(self) -> int:
        return self.dong_for(2 * self.estimated_grams)

    @property
    def weights(self) -> list[int]:
        """Of each pack, in the order of its lots."""
        return [grams for some in self.lots for grams in some.weights or []]

    @property
    def hold_reference(self) -> str:
        """Under which the lots' movements name what they hold for this line, a new name each time it is held."""
        return f"line:{self.id}" if self.held_times == 1 else f"line:{self.id}:{self.held_times}"


class LineRefund(Base):
    """So many packs of a line whose price the buyer gets back, with the market's fee on them."""

    __tablename__ = "line_refund"
    __table_args__ = (CheckConstraint("packs > 0", name="packs"), {"info": append_only.MARK})

    id: Mapped[int] = mapped_column(primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    packs: Mapped[int]
    amount_dong: Mapped[int]
    fee_dong: Mapped[int]
    reason: Mapped[str]
    cause: Mapped[str] = mapped_column(default="", server_default="", index=True)  # what of another package led to it
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class FeeRate(Base):
    """What the market keeps of goods sold from this day on; the row with the latest day that has come counts."""

    __tablename__ = "fee_rate"
    __table_args__ = (CheckConstraint("basis_points >= 0 AND basis_points < 10000", name="basis_points"),)

    valid_from: Mapped[date] = mapped_column(primary_key=True)
    basis_points: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class OrderLineLot(Base):
    """How much of a line came from which lot, so that the buyer's page links to the origin of what he received."""

    __tablename__ = "order_line_lot"

    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, index=True)
    lot_code: Mapped[str]
    quantity: Mapped[int]  # in base units
    weights: Mapped[list[int] | None] = mapped_column(JSON)  # of each pack, once they were weighed

    def packs(self, content: int) -> int:
        return self.quantity // content if self.weights is None else len(self.weights)


class OrderStep(Base):
    """History: a part of an order moved from one state to the next."""

    __tablename__ = "order_step"
    __table_args__ = {"info": append_only.MARK}

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    cooperative_order_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative_order.id"))
    from_state: Mapped[str]
    to_state: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
