"""What a room shows now: the same whether somebody comes in, reloads, or lost the stream and asks again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.catalogue.models import Listing, Variant
from marketplace.catalogue.queries import badges_of
from marketplace.certificates.queries import Badge
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import rules
from marketplace.fairs.models import Booth, BoothItem, Fair, Room, RoomCard, Slot
from marketplace.fairs.states import BoothState, SlotState
from marketplace.foundation import clock, realtime
from marketplace.foundation.database import session
from marketplace.inventory import queries as inventory
from marketplace.inventory.queries import OfferView
from marketplace.traceability.models import Lot


@dataclass(frozen=True)
class ItemView:
    """Something a booth sells: what it is, what it costs now and otherwise, and which lot it is cut from."""

    id: int
    booth_id: int
    variant_id: int
    product_name: str
    slug: str
    pack: str
    picture: dict[str, Any] | None
    pitch: str
    badges: list[Badge]
    cooperative_name: str
    cooperative_slug: str
    lot_code: str
    batch: str
    offer: OfferView

    @property
    def url(self) -> str:
        return f"/san-pham/{self.slug}"


@dataclass(frozen=True)
class OnAir:
    """The stretch of the running order that is on, or was cut."""

    slot_id: int
    title: str
    state: SlotState
    cut_reason: str
    ends_at: datetime
    booth_id: int | None = None
    cooperative_name: str = ""
    cooperative_slug: str = ""
    cover: dict[str, Any] | None = None
    video_url: str = ""


@dataclass(frozen=True)
class RoomView:
    """A room at a moment; `event_id` is the last thing that had happened when it was read."""

    fair: Fair
    event_id: int
    viewers: int
    notice: str
    on_air: OnAir | None
    card: RoomCard | None
    pinned: ItemView | None
    is_chat_open: bool
    slow_seconds: int
    shelf: list[ItemView] = field(default_factory=list)
    next_up: list[tuple[datetime, str]] = field(default_factory=list)


def room_view(fair: Fair) -> RoomView:
    """Everything that strangers see in the room, in seven statements."""
    # Read first: what happens while the rest is read is told again, and absolute figures do no harm twice.
    event_id = realtime.latest_id()
    room, slot, card, booth, cooperative = session.execute(
        select(Room, Slot, RoomCard, Booth, Cooperative)
        .outerjoin(Slot, Slot.id == Room.slot_id)
        .outerjoin(RoomCard, RoomCard.id == Room.card_id)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Room.fair_id == fair.id)
        .execution_options(populate_existing=True)
    ).one()
    shelf = items_of(fair.id, booth_id=booth.id) if booth is not None else []
    return RoomView(
        fair=fair,
        event_id=event_id,
        viewers=room.viewers,
        notice=room.notice,
        on_air=_on_air(fair, room, slot, booth, cooperative),
        card=card,
        pinned=next((item for item in shelf if item.id == room.item_id), None),
        is_chat_open=room.is_chat_open,
        slow_seconds=room.slow_seconds,
        shelf=shelf,
        next_up=next_up(fair.id),
    )


def _on_air(
    fair: Fair, room: Room, slot: Slot | None, booth: Booth | None, cooperative: Cooperative | None
) -> OnAir | None:
    if slot is None:
        return None
    own_video = booth.video_url if booth is not None and booth.streams_itself else ""
    return OnAir(
        slot_id=slot.id,
        title=slot.title or (cooperative.short_name if cooperative else ""),
        state=slot.state,
        cut_reason=slot.cut_reason,
        ends_at=slot.ends_at,
        booth_id=booth.id if booth is not None and booth.state == BoothState.APPROVED else None,
        cooperative_name=cooperative.short_name if cooperative else "",
        cooperative_slug=cooperative.slug if cooperative else "",
        cover=cooperative.cover if cooperative else fair.cover,
        video_url="" if room.is_video_cut else own_video or fair.video_url,
    )


def item_view(fair_id: int, item_id: int) -> ItemView | None:
    """One of these."""
    return next(iter(items_of(fair_id, item_id=item_id)), None)


def items_of(fair_id: int, *, booth_id: int | None = None, item_id: int | None = None) -> list[ItemView]:
    """What approved booths sell in the session, in the order of booths and of their own shelves."""
    query = (
        select(BoothItem, Variant.name, Listing, Cooperative, Lot.code, Lot.batch)
        .join(Booth, Booth.id == BoothItem.booth_id)
        .join(Cooperative, Cooperative.id == Booth.cooperative_id)
        .join(Variant, Variant.id == BoothItem.variant_id)
        .join(Listing, Listing.product_id == Variant.product_id)
        .join(Lot, Lot.id == BoothItem.lot_id)
        .where(Booth.fair_id == fair_id, Booth.state == BoothState.APPROVED, BoothItem.offer_id.is_not(None))
        .order_by(Booth.id, BoothItem.position, BoothItem.id)
    )
    if booth_id is not None:
        query = query.where(Booth.id == booth_id)
    if item_id is not None:
        query = query.where(BoothItem.id == item_id)
    rows = session.execute(query).all()
    offers = inventory.offer_views([item.offer_id for item, *_ in rows if item.offer_id])
    badges = badges_of([listing.product_id for _, _, listing, *_ in rows], on=clock.today())
    return [
        ItemView(
            id=item.id,
            booth_id=item.booth_id,
            variant_id=item.variant_id,
            product_name=listing.name,
            slug=listing.slug,
            pack=pack,
            picture=listing.picture,
            pitch=item.pitch,
            badges=badges[listing.product_id],
            cooperative_name=cooperative.short_name,
            cooperative_slug=cooperative.slug,
            lot_code=lot_code,
            batch=batch,
            offer=offers[item.offer_id or 0],
        )
        for item, pack, listing, cooperative, lot_code, batch in rows
    ]


def next_up(fair_id: int, *, limit: int = 3) -> list[tuple[datetime, str]]:
    """Who comes after what is on now: when it was planned, and its title."""
    rows = session.execute(
        select(Slot.starts_at, Slot.title, Cooperative.short_name)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Slot.fair_id == fair_id, Slot.state.in_((SlotState.PLANNED, SlotState.CONFIRMED)))
        .order_by(Slot.starts_at, Slot.id)
        .limit(limit)
    )
    return [(starts_at, title or name or "") for starts_at, title, name in rows]


def news_after(fair: Fair, event_id: int) -> list[realtime.Told]:
    """What happened in the room since an event, for browsers that ask by themselves."""
    return realtime.events_after(event_id, channels=[rules.channel(fair.id)])


def room_settings(fair_id: int) -> Room:
    """How the crew has set the room."""
    return session.get_one(Room, fair_id)


def video_addresses(fair: Fair) -> list[str]:
    """All that may be shown in the room in its course: of the fair, and of booths that stream themselves."""
    own = session.scalars(
        select(Booth.video_url)
        .where(Booth.fair_id == fair.id, Booth.state == BoothState.APPROVED)
        .where(Booth.streams_itself.is_(True), Booth.video_url != "")
        .order_by(Booth.id)
    )
    return [address for address in (fair.video_url, *own) if address]
