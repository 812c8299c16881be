"""An owner lets a machine in, sees its key once, shuts it out again, and takes a season along."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from marketplace.cooperatives.states import MemberRole
from marketplace.epcis import rules
from marketplace.epcis.models import ApiToken
from marketplace.foundation import audit
from marketplace.foundation.database import session
from marketplace.gs1 import epcis
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative, make_staff
from tests.factories.epcis import Machine, make_mill, tell_season

OWNER = "+84901234567"


@pytest.fixture
def home(browser: Browser) -> str:
    cooperative = make_cooperative(owner=make_person(phone=OWNER))
    browser.sign_in(OWNER)
    return f"/htx-cua-toi/{cooperative.slug}/ket-noi"


def shown_key(browser: Browser) -> str:
    assert browser.page is not None
    found = re.search(r"<code[^>]*>([\w-]{43})</code>", browser.page.get_data(as_text=True))
    assert found, browser.text
    return found[1]


def test_a_key_is_shown_once_and_works_until_it_is_ended(app: Flask, browser: Browser, home: str) -> None:
    browser.submit(home, {"name": "Cân  kho"}, action="/ket-noi")
    key = shown_key(browser)
    assert browser.page is not None
    assert browser.page.headers["Cache-Control"] == "no-store"
    assert Machine(app, key).get("/epcis/capture").status_code == 200
    token = session.query(ApiToken).one()
    assert (token.name, key in token.digest) == ("Cân kho", False)
    assert key not in browser.get(home).get_data(as_text=True)
    browser.send(action=f"/{token.id}/ngat")
    assert Machine(app, key).get("/epcis/capture").status_code == 401
    names = [row.tag for row in session.query(audit.AuditEntry).order_by(audit.AuditEntry.id)]
    assert names[-2:] == ["epcis:token:create", "epcis:token:revoke"]


def test_a_machine_without_a_name_is_asked_for_one(browser: Browser, home: str) -> None:
    browser.submit(home, {"name": " "}, action="/ket-noi")
    assert browser.page is not None
    assert browser.page.status_code == 422
    assert session.query(ApiToken).count() == 0


def test_connections_are_limited(browser: Browser, home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_TOKENS", 1)
    browser.submit(home, {"name": "một"}, action="/ket-noi")
    browser.submit(home, {"name": "hai"}, action="/ket-noi")
    assert browser.page is not None
    assert browser.page.status_code == 422
    assert session.query(ApiToken).count() == 1


def test_a_season_is_taken_along_as_one_file(app: Flask, browser: Browser) -> None:
    mill = make_mill()
    season_id = tell_season(mill)
    browser.sign_in(make_staff(mill.cooperative, role=MemberRole.OWNER).contacts[0])
    home = f"/htx-cua-toi/{mill.cooperative.slug}/ket-noi"
    assert "Vụ xuân" in browser.get(home).get_data(as_text=True)
    answer = browser.get(f"{home}/mua-vu/{season_id}.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert epcis.validate(answer.get_json()) == []
    assert len(answer.get_json()["epcisBody"]["eventList"]) == 13
    assert browser.get(f"{home}/mua-vu/{season_id + 1}.json").status_code == 404
