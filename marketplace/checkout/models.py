"""Tables of carts and of each cooperative's delivery terms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base


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
    changed_at: Mapped[datetime]
