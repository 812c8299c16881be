"""Session offers as pages show them, and what must hold of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, Subquery, case, cast, func, literal, or_, select

from marketplace.foundation.database import session
from marketplace.foundation.database_time import database_now
from marketplace.inventory.models import OfferBuyer, OfferHold, SessionOffer
from marketplace.inventory.states import OfferState
from marketplace.traceability.models import LotMovement
from marketplace.traceability.states import MovementKind


@dataclass(frozen=True)
class OfferView:
    """An offer at a moment of the database's clock: `free` packs can be bought or held now."""

    id: int
    product_id: int
    variant_id: int
    lot_id: int
    price_dong: int
    regular_price_dong: int
    packs: int
    sold: int
    held: int
    per_buyer: int
    opens_at: datetime | None
    closes_at: datetime | None
    state: OfferState
    now: datetime

    @property
    def free(self) -> int:
        return max(self.packs - self.sold - self.held, 0)

    @property
    def is_open(self) -> bool:
        return self.state in (OfferState.ACTIVE, OfferState.SOLD_OUT)


def find_offer(offer_id: int) -> SessionOffer | None:
    return session.get(SessionOffer, offer_id)


def offer_views(offer_ids: Collection[int]) -> dict[int, OfferView]:
    """Each of these offers as it stands now, in one statement."""
    if not offer_ids:
        return {}
    held = (
        select(OfferHold.offer_id, func.sum(OfferHold.packs).label("packs"))
        .where(OfferHold.until > database_now())
        .group_by(OfferHold.offer_id)
        .subquery()
    )
    rows = session.execute(
        select(SessionOffer, func.coalesce(held.c.packs, 0), database_now())
        .outerjoin(held, held.c.offer_id == SessionOffer.id)
        .where(SessionOffer.id.in_(offer_ids))
        .execution_options(populate_existing=True)
    )
    return {offer.id: _view(offer, int(packs), now) for offer, packs, now in rows}


def _view(offer: SessionOffer, held: int, now: datetime) -> OfferView:
    return OfferView(
        offer.id, offer.product_id, offer.variant_id, offer.lot_id, offer.price_dong, offer.regular_price_dong,
        offer.packs, offer.sold, held, offer.per_buyer, offer.opens_at, offer.closes_at, offer.state_at(now), now,
    )  # fmt: skip


@dataclass(frozen=True)
class Held:
    """What a browser keeps of an offer: `until` when it counts, by the clock that says `now`."""

    offer: SessionOffer
    packs: int
    until: datetime
    now: datetime

    @property
    def is_live(self) -> bool:
        return self.now < self.until

    @property
    def seconds_left(self) -> int:
        return max(int((self.until - self.now).total_seconds()), 0)


def held_by(token_digest: str) -> list[Held]:
    """What a browser holds, and lately held, in the order in which it began; nothing outlives its price."""
    rows = session.execute(
        select(SessionOffer, OfferHold, database_now())
        .join(OfferHold, OfferHold.offer_id == SessionOffer.id)
        .where(OfferHold.token_digest == token_digest)
        .order_by(OfferHold.id)
        .execution_options(populate_existing=True)
    )
    return [
        Held(offer, hold.packs, min(hold.until, offer.ended_at or hold.until, offer.closes_at or hold.until), now)
        for offer, hold, now in rows
    ]


def count_held(token_digest: str) -> int:
    """How many packs a browser holds that count."""
    query = (
        select(func.coalesce(func.sum(OfferHold.packs), 0))
        .join(SessionOffer, SessionOffer.id == OfferHold.offer_id)
        .where(
            OfferHold.token_digest == token_digest,
            OfferHold.until > database_now(),
            SessionOffer.closes_at > database_now(),
        )
    )
    return int(session.scalar(query) or 0)


def held_for_offers() -> Subquery:
    """(lot_id, quantity) of what lots hold for sessions that are not over."""
    left = (SessionOffer.packs - SessionOffer.sold) * SessionOffer.content
    return (
        select(SessionOffer.lot_id, func.sum(left).label("quantity"))
        .where(SessionOffer.ended_at.is_(None))
        .group_by(SessionOffer.lot_id)
        .subquery()
    )


def offers_that_disagree() -> list[str]:
    """A line for each offer that sold more than it had, gave a buyer more than his share, or holds in its lot something
    else than what it has left."""
    named = literal("offer:").concat(cast(SessionOffer.id, String))
    held_in_lot = (
        select(
            func.coalesce(
                func.sum(
                    case((LotMovement.kind == MovementKind.RESERVED, LotMovement.quantity), else_=-LotMovement.quantity)
                ),
                0,
            )
        )
        .where(
            LotMovement.lot_id == SessionOffer.lot_id,
            LotMovement.kind.in_((MovementKind.RESERVED, MovementKind.RELEASED)),
            or_(
                LotMovement.reference == named,
                LotMovement.reference.like(named.concat(":%")),
            ),
        )
        .correlate(SessionOffer)
        .scalar_subquery()
    )
    bought = (
        select(func.coalesce(func.sum(OfferBuyer.packs), 0))
        .where(OfferBuyer.offer_id == SessionOffer.id)
        .correlate(SessionOffer)
        .scalar_subquery()
    )
    greedy = (
        select(func.count())
        .select_from(OfferBuyer)
        .where(OfferBuyer.offer_id == SessionOffer.id, OfferBuyer.packs > SessionOffer.per_buyer)
        .correlate(SessionOffer)
        .scalar_subquery()
    )
    left = case(
        (SessionOffer.ended_at.is_(None), (SessionOffer.packs - SessionOffer.sold) * SessionOffer.content), else_=0
    )
    rows = session.execute(
        select(SessionOffer.id, held_in_lot, left, bought, SessionOffer.sold, greedy)
        .where(or_(held_in_lot != left, bought != SessionOffer.sold, greedy > 0))
        .order_by(SessionOffer.id)
    )
    return [
        f"offer {row[0]}: holds {row[1]} of {row[2]} in its lot; {row[4]} sold, {row[3]} counted for buyers;"
        f" {row[5]} buyers above the limit"
        for row in rows
    ]
