"""Chat and questions as viewers, guests, crew and cooperatives meet them, and what people try who mean no good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from marketplace.accounts.models import Person
from marketplace.fairs import actions, queries, rules
from marketplace.fairs.models import Fair, Message, Room, Slot, Visitor
from marketplace.fairs.states import MessageState
from marketplace.foundation import realtime
from marketplace.foundation.broadcast import Broadcast
from marketplace.foundation.database import session, transaction
from marketplace.foundation.web import limits
from tests.accounts.outbox import newest_code
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import make_live_fair


class Talk:
    """A live fair whose first stall is on, with its officer, and viewers who have an account."""

    def __init__(self, browsers: Callable[[], Browser]) -> None:
        self.browsers = browsers
        officer = make_officer("33")
        self.officer_id = officer.id
        owner = make_person()
        self.owner_contact = owner.contacts[0]
        cooperative = make_cooperative(owner=owner)
        fair, (slot,) = make_live_fair(officer=officer, cooperative=cooperative)
        self.cooperative_slug, self.slug, self.fair_id = cooperative.slug, fair.slug, fair.id
        self.room = f"/phien-cho/{fair.slug}/truc-tiep"
        self.desk = f"/lien-minh/phien-cho/{fair.slug}/dieu-hanh"
        with transaction():
            actions.put_on_air(session.get_one(Fair, fair.id), session.get_one(Slot, slot.id), by=self.officer_id)

    def viewer(self, name: str = "Trần Văn Mẫu") -> Browser:
        browser = self.browsers()
        browser.sign_in(make_person(full_name=name).contacts[0])
        return browser

    def crew(self) -> Browser:
        browser = self.browsers()
        sign_in_officer(browser, session.get_one(Person, self.officer_id))
        return browser

    def say(self, browser: Browser, text: str, **more: Any) -> int:
        return browser.submit(self.room, {"text": text, **more}, action="/noi").status_code

    def set_room(self, **values: Any) -> None:
        with transaction():
            for name, value in values.items():
                setattr(session.get_one(Room, self.fair_id), name, value)

    def messages(self) -> list[Message]:
        session.rollback()
        return session.query(Message).order_by(Message.id).all()


@pytest.fixture
def talk(app: Flask, browsers: Callable[[], Browser]) -> Talk:
    return Talk(browsers)


def test_a_message_is_on_page_poll_and_snapshot(talk: Talk) -> None:
    before = realtime.latest_id()
    assert talk.say(talk.viewer(), "Nhãn còn không chị?") == 200
    (message,) = talk.messages()
    told = {
        "message_id": message.id,
        "name": "Văn Mẫu",
        "text": "Nhãn còn không chị?",
        "is_question": False,
        "is_crew": False,
    }
    other = talk.browsers()
    assert "Nhãn còn không chị?" in other.get(talk.room).get_data(as_text=True)
    news = other.get(f"{talk.room}/tin?sau={before}").get_json()
    assert [(event["kind"], event["body"]) for event in news] == [("chat", told)]
    assert other.get(f"{talk.room}/hien-trang").get_json()["messages"] == [told]


def test_the_second_press_of_a_form_writes_nothing(talk: Talk) -> None:
    viewer = talk.viewer()
    viewer.get(talk.room)
    fields = next(form for form in viewer.forms() if form["action"].endswith("/noi"))["fields"]
    before = realtime.latest_id()
    for _press in range(2):
        assert viewer.post(f"{talk.room}/noi", {**fields, "text": "Chào"}).status_code == 200
    assert len(talk.messages()) == 1
    assert len(realtime.events_after(before)) == 1


def test_somebody_elses_key_is_of_no_use(talk: Talk) -> None:
    for viewer in (talk.viewer(), talk.viewer()):
        viewer.get(talk.room)
        token = next(form for form in viewer.forms() if form["action"].endswith("/noi"))["fields"]["csrf_token"]
        viewer.post(f"{talk.room}/noi", {"csrf_token": token, "text": "Chào", "key": "same"})
    assert len(talk.messages()) == 2


def test_fifty_messages_of_one_sender_are_one(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.limiter, "enabled", False)
    viewer = talk.viewer()
    viewer.get(talk.room)
    token = next(form for form in viewer.forms() if form["action"].endswith("/noi"))["fields"]["csrf_token"]
    talk.set_room(slow_seconds=300)
    answers = [
        viewer.client.post(f"{talk.room}/noi", data={"csrf_token": token, "text": f"{number}", "key": f"{number}"})
        for number in range(50)
    ]
    assert [answer.status_code for answer in answers] == [303] + [422] * 49
    assert [message.text for message in talk.messages()] == ["0"]


def test_an_address_has_its_limit(talk: Talk) -> None:
    talk.set_room(slow_seconds=0)
    viewer = talk.viewer()
    viewer.get(talk.room)
    token = next(form for form in viewer.forms() if form["action"].endswith("/noi"))["fields"]["csrf_token"]
    codes = [
        viewer.client.post(f"{talk.room}/noi", data={"csrf_token": token, "text": "x", "key": f"{number}"}).status_code
        for number in range(121)
    ]
    assert codes.count(303) == rules.MESSAGES_IN_TEN_MINUTES
    assert codes[-1] == 429


def test_what_is_too_long_is_refused_and_kept_as_typed(talk: Talk) -> None:
    viewer = talk.viewer()
    assert talk.say(viewer, "a" * 10_000) == 422
    assert talk.messages() == []
    assert talk.say(viewer, "b" * 501) == 422
    assert "b" * 501 in viewer.page.get_data(as_text=True)  # type: ignore[union-attr]
    assert talk.say(viewer, "c" * 500) == 200


def test_scripts_and_reading_direction_stay_words(talk: Talk) -> None:
    assert talk.say(talk.viewer(), "<script>alert(1)</script>\u202egnôđ 000.01\u202c\x00\u200b") == 200
    (message,) = talk.messages()
    assert message.text == "<script>alert(1)</script>gnôđ 000.01"
    page = talk.browsers().get(talk.room).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Gọi 0912 345 678 nhé", "Gọi ••• nhé"),
        ("zalo +84.912.345.678", "zalo •••"),
        ("số ０９１２３４５６７８", "số •••"),
        ("mua ở https://xau.example/a?b nha", "mua ở ••• nha"),
        ("vào shop-re.com.vn/x", "vào •••"),
        ("giá 1.000.000.000 đồng", "giá 1.000.000.000 đồng"),
        ("2 kg giá 50.000", "2 kg giá 50.000"),
        ("Lợn lớn, cắc cớ", "Lợn lớn, cắc cớ"),
    ],
)
def test_links_and_phone_numbers_are_hidden(typed: str, shown: str) -> None:
    assert rules.tidy_message(typed) == shown


def test_rude_words_wait_for_the_crew_and_are_seen_by_their_writer_alone(talk: Talk) -> None:
    viewer, crew, other = talk.viewer(), talk.crew(), talk.browsers()
    talk.say(viewer, "Đồ LỪA ĐẢO")
    assert [message.state for message in talk.messages()] == [MessageState.WAITING]
    assert "Đồ LỪA ĐẢO" in viewer.get(talk.room).get_data(as_text=True)
    assert "Đồ LỪA ĐẢO" not in other.get(talk.room).get_data(as_text=True)
    crew.submit(talk.desk, action="/hien")
    assert "Đồ LỪA ĐẢO" in other.get(talk.room).get_data(as_text=True)


def test_a_hidden_line_is_gone_everywhere(talk: Talk) -> None:
    before = realtime.latest_id()
    talk.say(talk.viewer(), "Lời không hay")
    crew, other = talk.crew(), talk.browsers()
    message_id = talk.messages()[0].id
    # Somebody's stream knows the line already when it is hidden, and another viewer comes back with an old id.
    stream = Broadcast()
    stream.begin([], before)
    stream.tell(realtime.events_after(before))
    crew.submit(talk.desk, action=f"/tin/{message_id}/an")
    session.rollback()
    stream.tell(realtime.events_after(stream.last_id))
    for address in ("", "/hien-trang", f"/tin?sau={before}"):
        assert "Lời không hay" not in other.get(talk.room + address).get_data(as_text=True)

    missed = stream.join(rules.channel(talk.fair_id), lambda _data: None, after=before)[1].decode()
    assert "Lời không hay" not in missed
    assert '"kind":"chat_gone"' in missed
    assert f'"message_id":{message_id}' in missed
    crew.submit(talk.desk, action=f"/tin/{message_id}/hien")
    assert "Lời không hay" in other.get(talk.room).get_data(as_text=True)


def test_a_guest_proves_a_phone_and_writes_under_a_name(talk: Talk) -> None:
    guest = talk.browsers()
    guest.get(talk.room)
    assert not [form for form in guest.forms() if form["action"].endswith("/noi")]
    guest.submit(f"{talk.room}/ten", {"name": "Cô Ba", "phone": "0912 000 333"})
    assert guest.send({"code": "000000"}).status_code == 422
    guest.send({"code": newest_code()}, at=f"{talk.room}/ten/ma")
    assert talk.say(guest, "Chào cả nhà") == 200
    (message,) = talk.messages()
    assert (message.name, message.text) == ("Cô Ba", "Chào cả nhà")
    assert "912000333" not in talk.browsers().get(talk.room).get_data(as_text=True)


def test_a_banned_sender_returns_neither_with_a_new_cookie_nor_name_nor_account(talk: Talk) -> None:
    def as_guest(name: str, phone: str) -> Browser:
        guest = talk.browsers()
        guest.submit(f"{talk.room}/ten", {"name": name, "phone": phone})
        guest.send({"code": newest_code()}, at=f"{talk.room}/ten/ma")
        return guest

    def with_account() -> Browser:
        browser = talk.browsers()
        browser.sign_in(make_person(full_name="Người Khác Hẳn", phone="+84912000444").contacts[0])
        return browser

    crew = talk.crew()
    talk.set_room(slow_seconds=0)
    first = as_guest("Cậu Út", "0912 000 444")
    assert talk.say(first, "Phá chợ") == 200
    crew.submit(talk.desk, {"reason": "Phá rối", "minutes": "0"}, action="/cam-noi")
    assert talk.messages()[0].state == MessageState.HIDDEN
    again = [as_guest("Cậu Út", "0912 000 444"), as_guest("Chị Năm", "+84 912.000.444"), with_account()]
    for browser in (first, *again):
        assert talk.say(browser, "Lại là tôi") == 422
        assert "Phá rối" in browser.text
    assert session.query(Visitor).filter_by(phone="+84912000444").count() == 3  # and an account that was never let in
    assert len(talk.messages()) == 1
    assert talk.say(as_guest("Cậu Út", "0912 000 555"), "Tôi là người khác") == 200
    crew.submit(talk.desk, action="/bo")
    assert talk.say(first, "Cảm ơn") == 200


def test_forged_deeds_change_nothing(talk: Talk) -> None:
    talk.say(talk.viewer(), "Chào")
    message_id = talk.messages()[0].id
    before = realtime.latest_id()
    viewer = talk.viewer()
    viewer.get(talk.room)
    token = next(form for form in viewer.forms() if form["action"].endswith("/noi"))["fields"]["csrf_token"]
    for deed in ("hien", "an", "go", "ghim", "tra-loi", "cam-noi"):
        data = {"csrf_token": token, "answer": "x", "reason": "x", "minutes": "1"}
        assert viewer.post(f"{talk.desk}/tin/{message_id}/{deed}", data).status_code == 404
    assert viewer.post(f"{talk.desk}/noi", {"csrf_token": token, "text": "Tôi là ban tổ chức"}).status_code == 404
    # Nobody says by himself that he is of the crew, or what state his words have.
    viewer.post(f"{talk.room}/noi", {"text": "không có mã"})
    assert viewer.post(f"{talk.room}/tin?sau=0", {"kind": "chat"}).status_code == 405
    assert realtime.latest_id() == before
    talk.say(viewer, "Chào", is_crew="1", state="removed", name="Ban tổ chức")
    assert (talk.messages()[-1].is_crew, talk.messages()[-1].name) == (False, "Văn Mẫu")


def test_questions_are_wanted_once_and_answered_by_the_cooperative(talk: Talk) -> None:
    asker, other, stall = talk.viewer(), talk.viewer(), talk.browsers()
    talk.say(asker, "Giao ra Huế không?", question="1")
    asked_id = talk.messages()[0].id
    for _press in range(2):
        other.get(talk.room)
        forms = [form for form in other.forms() if form["action"].endswith("/cung-hoi")]
        if forms:
            other.send(action="/cung-hoi")
    token = next(form for form in other.forms() if form["action"].endswith("/noi"))["fields"]["csrf_token"]
    other.post(f"{talk.room}/hoi/{asked_id}/cung-hoi", {"csrf_token": token})
    assert talk.messages()[0].votes == 1
    stall.sign_in(talk.owner_contact)
    page = f"/htx-cua-toi/{talk.cooperative_slug}/phien-cho/{talk.slug}/len-song"
    assert stall.submit(page, {"answer": ""}, action=f"/{asked_id}").status_code == 422
    stall.submit(page, {"answer": "Có, hai ngày tới nơi"}, action=f"/{asked_id}")
    assert "Có, hai ngày tới nơi" in asker.get(talk.room).text
    crew = talk.crew()
    crew.submit(talk.desk, action=f"/tin/{asked_id}/ghim")
    asked = talk.browsers().get(f"{talk.room}/cau-hoi").get_json()["questions"]
    assert [(one["votes"], one["answer"], one["is_pinned"]) for one in asked] == [(1, "Có, hai ngày tới nơi", True)]


def test_who_asked_finds_his_question_when_another_stall_is_on(talk: Talk) -> None:
    asker, other = talk.viewer(), talk.viewer()
    talk.say(asker, "Giao ra Huế không?", question="1")
    talk.set_room(slot_id=None)
    assert "Giao ra Huế không?" in asker.get(talk.room).get_data(as_text=True)
    assert "Giao ra Huế không?" not in other.get(talk.room).get_data(as_text=True)


def test_a_message_is_called_out_once_a_browser(talk: Talk) -> None:
    talk.say(talk.viewer(), "Mua bên tôi rẻ hơn")
    other = talk.viewer()
    for _press in range(2):
        other.submit(talk.room, action="/bao-xau")
    assert talk.messages()[0].reports == 1
    assert "Mua bên tôi rẻ hơn" in talk.crew().get(talk.desk).text


def test_a_closed_or_moderated_room(talk: Talk) -> None:
    viewer = talk.viewer()
    talk.set_room(is_moderated=True)
    talk.say(viewer, "Chào")
    assert talk.messages()[0].state == MessageState.WAITING
    viewer.get(talk.room)
    token = next(form for form in viewer.forms() if form["action"].endswith("/noi"))["fields"]["csrf_token"]
    talk.set_room(is_chat_open=False)
    assert viewer.post(f"{talk.room}/noi", {"csrf_token": token, "text": "Chào"}).status_code == 422
    crew = talk.crew()
    crew.submit(talk.desk, {"text": "Phiên chợ nghỉ năm phút"}, action="/dieu-hanh/noi")
    assert [(one.text, one.is_crew) for one in queries.talk_of(talk.fair_id).lines] == [
        ("Phiên chợ nghỉ năm phút", True)
    ]


def test_scripts_get_data_instead_of_pages(talk: Talk) -> None:
    as_data = {"Accept": "application/json"}
    viewer, stranger = talk.viewer(), talk.browsers()
    viewer.get(talk.room)
    token = next(form for form in viewer.forms() if form["action"].endswith("/noi"))["fields"]["csrf_token"]
    told = viewer.post(f"{talk.room}/noi", {"csrf_token": token, "text": "Chào"}, headers=as_data).get_json()
    assert (told["text"], told["waits"]) == ("Chào", False)
    again = viewer.post(f"{talk.room}/noi", {"csrf_token": token, "text": "Chào nữa"}, headers=as_data)
    assert again.status_code == 422
    assert "giây" in again.get_json()["error"]
    stranger.get("/dang-nhap")
    token = next(form for form in stranger.forms() if "csrf_token" in form["fields"])["fields"]["csrf_token"]
    asked = stranger.post(f"{talk.room}/noi", {"csrf_token": token, "text": "Chào"}, headers=as_data)
    assert (asked.status_code, asked.get_json()) == (401, {"to": f"{talk.room}/ten"})
    assert [message.text for message in talk.messages()] == ["Chào"]
