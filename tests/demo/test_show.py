"""The demo's show goes on by the clock, says nothing twice, and leaves the desk to whoever presses a button there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts import actions as accounts
from marketplace.accounts import queries as accounts_read
from marketplace.accounts.states import AllianceRole
from marketplace.demo import show
from marketplace.demo.accounts import OFFICER
from marketplace.demo.live_fair import SLOT_MINUTES, hire
from marketplace.demo.show import Show, script
from marketplace.fairs import actions, queries
from marketplace.fairs.models import Fair, Message, Room
from marketplace.fairs.queries import RoomView
from marketplace.fairs.states import FairState, SlotState
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.inventory import queries as inventory
from marketplace.orders.models import Order
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot

TWO_PACKS = (("Túi 1 kg", 1000, 50_000), ("Túi 2 kg", 2000, 98_000))


@pytest.fixture
def began_at(app: Flask) -> datetime:
    """A market with everybody whom the show needs; the moment at which it begins."""
    officer = make_person(phone=OFFICER)
    with transaction():
        accounts.appoint(session.merge(officer), role=AllianceRole.OFFICER, province_codes={"33"}, by=None)
        hire(script())
    for number in range(3):
        owner = make_person(email=f"chu{number}@mau.invalid")  # the demo's phone numbers are taken
        make_lot(make_product(make_cooperative(owner=owner), name=f"Nhãn {number}", packs=TWO_PACKS), quantity=400_000)
    return clock.now()


def go_on(host: Show, moment: datetime) -> None:
    session.rollback()
    with clock.moved_to(moment):
        host.go_on()
    session.rollback()


def fairs_now() -> list[Fair]:
    return list(session.scalars(select(Fair).order_by(Fair.id)))


def room_at(moment: datetime) -> RoomView:
    with clock.moved_to(moment):
        return queries.room_view(fairs_now()[-1])


def messages() -> int:
    return session.scalar(select(func.count(Message.id))) or 0


def by_a_person(moment: datetime) -> None:
    """Somebody of the crew unpins what is pinned."""
    officer = accounts_read.find_by_contact(phone=OFFICER)
    assert officer is not None
    with clock.moved_to(moment), transaction():
        actions.pin(fairs_now()[-1], None, by=officer.id)


def test_a_stall_is_shown_sold_asked_and_followed_by_the_next(began_at: datetime) -> None:
    host = Show()
    for second in range(0, 80, show.TICK_SECONDS):
        go_on(host, began_at + timedelta(seconds=second))
    room = room_at(began_at + timedelta(seconds=80))
    assert room.on_air is not None
    assert room.pinned is not None
    assert (room.on_air.state, room.pinned.id) == (SlotState.ON_AIR, room.shelf[0].id)
    assert room.pinned.offer.is_open
    assert room.pinned.offer.free == room.pinned.offer.packs - 1
    assert session.scalar(select(func.count(Order.id))) == 1
    (question,) = queries.talk_of(room.fair.id).questions
    assert question.answer
    assert question.votes == 1
    later = began_at + timedelta(minutes=SLOT_MINUTES, seconds=10)
    go_on(host, later)
    then = room_at(later)
    assert then.on_air is not None
    assert then.pinned is not None
    assert then.on_air.slot_id == queries.slots_of(room.fair.id)[1].id
    assert then.pinned.offer.is_open
    with clock.moved_to(later):
        assert not inventory.offer_views([room.pinned.offer.id])[room.pinned.offer.id].is_open


def test_after_a_restart_nothing_is_said_opened_or_bought_twice(began_at: datetime) -> None:
    host, later = Show(), began_at + timedelta(seconds=75)
    for second in range(0, 76, show.TICK_SECONDS):
        go_on(host, began_at + timedelta(seconds=second))
    before, room = messages(), room_at(later)
    go_on(Show(), later)
    assert session.scalar(select(func.count(Order.id))) == 1
    assert messages() == before > 3
    again = room_at(later)
    assert (again.pinned, again.on_air) == (room.pinned, room.on_air)
    assert len(fairs_now()) == 1


def test_whoever_presses_a_button_has_the_desk_until_he_is_quiet(began_at: datetime) -> None:
    host = Show()
    go_on(host, began_at)
    go_on(host, began_at + timedelta(seconds=10))
    by_a_person(began_at + timedelta(seconds=20))
    before = messages()
    go_on(host, began_at + timedelta(seconds=200))
    assert room_at(began_at).pinned is None
    assert messages() == before
    go_on(host, began_at + show.HANDS_OFF + timedelta(seconds=21))
    assert room_at(began_at).pinned is not None
    assert messages() > before


def test_when_its_hours_are_over_the_next_fair_opens(began_at: datetime) -> None:
    host = Show()
    go_on(host, began_at)
    (first,) = fairs_now()
    go_on(host, first.ends_at)
    assert [fair.state for fair in fairs_now()] == [FairState.ENDED, FairState.LIVE]
    assert inventory.offers_that_disagree() == []
    go_on(host, first.ends_at + timedelta(seconds=1))
    assert room_at(first.ends_at + timedelta(seconds=1)).on_air is not None


def test_a_fair_that_a_person_ended_stays_ended_for_a_while(began_at: datetime) -> None:
    host = Show()
    go_on(host, began_at)
    ended_at = began_at + timedelta(seconds=30)
    officer = accounts_read.find_by_contact(phone=OFFICER)
    assert officer is not None
    with clock.moved_to(ended_at), transaction():
        actions.end_fair(fairs_now()[-1], by=officer.id)
    go_on(host, ended_at + timedelta(minutes=4))
    assert [fair.state for fair in fairs_now()] == [FairState.ENDED]
    go_on(host, ended_at + show.HANDS_OFF)
    assert [fair.state for fair in fairs_now()] == [FairState.ENDED, FairState.LIVE]


def test_where_nobody_has_goods_nothing_is_left_half_made(began_at: datetime) -> None:
    host = Show()
    go_on(host, began_at + timedelta(days=900))
    assert [fair.state for fair in fairs_now()] == [FairState.CANCELLED]
    go_on(host, began_at + timedelta(days=900, minutes=10))
    assert len(fairs_now()) == 1
    assert session.scalar(select(func.count(Room.fair_id))) == 1
