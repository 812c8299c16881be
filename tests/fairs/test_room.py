"""The room as visitors meet it: the page, what is asked again, and the three ways to hear of the same things."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from marketplace.fairs import actions, queries
from marketplace.fairs.models import Booth, Fair, Slot
from marketplace.fairs.states import FairState
from marketplace.foundation import realtime
from marketplace.foundation.database import session, transaction
from tests.client import Browser
from tests.factories.fairs import make_fair, make_live_fair


def show(fair: Fair, slot: Slot) -> None:
    """The booth of this slot is on, its first item pinned at its session price."""
    with transaction():
        fair, slot = session.get_one(Fair, fair.id), session.get_one(Slot, slot.id)
        item = session.get_one(Booth, slot.booth_id).items[0]
        actions.put_on_air(fair, slot, by=1)
        actions.pin(fair, item, by=1)
        actions.open_price(fair, item, by=1)


def test_drafts_are_seen_by_nobody(app: Flask, browser: Browser) -> None:
    fair = make_fair(to=FairState.DRAFT)
    for address in (
        "",
        "/truc-tiep",
        "/truc-tiep/tin",
        "/truc-tiep/canh",
        "/truc-tiep/cau-hoi",
        "/truc-tiep/hien-trang",
    ):
        assert browser.get(f"/phien-cho/{fair.slug}{address}").status_code == 404
    assert fair.name not in browser.get("/phien-cho").text


def test_the_room_shows_what_is_pinned_at_its_session_price(app: Flask, browser: Browser) -> None:
    fair, (slot,) = make_live_fair(packs=20)
    show(fair, slot)
    page = browser.get(f"/phien-cho/{fair.slug}/truc-tiep").text
    assert "40.000\xa0₫" in page
    assert "50.000\xa0₫" in page
    assert "còn 20" in page
    assert f'data-event="{realtime.latest_id()}"' in page


def test_snapshot_and_poll_tell_the_same(app: Flask, browser: Browser) -> None:
    fair, (slot,) = make_live_fair()
    before = realtime.latest_id()
    show(fair, slot)
    told = browser.get(f"/phien-cho/{fair.slug}/truc-tiep/tin?sau={before}").get_json()
    state = browser.get(f"/phien-cho/{fair.slug}/truc-tiep/hien-trang").get_json()
    assert [event["kind"] for event in told] == ["slot", "pin", "pin", "price"]
    assert state["event_id"] == told[-1]["id"]
    assert state["slot_id"] == told[0]["body"]["slot_id"]
    assert state["item_id"] == told[2]["body"]["item_id"]
    assert state["items"][0] == {key: told[3]["body"][key] for key in ("item_id", "state", "free", "closes_at")}
    assert browser.get(f"/phien-cho/{fair.slug}/truc-tiep/tin?sau={told[-1]['id']}").status_code == 204


def test_a_room_costs_the_same_statements_however_full_its_shelves(app: Flask, browser: Browser) -> None:
    def statements(booths: int) -> str:
        fair, slots = make_live_fair(booths=booths)
        slug = fair.slug
        show(fair, slots[0])
        return browser.get(f"/phien-cho/{slug}/truc-tiep").headers["X-Queries"]

    assert statements(1) == statements(3)


def test_lists_of_fairs_cost_the_same_statements(app: Flask, browsers: Callable[[], Browser]) -> None:
    def statements(address: str) -> str:
        return browsers().get(address).headers["X-Queries"]

    slug = make_live_fair()[0].slug
    few = statements("/phien-cho"), statements(f"/phien-cho/{slug}")
    fuller = make_live_fair(booths=3)[0].slug
    make_fair()
    assert (statements("/phien-cho?trang=1"), statements(f"/phien-cho/{fuller}")) == few


def test_the_stream_may_be_reached_and_polling_can_be_forced(app: Flask, browser: Browser) -> None:
    fair, _ = make_live_fair()
    answer = browser.get(f"/phien-cho/{fair.slug}/truc-tiep")
    origin = queries.find_fair(fair.slug) and ":8001/luong/fair:"
    assert origin in answer.text
    assert "connect-src 'self' http://" in answer.headers["Content-Security-Policy"]
    assert "/luong/" not in browser.get(f"/phien-cho/{fair.slug}/truc-tiep?live=poll").text
