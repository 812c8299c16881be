"""Snapshot, poll and stream show the same items, whatever happened in the room and however a viewer came to hear of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from marketplace.accounts.models import Person
from marketplace.fairs import actions, queries, rules
from marketplace.fairs.errors import ChatClosed, MoveRefused, NotChecked, NotOnAir, NotReady, Silenced, TooFast
from marketplace.fairs.models import BoothItem, Fair, Message, Room, Slot
from marketplace.fairs.states import Happening
from marketplace.foundation import realtime
from marketplace.foundation.broadcast import START_ANEW, Broadcast, Viewer
from marketplace.foundation.database import session, transaction
from marketplace.inventory.errors import OfferNotOpen
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.fairs import make_live_fair

REFUSALS = (NotOnAir, NotReady, MoveRefused, OfferNotOpen, ChatClosed, NotChecked, Silenced, TooFast)
BOOTHS = 2


class Show:
    """A live fair with two stalls, on which anything may be tried."""

    def __init__(self, fair: Fair, slots: list[Slot], person: Person) -> None:
        self.fair_id, self.slug, self.channel = fair.id, fair.slug, rules.channel(fair.id)
        self.slot_ids = [slot.id for slot in slots]
        self.item_ids = [item.id for item in session.query(BoothItem).order_by(BoothItem.id)]
        self.person_id, self.said = person.id, 0

    def do(self, deed: str, which: int) -> None:
        """One deed in its own transaction; what is refused changes nothing."""
        try:
            with transaction():
                getattr(self, deed)(session.get_one(Fair, self.fair_id, populate_existing=True), which)
        except REFUSALS:
            pass

    def put_on(self, fair: Fair, which: int) -> None:
        actions.put_on_air(fair, session.get_one(Slot, self.slot_ids[which % BOOTHS]), by=1)

    def cut(self, fair: Fair, which: int) -> None:
        actions.cut_off(fair, session.get_one(Slot, self.slot_ids[which % BOOTHS]), by=1, reason="Sai hàng")

    def pin(self, fair: Fair, which: int) -> None:
        actions.pin(fair, self._item(which) if which % 3 else None, by=1)

    def open_price(self, fair: Fair, which: int) -> None:
        actions.open_price(fair, self._item(which), by=1)

    def close_price(self, fair: Fair, which: int) -> None:
        actions.close_price(fair, self._item(which), at_once=which % 2 == 0, by=1)

    def notice(self, fair: Fair, which: int) -> None:
        actions.announce_in_room(fair, f"Thông báo {which}" if which % 3 else "", by=1)

    def say(self, fair: Fair, which: int) -> None:
        self.said += 1
        visitor = actions.join_as_person(session.get_one(Person, self.person_id))
        actions.write(fair, visitor, text=f"Lời {self.said}", key=f"{self.said}", is_question=which % 2 == 0)

    def hide(self, fair: Fair, which: int) -> None:
        if message := self._message(which):
            actions.hide_message(fair, message, by=1)

    def show(self, fair: Fair, which: int) -> None:
        if message := self._message(which):
            actions.show_message(fair, message, by=1)

    def answer(self, fair: Fair, which: int) -> None:
        message = self._message(which)
        if message and message.is_question:
            actions.answer_question(message, answer=f"Đáp {which}", by=1)

    def _item(self, which: int) -> BoothItem:
        return session.get_one(BoothItem, self.item_ids[which % BOOTHS])

    def _message(self, which: int) -> Message | None:
        found = session.query(Message).filter_by(fair_id=self.fair_id).order_by(Message.id).all()
        return found[which % len(found)] if found else None


DEEDS = ("put_on", "cut", "pin", "open_price", "close_price", "notice", "say", "say", "say", "hide", "show", "answer")


class Phone:
    """A viewer of the stream: which events came, in which order, and whether it was sent back to the market."""

    def __init__(self, live: Broadcast, channel: str, after: int) -> None:
        self.after, self.got = after, b""
        self.viewer: Viewer
        self.viewer, missed = live.join(channel, self.write, after=after)
        self.write(missed)

    def write(self, data: bytes) -> None:
        self.got += data

    @property
    def began_anew(self) -> bool:
        return START_ANEW in self.got

    def events(self) -> list[dict[str, Any]]:
        lines = [line for line in self.got.decode().split("\n") if line.startswith("data: [")]
        return [event for line in lines for event in json.loads(line[6:])]


def shown(before: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    """What a page shows that stood at `before` and heard this, as room.js and talk.js put it in."""
    page = json.loads(json.dumps(before))
    items = {item["item_id"]: item for item in page["items"]}
    lines = {line["message_id"]: line for line in page["messages"] + page["questions"]}
    for event in events:
        body = event["body"]
        match event["kind"]:
            case Happening.NOTICE:
                page["notice"] = body["text"]
            case Happening.SLOT:
                page["slot_id"] = body["slot_id"]
            case Happening.PIN:
                page["item_id"] = body["item_id"]
            case Happening.PRICE:
                items[body["item_id"]] = {key: body[key] for key in ("item_id", "state", "free", "closes_at")}
            case Happening.CHAT:
                lines[body["message_id"]] = body
            case Happening.CHAT_GONE:
                lines.pop(body["message_id"], None)
            case Happening.QUESTION:
                if body["message_id"] in lines:
                    lines[body["message_id"]] |= body
    questions = {key: line for key, line in lines.items() if line["is_question"]}
    return {
        "notice": page["notice"], "slot_id": page["slot_id"], "item_id": page["item_id"], "items": items,
        "lines": {key: line["text"] for key, line in lines.items() if not line["is_question"]},
        "questions": {key: (line["text"], line.get("answer", "")) for key, line in questions.items()},
    }  # fmt: skip


@pytest.fixture
def new_show(app: Flask) -> Callable[[], Show]:
    def make() -> Show:
        person = make_person()
        fair, slots = make_live_fair(booths=BOOTHS)
        with transaction():
            session.get_one(Room, fair.id).slow_seconds = 0
        return Show(fair, slots, person)

    return make


step = st.tuples(st.sampled_from(DEEDS), st.integers(0, 11), st.sampled_from(["", "flush", "join", "pause", "resume"]))


@settings(
    max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(steps=st.lists(step, min_size=5, max_size=25))
def test_stream_poll_and_snapshot_agree(
    app: Flask, browsers: Callable[[], Browser], new_show: Callable[[], Show], steps: list[tuple[str, int, str]]
) -> None:
    show = new_show()
    room = f"/phien-cho/{show.slug}/truc-tiep"

    def snapshot() -> dict[str, Any]:
        session.rollback()
        return dict(browsers().get(f"{room}/hien-trang").get_json())

    first = snapshot()
    live = Broadcast()
    live.begin([], first["event_id"])
    phones = [Phone(live, show.channel, first["event_id"])]
    for deed, which, then in steps:
        show.do(deed, which)
        session.rollback()
        if then == "flush":
            live.tell(realtime.events_after(live.last_id))
        elif then == "join":
            phones.append(Phone(live, show.channel, live.last_id - which % 4))
        elif then == "pause":
            phones[which % len(phones)].viewer.pause()
        elif then == "resume":
            phones[which % len(phones)].viewer.resume()
    live.tell(realtime.events_after(live.last_id))
    for phone in phones:
        phone.viewer.resume()

    last = snapshot()
    for phone in phones:
        answer = browsers().get(f"{room}/tin?sau={phone.after}")
        if phone.began_anew:
            continue  # its page asks the market, as whoever polls does
        # What was taken back before it was told is an empty place in the row.
        polled, heard = (
            [event for event in events if event["kind"] != realtime.TAKEN_BACK]
            for events in (answer.get_json() if answer.data else [], phone.events())
        )
        # What was told before it was taken back was heard by those who listened; nobody else hears it.
        gone = {event["id"] for event in heard} - {event["id"] for event in polled}
        assert {event["kind"] for event in heard if event["id"] in gone} <= {Happening.CHAT, Happening.QUESTION}
        assert [event for event in heard if event["id"] not in gone] == polled
        assert len({event["id"] for event in heard}) == len(heard)
    heard, asked = shown(first, phones[0].events()), shown(last, [])
    # Shelf and questions are those of whoever is on; a page asks for them when another is.
    if any(event["kind"] == Happening.SLOT for event in phones[0].events()):
        del heard["questions"], asked["questions"]
    prices, shelf = heard.pop("items"), asked.pop("items")
    assert heard == asked
    assert {key: prices[key] for key in shelf.keys() & prices} == {key: shelf[key] for key in shelf.keys() & prices}
    assert queries.news_after(session.get_one(Fair, show.fair_id), last["event_id"]) == []
