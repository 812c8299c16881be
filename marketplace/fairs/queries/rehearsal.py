"""A fair's room as its viewers will find it, part by part of the running order, before the fair opens. Nothing is written:
a rehearsal leaves no trace in the show, its sales or its report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import rules
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.queries.checks import Check, booth_checks
from marketplace.fairs.queries.lobby import SlotView, running_order
from marketplace.fairs.queries.room import ItemView, OnAir, RoomView, items_of, room_settings
from marketplace.fairs.states import SlotState
from marketplace.foundation.database import session
from marketplace.inventory.states import OfferState

NEXT_SHOWN = 3


@dataclass(frozen=True)
class Rehearsal:
    """One part as it will be shown, with what its host says and what is still missing for it."""

    room: RoomView
    slots: list[SlotView]
    number: int  # of the part in the running order, from 0
    profile: str
    wishes: str
    checks: list[Check]

    @property
    def slot(self) -> SlotView:
        return self.slots[self.number]

    @property
    def before(self) -> SlotView | None:
        return self.slots[self.number - 1] if self.number else None

    @property
    def after(self) -> SlotView | None:
        return next(iter(self.slots[self.number + 1 :]), None)

    @property
    def minutes_each(self) -> int:
        """How long each item of the part can be shown."""
        length = self.slot.ends_at - self.slot.starts_at
        return max(int(length.total_seconds()) // 60 // max(len(self.room.shelf), 1), 1)


def rehearsal(fair: Fair, *, slot_id: int = 0, item_id: int = 0, hls_hosts: tuple[str, ...] = ()) -> Rehearsal | None:
    """The named part with the named item pinned at its session price; otherwise the first of each. None without a running
    order."""
    slots = running_order(fair.id)
    if not slots:
        return None
    number = next((place for place, slot in enumerate(slots) if slot.id == slot_id), 0)
    slot = slots[number]
    booth = session.get(Booth, slot.booth_id) if slot.booth_id else None
    shelf = [_opened(item, slot.starts_at) for item in items_of(fair.id, booth_id=booth.id)] if booth else []
    pinned = next((item for item in shelf if item.id == item_id), shelf[0] if shelf else None)
    following = slots[number + 1 : number + 1 + NEXT_SHOWN]
    room = room_settings(fair.id)
    return Rehearsal(
        room=RoomView(
            fair=fair,
            event_id=0,
            viewers=0,
            notice="",
            on_air=_on_air(fair, slot, booth),
            card=None,
            pinned=pinned,
            is_chat_open=room.is_chat_open,
            slow_seconds=room.slow_seconds,
            shelf=shelf,
            next_up=[(one.starts_at, one.title or one.cooperative_name) for one in following],
        ),
        slots=slots,
        number=number,
        profile=booth.profile if booth else "",
        wishes=booth.wishes if booth else "",
        checks=_checks(fair, slot, booth, shelf, hls_hosts) if booth else [],
    )


def _opened(item: ItemView, opens_at: datetime) -> ItemView:
    """The item as it looks once its price is opened at the part's planned start; all that was cut for it can be bought."""
    closes_at = opens_at + timedelta(minutes=rules.PRICE_MINUTES)
    return replace(
        item, offer=replace(item.offer, state=OfferState.ACTIVE, opens_at=opens_at, closes_at=closes_at, sold=0, held=0)
    )


def _on_air(fair: Fair, slot: SlotView, booth: Booth | None) -> OnAir:
    cooperative = session.get(Cooperative, booth.cooperative_id) if booth else None
    own_video = booth.video_url if booth and booth.streams_itself else ""
    return OnAir(
        slot_id=slot.id,
        title=slot.title or slot.cooperative_name,
        state=SlotState.ON_AIR,
        cut_reason="",
        ends_at=slot.ends_at,
        cooperative_name=slot.cooperative_name,
        cooperative_slug=slot.cooperative_slug,
        cover=cooperative.cover if cooperative else fair.cover,
        video_url=own_video or fair.video_url,
    )


def _checks(fair: Fair, slot: SlotView, booth: Booth, shelf: list[ItemView], hls_hosts: tuple[str, ...]) -> list[Check]:
    """What the evening needs beyond the application; of that only what no longer holds."""
    plays = rules.video_of(booth.video_url, hls_hosts) is not None
    return [
        Check("time_confirmed", slot.state != SlotState.PLANNED),
        Check("stock_confirmed", booth.stock_confirmed_at is not None),
        Check("speaker_checked", booth.speaker_checked_at is not None),
        Check("pictures", bool(shelf) and all(item.picture for item in shelf)),
        *([Check("own_video", plays)] if booth.streams_itself else []),
        *[check for check in booth_checks(booth, fair) if not check.is_met and check.code != "speaker_checked"],
    ]
