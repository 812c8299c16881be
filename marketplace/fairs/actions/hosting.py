"""The show: who is on air, what is pinned, when a price opens and closes. Every deed is told to the room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from marketplace.fairs import queries, rules
from marketplace.fairs.actions import booths
from marketplace.fairs.actions.moves import move_fair, move_slot_state
from marketplace.fairs.errors import NotOnAir, NotReady
from marketplace.fairs.events import FairEnded, FairOpened, SlotCut
from marketplace.fairs.models import Attendance, Booth, BoothItem, Fair, Room, RoomCard, Slot
from marketplace.fairs.states import OVER, BoothState, FairState, Happening, SlotState
from marketplace.foundation import audit, clock, jobs, realtime
from marketplace.foundation.database import session
from marketplace.foundation.database_time import read_database_now
from marketplace.foundation.events import announce
from marketplace.foundation.pictures import PictureState
from marketplace.inventory import actions as inventory
from marketplace.inventory import queries as inventory_read
from marketplace.inventory.models import SessionOffer


def go_live(fair: Fair, *, by: int | None) -> None:
    """Open the room. Announces FairOpened; raises MoveRefused."""
    move_fair(fair, FairState.LIVE, by=by)
    fair.went_live_at = clock.now()
    _tell(fair, Happening.STATE, {"state": fair.state})
    announce(FairOpened(fair.id))


def end_fair(fair: Fair, *, by: int | None) -> None:
    """Close the room: prices end, what was not sold goes back on sale. Announces FairEnded; raises MoveRefused."""
    room = _hold_room(fair, by)
    _leave_air(room)
    room.slot_id = room.item_id = room.card_id = None
    move_fair(fair, FairState.ENDED, by=by)
    fair.ended_at = clock.now()
    booths.end_offers_of(fair, by=by)
    _tell(fair, Happening.STATE, {"state": fair.state})
    announce(FairEnded(fair.id))


def put_on_air(fair: Fair, slot: Slot, *, by: int) -> None:
    """This slot is on, and the one before is over with its prices. A booth goes on air only with its speaker checked
    (E-commerce Law 122/2025/QH15). Raises NotOnAir unless the fair is live, NotReady, MoveRefused."""
    _refuse_unless_live(fair)
    booth = session.get(Booth, slot.booth_id) if slot.booth_id else None
    if booth is not None and (booth.state != BoothState.APPROVED or booth.speaker_checked_at is None):
        raise NotReady(f"booth {booth.id}", ["approved" if booth.state != BoothState.APPROVED else "speaker"])
    room = _hold_room(fair, by)
    if room.slot_id == slot.id and slot.state == SlotState.ON_AIR:
        return
    _leave_air(room)
    move_slot_state(slot, SlotState.ON_AIR)
    slot.went_on_air_at = slot.went_on_air_at or clock.now()
    slot.left_air_at = None
    room.slot_id, room.item_id, room.card_id, room.is_video_cut = slot.id, None, None, False
    _tell(fair, Happening.SLOT, _slot_told(slot))
    _tell(fair, Happening.PIN, {"item_id": None})


def skip_slot(fair: Fair, slot: Slot, *, by: int) -> None:
    """Nobody of it came. Raises MoveRefused."""
    _hold_room(fair, by)
    move_slot_state(slot, SlotState.SKIPPED)
    _audit("skip", fair, slot, by=by)


def cut_off(fair: Fair, slot: Slot, *, by: int, reason: str) -> None:
    """Take a booth off the air at once: picture, prices and pin are gone. Announces SlotCut; raises MoveRefused."""
    room = _hold_room(fair, by)
    move_slot_state(slot, SlotState.CUT_OFF)
    slot.left_air_at, slot.cut_reason, slot.cut_by_id = clock.now(), reason, by
    _close_prices(fair, slot.booth_id)
    if room.slot_id == slot.id:
        room.item_id, room.card_id, room.is_video_cut = None, None, True
    _tell(fair, Happening.SLOT, _slot_told(slot))
    _tell(fair, Happening.PIN, {"item_id": None})
    _audit("cut_off", fair, slot, by=by, reason=reason)
    announce(SlotCut(slot.id, reason))


def pin(fair: Fair, item: BoothItem | None, *, by: int | None) -> None:
    """Show this item below the stage, or nothing. Raises NotOnAir unless its booth is on."""
    room = _hold_room(fair, by)
    if item is not None:
        _refuse_unless_on(room, item)
    room.item_id = item.id if item else None
    _tell(fair, Happening.PIN, {"item_id": room.item_id})


def open_price(fair: Fair, item: BoothItem, *, minutes: int = rules.PRICE_MINUTES, by: int | None) -> None:
    """From now on the item costs its session price. Raises NotOnAir, inventory's OfferNotOpen."""
    _refuse_unless_on(_hold_room(fair, by), item)
    offer = _offer(item)
    inventory.open_offer(offer, until=read_database_now() + timedelta(minutes=minutes))
    _tell_price(fair, item, offer)
    _audit("open_price", fair, item, by=by, minutes=minutes)


def extend_price(fair: Fair, item: BoothItem, *, minutes: int, by: int | None) -> None:
    """Raises NotOnAir, inventory's OfferNotOpen."""
    _refuse_unless_on(_hold_room(fair, by), item)
    offer = _offer(item)
    inventory.extend_offer(offer, minutes=minutes)
    _tell_price(fair, item, offer)
    _audit("extend_price", fair, item, by=by, minutes=minutes)


def close_price(fair: Fair, item: BoothItem, *, at_once: bool, by: int | None) -> None:
    """The price ends: at once, or in a minute so that buyers at the till can finish."""
    _hold_room(fair, by)
    offer = _offer(item)
    inventory.close_offer(offer, after=timedelta() if at_once else rules.CLOSING_NOTICE)
    _tell_price(fair, item, offer)
    _audit("close_price", fair, item, by=by, at_once=at_once)


def show_card(fair: Fair, *, text: str, picture: dict[str, Any] | None, by: int | None) -> RoomCard:
    """Show text or a photo on the stage: the show of a fair without video. Raises NotOnAir unless the fair is live."""
    _refuse_unless_live(fair)
    room = _hold_room(fair, by)
    card = RoomCard(fair_id=fair.id, slot_id=room.slot_id, text=text, picture=picture, by_id=by, at=clock.now())
    session.add(card)
    session.flush()
    room.card_id = card.id
    if picture is not None and picture["state"] != PictureState.READY:
        jobs.enqueue("complete_card_picture", card_id=card.id)
    _tell(fair, Happening.CARD, {"card_id": card.id, "text": text, "picture": picture})
    return card


def announce_in_room(fair: Fair, text: str, *, by: int | None) -> None:
    """A line that all see until another takes its place; empty takes it away."""
    room = _hold_room(fair, by)
    room.notice = text
    _tell(fair, Happening.NOTICE, {"text": text})
    _audit("notice", fair, fair, by=by, text=text)


def set_chat(fair: Fair, *, is_open: bool, is_moderated: bool, slow_seconds: int, by: int | None) -> None:
    """Whether viewers may write, how often each of them, and whether the crew reads first."""
    room = _hold_room(fair, by)
    room.is_chat_open, room.is_moderated, room.slow_seconds = is_open, is_moderated, slow_seconds
    _tell(fair, Happening.CHAT_RULES, {"is_open": is_open, "slow_seconds": slow_seconds})
    _audit("chat", fair, fair, by=by, is_open=is_open, is_moderated=is_moderated, slow_seconds=slow_seconds)


def set_video(fair: Fair, url: str, *, by: int) -> None:
    """Another picture for the whole fair, or none (empty). Pages are loaded anew, since each of them lets in only the
    hosts it was made for."""
    _hold_room(fair, by)
    fair.video_url = url
    session.flush()
    _tell(fair, Happening.STATE, {"state": fair.state})
    _audit("video", fair, fair, by=by, url=url)


def set_booth_video(fair: Fair, booth: Booth, url: str, *, by: int) -> None:
    """A stall that films itself is seen by its own picture while it is on; empty takes it away. Whoever runs the desk
    cuts it like everything else. Raises NotOnAir when the fair is over."""
    session.refresh(fair)
    if fair.state in OVER:
        raise NotOnAir(f"{fair.slug} is {fair.state}")
    booth.video_url, booth.streams_itself = url, bool(url)
    session.flush()
    if fair.state == FairState.LIVE:
        _tell(fair, Happening.STATE, {"state": fair.state})
    audit.record(
        "fairs:booth:video", subject="booth", subject_id=booth.id, by=by, province_code=fair.province_code, url=url
    )


def tell_stock(offer_id: int) -> None:
    """Somebody held, bought or gave back packs of an offer: the room sees what is free."""
    found = queries.find_item_of_offer(offer_id)
    if found is None:
        return
    fair, item = found
    free = inventory_read.offer_views([offer_id])[offer_id].free
    _tell(fair, Happening.STOCK, {"item_id": item.id, "free": free})


def count_viewers(fair_id: int, *, listeners: int) -> None:
    """So many hold the stream; those who ask by themselves are counted from their last questions."""
    room = session.get(Room, fair_id)
    if room is None:
        return
    pollers = session.scalar(
        select(func.count(Attendance.id)).where(
            Attendance.fair_id == fair_id, Attendance.polled_at > clock.now() - rules.POLLER_IS_GONE
        )
    )
    viewers = listeners + (pollers or 0)
    if viewers == room.viewers:
        return
    room.viewers, room.peak_viewers = viewers, max(room.peak_viewers, viewers)
    realtime.publish(rules.channel(fair_id), Happening.VIEWERS, {"count": viewers})


def _leave_air(room: Room) -> None:
    """Whatever is on is over."""
    slot = session.get(Slot, room.slot_id) if room.slot_id else None
    if slot is None or slot.state != SlotState.ON_AIR:
        return
    move_slot_state(slot, SlotState.DONE)
    slot.left_air_at = clock.now()
    _close_prices(session.get_one(Fair, room.fair_id), slot.booth_id)


def _close_prices(fair: Fair, booth_id: int | None) -> None:
    items = session.scalars(
        select(BoothItem)
        .where(BoothItem.booth_id == booth_id, BoothItem.offer_id.is_not(None))
        .order_by(BoothItem.offer_id)
    ).all()
    for item in items:
        offer = _offer(item)
        if offer.opens_at is not None:
            inventory.close_offer(offer)
            _tell_price(fair, item, offer)


def _tell_price(fair: Fair, item: BoothItem, offer: SessionOffer) -> None:
    session.flush()
    view = inventory_read.offer_views([offer.id])[offer.id]
    _tell(
        fair,
        Happening.PRICE,
        {
            "item_id": item.id,
            "state": view.state,
            "price_dong": view.price_dong,
            "regular_price_dong": view.regular_price_dong,
            "closes_at": view.closes_at.isoformat() if view.closes_at else None,
            "now": view.now.isoformat(),
            "free": view.free,
        },
    )


def _slot_told(slot: Slot) -> dict[str, Any]:
    booth = queries.booth_name(slot.booth_id) if slot.booth_id else None
    return {"slot_id": slot.id, "booth_id": slot.booth_id, "title": slot.title or booth or "", "state": slot.state}


def _offer(item: BoothItem) -> SessionOffer:
    offer = inventory_read.find_offer(item.offer_id) if item.offer_id else None
    if offer is None:
        raise NotOnAir(f"item {item.id} was not approved")
    return offer


def _hold_room(fair: Fair, by: int | None) -> Room:
    """One crew member acts after the other, and sees what the one before did; all see who acted last."""
    room = session.scalars(
        select(Room).where(Room.fair_id == fair.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    room.host_id, room.host_at = by, clock.now()
    return room


def _refuse_unless_live(fair: Fair) -> None:
    session.refresh(fair)
    if fair.state != FairState.LIVE:
        raise NotOnAir(f"{fair.slug} is {fair.state}")


def _refuse_unless_on(room: Room, item: BoothItem) -> None:
    slot = session.get(Slot, room.slot_id, populate_existing=True) if room.slot_id else None
    if slot is None or slot.state != SlotState.ON_AIR or slot.booth_id != item.booth_id:
        raise NotOnAir(f"the booth of item {item.id} is not on air")


def _tell(fair: Fair, kind: Happening, body: dict[str, Any]) -> None:
    realtime.publish(rules.channel(fair.id), kind, body)


def _audit(
    deed: str, fair: Fair, subject: Fair | Slot | BoothItem, *, by: int | None, reason: str = "", **details: Any
) -> None:
    audit.record(
        f"fairs:room:{deed}", subject=type(subject).__tablename__, subject_id=subject.id, by=by,
        province_code=fair.province_code, reason=reason, **details,
    )  # fmt: skip
