"""Whoever helps to run fairs finds them in his account, with the door to each host desk, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.accounts.models import Person
from marketplace.fairs import actions
from marketplace.fairs.models import Fair
from marketplace.fairs.states import CrewRole, FairState
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.fairs import make_fair, make_live_fair

OWN = "/tai-khoan/phien-cho"


@pytest.fixture
def helper(app: Flask) -> Person:
    return make_person()


@pytest.fixture
def browser(helper: Person, browsers: Callable[[], Browser]) -> Browser:
    """The helper's."""
    browser = browsers()
    browser.sign_in(helper.contacts[0])
    return browser


def take_in(fair: Fair, person: Person, role: CrewRole = CrewRole.MODERATOR) -> str:
    with transaction():
        fair = session.get_one(Fair, fair.id)
        actions.join_crew(fair, person_id=person.id, role=role, by=1)
        return fair.slug


def test_a_helper_finds_his_fairs_and_their_host_desks(browser: Browser, helper: Person) -> None:
    later = make_fair(
        name="Phiên sau", starts_at=clock.now() + timedelta(days=3), ends_at=clock.now() + timedelta(days=4),
        to=FairState.DRAFT,
    )  # fmt: skip
    live, not_his = make_live_fair()[0], make_fair(name="Phiên của người khác")
    first, second = take_in(later, helper, CrewRole.HOST), take_in(live, helper)
    not_his_slug = take_in(not_his, make_person())
    assert f'href="{OWN}"' in browser.get("/tai-khoan").get_data(as_text=True)
    page = browser.get(OWN).get_data(as_text=True)
    desks = [f"/lien-minh/phien-cho/{slug}/dieu-hanh" for slug in (first, second)]
    assert 0 < page.index(f'href="{desks[0]}"') < page.index(f'href="{desks[1]}"')
    assert "Phiên sau Bản nháp" in browser.text
    assert "Trực tiếp" in browser.text
    assert "Người dẫn" in browser.text
    assert not_his_slug not in page
    for desk in desks:
        assert browser.get(desk).status_code == 200
    assert browser.get(f"/lien-minh/phien-cho/{not_his_slug}/dieu-hanh").status_code == 404
    with transaction():
        actions.leave_crew(session.get_one(Fair, live.id), person_id=helper.id, by=1)
    assert second not in browser.get(OWN).get_data(as_text=True)


def test_who_helps_nowhere_is_told_how_it_comes_about(browser: Browser) -> None:
    take_in(make_fair(), make_person())
    assert OWN not in browser.get("/tai-khoan").get_data(as_text=True)
    assert browser.get(OWN).status_code == 200
    assert "Bạn chưa cùng điều hành phiên chợ nào" in browser.text


def test_an_officer_finds_the_fairs_of_other_alliances_that_he_helps(
    app: Flask, browsers: Callable[[], Browser]
) -> None:
    officer, browser = make_officer("01"), browsers()
    slug, own = take_in(make_fair(), officer), make_fair(officer=officer, province="01").slug
    sign_in_officer(browser, officer)
    page = browser.get(OWN).get_data(as_text=True)
    assert f"/{slug}/dieu-hanh" in page
    assert f"/{own}/" not in page


def test_strangers_sign_in_first(app: Flask, browsers: Callable[[], Browser]) -> None:
    assert "Đăng nhập" in browsers().get(OWN).get_data(as_text=True)


def test_the_list_costs_the_same_statements_however_long(browser: Browser, helper: Person) -> None:
    def statements() -> str:
        return browser.get(OWN).headers["X-Queries"]

    take_in(make_fair(), helper)
    few = statements()
    for _ in range(2):
        take_in(make_fair(), helper)
    assert statements() == few
