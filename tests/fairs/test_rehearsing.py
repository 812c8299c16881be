"""The rehearsal room: each part as viewers will see it, for the crew and its stalls alone, and without a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from marketplace.fairs import actions, queries
from marketplace.fairs.models import Booth, Fair, Slot
from marketplace.fairs.states import CrewRole
from marketplace.foundation import database
from marketplace.foundation.database import session, transaction
from marketplace.foundation.dates import format_moment
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import approve_booth, make_booth, make_fair


class Evening:
    """A fair that opens later: two stalls with a place, planned one after the other; the second is `owner`'s."""

    def __init__(self) -> None:
        self.officer, self.owner = make_officer("33"), make_person()
        fair = make_fair(officer=self.officer)
        booths = [make_booth(fair), make_booth(fair, make_cooperative(owner=self.owner))]
        for booth in booths:
            approve_booth(booth, by=self.officer.id)
        with transaction():
            fair = session.get_one(Fair, fair.id)
            actions.close_registration(fair, by=self.officer.id)
            actions.plan_booths(fair, [session.get_one(Booth, booth.id) for booth in booths])
            actions.publish_timetable(fair, by=self.officer.id)
        self.fair_id, self.booth_id = fair.id, booths[1].id
        self.page = f"/phien-cho/{fair.slug}/tap-duot"
        self.slots = queries.slots_of(fair.id)


@pytest.fixture
def evening(app: Flask) -> Evening:
    return Evening()


def rows() -> dict[str, int]:
    """How many rows each table has: what a rehearsal would leave behind."""
    session.rollback()
    tables = inspect(database.engine()).get_table_names()
    counted = {name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in tables}
    return {name: count for name, count in counted.items() if name not in ("person_session", "job")}


def test_the_officer_goes_through_the_parts_and_nothing_is_left_of_it(
    evening: Evening, browsers: Callable[[], Browser]
) -> None:
    host = browsers()
    sign_in_officer(host, evening.officer)
    before = rows()
    first = host.get(evening.page).get_data(as_text=True)
    assert "Phần 1 / 2" in first
    assert "40.000" in first  # the session price as if it were open
    assert "/mua" not in first  # and nothing to buy it with
    assert f"phan={evening.slots[1].id}" in first
    second = host.get(f"{evening.page}?phan={evening.slots[1].id}").get_data(as_text=True)
    assert "Phần 2 / 2" in second
    assert rows() == before
    session.expire_all()
    assert {slot.state for slot in queries.slots_of(evening.fair_id)} == {evening.slots[0].state}
    assert queries.room_settings(evening.fair_id).slot_id is None


def test_what_is_missing_for_a_part_is_said(evening: Evening, browser: Browser) -> None:
    sign_in_officer(browser, evening.officer)
    page = f"{evening.page}?phan={evening.slots[1].id}"
    assert "HTX chưa xác nhận giờ" in browser.get(page).get_data(as_text=True)
    with transaction():
        slot = session.get_one(Slot, evening.slots[1].id)
        actions.confirm_slot(slot)
    assert "HTX đã xác nhận giờ" in browser.get(page).get_data(as_text=True)


def test_only_the_crew_and_the_stalls_come_in(evening: Evening, browsers: Callable[[], Browser]) -> None:
    def answer(contact: str) -> tuple[int, bool]:
        browser = browsers()
        if contact:
            browser.sign_in(contact)
        page = browser.get(evening.page)
        return page.status_code, page.request.path == evening.page

    helper, stranger, other_owner = make_person(), make_person(), make_person()
    make_cooperative(owner=other_owner)
    with transaction():
        fair = session.get_one(Fair, evening.fair_id)
        actions.join_crew(fair, person_id=helper.id, role=CrewRole.HOST, by=evening.officer.id)
    let_in, shut_out = [
        [person.contacts[0] for person in people] for people in ((evening.owner, helper), (stranger, other_owner))
    ]
    assert answer("") == (200, False)  # asked to sign in
    assert [answer(contact) for contact in let_in] == [(200, True)] * 2
    assert [answer(contact) for contact in shut_out] == [(404, True)] * 2


def test_when_the_fair_is_over_nothing_is_rehearsed(evening: Evening, browser: Browser) -> None:
    sign_in_officer(browser, evening.officer)
    with transaction():
        fair = session.get_one(Fair, evening.fair_id)
        actions.go_live(fair, by=evening.officer.id)
        actions.end_fair(fair, by=evening.officer.id)
    assert browser.get(evening.page).status_code == 404


def test_the_price_is_shown_open_until_an_hour_of_the_fairs_own_evening(evening: Evening, browser: Browser) -> None:
    sign_in_officer(browser, evening.officer)
    closes_at = evening.slots[1].starts_at + timedelta(minutes=12)
    browser.get(f"{evening.page}?phan={evening.slots[1].id}")
    assert f"đến {format_moment(closes_at)}" in browser.text
