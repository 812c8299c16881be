"""The host desk over its pages: who may enter, the whole show without scripts, and what is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from marketplace.accounts.models import Person
from marketplace.fairs import actions, queries
from marketplace.fairs.models import Booth, BoothItem, Fair, Room, RoomCard, Slot
from marketplace.fairs.states import CrewRole, FairState, SlotState
from marketplace.foundation import realtime
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.inventory import queries as inventory
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.fairs import make_booth, make_fair, make_live_fair


class Show:
    """A live fair of two stalls with its officer at the desk."""

    def __init__(self, browser: Browser, officer: Person, fair: Fair, slots: list[Slot]) -> None:
        self.browser, self.officer_id = browser, officer.id
        self.slug, self.fair_id = fair.slug, fair.id
        self.slots = [slot.id for slot in slots]
        self.booths = [slot.booth_id for slot in slots]
        self.desk = f"/lien-minh/phien-cho/{self.slug}/dieu-hanh"

    def press(self, action: str, data: dict[str, object] | None = None, **kwargs: object) -> str:
        self.browser.submit(self.desk, data, action=action, **kwargs)
        session.rollback()
        return self.browser.text

    def item(self, number: int = 0) -> BoothItem:
        session.rollback()
        return session.query(BoothItem).filter_by(booth_id=self.booths[number]).one()

    def slot(self, number: int = 0) -> Slot:
        session.rollback()
        return session.get_one(Slot, self.slots[number])

    def room(self) -> Room:
        session.rollback()
        return session.get_one(Room, self.fair_id)


@pytest.fixture
def show(app: Flask, browser: Browser) -> Show:
    officer = make_officer("33")
    fair, slots = make_live_fair(booths=2, officer=officer)
    made = Show(browser, officer, fair, slots)
    sign_in_officer(browser, session.get_one(Person, officer.id))
    return made


def test_next_pin_price_and_stock_without_scripts(show: Show) -> None:
    first = show.item().id
    text = show.press(f"/gian/{show.slots[0]}/len-song")
    assert "20" in text
    show.press(f"/hang/{first}/ghim")
    assert show.room().item_id == first
    show.press(f"/hang/{first}/mo-gia", {"minutes": "7"})
    offer = inventory.offer_views([show.item().offer_id or 0])[show.item().offer_id or 0]
    assert offer.is_open
    assert 6 * 60 < (offer.closes_at - offer.now).total_seconds() <= 7 * 60
    show.press(f"/hang/{first}/them-gio", {"minutes": "5"})
    longer = inventory.offer_views([offer.id])[offer.id]
    assert longer.closes_at is not None
    assert (longer.closes_at - offer.closes_at).total_seconds() == 300
    show.browser.get(show.desk)
    show.browser.send({"at_once": "1"}, action=f"/hang/{first}/dong-gia")
    show.press(f"/hang/{first}/ghim")
    assert show.room().item_id is None
    show.press(f"/gian/{show.slots[1]}/len-song")
    assert (show.slot(0).state, show.slot(1).state) == (SlotState.DONE, SlotState.ON_AIR)
    assert session.query(AuditEntry).filter(AuditEntry.tag == "fairs:room:open_price").count() == 1


def test_cutting_off_wants_a_reason_and_clears_the_stage(show: Show) -> None:
    show.press(f"/gian/{show.slots[0]}/len-song")
    show.press("/cat-song", {"reason": ""})
    assert show.browser.page is not None
    assert show.browser.page.status_code == 422
    assert show.slot().state == SlotState.ON_AIR
    before = realtime.latest_id()
    show.press("/cat-song", {"reason": "Bán hàng ngoài danh mục"})
    assert (show.slot().state, show.slot().cut_reason) == (SlotState.CUT_OFF, "Bán hàng ngoài danh mục")
    assert [event.kind for event in realtime.events_after(before)] == ["slot", "pin"]
    seen = show.browser.get(f"/phien-cho/{show.slug}/truc-tiep").get_data(as_text=True)
    assert "Bán hàng ngoài danh mục" in seen


def test_what_is_not_on_is_refused_in_words_and_changes_nothing(show: Show) -> None:
    show.press(f"/gian/{show.slots[0]}/len-song")
    other, before = show.item(1).id, realtime.latest_id()
    token = next(form for form in show.browser.forms() if "csrf_token" in form["fields"])["fields"]["csrf_token"]
    for deed in ("ghim", "mo-gia", "them-gio"):
        show.browser.post(f"{show.desk}/hang/{other}/{deed}", {"csrf_token": token, "minutes": "5"})
        assert "không lên sóng" in show.browser.text
    assert realtime.latest_id() == before
    with transaction():
        session.get_one(Booth, show.booths[1]).speaker_checked_at = None
    assert "chưa ai kiểm tra người nói" in show.press(f"/gian/{show.slots[1]}/len-song")
    assert show.slot(0).state == SlotState.ON_AIR
    show.browser.post(f"{show.desk}/mo", {"csrf_token": token})
    assert "chỉ một lần" in show.browser.text


def test_cards_with_a_photo_and_notices(show: Show) -> None:
    photo = BytesIO()
    Image.new("RGB", (40, 30), "green").save(photo, "JPEG")
    photo.seek(0)
    show.press("/hinh", {"text": "Nhãn vừa hái", "photo": (photo, "nhan.jpg")}, content_type="multipart/form-data")
    card = session.query(RoomCard).one()
    assert (card.text, show.room().card_id) == ("Nhãn vừa hái", card.id)
    assert card.picture is not None
    show.press("/hinh", {"text": ""})
    assert show.browser.page is not None
    assert show.browser.page.status_code == 422
    show.press("/thong-bao", {"text": "Nghỉ năm phút"})
    assert "Nghỉ năm phút" in show.browser.get(f"/phien-cho/{show.slug}/truc-tiep").text


def test_the_fair_is_opened_and_ended_at_the_desk(app: Flask, browser: Browser) -> None:
    officer = make_officer("33")
    fair = make_fair(officer=officer)
    booth = make_booth(fair)
    with transaction():
        fair, booth = session.get_one(Fair, fair.id), session.get_one(Booth, booth.id)
        actions.check_speaker(booth, fair, by=officer.id)
        actions.approve(booth, fair, by=officer.id)
        actions.close_registration(fair, by=officer.id)
        actions.plan_booths(fair, [booth])
        actions.publish_timetable(fair, by=officer.id)
    fair_id, desk = fair.id, f"/lien-minh/phien-cho/{fair.slug}/dieu-hanh"
    sign_in_officer(browser, session.get_one(Person, officer.id))
    browser.submit(desk, action="/mo")
    session.rollback()
    assert session.get_one(Fair, fair_id).state == FairState.LIVE
    browser.submit(desk, action="/ket-thuc")
    session.rollback()
    assert session.get_one(Fair, fair_id).state == FairState.ENDED


def test_a_crew_member_who_is_no_officer_shares_the_desk(show: Show, browsers: Callable[[], Browser]) -> None:
    host, stranger = make_person(), make_person()
    contacts = host.contacts[0], stranger.contacts[0]
    with transaction():
        actions.join_crew(
            session.get_one(Fair, show.fair_id), person_id=host.id, role=CrewRole.HOST, by=show.officer_id
        )
    helping, other = browsers(), browsers()
    helping.sign_in(contacts[0])
    helping.submit(show.desk, action=f"/gian/{show.slots[0]}/len-song")
    assert show.slot().state == SlotState.ON_AIR
    other.sign_in(contacts[1])
    assert other.get(show.desk).status_code == 404
    elsewhere = browsers()
    sign_in_officer(elsewhere, make_officer("01"))
    assert elsewhere.get(show.desk).status_code == 404


def test_the_desk_costs_the_same_statements_however_much_is_said(show: Show) -> None:
    show.press(f"/gian/{show.slots[0]}/len-song")
    few = show.browser.get(show.desk).headers["X-Queries"]
    with transaction():
        for number in range(3):
            visitor = actions.join_as_person(make_person_in_session(number))
            for question in (False, True):
                session.get_one(Room, show.fair_id).slow_seconds = 0
                actions.write(
                    session.get_one(Fair, show.fair_id), visitor, text=f"Chào {number}", key=f"{number}{question}",
                    is_question=question,
                )  # fmt: skip
    assert show.browser.get(show.desk).headers["X-Queries"] == few
    assert queries.desk_talk(show.fair_id).questions[0].text == "Chào 0"


def make_person_in_session(number: int) -> Person:
    return session.query(Person).order_by(Person.id).offset(number).limit(1).one()
