"""Session offers: cut from a lot, opened and closed by the host, held by buyers, sold in their orders' transactions.

Whoever changes what is left holds the offer's row, and everything is decided by the database's clock read under that
lock: whoever waited while the host closed the price finds it closed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from marketplace.catalogue.models import Variant
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.database_time import read_database_now
from marketplace.foundation.events import announce
from marketplace.inventory import rules
from marketplace.inventory.actions.stock import Taken, refresh_shop_window
from marketplace.inventory.errors import HoldLapsed, NotEnoughStock, OfferNotOpen, OfferSoldOut, OverBuyersLimit
from marketplace.inventory.events import OfferStockChanged
from marketplace.inventory.models import OfferBuyer, OfferHold, SessionOffer
from marketplace.inventory.states import OfferState
from marketplace.traceability.actions import balance
from marketplace.traceability.states import MovementKind


@dataclass(frozen=True)
class Left:
    """What of an offer is free for somebody at a moment, and until when the price stands."""

    free: int
    now: datetime
    closes_at: datetime


def cut_offer(
    *,
    variant: Variant,
    lot_id: int,
    price_dong: int,
    packs: int,
    per_buyer: int,
    by: int | None,
    occasion: str = "",
) -> SessionOffer:
    """Take packs of a lot out of the shop for a session; nobody can buy them before it opens.

    Raises NotEnoughStock when the lot has fewer, or is not on sale.
    """
    offer = SessionOffer(
        product_id=variant.product_id,
        variant_id=variant.id,
        lot_id=lot_id,
        price_dong=price_dong,
        regular_price_dong=variant.price_dong,
        occasion=occasion,
        content=variant.content,
        packs=packs,
        per_buyer=per_buyer,
    )
    session.add(offer)
    session.flush()
    quantity = packs * variant.content
    if not balance.change(lot_id, MovementKind.RESERVED, quantity, reference=offer.reference, by=by):
        raise NotEnoughStock(variant.product_id, asked=packs, left=0)
    refresh_shop_window(variant.product_id)
    return offer


def open_offer(offer: SessionOffer, *, until: datetime) -> None:
    """From now on, by the database's clock, the session price counts. Raises OfferNotOpen once the offer has ended."""
    now = _lock(offer)
    if offer.ended_at is not None or until <= now:
        raise OfferNotOpen(f"offer {offer.id} has ended")
    if offer.state_at(now) not in (OfferState.ACTIVE, OfferState.SOLD_OUT):
        offer.opens_at = now
    offer.closes_at = until
    session.flush()


def extend_offer(offer: SessionOffer, *, minutes: int) -> None:
    """Let an open price stand longer. Raises OfferNotOpen when it closed before."""
    now = _lock(offer)
    if offer.closes_at is None or offer.state_at(now) not in (OfferState.ACTIVE, OfferState.SOLD_OUT):
        raise OfferNotOpen(f"offer {offer.id} is not open")
    offer.closes_at += timedelta(minutes=minutes)
    session.flush()


def close_offer(offer: SessionOffer, *, after: timedelta = timedelta()) -> None:
    """The price ends now, or a little later so that buyers at the till can finish. A closed one stays as it was."""
    now = _lock(offer)
    if offer.opens_at is not None and (offer.closes_at is None or offer.closes_at > now + after):
        offer.closes_at = max(now + after, offer.opens_at)
    session.flush()


def end_offer(offer: SessionOffer, *, by: int | None) -> None:
    """The session is over: what was not sold goes back on sale at the usual price. A second time writes nothing."""
    now = _lock(offer)
    if offer.ended_at is not None:
        return
    if offer.opens_at is not None and (offer.closes_at is None or offer.closes_at > now):
        offer.closes_at = max(now, offer.opens_at)
    offer.ended_at = now
    # They count no more, and still tell their buyers what became of them.
    session.execute(update(OfferHold).where(OfferHold.offer_id == offer.id, OfferHold.until > now).values(until=now))
    unsold = (offer.packs - offer.sold) * offer.content
    session.flush()
    if unsold and not balance.change(
        offer.lot_id, MovementKind.RELEASED, unsold, reference=f"{offer.reference}:unsold", by=by
    ):
        raise RuntimeError(f"offer {offer.id} gives back {unsold} of lot {offer.lot_id}, which holds less for it")
    refresh_shop_window(offer.product_id)


def hold_offer(offer: SessionOffer, *, token_digest: str, packs: int) -> OfferHold:
    """Keep packs for a browser while its owner types his address; again with another number changes it.

    It lasts ten minutes, and never longer than the price. Announces OfferStockChanged; raises OfferNotOpen,
    OfferSoldOut, OverBuyersLimit.
    """
    left = _left(offer, but_for=token_digest)
    if packs > offer.per_buyer:
        raise OverBuyersLimit(offer.id, limit=offer.per_buyer, left=offer.per_buyer)
    if packs > left.free:
        raise OfferSoldOut(offer.id, asked=packs, left=left.free)
    hold = session.scalar(
        select(OfferHold).where(OfferHold.offer_id == offer.id, OfferHold.token_digest == token_digest)
    )
    if hold is None:
        hold = OfferHold(offer_id=offer.id, token_digest=token_digest)
        session.add(hold)
    hold.packs = packs
    hold.until = min(left.now + timedelta(minutes=rules.HOLD_MINUTES), left.closes_at)
    session.flush()
    announce(OfferStockChanged(offer.id))
    return hold


def release_hold(offer: SessionOffer, *, token_digest: str) -> None:
    """The buyer does not want them after all. Announces OfferStockChanged."""
    _lock(offer)
    session.execute(delete(OfferHold).where(OfferHold.offer_id == offer.id, OfferHold.token_digest == token_digest))
    announce(OfferStockChanged(offer.id))


def take_offered(
    offer: SessionOffer, *, token_digest: str, buyer_digest: str, packs: int, reference: str, by: int | None
) -> Taken:
    """Sell what a browser holds, in the order's own transaction: the packs move from the offer to the order's line.

    Announces OfferStockChanged; raises OfferNotOpen, HoldLapsed (nothing, or less, is held), OverBuyersLimit (counted by
    phone number over all his orders), NotEnoughStock when the lot was stopped meanwhile.
    """
    left = _left(offer, but_for=token_digest)
    held = session.scalar(
        select(OfferHold.packs).where(
            OfferHold.offer_id == offer.id, OfferHold.token_digest == token_digest, OfferHold.until > left.now
        )
    )
    if (held or 0) < packs or packs > left.free:
        raise HoldLapsed(f"offer {offer.id}: {packs} packs wanted, {held or 0} held")
    session.execute(delete(OfferHold).where(OfferHold.offer_id == offer.id, OfferHold.token_digest == token_digest))
    return _sell(offer, buyer_digest=buyer_digest, packs=packs, reference=reference, by=by)


def take_again(offer: SessionOffer, *, buyer_digest: str, packs: int, reference: str, by: int | None) -> Taken:
    """Sell to an order that was given up and is paid late: what others do not hold, while the price is open.

    Announces OfferStockChanged; raises OfferNotOpen, OfferSoldOut, OverBuyersLimit, NotEnoughStock.
    """
    left = _left(offer, but_for="")
    if packs > left.free:
        raise OfferSoldOut(offer.id, asked=packs, left=left.free)
    return _sell(offer, buyer_digest=buyer_digest, packs=packs, reference=reference, by=by)


def _sell(offer: SessionOffer, *, buyer_digest: str, packs: int, reference: str, by: int | None) -> Taken:
    _count_for_buyer(offer, buyer_digest, packs)
    offer.sold += packs
    session.flush()
    quantity = packs * offer.content
    moved = balance.change(
        offer.lot_id, MovementKind.RELEASED, quantity, reference=f"{offer.reference}:{reference}", by=by
    ) and balance.change(offer.lot_id, MovementKind.RESERVED, quantity, reference=reference, by=by)
    if not moved:
        raise NotEnoughStock(offer.product_id, asked=packs, left=0)
    announce(OfferStockChanged(offer.id))
    return Taken(offer.lot_id, quantity)


def put_back(offer: SessionOffer, *, packs: int, buyer_digest: str, reference: str, by: int | None) -> bool:
    """An order gives packs back, which `stock.give_back` has just released: the offer has them again while its price
    is open, else they stay on sale at the usual price. True when the offer took them. Announces OfferStockChanged."""
    now = _lock(offer)
    offer.sold -= packs
    session.execute(
        update(OfferBuyer)
        .where(OfferBuyer.offer_id == offer.id, OfferBuyer.buyer_digest == buyer_digest)
        .values(packs=OfferBuyer.packs - packs)
    )
    session.flush()
    again = offer.ended_at is None and offer.state_at(now) == OfferState.ACTIVE
    quantity = packs * offer.content
    if again and balance.change(
        offer.lot_id, MovementKind.RESERVED, quantity, reference=f"{offer.reference}:back:{reference}", by=by
    ):
        announce(OfferStockChanged(offer.id))
        return True
    offer.packs -= packs
    session.flush()
    announce(OfferStockChanged(offer.id))
    return False


def _count_for_buyer(offer: SessionOffer, buyer_digest: str, packs: int) -> None:
    # The offer's row is held: nobody counts for the same buyer beside us.
    row = session.get(OfferBuyer, (offer.id, buyer_digest), populate_existing=True)
    before = row.packs if row else 0
    if before + packs > offer.per_buyer:
        raise OverBuyersLimit(offer.id, limit=offer.per_buyer, left=offer.per_buyer - before)
    if row is None:
        session.add(OfferBuyer(offer_id=offer.id, buyer_digest=buyer_digest, packs=packs))
    else:
        row.packs += packs


def lock_offers(offer_ids: Collection[int]) -> None:
    """Hold the rows of these offers, before any lot of theirs is touched: everybody goes from offers to lots, and
    through both in ascending order, so that nobody waits in a circle."""
    if offer_ids:
        query = select(SessionOffer.id).where(SessionOffer.id.in_(offer_ids)).order_by(SessionOffer.id)
        session.execute(query.with_for_update(key_share=True))


def _lock(offer: SessionOffer) -> datetime:
    """Hold the offer's row; gives the database's time once it is ours."""
    # Not its key: an order's line that names the offer is written before, and shares the key until it commits. Two
    # orders that both wanted more than that would wait for each other.
    session.execute(select(SessionOffer.id).where(SessionOffer.id == offer.id).with_for_update(key_share=True))
    session.refresh(offer)
    return read_database_now()


def _left(offer: SessionOffer, *, but_for: str) -> Left:
    """What is free while the price is open, not counting what this browser holds itself. Raises OfferNotOpen."""
    now = _lock(offer)
    state = offer.state_at(now)
    if state == OfferState.SOLD_OUT:
        raise OfferSoldOut(offer.id, asked=1, left=0)
    if state != OfferState.ACTIVE or offer.closes_at is None:
        raise OfferNotOpen(f"offer {offer.id} is {state}")
    held = session.scalar(
        select(func.coalesce(func.sum(OfferHold.packs), 0)).where(
            OfferHold.offer_id == offer.id, OfferHold.until > now, OfferHold.token_digest != but_for
        )
    )
    return Left(offer.packs - offer.sold - int(held or 0), now, offer.closes_at)


def forget_lapsed_holds() -> None:
    """By night: rows that count no more."""
    session.execute(delete(OfferHold).where(OfferHold.until < clock.now() - timedelta(days=1)))
