"""A cooperative's phone while its fair is on, and what it tells the crew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.accounts.models import Person
from marketplace.checkout import actions as checkout
from marketplace.fairs import actions, queries
from marketplace.fairs.models import Booth, BoothNote, Fair, Slot
from marketplace.foundation import codes, realtime
from marketplace.foundation.database import session, transaction
from marketplace.inventory import actions as inventory
from marketplace.inventory import queries as inventory_read
from marketplace.payments.states import Method
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import approve_booth, make_booth, make_fair


class Stalls:
    """A live fair of two stalls: ours comes second."""

    def __init__(self, browsers: Callable[[], Browser]) -> None:
        self.browsers = browsers
        officer, owner = make_officer("33"), make_person()
        self.officer_id = officer.id
        cooperative = make_cooperative(owner=owner)
        fair = make_fair(officer=officer)
        booths = [make_booth(fair), make_booth(fair, cooperative)]
        for booth in booths:
            approve_booth(booth, by=officer.id)
        with transaction():
            fair = session.get_one(Fair, fair.id)
            actions.close_registration(fair, by=officer.id)
            actions.plan_booths(fair, [session.get_one(Booth, booth.id) for booth in booths])
            actions.publish_timetable(fair, by=officer.id)
            actions.go_live(fair, by=officer.id)
        self.fair_id, self.booth_id = fair.id, booths[1].id
        self.page = f"/htx-cua-toi/{cooperative.slug}/phien-cho/{fair.slug}/len-song"
        self.desk = f"/lien-minh/phien-cho/{fair.slug}/dieu-hanh"
        self.owner = browsers()
        self.owner.sign_in(owner.contacts[0])

    def put_on(self, place: int) -> None:
        slot = queries.slots_of(self.fair_id)[place]
        with transaction():
            actions.put_on_air(session.get_one(Fair, self.fair_id), session.get_one(Slot, slot.id), by=self.officer_id)
        session.rollback()

    def buy(self, packs: int) -> None:
        fair, item = session.get_one(Fair, self.fair_id), session.get_one(Booth, self.booth_id).items[0]
        token = codes.token_digest(codes.random_token())
        with transaction():
            actions.open_price(fair, item, by=self.officer_id)
            offer = inventory_read.find_offer(item.offer_id or 0)
            assert offer is not None
            inventory.hold_offer(offer, token_digest=token, packs=packs)
            checkout.place_order(
                token_digest=token, checkout_token=codes.random_token(), ways={}, method=Method.CASH_ON_DELIVERY,
                buyer=checkout.BuyerDetails("Trần Thị Mua", "+84912345678", "11977", "Thôn Đông"),
            )  # fmt: skip
        session.rollback()


@pytest.fixture
def stalls(app: Flask, browsers: Callable[[], Browser]) -> Stalls:
    return Stalls(browsers)


def test_it_says_when_we_are_on(stalls: Stalls) -> None:
    assert "Còn 1 gian trước mình" in stalls.owner.get(stalls.page).get_data(as_text=True)
    stalls.put_on(0)
    assert "Kế tiếp là mình" in stalls.owner.get(stalls.page).get_data(as_text=True)
    stalls.put_on(1)
    assert "stall-time is-on" in stalls.owner.get(stalls.page).get_data(as_text=True)
    stalls.put_on(0)
    assert "Phần của mình đã xong" in stalls.owner.get(stalls.page).get_data(as_text=True)


def test_orders_of_the_session_come_in_with_their_sum(stalls: Stalls) -> None:
    stalls.put_on(1)
    stalls.buy(2)
    seen = stalls.owner.get(stalls.page).get_data(as_text=True)
    assert "2 × Nhãn lồng Hưng Yên" in seen
    assert queries.stall_totals(stalls.booth_id) == queries.StallTotals(orders=1, packs=2, amount_dong=80_000)
    assert "đã bán 2, khách đang giữ 0" in seen


def test_the_crew_reads_what_a_stall_tells_and_the_room_does_not(stalls: Stalls) -> None:
    before = realtime.latest_id()
    assert stalls.owner.submit(stalls.page, {"text": ""}, action="/nhan").status_code == 422
    page = stalls.owner.submit(stalls.page, {"text": "Cho thêm năm phút"}, action="/nhan")
    assert "Chưa đọc" in page.get_data(as_text=True)
    session.rollback()
    told = realtime.events_after(before)
    assert [(event.kind, event.body) for event in told] == [("note", {"booth_id": stalls.booth_id})]
    crew = stalls.browsers()
    sign_in_officer(crew, session.get_one(Person, stalls.officer_id))
    assert "Cho thêm năm phút" in crew.get(stalls.desk).get_data(as_text=True)
    crew.submit(stalls.desk, action="/da-doc")
    assert "Cho thêm năm phút" not in crew.text
    assert "Đã đọc" in stalls.owner.get(stalls.page).get_data(as_text=True)


def test_a_note_pressed_twice_is_one_and_none_is_taken_when_the_fair_is_over(stalls: Stalls) -> None:
    fair, booth = session.get_one(Fair, stalls.fair_id), session.get_one(Booth, stalls.booth_id)
    for _ in range(2):
        with transaction():
            actions.tell_crew(fair, booth, text="Xin chào", key="một", by=stalls.officer_id)
    assert session.query(BoothNote).count() == 1
    with transaction():
        actions.end_fair(session.get_one(Fair, stalls.fair_id), by=stalls.officer_id)
    stalls.owner.get(stalls.page)
    assert "/nhan" not in [form["action"] for form in stalls.owner.forms()]


def test_other_cooperatives_and_fairs_without_our_stall_are_not_found(stalls: Stalls) -> None:
    stranger, contact = stalls.browsers(), make_person().contacts[0]
    stranger.sign_in(contact)
    assert stranger.get(stalls.page).status_code == 404
    elsewhere = make_fair(officer=make_officer("33"))
    address = stalls.page.replace(session.get_one(Fair, stalls.fair_id).slug, elsewhere.slug)
    assert stalls.owner.get(address).status_code == 404


def test_it_costs_the_same_statements_however_many_orders_come(stalls: Stalls) -> None:
    stalls.put_on(1)
    stalls.buy(1)
    one = stalls.owner.get(stalls.page).headers["X-Queries"]
    with transaction():
        fair, booth = session.get_one(Fair, stalls.fair_id), session.get_one(Booth, stalls.booth_id)
        for number in range(3):
            actions.tell_crew(fair, booth, text="Xin chào", key=str(number), by=stalls.officer_id)
    stalls.buy(1)
    assert stalls.owner.get(stalls.page).headers["X-Queries"] == one


def room_of(stalls: Stalls) -> str:
    slug = session.get_one(Fair, stalls.fair_id).slug
    return stalls.browsers().get(f"/phien-cho/{slug}/truc-tiep").get_data(as_text=True)


def test_our_own_video_is_shown_while_we_are_on_and_cut_by_the_host(stalls: Stalls) -> None:
    refused = stalls.owner.submit(stalls.page, {"url": "https://evil.example/watch?v=abcdefghi11"}, action="/video")
    assert refused.status_code == 422
    assert "evil.example" in refused.get_data(as_text=True)
    session.rollback()
    assert session.get_one(Booth, stalls.booth_id).video_url == ""
    before = realtime.latest_id()
    stalls.owner.submit(stalls.page, {"url": "https://youtu.be/abcdefghi11"}, action="/video")
    session.rollback()
    assert [event.kind for event in realtime.events_after(before)] == ["state"]
    stalls.put_on(0)
    assert "abcdefghi11" not in room_of(stalls)
    stalls.put_on(1)
    assert 'data-play="https://www.youtube-nocookie.com/embed/abcdefghi11' in room_of(stalls)
    crew = stalls.browsers()
    sign_in_officer(crew, session.get_one(Person, stalls.officer_id))
    crew.submit(stalls.desk, {"reason": "Sai hàng"}, action="/cat-song")
    assert "abcdefghi11" not in room_of(stalls)


def test_the_fairs_video_is_set_at_the_desk(stalls: Stalls) -> None:
    stalls.put_on(0)
    crew = stalls.browsers()
    sign_in_officer(crew, session.get_one(Person, stalls.officer_id))
    assert crew.submit(stalls.desk, {"url": "http://youtu.be/abcdefghi22"}, action="/video").status_code == 422
    crew.submit(stalls.desk, {"url": "https://youtu.be/abcdefghi22"}, action="/video")
    assert "abcdefghi22" in room_of(stalls)
    crew.submit(stalls.desk, {"url": ""}, action="/video")
    assert "abcdefghi22" not in room_of(stalls)
