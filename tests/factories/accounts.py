"""People."""

from __future__ import annotations

from itertools import count

import pyotp

from marketplace.accounts import actions
from marketplace.accounts.models import Person
from marketplace.accounts.states import AllianceRole
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from tests.client import Browser

PASSWORD = "mat khau dai 1"
_numbers = count(1)


def make_person(*, full_name: str = "Trần Văn Mẫu", phone: str | None = None, email: str | None = None) -> Person:
    """Someone who can sign in with PASSWORD; by phone unless an e-mail is given."""
    number = next(_numbers)
    with transaction():
        return actions.register(
            full_name=full_name,
            phone=phone or (None if email else f"+8490{number:07d}"),
            email=email,
            password=PASSWORD,
        )


def make_officer(*provinces: str, full_name: str = "Lê Thị Cán Bộ") -> Person:
    """An officer of these provinces, without an authenticator app yet."""
    person = make_person(full_name=full_name)
    with transaction():
        person = session.merge(person)
        actions.appoint(person, role=AllianceRole.OFFICER, province_codes=set(provinces), by=None)
    return person


def make_inspector(*provinces: str) -> Person:
    """Somebody who reads the origins of these provinces and decides nothing."""
    person = make_person(full_name="Đỗ Thanh Tra")
    with transaction():
        person = session.merge(person)
        actions.appoint(person, role=AllianceRole.INSPECTOR, province_codes=set(provinces), by=None)
    return person


def make_admin() -> Person:
    person = make_person(full_name="Phạm Quản Trị")
    with transaction():
        person = session.merge(person)
        actions.appoint(person, role=AllianceRole.ADMIN, province_codes=set(), by=None)
    return person


def app_code(person: Person) -> str:
    """What the person's authenticator app shows now."""
    session.rollback()
    secret = session.get_one(Person, person.id).totp_secret
    assert secret is not None, "the password step makes the secret"
    return pyotp.TOTP(secret).at(clock.now())


def sign_in_officer(browser: Browser, person: Person, *, target: str = "") -> None:
    """Sign an officer or admin in through the pages, setting up the authenticator app the first time."""
    contact = person.contacts[0]
    browser.submit(f"/dang-nhap?next={target}", {"contact": contact, "password": PASSWORD})
    browser.send({"code": app_code(person)})
    assert browser.page is not None
    assert browser.page.status_code == 200, browser.text
