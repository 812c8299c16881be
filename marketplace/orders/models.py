"""Tables of orders, their parts per cooperative, lines, the lots of each line, and the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.foundation.database import Base
from marketplace.foundation.quantities import BaseUnit
from marketplace.orders.states import GOODS_GIVEN_BACK, OrderState, PartState


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
    language: Mapped[str] = mapped_column(default="vi")
    payment_method: Mapped[str]
    goods_dong: Mapped[int]
    delivery_dong: Mapped[int]
    total_dong: Mapped[int]
    state: Mapped[OrderState] = mapped_column(default=OrderState.OPEN)
    placed_at: Mapped[datetime] = mapped_column(index=True)
    paid_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    parts: Mapped[list[CooperativeOrder]] = relationship(lazy="selectin", order_by="CooperativeOrder.id")

    @property
    def live_dong(self) -> int:
        """What the parts cost that are sent or will be."""
        return sum(part.total_dong for part in self.parts if part.state not in GOODS_GIVEN_BACK)


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
    chargeable_grams: Mapped[int]
    goods_dong: Mapped[int]
    tracking: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")

    lines: Mapped[list[OrderLine]] = relationship(lazy="selectin", order_by="OrderLine.id")

    @property
    def total_dong(self) -> int:
        return self.goods_dong + self.delivery_dong


class OrderLine(Base):
    """So many packs of one variant, with price, tax and certificates as they were when ordered."""

    __tablename__ = "order_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

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

    lots: Mapped[list[OrderLineLot]] = relationship(lazy="selectin", order_by="OrderLineLot.lot_id")

    @property
    def amount_dong(self) -> int:
        return self.price_dong * self.quantity


class OrderLineLot(Base):
    """How much of a line came from which lot, so that the buyer's page links to the origin of what he received."""

    __tablename__ = "order_line_lot"

    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, index=True)
    lot_code: Mapped[str]
    quantity: Mapped[int]  # in base units


class OrderStep(Base):
    """History: a part of an order moved from one state to the next."""

    __tablename__ = "order_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    cooperative_order_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative_order.id"))
    from_state: Mapped[str]
    to_state: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
