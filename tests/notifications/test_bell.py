"""The bell: one's own news, in one's language, counted by one statement, opened once read, dropped when old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.accounts.models import Person
from marketplace.foundation import clock, jobs
from marketplace.foundation.database import session, transaction
from marketplace.notifications import actions, rules, words
from marketplace.notifications.actions import NewNotice
from marketplace.notifications.models import Notice
from tests.client import Browser
from tests.factories.accounts import make_person

BELL = "/tai-khoan/thong-bao"


def tell(person: Person, *numbers: int, days_ago: int = 0) -> list[int]:
    """The ids of notices about orders with these numbers."""
    with transaction():
        for number in numbers:
            facts = {"code": f"HTX{number}", "amount_dong": 75_000}
            notice = NewNotice(person.id, "orders/placed", facts, "/tai-khoan/don-hang")
            assert actions.tell(notice, key=f"test:{number}", at=clock.now() - timedelta(days=days_ago))
    return [row.id for row in session.query(Notice).filter_by(person_id=person.id).order_by(Notice.id)]


def rows(person: Person) -> list[bool]:
    session.rollback()
    return [row.read_at is not None for row in session.query(Notice).filter_by(person_id=person.id).order_by(Notice.id)]


def test_an_empty_bell_says_what_will_come(browser: Browser) -> None:
    browser.sign_in(make_person().contacts[0])
    browser.get(BELL)
    assert "Chưa có thông báo" in browser.text
    assert "Đánh dấu đọc hết" not in browser.text


def test_the_same_key_tells_once(app: Flask) -> None:
    person = make_person()
    tell(person, 1)
    with transaction():
        notice = NewNotice(person.id, "orders/placed", {"code": "X", "amount_dong": 1}, "/")
        assert not actions.tell(notice, key="test:1", at=clock.now())
    assert len(rows(person)) == 1


def test_opening_leads_to_the_page_and_marks_only_that_one(browser: Browser) -> None:
    person = make_person()
    first, _ = tell(person, 1, 2)
    browser.sign_in(person.contacts[0])
    page = browser.get(f"{BELL}/{first}")
    assert page.request.path == "/tai-khoan/don-hang"
    assert rows(person) == [True, False]


def test_one_and_all_are_marked_without_scripts(browser: Browser) -> None:
    person = make_person()
    first, *_ = tell(person, 1, 2, 3)
    browser.sign_in(person.contacts[0])
    browser.submit(BELL, action=f"/{first}/da-doc")
    assert rows(person) == [True, False, False]
    browser.submit(BELL, action="thong-bao/da-doc")
    assert rows(person) == [True, True, True]
    assert "Đã đánh dấu đọc hết" in browser.text


def test_nobody_opens_or_marks_what_is_another_persons(browsers: Callable[[], Browser]) -> None:
    owner, thief = make_person(), make_person()
    (mine,) = tell(owner, 1)
    browser = browsers()
    browser.sign_in(thief.contacts[0])
    tell(thief, 7)
    assert browser.get(f"{BELL}/{mine}").status_code == 404
    browser.get(BELL)
    assert "HTX1" not in browser.text
    form = next(form for form in browser.forms() if form["action"].endswith("/thong-bao/da-doc"))
    token = {"csrf_token": form["fields"]["csrf_token"]}
    assert browser.post(f"{BELL}/{mine}/da-doc", token).status_code == 404
    browser.post(f"{BELL}/da-doc", token)
    assert rows(owner) == [False]
    stranger = browsers()
    assert stranger.get(f"{BELL}/{mine}").request.path == "/dang-nhap"
    assert rows(owner) == [False]


def test_the_same_notice_is_read_in_the_language_of_the_moment(browser: Browser) -> None:
    person = make_person()
    tell(person, 1)
    browser.sign_in(person.contacts[0])
    browser.get(BELL)
    assert "Đã đặt đơn HTX1: 75.000 ₫." in browser.text.replace("\xa0", " ")
    browser.client.set_cookie("lang", "en")
    browser.get(BELL)
    assert "Order HTX1 is placed: 75.000 ₫." in browser.text.replace("\xa0", " ")


def test_bell_and_its_page_cost_the_same_with_one_and_with_thirty(browser: Browser) -> None:
    person = make_person()
    tell(person, 1)
    browser.sign_in(person.contacts[0])
    few = {path: int(browser.get(path).headers["X-Queries"]) for path in (BELL, "/tai-khoan", f"{BELL}?trang=2")}
    tell(person, *range(2, 31))
    for path, count in few.items():
        assert int(browser.get(path).headers["X-Queries"]) == count, path
    # Session, person, the page's rows, the count.
    assert few[BELL] <= 4


def test_the_count_is_one_statement_for_who_signed_in_and_none_for_strangers(
    browsers: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person()
    tell(person, *range(120))
    known, stranger = browsers(), browsers()
    known.sign_in(person.contacts[0])
    with_bell = {name: int(one.get("/don-hang").headers["X-Queries"]) for name, one in (("k", known), ("s", stranger))}
    assert "99+" in known.text
    assert "Thông báo" not in stranger.text
    monkeypatch.setattr("marketplace.notifications.queries.unread_count", lambda person_id: 0)
    without = {name: int(one.get("/don-hang").headers["X-Queries"]) for name, one in (("k", known), ("s", stranger))}
    assert {name: with_bell[name] - without[name] for name in with_bell} == {"k": 1, "s": 0}


def test_pages_of_the_bell_hold_twenty(browser: Browser) -> None:
    person = make_person()
    tell(person, *range(100, 125))
    browser.sign_in(person.contacts[0])
    browser.get(BELL)
    assert browser.text.count("Đã đặt đơn") == 20
    browser.get(f"{BELL}?trang=2")
    assert browser.text.count("Đã đặt đơn") == 5
    assert browser.get(f"{BELL}?trang=999999999").status_code == 200


def test_old_news_is_dropped_at_night(app: Flask) -> None:
    person = make_person()
    read_long_ago, fresh = tell(person, 1, 2)
    tell(person, 3, days_ago=rules.UNREAD_KEPT.days + 1)
    with transaction():
        session.get_one(Notice, read_long_ago).read_at = clock.now() - rules.READ_KEPT - timedelta(hours=1)
        jobs.enqueue("tidy_notices")
    jobs.run_all_due()
    session.rollback()
    assert [row.id for row in session.query(Notice)] == [fresh]


def test_every_kind_has_words_and_an_icon(app: Flask) -> None:
    for kind in words.NOTICES:
        assert rules.topic_of(kind) in words.ICONS
