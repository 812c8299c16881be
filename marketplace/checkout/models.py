"""Tables of carts and of each cooperative's delivery terms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.geography.rules import Zone


class Cart(Base):
    """One browser's cart, found by the digest of its cookie. Prices are not kept in it: they are read when shown."""

    __tablename__ = "cart"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)


class CartLine(Base):
    """So many packs of a variant in a cart."""

    __tablename__ = "cart_line"
    __table_args__ = (UniqueConstraint("cart_id", "variant_id"), CheckConstraint("quantity > 0", name="quantity"))

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]


class DeliveryTerms(Base):
    """How a cooperative sends its goods; without a row the market's tariff and carrier apply."""

    __tablename__ = "delivery_terms"

    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True, autoincrement=False)
    has_carrier: Mapped[bool] = mapped_column(default=True)
    has_own_van: Mapped[bool] = mapped_column(default=False)
    has_pickup: Mapped[bool] = mapped_column(default=False)
    pickup_address: Mapped[str] = mapped_column(default="")
    free_from_dong: Mapped[int | None]
    island_dong: Mapped[
        int | None
    ]  # of its own tariff, whose rates stand in delivery_rate; None when the market's applies
    coach_dong: Mapped[int | None]  # what it asks for bringing goods to a coach; None when it does not
    changed_at: Mapped[datetime]


class DeliveryRate(Base):
    """A cooperative's own fees within a zone."""

    __tablename__ = "delivery_rate"
    __table_args__ = (CheckConstraint("first_kilogram_dong >= 0 AND further_half_dong >= 0", name="not_negative"),)

    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True, autoincrement=False)
    zone: Mapped[Zone] = mapped_column(primary_key=True)
    first_kilogram_dong: Mapped[int]
    further_half_dong: Mapped[int]


class PickupPoint(Base):
    """A place where buyers fetch a cooperative's goods; one that is closed stays for the orders that name it."""

    __tablename__ = "pickup_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    name: Mapped[str]
    address: Mapped[str]
    weekdays: Mapped[list[int]] = mapped_column(JSON)  # Monday is 0
    hours: Mapped[list[list[int]]] = mapped_column(JSON)  # from and to in minutes of the day
    cut_off_hours: Mapped[int]
    closed_at: Mapped[datetime | None]


class Hub(Base):
    """A collecting place of the alliance, where parts of an order meet; one that is closed stays for the orders it has.

    Cooperatives bring their parts before it opens; while it is open parcels go on and buyers fetch theirs.
    """

    __tablename__ = "hub"

    id: Mapped[int] = mapped_column(primary_key=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), index=True)
    name: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]
    weekdays: Mapped[list[int]] = mapped_column(JSON)  # Monday is 0
    hours: Mapped[list[list[int]]] = mapped_column(JSON)  # from and to in minutes of the day
    cut_off_hours: Mapped[int]
    storages: Mapped[list[str]] = mapped_column(JSON)
    closed_at: Mapped[datetime | None]


class HubMembership(Base):
    """This cooperative brings parts of orders to this collecting place."""

    __tablename__ = "hub_membership"

    hub_id: Mapped[int] = mapped_column(ForeignKey("hub.id"), primary_key=True, autoincrement=False)
    cooperative_id: Mapped[int] = mapped_column(
        ForeignKey("cooperative.id"), primary_key=True, autoincrement=False, index=True
    )
    since: Mapped[datetime]


class HubPromise(Base):
    """What the buyer of a gathered order was promised: where its parts meet, by when they are brought, until when the
    place is open. The parts themselves say that they go this way."""

    __tablename__ = "hub_promise"

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True, autoincrement=False)
    hub_id: Mapped[int] = mapped_column(ForeignKey("hub.id"), index=True)
    bring_by: Mapped[datetime]
    open_until: Mapped[datetime]
