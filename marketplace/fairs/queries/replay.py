"""A fair that is over, to be seen again: its parts as chapters, what was shown in each, and the goods at today's price."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from marketplace.catalogue.models import Listing, Variant
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import rules
from marketplace.fairs.models import Booth, BoothItem, Fair, RoomCard, Slot
from marketplace.fairs.states import WAS_ON_AIR, BoothState, FairState
from marketplace.foundation import clock
from marketplace.foundation.database import session


@dataclass(frozen=True)
class ReplayItem:
    """Something that was sold in the fair and is still on sale in the shop, at its usual price."""

    name: str
    slug: str
    pack: str
    picture: dict[str, Any] | None
    price_dong: int
    in_stock: bool

    @property
    def url(self) -> str:
        return f"/san-pham/{self.slug}"


@dataclass
class Chapter:
    """A part that was on air. `seconds` is where the recording shows it, `moment_url` leads there."""

    title: str
    cooperative_slug: str
    seconds: int
    moment_url: str
    cards: list[RoomCard] = field(default_factory=list)
    items: list[ReplayItem] = field(default_factory=list)

    @property
    def starts(self) -> str:
        return rules.clock_words(self.seconds)


@dataclass(frozen=True)
class Replay:
    video: rules.Video | None
    chapters: list[Chapter]


def replay(fair: Fair, hls_hosts: tuple[str, ...] = ()) -> Replay | None:
    """None unless the fair took place and is over; in three statements."""
    if fair.state not in (FairState.ENDED, FairState.REPORTED) or fair.went_live_at is None:
        return None
    video = rules.video_of(fair.replay_url, hls_hosts) if fair.replay_url else None
    rows = session.execute(
        select(Slot, Cooperative.short_name, Cooperative.slug)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Cooperative, Cooperative.id == Booth.cooperative_id)
        .where(Slot.fair_id == fair.id, Slot.state.in_(WAS_ON_AIR), Slot.went_on_air_at.is_not(None))
        .order_by(Slot.went_on_air_at, Slot.id)
    ).all()
    cards, items = _cards(fair.id), _items(fair.id)
    chapters = []
    for slot, name, slug in rows:
        since_opening = int(((slot.went_on_air_at or fair.went_live_at) - fair.went_live_at).total_seconds())
        seconds = max(0, since_opening + fair.replay_lead_seconds)
        chapters.append(
            Chapter(
                title=slot.title or name or "",
                cooperative_slug=slug or "",
                seconds=seconds,
                moment_url=rules.moment_of(video, seconds) if video else "",
                cards=[card for card in cards if card.slot_id == slot.id],
                items=items.get(slot.booth_id or 0, []),
            )
        )
    return Replay(video, chapters)


def _cards(fair_id: int) -> list[RoomCard]:
    """Photos and words that stood on the stage, in their order."""
    return list(session.scalars(select(RoomCard).where(RoomCard.fair_id == fair_id).order_by(RoomCard.id)))


def _items(fair_id: int) -> dict[int, list[ReplayItem]]:
    """By booth; goods that left the shop are left out."""
    rows = session.execute(
        select(BoothItem.booth_id, Variant, Listing)
        .join(Booth, Booth.id == BoothItem.booth_id)
        .join(Variant, Variant.id == BoothItem.variant_id)
        .join(Listing, Listing.product_id == Variant.product_id)
        .where(Booth.fair_id == fair_id, Booth.state == BoothState.APPROVED)
        .order_by(BoothItem.booth_id, BoothItem.position, BoothItem.id)
    )
    found: dict[int, list[ReplayItem]] = {}
    today = clock.today()
    for booth_id, variant, listing in rows:
        item = ReplayItem(
            listing.name,
            listing.slug,
            variant.name,
            listing.picture,
            variant.price_dong,
            in_stock=listing.in_stock_until is not None and listing.in_stock_until >= today,
        )
        if item not in found.setdefault(booth_id, []):
            found[booth_id].append(item)
    return found


@dataclass(frozen=True)
class Recap:
    """What the public reads of a frozen report: modest figures, no money."""

    cooperatives: int
    provinces: int
    visitors: int
    orders: int
    answered: int


def recap(fair: Fair) -> Recap | None:
    """None until the report is in."""
    if fair.report is None:
        return None
    figures = fair.report["figures"]
    return Recap(*(figures[name] for name in ("attended", "provinces", "viewers", "orders", "answered")))
