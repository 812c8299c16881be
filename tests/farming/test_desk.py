"""A cooperative's pages of land and diary."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import queries, rules
from marketplace.farming.models import DiaryEntry, Plot, Season
from marketplace.farming.states import DiaryKind
from marketplace.farming.words import FIELDS
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.dates import format_day
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.farming import make_entry, make_season, typed_fields


@pytest.fixture
def farm(browser: Browser) -> tuple[Cooperative, Product]:
    """A cooperative with rice whose owner is signed in."""
    owner = make_person()
    cooperative = make_cooperative(owner=owner)
    product = make_product(cooperative, name="Gạo tám", subgroup="food_raw_grain")
    browser.sign_in(owner.contacts[0])
    return cooperative, product


def photo() -> tuple[io.BytesIO, str]:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(data, "JPEG")
    data.seek(0)
    return data, "ruong.jpg"


def sent(season: Season, kind: DiaryKind = DiaryKind.IRRIGATION, **changes: object) -> dict[str, object]:
    return {
        "client_id": str(uuid4()),
        "season": season.id,
        "kind": kind.value,
        "happened_on": format_day(clock.today()),
        **typed_fields(kind),
        **changes,
    }


def post(browser: Browser, cooperative: Cooperative, data: dict[str, object]) -> TestResponse:
    token = browser.client.get(f"/htx-cua-toi/{cooperative.slug}/nhat-ky/the").get_json()["token"]
    data = {"csrf_token": token, **data}
    return browser.client.post(
        f"/htx-cua-toi/{cooperative.slug}/nhat-ky/gui", data=data, headers={"Accept": "application/json"}
    )


def entries() -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(DiaryEntry)) or 0


def test_from_plot_to_season_to_diary(browser: Browser, farm: tuple[Cooperative, Product]) -> None:
    cooperative, product = farm
    desk = f"/htx-cua-toi/{cooperative.slug}"
    browser.submit(
        f"{desk}/thua-dat/moi",
        {"name": "Ruộng cửa đình", "area_m2": "3.600", "place": "20.6512, 106.0551", "growing_area_code": "VN-HY-1"},
    )
    session.rollback()
    plot = session.scalars(select(Plot)).one()
    assert (plot.area_m2, plot.place, plot.growing_area_code) == (3_600, ("20.65", "106.06"), "VN-HY-1")
    browser.submit(f"{desk}/thua-dat/moi", {"name": "Vườn bãi", "area_m2": "500"})
    newest = session.scalars(select(Plot.id).where(Plot.name == "Vườn bãi")).one()
    assert f'<option selected value="{newest}">' in browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    browser.submit(
        f"{desk}/vu-mua/moi",
        {"plot": plot.id, "product": product.id, "name": "Vụ chiêm 2026", "started_on": format_day(clock.today())},
    )
    assert "0 g" in browser.text or "0 kg" in browser.text
    assert "2.847,6 kg" in browser.text
    assert "6,09" in browser.text
    session.rollback()
    season = session.scalars(select(Season)).one()
    browser.submit(
        f"{desk}/nhat-ky?loai=pesticide&vu={season.id}", {**typed_fields(DiaryKind.PESTICIDE), "trade_name": "Mẫu 5SL"}
    )
    assert "Mẫu 5SL" in browser.text
    assert "Không thu hoạch trước ngày" in browser.text
    assert entries() == 1


@pytest.mark.parametrize("kind", [kind for kind in DiaryKind if kind not in (DiaryKind.LAB_TEST,)])
def test_every_kind_can_be_written_without_a_script_and_names_what_is_missing(
    browser: Browser, farm: tuple[Cooperative, Product], kind: DiaryKind
) -> None:
    cooperative, product = farm
    season = make_season(product)
    address = f"/htx-cua-toi/{cooperative.slug}/nhat-ky?loai={kind.value}&vu={season.id}"
    needed = [field.name for field in rules.KINDS[kind].fields if field.is_required]
    if needed:
        answer = browser.submit(address, {**typed_fields(kind), needed[-1]: ""})
        assert answer.status_code == 422
        with browser.client.application.test_request_context("/", headers={"Accept-Language": "vi"}):
            assert str(FIELDS[needed[-1]]) in browser.text
        assert entries() == 0
    assert browser.submit(address, dict(typed_fields(kind))).status_code == 200
    assert entries() == 1


def test_what_comes_twice_from_a_phone_is_written_once(browser: Browser, farm: tuple[Cooperative, Product]) -> None:
    cooperative, product = farm
    data = sent(make_season(product))
    first = post(browser, cooperative, {**data, "photos": [photo(), photo()]})
    again = post(browser, cooperative, {**data, "photos": [photo(), photo()], "water_source": "khác"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    session.rollback()
    entry = session.scalars(select(DiaryEntry)).one()
    assert entry.client_id == data["client_id"] == first.get_json()["client_id"]
    assert entry.fields["water_source"] == "như mọi khi"
    assert [set(kept) for kept in entry.photos] == [{"picture", "sha256"}] * 2


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"water_source": ""}, 422, "water_source"),
        ({"happened_on": "31/12/2199"}, 422, "happened_on"),
        ({"happened_on": "hôm kia"}, 422, "happened_on"),
        ({"kind": "dancing"}, 422, "kind"),
        ({"client_id": "1"}, 400, None),
        ({"photos": (io.BytesIO(b"<svg/>"), "a.jpg")}, 422, "photos"),
    ],
)
def test_a_refusal_is_problem_json_that_names_the_field(
    browser: Browser, farm: tuple[Cooperative, Product], change: dict[str, object], status: int, field: str | None
) -> None:
    cooperative, product = farm
    answer = post(browser, cooperative, {**sent(make_season(product)), **change})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert [problem["field"] for problem in answer.get_json()["problems"]] == ([field] if field else [])
    assert answer.get_json()["detail"]
    assert entries() == 0


def test_others_things_are_not_found(browser: Browser, farm: tuple[Cooperative, Product]) -> None:
    cooperative, product = farm
    own = make_season(product)
    other = make_season(make_product(make_cooperative(), name="Gạo khác", subgroup="food_raw_grain"))
    theirs = make_entry(other)
    desk = f"/htx-cua-toi/{cooperative.slug}"
    for path in (f"thua-dat/{other.plot_id}", f"vu-mua/{other.id}", f"nhat-ky?sua={theirs.id}"):
        assert browser.get(f"{desk}/{path}").status_code == 404
    for path in (f"thua-dat/{own.plot_id}", f"vu-mua/{own.id}"):
        assert browser.get(f"{desk}/{path}").status_code == 200
    before = entries()
    assert post(browser, cooperative, sent(other)).status_code == 404
    assert post(browser, cooperative, sent(own, corrects=theirs.id)).status_code == 404
    assert entries() == before
    refused = browser.submit(f"{desk}/vu-mua/moi", {"plot": other.plot_id, "product": product.id, "name": "x"})
    assert refused.status_code == 422


def test_a_corrected_entry_stays_struck_through(browser: Browser, farm: tuple[Cooperative, Product]) -> None:
    cooperative, product = farm
    season = make_season(product)
    old = make_entry(season, DiaryKind.HARVEST, weight="120 kg")
    browser.submit(f"/htx-cua-toi/{cooperative.slug}/nhat-ky?sua={old.id}", {"weight": "12 kg"})
    assert browser.page is not None
    html = browser.page.get_data(as_text=True)
    assert "<del>" in html
    assert "120 kg" in html
    assert [(one.is_corrected, one.fields["weight"]) for one in queries.diary_of(season.id)] == [
        (False, 12_000), (True, 120_000),
    ]  # fmt: skip


def test_the_worker_may_serve_the_diary_and_nothing_else(
    app: Flask, browser: Browser, browsers: Callable[[], Browser], farm: tuple[Cooperative, Product]
) -> None:
    cooperative, _ = farm
    page = f"/htx-cua-toi/{cooperative.slug}/nhat-ky"
    answer = browser.get(f"{page}/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == page
    assert answer.mimetype == "text/javascript"
    stranger = browsers().client.get(f"{page}/the")
    assert (stranger.status_code, "/dang-nhap" in stranger.headers["Location"]) == (302, True)


def test_an_entry_without_its_token_is_refused(browser: Browser, farm: tuple[Cooperative, Product]) -> None:
    cooperative, product = farm
    answer = browser.client.post(f"/htx-cua-toi/{cooperative.slug}/nhat-ky/gui", data=sent(make_season(product)))
    assert answer.status_code == 400
    assert entries() == 0


def test_a_key_that_another_cooperative_used_gives_no_second_seal(
    browser: Browser, farm: tuple[Cooperative, Product]
) -> None:
    cooperative, product = farm
    theirs = make_entry(make_season(make_product(make_cooperative(), name="Gạo khác", subgroup="food_raw_grain")))
    answer = post(browser, cooperative, sent(make_season(product), client_id=theirs.client_id))
    assert answer.status_code == 409
    assert entries() == 1
