"""Tables of session offers: packs cut from a named lot, at a price of their own, for as long as the host says."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.inventory.states import OfferState


class SessionOffer(Base):
    """So many packs of a lot at a session price (domain.md 10.3).

    The packs are held in the lot's own balance under `reference` until they are sold or the session ends. The window
    is read by the database's clock only: nothing is bought before `opens_at` or from `closes_at` on.
    """

    __tablename__ = "session_offer"
    __table_args__ = (
        CheckConstraint("price_dong > 0 AND price_dong < regular_price_dong", name="price"),
        CheckConstraint("sold >= 0 AND sold <= packs", name="packs"),
        CheckConstraint("per_buyer > 0", name="per_buyer"),
        CheckConstraint("closes_at IS NULL OR closes_at >= opens_at", name="window"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    price_dong: Mapped[int]
    regular_price_dong: Mapped[int]  # just before the session; what is struck through
    occasion: Mapped[str] = mapped_column(default="", server_default="")  # what the session is called
    content: Mapped[int]  # base units a pack, as when it was cut
    packs: Mapped[int]
    sold: Mapped[int] = mapped_column(default=0)  # in orders that were not given back
    per_buyer: Mapped[int]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # unsold packs went back on sale

    @property
    def reference(self) -> str:
        """Under which the lot's movements name what is held for this offer."""
        return f"offer:{self.id}"

    def state_at(self, now: datetime) -> OfferState:
        if self.ended_at is not None or (self.closes_at is not None and self.closes_at <= now):
            return OfferState.CLOSED
        if self.opens_at is None or now < self.opens_at:
            return OfferState.SCHEDULED
        return OfferState.SOLD_OUT if self.sold >= self.packs else OfferState.ACTIVE


class OfferHold(Base):
    """A buyer's browser keeps packs of an offer while he types his address. It counts until `until` and no longer."""

    __tablename__ = "offer_hold"
    __table_args__ = (
        UniqueConstraint("offer_id", "token_digest"),
        CheckConstraint("packs > 0", name="packs"),
        Index("ix_offer_hold_live", "offer_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("session_offer.id"))
    token_digest: Mapped[str] = mapped_column(index=True)
    packs: Mapped[int]
    until: Mapped[datetime]


class OfferBuyer(Base):
    """How many packs of an offer one buyer (by the digest of his phone number) has in orders that stand."""

    __tablename__ = "offer_buyer"
    __table_args__ = (CheckConstraint("packs >= 0", name="packs"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("session_offer.id"), primary_key=True)
    buyer_digest: Mapped[str] = mapped_column(primary_key=True)
    packs: Mapped[int]
