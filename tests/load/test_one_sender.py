"""Fifty messages of one sender at the same moment, on two worker processes: slow mode holds, the others are told why."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from marketplace.fairs.models import Message, Room
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import Settings
from tests.factories.accounts import PASSWORD, make_person
from tests.factories.fairs import make_live_fair
from tests.load.server import Buyer, running

pytestmark = pytest.mark.xdist_group("load")

MESSAGES, AT_ONCE = 50, 10


def token_on(buyer: Buyer, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', buyer.ask("GET", path)[1])
    assert found, f"no form on {path}"
    return found[1]


def test_fifty_messages_at_once_are_one(app: Flask, settings: Settings, tmp_path: Path) -> None:
    contact = make_person().contacts[0]
    fair, _slots = make_live_fair()
    with transaction():
        session.get_one(Room, fair.id).slow_seconds = 300
    room = f"/phien-cho/{fair.slug}/truc-tiep"
    session.remove()
    environment = {
        "HTX_MODE": "test", "DATABASE_URL": settings.database_url, "HTX_VAR": str(tmp_path), "HTX_PROXIES": "1",
    }  # fmt: skip
    with running("marketplace.app.wsgi", environment) as port, ThreadPoolExecutor(AT_ONCE) as crowd:
        viewer = Buyer(port, 1)
        fields = {"csrf_token": token_on(viewer, "/dang-nhap"), "contact": contact, "password": PASSWORD}
        assert viewer.ask("POST", "/dang-nhap", fields)[0] == 303
        token = token_on(viewer, room)

        def say(number: int) -> int:
            browser = Buyer(port, 1)
            browser.cookies = dict(viewer.cookies)
            words = {"csrf_token": token, "text": f"Tin {number}", "key": f"{number}"}
            return browser.ask("POST", f"{room}/noi", words)[0]

        answers = Counter(crowd.map(say, range(MESSAGES)))
    assert answers == {303: 1, 422: MESSAGES - 1}
    assert session.query(Message).count() == 1
