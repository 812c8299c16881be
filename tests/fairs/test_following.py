"""Visitors ask to be reminded, once; the calendar and the card that they send on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from marketplace.fairs import actions, queries, tasks
from marketplace.fairs.models import Booth, Fair, Follower
from marketplace.fairs.states import FairState
from marketplace.foundation import clock, jobs
from marketplace.foundation.database import session, transaction
from marketplace.foundation.messages import Message
from tests.client import Browser
from tests.factories.accounts import make_officer
from tests.factories.fairs import make_booth, make_fair
from tests.notifications.reading import forget


def scheduled_fair() -> tuple[Fair, Booth]:
    """Begins in two days, with one booth and a timetable that is out."""
    officer = make_officer("33")
    starts_at = clock.now() + timedelta(days=2)
    fair = make_fair(officer=officer, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    booth = make_booth(fair)
    with transaction():
        fair, booth = session.get_one(Fair, fair.id), session.get_one(Booth, booth.id)
        actions.check_speaker(booth, fair, by=officer.id)
        actions.approve(booth, fair, by=officer.id)
        actions.close_registration(fair, by=officer.id)
        actions.plan_booths(fair, [booth])
        actions.publish_timetable(fair, by=officer.id)
    return fair, booth


def test_following_twice_is_following_once(app: Flask, browser: Browser) -> None:
    fair, booth = scheduled_fair()
    page = f"/phien-cho/{fair.slug}/nhac-toi"
    for _ in range(2):
        browser.submit(page, {"contact": "Lan@Example.com"})
        browser.submit(page, {"contact": "0912 345 678", "booth": str(booth.id)})
    rows = session.query(Follower.contact, Follower.booth_id).order_by(Follower.id).all()
    assert [tuple(row) for row in rows] == [("lan@example.com", None), ("+84912345678", booth.id)]
    assert browser.submit(page, {"contact": "không có"}).status_code == 422
    assert session.query(Follower).count() == 2


def test_a_booth_of_another_fair_cannot_be_followed_here(app: Flask, browser: Browser) -> None:
    fair, _ = scheduled_fair()
    slug = fair.slug
    other = scheduled_fair()[1].id
    answer = browser.submit(f"/phien-cho/{slug}/nhac-toi", {"contact": "lan@example.com", "booth": str(other)})
    assert answer.status_code == 422
    assert session.query(Follower).count() == 0


def test_each_follower_is_reminded_once_some_hours_before(app: Flask, browser: Browser) -> None:
    fair, booth = scheduled_fair()
    forget()  # what was said of the booth's application
    session.add_all([fair, booth])
    with transaction():
        for contact, booth_id in (("lan@example.com", None), ("+84912345678", booth.id)):
            actions.follow(fair, booth_id=booth_id, contact=contact, person_id=None, language="vi")
    tasks.remind_followers()
    jobs.run_all_due()
    assert letters() == {}
    starts_at = fair.starts_at
    with clock.moved_to(starts_at - timedelta(hours=3)):
        tasks.remind_followers()
        tasks.remind_followers()
        jobs.run_all_due()
    sent = letters()
    assert set(sent) == {"lan@example.com", "+84912345678"}
    assert f"/phien-cho/{fair.slug}" in sent["lan@example.com"]
    assert "lên sóng hôm nay lúc" in sent["+84912345678"]
    key = re.search(r"thoi-nhac\?ma=(\S+)", sent["lan@example.com"])
    assert key is not None
    browser.get(f"/phien-cho/{fair.slug}/thoi-nhac?ma={key[1]}")
    assert session.query(Follower).count() == 2  # opening the link alone ends nothing
    browser.send(action="/thoi-nhac")
    session.expire_all()
    assert [row.contact for row in session.query(Follower)] == ["+84912345678"]
    assert browser.get(f"/phien-cho/{fair.slug}/thoi-nhac?ma=1-{'0' * 20}").status_code == 404


def letters() -> dict[str, str]:
    found = session.query(Message).filter(Message.text.contains("phien-cho")).all()
    assert len({message.receiver for message in found}) == len(found)
    return {message.receiver: message.text for message in found}


def test_the_calendar_file_is_one_that_phones_read(app: Flask, browser: Browser) -> None:
    fair, _ = scheduled_fair()
    answer = browser.get(f"/phien-cho/{fair.slug}/lich.ics")
    lines = answer.get_data(as_text=True).split("\r\n")
    assert answer.mimetype == "text/calendar"
    assert f"DTSTART:{fair.starts_at:%Y%m%dT%H%M%SZ}" in lines
    assert max(len(line.encode()) for line in lines) <= 75
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_the_card_shows_address_and_code(app: Flask, browser: Browser) -> None:
    fair, _ = scheduled_fair()
    assert f"/phien-cho/{fair.slug}" in browser.get(f"/phien-cho/{fair.slug}/chia-se").get_data(as_text=True)
    assert browser.get(f"/phien-cho/{fair.slug}/ma.png").data.startswith(b"\x89PNG")


def test_drafts_have_no_reminders_calendar_or_card(app: Flask, browser: Browser) -> None:
    # A name of its own: pages kept for strangers outlive the database of the test before.
    slug = make_fair(to=FairState.DRAFT, name="Phiên chợ nháp").slug
    for tail in ("nhac-toi", "lich.ics", "chia-se", "ma.png"):
        assert browser.get(f"/phien-cho/{slug}/{tail}").status_code == 404


def test_home_shows_what_is_on_or_next(app: Flask, browsers: Callable[[], Browser]) -> None:
    assert "Hiện chưa có phiên nào" in browsers().get("/").get_data(as_text=True)
    fair, _ = scheduled_fair()
    name = fair.name
    assert queries.fair_on_or_next() is not None
    assert name in browsers().get("/").get_data(as_text=True)
