"""What a diary changes afterwards reaches the officers, and stops what could be harvested only because of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask

from marketplace.cooperatives.models import Cooperative
from marketplace.farming import actions, rules
from marketplace.farming.actions import NewEntry
from marketplace.farming.errors import PlotsOverCertificate, StillWaiting
from marketplace.farming.models import DiaryEntry, DiaryNotice, Season
from marketplace.farming.rules import Lifted
from marketplace.farming.states import CeilingBasis, DiaryKind, NoticeKind
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.traceability import actions as traceability
from marketplace.traceability import queries as lots
from marketplace.traceability.actions import Whence
from marketplace.traceability.models import Lot
from marketplace.traceability.rules import WAITING_LIFTED
from marketplace.traceability.states import LotState
from tests.client import Browser
from tests.factories.accounts import make_officer, sign_in_officer
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.farming import make_entry, make_plot, make_season, typed_fields

PAGE = "/lien-minh/nhat-ky-dong-ruong"


@pytest.fixture
def season(app: Flask) -> Season:
    return make_season(make_product(make_cooperative(name="Nhãn Lồng")), ceiling=1_000_000)


def correct(season: Season, entry: DiaryEntry, *, on: date, **fields: str) -> None:
    told = NewEntry(entry.kind, on, {**typed_fields(entry.kind), **fields})
    with transaction():
        actions.write_entry(session.merge(season), told, client_id=str(uuid4()), by=None, corrects=entry.id)


def harvest(season: Season) -> Lot:
    with transaction():
        lot = traceability.start_lot(
            lots.products_of(season.cooperative_id)[0], batch=f"L{uuid4().hex[:6]}", harvested_on=clock.today(),
            quantity=10_000, place="Vườn", commune_code="11977", by=None, whence=Whence(season_id=season.id),
        )  # fmt: skip
        traceability.record(lot, by=None)
    return lot


def day(number: int) -> date:
    return date(2026, 6, number)


@pytest.mark.parametrize(
    ("now", "lifted"),
    [
        ((day(1), day(8)), None),
        ((day(1), day(12)), None),
        ((day(1), day(5)), Lifted(day(5), day(8))),
        ((day(3), day(10)), Lifted(day(1), day(3))),
        ((day(20), day(27)), Lifted(day(1), day(8))),
        ((day(1), None), Lifted(day(1), day(8))),
        ((date(2026, 5, 20), date(2026, 5, 27)), Lifted(day(1), day(8))),
    ],
)
def test_days_that_a_correction_opens(now: tuple[date, date | None], lifted: Lifted | None) -> None:
    assert rules.lifted_waiting(begun=day(1), waited_until=day(8), begins=now[0], waits_until=now[1]) == lifted


def test_a_harvest_in_the_waiting_time_is_not_written(season: Season) -> None:
    make_entry(season, DiaryKind.PESTICIDE, on=clock.today() - timedelta(days=4), phi_days="7")
    with pytest.raises(StillWaiting):
        make_entry(season, DiaryKind.HARVEST)
    session.rollback()
    assert session.query(DiaryEntry).count() == 1
    make_entry(season, DiaryKind.HARVEST, on=clock.today() - timedelta(days=5))


def test_a_correction_that_lifts_the_waiting_reaches_the_officer_and_stops_the_harvest(
    season: Season, browser: Browser, browsers: Callable[[], Browser]
) -> None:
    sprayed = make_entry(season, DiaryKind.PESTICIDE, on=clock.today() - timedelta(days=4), phi_days="7")
    correct(season, sprayed, on=clock.today() - timedelta(days=14), phi_days="7")
    notice = session.query(DiaryNotice).one()
    assert (notice.kind, notice.waited_until) == (NoticeKind.WAITING_LIFTED, clock.today() + timedelta(days=3))
    lot = harvest(season)
    assert (lot.state, lot.state_reason) == (LotState.ON_HOLD, WAITING_LIFTED)
    sign_in_officer(browser, make_officer("33"))
    browser.get(PAGE)
    for words in ("HTX Nhãn Lồng", "bỏ cách ly", "Trước: làm ngày", "Nay: làm ngày"):
        assert words in browser.text
    elsewhere = browsers()
    sign_in_officer(elsewhere, make_officer("01"))
    elsewhere.get(PAGE)
    assert "Nhãn Lồng" not in elsewhere.text
    elsewhere.get("/tai-khoan")
    token = next(form["fields"]["csrf_token"] for form in elsewhere.forms() if "csrf_token" in form["fields"])
    typed = {"csrf_token": token, f"{season.id}-note": "xem rồi", "newest": "99"}
    assert elsewhere.post(f"{PAGE}/{season.id}/da-xem", typed).status_code == 404
    assert browser.submit(PAGE, action="/da-xem").status_code == 422
    assert session.query(DiaryNotice).one().seen_at is None
    browser.submit(PAGE, {f"{season.id}-note": "Đã xem phiếu công phun"}, action="/da-xem")
    assert "Đã ghi" in browser.text
    session.rollback()
    assert session.query(DiaryNotice).one().note == "Đã xem phiếu công phun"
    assert session.get_one(Lot, lot.id).state == LotState.ON_HOLD
    assert harvest(season).state == LotState.RECORDED


def test_what_is_told_late_reaches_the_officer_but_stops_nothing(season: Season, browser: Browser) -> None:
    make_entry(season, DiaryKind.IRRIGATION, on=clock.today() - timedelta(days=20))
    make_entry(season, DiaryKind.IRRIGATION, on=clock.today() - timedelta(days=2))
    assert [row.kind for row in session.query(DiaryNotice)] == [NoticeKind.ADDED_LATE]
    assert harvest(season).state == LotState.RECORDED
    sign_in_officer(browser, make_officer("33"))
    browser.get(PAGE)
    assert "1 lần ghi muộn" in browser.text


def test_longan_is_bounded_by_what_longan_gives() -> None:
    fruit = rules.yield_ceiling("Nhãn lồng Hưng Yên", "food_fresh_produce")
    assert (fruit.grams_per_m2, fruit.basis) == (1_060, CeilingBasis.LONGAN_STATISTICS)
    assert rules.yield_ceiling("Rau nhận đặt", "food_fresh_produce").basis == CeilingBasis.SUBGROUP_DEFAULT


def test_no_more_land_grows_under_a_certificate_than_it_certifies(app: Flask) -> None:
    cooperative: Cooperative = make_cooperative()
    product = make_product(cooperative)
    paper = make_certificate(cooperative, area_m2=1_500)
    first = make_plot(cooperative.id, area_m2=1_000)
    make_season(product, plot=first, certificate=paper)
    make_season(product, plot=first, certificate=paper)
    with pytest.raises(PlotsOverCertificate) as refused:
        make_season(product, plot=make_plot(cooperative.id, area_m2=600), certificate=paper)
    assert (refused.value.area_m2, refused.value.certified_m2) == (1_600, 1_500)
    session.rollback()
    assert session.query(Season).count() == 2
