"""Registering: the contact is proved by a code, and nobody learns who has an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import Type, extract_parameters
from sqlalchemy import func, select

from marketplace.accounts import queries
from marketplace.accounts.actions import passwords
from marketplace.accounts.models import OneTimeCode, Person, Registration
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.web import limits
from tests.accounts.outbox import delivered, newest_code
from tests.client import Browser
from tests.factories.accounts import make_person

FLOOR = (19 * 1024, 2)  # OWASP's least for argon2id: memory in KiB, passes
TYPED = {"full_name": "Nguyễn Thị Lan", "contact": "0912 345 678", "password": "mưa thuận gió hoà", "agrees": "y"}


def people() -> int:
    session.rollback()
    return session.scalars(select(func.count()).select_from(Person)).one()


def test_a_password_costs_at_least_what_owasp_asks() -> None:
    kept = extract_parameters(passwords.STRONG.hash("mưa thuận gió hoà"))
    assert kept.type == Type.ID
    assert (kept.memory_cost, kept.time_cost) >= FLOOR


def test_a_proved_contact_makes_an_account_and_signs_in(browser: Browser) -> None:
    browser.submit("/dang-ky", TYPED)
    assert people() == 0
    code = newest_code()
    page = browser.send({"code": f" {code[:3]} {code[3:]} "})
    assert page.request.path == "/tai-khoan"
    assert "Nguyễn Thị Lan" in browser.text
    person = queries.find_by_contact(phone="+84912345678")
    assert person is not None
    assert (person.language, person.terms_version) == ("vi", "2026-11-23")
    assert person.contact_confirmed_at is not None
    assert person.terms_accepted_at is not None
    assert session.scalars(select(Registration)).all() == []


def test_the_password_typed_there_signs_in_from_another_keyboard(
    browser: Browser, browsers: Callable[[], Browser]
) -> None:
    browser.submit("/dang-ky", {**TYPED, "password": "mu\u031ba thua\u0323\u0302n gio\u0301 hoa\u0300"})
    browser.send({"code": newest_code()})
    other = browsers()
    other.submit("/dang-nhap", {"contact": "+84912345678", "password": TYPED["password"]})
    assert "Nguyễn Thị Lan" in other.text


def test_registering_goes_on_to_where_one_came_from(browser: Browser) -> None:
    browser.submit("/dang-ky?next=/tai-khoan/bao-mat", TYPED)
    assert browser.send({"code": newest_code()}).request.path == "/tai-khoan/bao-mat"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"agrees": None}, "agrees"),
        ({"full_name": "  "}, "full_name"),
        ({"contact": "12345"}, "contact"),
        ({"contact": "lan@htx"}, "contact"),
        ({"contact": "lan@htx.vn,tuan@htx.vn"}, "contact"),
        ({"contact": "lan@htx.vn\r\nBcc: tuan@htx.vn"}, "contact"),
        ({"password": "1234567"}, "password"),
        ({"password": "matkhau123"}, "password"),
        ({"password": "99999999a"[:8]}, "password"),
        ({"password": "x" * 257}, "password"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_kept(
    browser: Browser, change: dict[str, str | None], where: str
) -> None:
    page = browser.submit("/dang-ky", {**TYPED, **change})
    assert page.status_code == 422
    html = page.get_data(as_text=True)
    assert f'id="{where}-error"' in html
    assert f'href="#{where}"' in html
    if where != "full_name":
        assert "Nguyễn Thị Lan" in html
    assert str(change.get("password", TYPED["password"])) not in html
    session.rollback()
    assert session.scalars(select(OneTimeCode)).all() == []


def test_consent_is_not_ticked_beforehand(browser: Browser) -> None:
    browser.get("/dang-ky")
    assert "agrees" not in browser.forms()[0]["fields"]


def test_a_known_contact_is_answered_like_a_new_one_and_its_owner_is_told(browsers: Callable[[], Browser]) -> None:
    make_person(full_name="Chủ cũ", phone="+84912345678")
    known, new = browsers(), browsers()
    known.submit("/dang-ky", TYPED)
    new.submit("/dang-ky", {**TYPED, "contact": "0912 345 679"})
    assert known.page is not None
    assert new.page is not None
    assert known.page.request.path == new.page.request.path == "/dang-ky/xac-nhan"
    assert known.text == new.text.replace("0912 345 679", "0912 345 678")
    to = {message.receiver: message.text for message in delivered()}
    assert "đã có tài khoản" in to["+84912345678"]
    assert not any(sign.isdigit() for sign in to["+84912345678"].split("http")[0])
    assert known.send({"code": "000000"}).status_code == new.send({"code": "000000"}).status_code == 422
    assert people() == 1


def test_five_wrong_tries_end_the_code(browser: Browser) -> None:
    browser.submit("/dang-ky", TYPED)
    code = newest_code()
    wrong = "111111" if code != "111111" else "222222"
    for _ in range(5):
        assert browser.send({"code": wrong}).status_code == 422
    assert browser.send({"code": code}).status_code == 422
    assert people() == 0


@pytest.mark.parametrize(
    ("late", "status"), [(timedelta(minutes=10, seconds=-5), 200), (timedelta(minutes=10, seconds=5), 422)]
)
def test_a_code_lives_ten_minutes(browser: Browser, late: timedelta, status: int) -> None:
    start = clock.now()
    with clock.moved_to(start):
        browser.submit("/dang-ky", TYPED)
        code = newest_code()
    with clock.moved_to(start + late):
        assert browser.send({"code": code}).status_code == status


def test_a_code_is_good_once_and_only_in_the_browser_that_asked(
    browser: Browser, browsers: Callable[[], Browser]
) -> None:
    browser.submit("/dang-ky", TYPED)
    thief = browsers()
    thief.submit("/dang-ky", {**TYPED, "contact": "0912 345 670"})
    delivered()
    session.rollback()
    first = session.scalars(select(OneTimeCode).order_by(OneTimeCode.id)).first()
    assert first is not None
    code = next(message for message in delivered() if message.receiver == "+84912345678").text
    digits = "".join(sign for sign in code if sign.isdigit())[:6]
    assert thief.send({"code": digits}).status_code == 422
    assert browser.send({"code": digits}).request.path == "/tai-khoan"
    assert people() == 1


def test_one_contact_gets_five_codes_a_day(browsers: Callable[[], Browser]) -> None:
    start = clock.now()
    for number in range(7):
        limits.limiter.reset()  # its clock is not ours
        with clock.moved_to(start + timedelta(hours=number)):
            browsers().submit("/dang-ky", TYPED)
            delivered()
    assert len([message for message in delivered() if message.receiver == "+84912345678"]) == 5
    with clock.moved_to(start + timedelta(hours=25)):
        browsers().submit("/dang-ky", TYPED)
        assert len(delivered()) == 6


def test_the_slower_of_two_registrations_of_one_contact_is_sent_to_sign_in(browsers: Callable[[], Browser]) -> None:
    first, second = browsers(), browsers()
    first.submit("/dang-ky", TYPED)
    first_code = newest_code()
    second.submit("/dang-ky", {**TYPED, "full_name": "Người khác"})
    second_code = newest_code()
    first.send({"code": first_code})
    page = second.send({"code": second_code})
    assert page.request.path == "/dang-nhap"
    assert people() == 1
