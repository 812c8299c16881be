"""A fair from the call to its end: places are given once, stock is cut, one booth is on air, prices open and close."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.fairs import actions, queries
from marketplace.fairs.errors import MoveRefused, NotOnAir, NotReady, SlotsOverlap
from marketplace.fairs.models import Booth, Fair, Room, Slot
from marketplace.fairs.states import BoothState, FairState, SlotState
from marketplace.foundation import clock, realtime
from marketplace.foundation.database import session, transaction
from marketplace.inventory import queries as inventory
from marketplace.inventory.models import SessionOffer
from marketplace.inventory.states import OfferState
from marketplace.traceability.models import Lot
from tests.factories.accounts import make_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import make_booth, make_fair, make_live_fair


def again(row: Fair | Slot) -> Fair | Slot:
    session.rollback()
    return session.get_one(type(row), row.id, populate_existing=True)


def test_approving_cuts_the_stock_and_rejecting_gives_it_back(app: Flask) -> None:
    officer = make_officer("33")
    booth = make_booth(make_fair(officer=officer), packs=20, lot_grams=50_000)
    with transaction():
        booth, fair = session.merge(booth), session.query(Fair).one()
        actions.check_speaker(booth, fair, by=officer.id)
        actions.approve(booth, fair, by=officer.id)
    assert session.query(Lot.reserved).scalar() == 20_000
    with transaction():
        actions.reject(session.get_one(Booth, booth.id), session.get_one(Fair, fair.id), by=officer.id, note="Đổi ngày")
    assert session.query(Lot.reserved).scalar() == 0
    assert inventory.offers_that_disagree() == []


def test_approval_refuses_what_the_checks_find_and_cuts_nothing(app: Flask) -> None:
    officer = make_officer("33")
    fair = make_fair(officer=officer)
    booth = make_booth(fair, price_dong=20_000, submitted=False)  # more than half off 50,000
    with transaction(), pytest.raises(NotReady) as refusal:
        actions.submit(session.get_one(Booth, booth.id), session.get_one(Fair, fair.id), by=officer.id)
    assert refusal.value.lacks == ["price"]
    assert session.query(SessionOffer).count() == 0


def test_the_last_place_is_given_once(app: Flask) -> None:
    officer = make_officer("33")
    fair = make_fair(officer=officer, booth_quota=1)
    first, second = make_booth(fair), make_booth(fair)
    for booth in (first, second):
        with transaction():
            actions.check_speaker(session.get_one(Booth, booth.id), session.get_one(Fair, fair.id), by=officer.id)
    with transaction():
        actions.approve(session.get_one(Booth, first.id), session.get_one(Fair, fair.id), by=officer.id)
    with transaction(), pytest.raises(NotReady, match="quota"):
        actions.approve(session.get_one(Booth, second.id), session.get_one(Fair, fair.id), by=officer.id)
    assert session.query(Booth.state).order_by(Booth.id).all() == [(BoothState.APPROVED,), (BoothState.SUBMITTED,)]


def test_slots_of_a_fair_never_overlap(app: Flask) -> None:
    fair, (slot,) = make_live_fair()
    with transaction(), pytest.raises(SlotsOverlap):
        actions.add_slot(
            again(fair), starts_at=slot.starts_at + timedelta(minutes=5), ends_at=slot.ends_at + timedelta(minutes=5)
        )
    with transaction():
        actions.add_slot(again(fair), starts_at=slot.ends_at, ends_at=slot.ends_at + timedelta(minutes=5), title="Nghỉ")


def test_one_booth_is_on_air_and_the_next_closes_its_prices(app: Flask) -> None:
    fair, (first, second) = make_live_fair(booths=2)
    item = session.get_one(Booth, first.booth_id).items[0]
    other = session.get_one(Booth, second.booth_id).items[0]
    with transaction():
        actions.put_on_air(again(fair), again(first), by=1)
        actions.pin(fair, item, by=1)
        actions.open_price(fair, item, by=1)
    with transaction(), pytest.raises(NotOnAir):
        actions.open_price(again(fair), other, by=1)
    assert inventory.offer_views([item.offer_id])[item.offer_id].state == OfferState.ACTIVE
    with transaction():
        actions.put_on_air(again(fair), again(second), by=1)
    assert inventory.offer_views([item.offer_id])[item.offer_id].state == OfferState.CLOSED
    assert [slot.state for slot in queries.slots_of(fair.id)] == [SlotState.DONE, SlotState.ON_AIR]
    assert session.get_one(Room, fair.id, populate_existing=True).item_id is None


def test_the_room_hears_of_everything_in_order(app: Flask) -> None:
    fair, (slot,) = make_live_fair()
    item = session.get_one(Booth, slot.booth_id).items[0]
    with transaction():
        actions.put_on_air(again(fair), again(slot), by=1)
        actions.pin(fair, item, by=1)
        actions.open_price(fair, item, by=1)
    with transaction():
        actions.cut_off(again(fair), again(slot), by=1, reason="Nói sai công dụng")
    told = [(event.kind, event.body.get("item_id"), event.body.get("state")) for event in realtime.events_after(0)]
    assert told == [
        ("state", None, "live"),
        ("slot", None, "on_air"),
        ("pin", None, None),
        ("pin", item.id, None),
        ("price", item.id, "active"),
        ("price", item.id, "closed"),
        ("slot", None, "cut_off"),
        ("pin", None, None),
    ]


def test_what_failed_is_not_told(app: Flask) -> None:
    fair, (slot,) = make_live_fair()
    before = realtime.latest_id()
    with pytest.raises(RuntimeError), transaction():
        actions.put_on_air(again(fair), again(slot), by=1)
        raise RuntimeError("the worker dies")
    with transaction():
        actions.announce_in_room(again(fair), "Chào mừng", by=1)
    assert [event.kind for event in realtime.events_after(before)] == ["notice"]


def test_a_booth_without_a_checked_speaker_stays_off_air(app: Flask) -> None:
    fair, (slot,) = make_live_fair()
    with transaction():
        session.get_one(Booth, slot.booth_id).speaker_checked_at = None
    with transaction(), pytest.raises(NotReady, match="speaker"):
        actions.put_on_air(again(fair), again(slot), by=1)
    assert again(slot).state == SlotState.PLANNED


def test_ending_gives_back_what_was_not_sold(app: Flask) -> None:
    fair, _slots = make_live_fair(booths=2, packs=20)
    with transaction():
        actions.end_fair(again(fair), by=1)
    assert session.query(Lot.reserved).all() == [(0,), (0,)]
    assert again(fair).state == FairState.ENDED
    with transaction(), pytest.raises(MoveRefused):
        actions.call_off(again(fair), by=1, reason="Mưa bão")
    assert inventory.offers_that_disagree() == []


def test_registration_opens_and_closes_by_the_clock(app: Flask) -> None:
    starts = clock.now() + timedelta(days=10)
    fair = make_fair(to=FairState.ANNOUNCED, starts_at=starts, ends_at=starts + timedelta(hours=2))
    for later, state in ((4, FairState.REGISTRATION_OPEN), (11, FairState.REGISTRATION_CLOSED)):
        with clock.moved_to(clock.now() + timedelta(days=later)), transaction():
            actions.keep_dates()
        assert again(fair).state == state


def test_a_second_cooperative_cannot_take_up_anothers_booth(app: Flask) -> None:
    fair = make_fair()
    mine, theirs = make_cooperative(), make_cooperative()
    with transaction():
        first = actions.begin_booth(again(fair), cooperative_id=mine.id)
        second = actions.begin_booth(fair, cooperative_id=theirs.id)
        assert actions.begin_booth(fair, cooperative_id=mine.id).id == first.id != second.id
