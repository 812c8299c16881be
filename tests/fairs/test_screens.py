"""Second screens show what the room shows, and nothing of the shop around it."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.fairs import actions
from marketplace.fairs.models import Booth, Fair, Slot
from marketplace.foundation.database import session, transaction
from tests.client import Browser
from tests.factories.fairs import make_live_fair


@pytest.mark.parametrize("screen", ["tro-chuyen", "san-khau", "bang-gia"])
def test_each_screen_follows_the_show(app: Flask, browser: Browser, screen: str) -> None:
    fair, (slot,) = make_live_fair()
    address = f"/phien-cho/{fair.slug}/truc-tiep/{screen}"
    before = browser.get(address)
    assert before.status_code == 200
    assert "site-header" not in before.get_data(as_text=True)
    with transaction():
        found = session.get_one(Fair, fair.id)
        actions.put_on_air(found, session.get_one(Slot, slot.id), by=1)
        item = session.get_one(Booth, slot.booth_id).items[0]
        actions.pin(found, item, by=1)
        actions.open_price(found, item, by=1)
        actions.announce_in_room(found, "Chào bà con", by=1)
    page = browser.get(address).get_data(as_text=True)
    assert "Chào bà con" in page
    assert ("40.000" in page) == (screen != "tro-chuyen")
    assert ("data-talk" in page) == (screen == "tro-chuyen")


def test_a_draft_has_no_screens(app: Flask, browser: Browser) -> None:
    assert browser.get("/phien-cho/khong-co/truc-tiep/bang-gia").status_code == 404
