"""A fair's cover: sent with its form, seen wherever the fair is, replaced and taken away; a wrong file costs nothing typed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from marketplace.accounts.models import Person
from marketplace.fairs import actions, tasks
from marketplace.fairs.errors import MoveRefused
from marketplace.fairs.models import Fair
from marketplace.fairs.states import FairState
from marketplace.foundation import clock, files, jobs, pictures
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.dates import format_moment
from marketplace.foundation.files import FileStore
from marketplace.foundation.pictures import PictureSet
from tests.client import Browser
from tests.factories.accounts import make_officer, sign_in_officer
from tests.factories.fairs import make_fair, make_live_fair
from tests.fairs.test_calling import typed

NEW = "/lien-minh/phien-cho/moi"


@pytest.fixture
def officer(app: Flask) -> Person:
    return make_officer("33")


@pytest.fixture
def desk(officer: Person, browsers: Callable[[], Browser]) -> Browser:
    browser = browsers()
    sign_in_officer(browser, officer)
    return browser


def photo(colour: str = "green") -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", (1280, 720), colour).save(file, "JPEG")
    file.seek(0)
    return file, "bia.jpg"


def stored(colour: str = "green") -> dict[str, Any]:
    return pictures.keep(files.store(), photo(colour)[0].read()).to_json()


def fair() -> Fair:
    session.rollback()
    session.expire_all()
    return session.query(Fair).one()


def cover_of(found: Fair) -> PictureSet:
    assert found.cover is not None
    return PictureSet.from_json(found.cover)


def test_a_cover_is_seen_on_the_page_in_the_list_and_where_it_is_shared(desk: Browser, browser: Browser) -> None:
    desk.submit(NEW, typed(cover=photo()))
    made = fair()
    slug, key = made.slug, cover_of(made).key
    desk.submit(f"/lien-minh/phien-cho/{slug}", action="/buoc")
    pages = {path: f"/phien-cho{path}" for path in ("", f"/{slug}", f"/{slug}/chia-se", f"/{slug}/truc-tiep")}
    for path, address in pages.items():
        assert f"{key}/quick.jpg" in browser.get(address).get_data(as_text=True), path
    jobs.run_all_due()
    assert cover_of(fair()).state == "ready"
    for path, address in pages.items():
        page = browser.get(address).get_data(as_text=True)
        assert f"{key}/640.avif" in page
        assert (f'property="og:image" content="http://127.0.0.1:8000/anh/{key}/share.jpg"' in page) == (path != "")
    assert session.query(AuditEntry).filter_by(tag="fairs:fair:set_cover").count() == 1


def test_a_wrong_file_is_refused_in_words_and_what_was_typed_stays(desk: Browser) -> None:
    answer = desk.submit(NEW, typed(name="Chợ của tôi", cover=(io.BytesIO(b"%PDF-1.7 no photo"), "to-trinh.pdf")))
    assert answer.status_code == 422
    assert "Không đọc được “to-trinh.pdf”" in desk.text
    assert 'value="Chợ của tôi"' in answer.get_data(as_text=True)
    assert session.query(Fair).count() == 0


def test_a_typing_error_does_not_lose_the_picture(desk: Browser) -> None:
    wrong = format_moment(clock.now())
    assert desk.submit(NEW, typed(ends_at=wrong, cover=photo())).status_code == 422
    assert session.query(Fair).count() == 0
    desk.send({"ends_at": typed()["ends_at"]}, at=NEW)
    assert cover_of(fair()).width == 1280


def test_a_forged_picture_is_dropped(desk: Browser) -> None:
    desk.submit(NEW, typed(kept_cover='{"key": "papers/a"}.forged'))
    assert fair().cover is None


def test_a_cover_is_replaced_kept_and_taken_away(desk: Browser, officer: Person) -> None:
    address = f"/lien-minh/phien-cho/{make_fair(officer=officer).slug}/sua"
    desk.submit(address, {"cover": photo()})
    first = cover_of(fair()).key
    desk.submit(address, {"cover": photo("orange")})
    second = cover_of(fair()).key
    assert second != first
    desk.submit(address, {"theme": "Mùa nhãn"})
    assert (cover_of(fair()).key, fair().theme) == (second, "Mùa nhãn")
    assert "Bỏ ảnh bìa" in desk.get(address).get_data(as_text=True)
    desk.submit(address, {"without_cover": "y"})
    assert fair().cover is None
    assert "Bỏ ảnh bìa" not in desk.get(address).get_data(as_text=True)


def test_a_cover_that_was_replaced_while_its_sizes_were_made_stays_replaced(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    fair_id, real = make_fair().id, pictures.complete

    def replaced_meanwhile(store: FileStore, picture: PictureSet) -> PictureSet:
        with transaction():
            actions.set_cover(session.get_one(Fair, fair_id), other, by=1)
        return real(store, picture)

    with transaction():
        actions.set_cover(session.get_one(Fair, fair_id), stored(), by=1)
    other = stored("orange")
    with monkeypatch.context() as patched:
        patched.setattr(pictures, "complete", replaced_meanwhile)
        tasks.complete_fair_cover(job_id=0, fair_id=fair_id)
    assert fair().cover == other
    with transaction():
        actions.set_cover(fair(), None, by=1)
    tasks.complete_fair_cover(job_id=0, fair_id=fair_id)
    assert fair().cover is None


def test_a_fair_with_its_timetable_out_keeps_its_cover(app: Flask) -> None:
    made, _slots = make_live_fair()
    assert made.state == FairState.LIVE
    with pytest.raises(MoveRefused), transaction():
        actions.set_cover(session.get_one(Fair, made.id), None, by=1)
