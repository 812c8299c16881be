"""Scans of codes: what is counted, what is kept of a reader, and what raises an alarm."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, TypeVar

import pytest
from flask import Flask, g, make_response, render_template
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import Settings
from marketplace.traceability import tasks
from marketplace.traceability.actions import scanning
from marketplace.traceability.models import Lot, Scan, ScanAlarm, ScanDay, Unit
from marketplace.traceability.queries import origin_story_of_unit, scans
from marketplace.traceability.routes import scanning as scanning_routes
from marketplace.traceability.states import AlarmState, ScanReason, UnitState
from marketplace.wiring import tables
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative, make_staff
from tests.factories.traceability import make_lot, make_units

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 11, 23, 5, 0, 41, tzinfo=UTC)
MINUTE = NOON.replace(second=0)
HA_NOI, HAI_PHONG, SAI_GON = "01", "31", "79"


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with clock.moved_to(NOON):
        yield


@pytest.fixture
def lot(app: Flask) -> Lot:
    return plain(make_lot(make_product(make_cooperative())))


@pytest.fixture
def unit(lot: Lot) -> Unit:
    return plain(make_units(lot, 9)[0])


Row = TypeVar("Row", Lot, Unit, Person)


def plain(row: Row) -> Row:
    """The row as it is now, for good: requests of a browser leave no session behind that could load it again."""
    session.refresh(row)
    session.expunge(row)
    return row


@contextmanager
def later(**passed: float) -> Iterator[None]:
    with clock.moved_to(NOON + timedelta(**passed)):
        yield


def scan(code: str, device: str = "a", **more: Any) -> Scan | None:
    with transaction():
        return scanning.note_scan(code=code, device=device, network=more.pop("network", "net"), **more)


def rows() -> list[Scan]:
    return list(session.scalars(select(Scan).order_by(Scan.id)))


def alarms() -> dict[ScanReason, ScanAlarm]:
    session.rollback()
    session.expire_all()
    return {alarm.reason: alarm for alarm in session.scalars(select(ScanAlarm))}


def explain(reason: ScanReason) -> None:
    alarm, person = alarms()[reason], make_person()
    with transaction():
        scanning.explain_alarm(alarm, note="Chia cho ca nha", by=person.id)


def days() -> dict[str, int]:
    return {row.province_code: row.scans for row in session.scalars(select(ScanDay))}


def unknown_serials(number: int) -> list[str]:
    return [codes.random_code(13) for _ in range(number)]


# -- rows and counts


def test_a_scan_is_kept_to_the_minute_and_counted_for_its_day(lot: Lot) -> None:
    scan(lot.code, province_code=HAI_PHONG)
    (row,) = rows()
    assert (row.at, row.code, row.lot_id, row.unit_id, row.province_code) == (MINUTE, lot.code, lot.id, None, HAI_PHONG)
    assert (row.device, row.network, row.counts) == ("a", "net", True)
    assert days() == {HAI_PHONG: 1}
    assert alarms() == {}


def test_a_pack_is_counted_for_its_lot(lot: Lot, unit: Unit) -> None:
    scan(unit.serial)
    assert [(row.lot_id, row.unit_id) for row in rows()] == [(lot.id, unit.id)]
    assert days() == {"": 1}
    assert alarms() == {}


def test_the_same_device_within_ten_minutes_is_one_scan(lot: Lot) -> None:
    scan(lot.code)
    with later(minutes=9):
        assert scan(lot.code) is None
        assert scan(lot.code, "with-a-cookie", also_device="a") is None
        assert scan(lot.code, "b") is not None
    with later(minutes=10):
        assert scan(lot.code) is not None
    assert days() == {"": 3}


def test_scans_of_the_house_and_of_officers_count_for_nothing(lot: Lot) -> None:
    (early,) = make_units(lot, state=UnitState.PRINTED)
    scan(early.serial, by_staff_of={lot.cooperative_id})
    scan(early.serial, "b", by_officer=True)
    assert [row.counts for row in rows()] == [False, False]
    assert (days(), alarms()) == ({}, {})
    scan(early.serial, "c", by_staff_of={lot.cooperative_id + 1})
    assert ScanReason.NOT_SHIPPED in alarms()


def test_a_lot_that_is_not_published_is_unknown() -> None:
    draft = make_lot(make_product(make_cooperative()), published_at=None)
    scan(draft.code)
    assert [row.lot_id for row in rows()] == [None]
    assert not scans.knows_code(draft.code)


def test_which_codes_are_known(lot: Lot, unit: Unit) -> None:
    asked = [lot.code, unit.serial, codes.random_code(13), "0000000000", "", "x" * 40]
    assert [scans.knows_code(code) for code in asked] == [True, True, False, False, False, False]


def test_a_reader_tells_his_province_afterwards(lot: Lot) -> None:
    scan(lot.code)
    with transaction():
        scanning.note_place(code=lot.code, device="a", network="net", province_code=HAI_PHONG)
    assert [row.province_code for row in rows()] == [HAI_PHONG]
    assert days() == {"": 0, HAI_PHONG: 1}


def test_a_reader_without_script_is_counted_when_he_tells_his_province(lot: Lot) -> None:
    with transaction():
        scanning.note_place(code=lot.code, device="a", network="net", province_code=HAI_PHONG)
    assert days() == {HAI_PHONG: 1}


def test_a_province_told_afterwards_raises_what_it_shows(unit: Unit) -> None:
    scan(unit.serial, "a", province_code=HA_NOI)
    scan(unit.serial, "b")
    assert alarms() == {}
    with transaction():
        scanning.note_place(code=unit.serial, device="b", network="net", province_code=SAI_GON)
    assert set(alarms()) == {ScanReason.SEVERAL_PROVINCES, ScanReason.TOO_FAST}


# -- what the buyer reads


def history(unit: Unit, device: str) -> scans.ScanHistory:
    story = origin_story_of_unit(unit.serial, device=device, at=NOON)
    assert story is not None
    assert story.unit is not None
    return story.unit.history


def test_the_history_of_a_pack(unit: Unit) -> None:
    assert history(unit, "a") == scans.ScanHistory(NOON, 0, None, "", False, 0, False)
    scan(unit.serial, "own", by_officer=True)
    with later(hours=1):
        scan(unit.serial, "b", province_code=HAI_PHONG)
    with later(hours=2):
        scan(unit.serial, "a")
    first_at = MINUTE + timedelta(hours=1)
    assert history(unit, "a") == scans.ScanHistory(NOON, 2, first_at, HAI_PHONG, True, 1, False)
    assert history(unit, "own").seen_here
    assert not history(unit, "c").seen_here


def test_a_buyer_hears_of_an_open_alarm_about_copies_only(unit: Unit) -> None:
    for device in "abcd":
        assert not history(unit, device).is_doubtful
        scan(unit.serial, device)
    assert history(unit, "a").is_doubtful
    explain(ScanReason.MANY_DEVICES)
    assert not history(unit, "a").is_doubtful


def test_one_explanation_is_enough_for_one_pack(lot: Lot, unit: Unit) -> None:
    other = make_units(lot)[0].serial
    for number, device in enumerate("abcd"):
        scan(unit.serial, device, province_code=(HA_NOI, SAI_GON)[number % 2])
        scan(other, device)
    assert history(unit, "a").is_doubtful
    explain(ScanReason.TOO_FAST)
    session.rollback()
    left = session.scalars(select(ScanAlarm).where(ScanAlarm.state == AlarmState.OPEN)).all()
    assert [(alarm.reason, alarm.unit_id == unit.id) for alarm in left] == [(ScanReason.MANY_DEVICES, False)]
    assert not history(unit, "a").is_doubtful


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "Lần kiểm tra đầu tiên của mã này: hôm nay, 12:00."),
        ({"times": 2, "seen_here": True}, "Bạn đã kiểm tra mã này trước đây, lần đầu ngày 23/11/2026."),
        ({"seen_here": True, "first_at": None}, "Bạn đã kiểm tra mã này trước đây."),
        (
            {"times": 3, "by_others": 3, "first_province": HAI_PHONG},
            "Mã này đã được kiểm tra 3 lần kể từ ngày 23/11/2026. Lần đầu ở Hải Phòng.",
        ),
        ({"times": 3, "by_others": 2, "seen_here": True}, "kể từ ngày 23/11/2026. Trong đó có bạn."),
        ({"times": 9, "by_others": 9, "is_doubtful": True}, "Có thể một gói khác mang bản sao của mã."),
    ],
)
def test_the_history_is_worded_mildly_and_promises_nothing(app: Flask, known: dict[str, Any], words: str) -> None:
    nothing = scans.ScanHistory(NOON, 0, MINUTE, "", False, 0, False)
    with app.test_request_context():
        page = render_template("traceability/shop/_scan_history.html", history=replace(nothing, **known), code="X")
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert words in text
    assert ("báo cho chúng tôi" in text.lower()) is bool(known.get("by_others"))
    assert not re.search("chính hãng|hàng thật|xác thực", text)


# -- alarms


def test_five_unknown_serials_of_one_network_are_guessed() -> None:
    for serial in unknown_serials(4):
        scan(serial, serial)
    assert alarms() == {}
    scan(unknown_serials(1)[0], "other network", network="elsewhere")
    assert alarms() == {}
    scan(unknown_serials(1)[0], "fifth")
    alarm = alarms()[ScanReason.NEVER_ISSUED]
    assert (alarm.subject, alarm.cooperative_id, alarm.facts) == ("network:net", None, {"serials": 5})
    assert len(rows()) == 6


def test_mistyped_lot_codes_are_no_guesses() -> None:
    for number in range(9):
        scan(f"000000000{number}", f"d{number}")
    assert alarms() == {}


def test_five_unknown_serials_of_one_product_are_a_forged_print(lot: Lot) -> None:
    gtin = "08936000000013"
    product_name = _with_gtin(lot, gtin)
    for number, serial in enumerate(unknown_serials(4)):
        scan(serial, f"d{number}", network=f"n{number}", gtin=gtin)
    assert alarms() == {}
    scan(unknown_serials(1)[0], "fifth", network="n5", gtin=gtin)
    alarm = alarms()[ScanReason.NEVER_ISSUED]
    assert (alarm.subject, alarm.cooperative_id) == (f"gtin:{gtin}", lot.cooperative_id)
    assert alarm.facts == {"serials": 5, "gtin": gtin, "product": product_name}


def test_a_pack_that_was_printed_and_not_packed_should_not_be_out(lot: Lot) -> None:
    out, packed = make_units(lot, 2, state=UnitState.PRINTED)
    with transaction():
        session.get_one(Unit, packed.id).order_line_id = 1
    scan(packed.serial)
    assert ScanReason.NOT_SHIPPED not in alarms()
    scan(out.serial)
    alarm = alarms()[ScanReason.NOT_SHIPPED]
    assert (alarm.subject, alarm.lot_id, alarm.unit_id) == (f"unit:{out.id}", lot.id, out.id)


@pytest.mark.parametrize("state", [UnitState.RECALLED, UnitState.VOID, UnitState.RETURNED])
def test_a_pack_that_is_over_is_told(lot: Lot, state: UnitState) -> None:
    make_units(lot, 5)
    (unit,) = make_units(lot, state=state)
    scan(unit.serial)
    assert {reason: alarm.facts for reason, alarm in alarms().items()} == {ScanReason.AFTER_END: {"end": state.value}}


def test_a_pack_is_told_from_the_day_after_its_date(lot: Lot, unit: Unit) -> None:
    on = datetime(lot.best_before.year, lot.best_before.month, lot.best_before.day, 16, 59, tzinfo=UTC)
    with clock.moved_to(on):
        scan(unit.serial)
        assert alarms() == {}
    with clock.moved_to(on + timedelta(minutes=1)):
        scan(unit.serial, "b")
    assert alarms()[ScanReason.AFTER_END].facts == {"end": "expired"}


def test_the_fourth_device_raises_an_alarm_and_the_fifth_renews_it(unit: Unit) -> None:
    for device in "abc":
        scan(unit.serial, device)
    assert alarms() == {}
    scan(unit.serial, "d")
    assert (alarms()[ScanReason.MANY_DEVICES].facts, alarms()[ScanReason.MANY_DEVICES].times) == ({"devices": 4}, 1)
    with later(hours=1):
        scan(unit.serial, "a")
        assert alarms()[ScanReason.MANY_DEVICES].times == 1
        scan(unit.serial, "e")
    alarm = alarms()[ScanReason.MANY_DEVICES]
    assert (alarm.facts, alarm.times) == ({"devices": 5}, 2)
    assert (alarm.first_at, alarm.last_at) == (MINUTE, MINUTE + timedelta(hours=1))


def test_two_provinces_within_a_day_raise_an_alarm(unit: Unit) -> None:
    scan(unit.serial, "a", province_code=HA_NOI)
    with later(hours=24, minutes=1):
        scan(unit.serial, "a", province_code=HAI_PHONG)
    assert alarms() == {}
    with later(hours=25):
        scan(unit.serial, "a", province_code=HA_NOI)
    assert alarms()[ScanReason.SEVERAL_PROVINCES].facts == {"provinces": [HA_NOI, HAI_PHONG]}


def test_a_pack_that_flies_raises_an_alarm(unit: Unit) -> None:
    """1,138 km less the slack is two hours and four minutes at the fastest."""
    scan(unit.serial, "a", province_code=HA_NOI)
    with later(minutes=125):
        scan(unit.serial, "a", province_code=SAI_GON)
    assert set(alarms()) == {ScanReason.SEVERAL_PROVINCES}
    with later(minutes=248):
        scan(unit.serial, "b", province_code=HA_NOI)
    facts = alarms()[ScanReason.TOO_FAST].facts
    assert facts == {"provinces": [SAI_GON, HA_NOI], "minutes": 123, "km": facts["km"]}


def test_more_packs_opened_than_sold_raise_an_alarm_for_the_lot(lot: Lot) -> None:
    sold = make_units(lot, 2)
    void, _other = make_units(lot, 2, state=UnitState.VOID)
    scan(sold[0].serial)
    scan(void.serial)
    assert set(alarms()) == {ScanReason.AFTER_END}
    scan(sold[1].serial)
    alarm = alarms()[ScanReason.MORE_THAN_SOLD]
    assert (alarm.subject, alarm.facts, alarm.unit_id) == (f"lot:{lot.id}", {"scanned": 3, "sold": 2}, None)


def test_a_device_over_many_packs_counts_for_nothing(lot: Lot) -> None:
    units = make_units(lot, 21)
    for unit in units[:20]:
        scan(unit.serial, province_code=HAI_PHONG)
    assert (days(), alarms()) == ({HAI_PHONG: 20}, {})
    with later(minutes=10):
        scan(units[20].serial, province_code=SAI_GON)
    assert {row.counts for row in rows()} == {False}
    assert days() == {HAI_PHONG: 0}
    assert {reason: alarm.facts for reason, alarm in alarms().items()} == {ScanReason.BURST: {"serials": 21}}


def test_packs_opened_slowly_are_no_burst(lot: Lot) -> None:
    units = make_units(lot, 21)
    scan(units[0].serial)
    with later(minutes=11):
        for unit in units[1:]:
            scan(unit.serial)
    assert alarms() == {}


def test_a_settled_alarm_opens_again_when_it_goes_on(unit: Unit) -> None:
    for device in "abcd":
        scan(unit.serial, device)
    explain(ScanReason.MANY_DEVICES)
    scan(unit.serial, "a")
    assert alarms()[ScanReason.MANY_DEVICES].state == AlarmState.EXPLAINED
    scan(unit.serial, "e")
    alarm = alarms()[ScanReason.MANY_DEVICES]
    assert (alarm.state, alarm.times, alarm.note) == (AlarmState.OPEN, 2, "Chia cho ca nha")


def test_scans_at_the_same_time_all_succeed(unit: Unit, app: Flask) -> None:
    """Two of one device are one; the border of four devices is seen although all four come at once."""
    begin, problems = threading.Barrier(8), []

    def open_it(device: str) -> None:
        with app.app_context():
            begin.wait()
            try:
                scan(unit.serial, device)
            except Exception as problem:
                problems.append(problem)
            finally:
                session.remove()

    threads = [threading.Thread(target=open_it, args=(device,)) for device in "aabbccdd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert problems == []
    assert (days(), len(rows())) == ({"": 4}, 4)
    assert alarms()[ScanReason.MANY_DEVICES].facts == {"devices": 4}


# -- deletion


def test_scans_are_deleted_after_a_year_and_their_counts_stay(unit: Unit) -> None:
    for device in "abcd":
        scan(unit.serial, device)
    with later(days=1):
        scan(unit.serial, "e")
    with later(days=365, seconds=-41):
        assert _deleted() == 0
    with later(days=365, minutes=1):
        assert _deleted() == 4
        assert _deleted() == 0
    assert [row.device for row in rows()] == ["e"]
    assert sum(day.scans for day in session.scalars(select(ScanDay))) == 5
    assert alarms()[ScanReason.MANY_DEVICES].unit_id == unit.id
    assert session.scalar(select(func.count()).select_from(Unit)) == 9


def _deleted() -> int:
    with transaction():
        return scanning.delete_old_scans()


# -- the beacon

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; SM-A057F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"
)


def tell(browser: Browser, code: str, *, agent: str = PHONE, **more: Any) -> int:
    answer = browser.post(f"/q/{code}/quet", headers={"User-Agent": agent, **more.pop("headers", {})}, **more)
    assert answer.get_data() == b""
    return answer.status_code


def test_the_beacon_keeps_a_row_and_gives_a_cookie(browser: Browser, lot: Lot) -> None:
    assert tell(browser, lot.code) == 204
    assert len(rows()) == 1
    cookie = browser.client.get_cookie("htx_quet")
    assert cookie is not None
    assert (cookie.max_age, cookie.http_only, cookie.same_site, cookie.secure) == (30 * 24 * 3600, True, "Lax", False)


def test_opening_a_page_writes_nothing(browser: Browser, lot: Lot) -> None:
    browser.get(f"/q/{lot.code}", headers={"User-Agent": PHONE})
    browser.client.head(f"/q/{lot.code}")
    assert rows() == []


def test_a_second_click_within_ten_minutes_writes_nothing_though_the_cookie_is_new(browser: Browser, lot: Lot) -> None:
    tell(browser, lot.code)
    with later(minutes=9):
        tell(browser, lot.code)
    assert len(rows()) == 1
    with later(minutes=11):
        tell(browser, lot.code)
    assert len(rows()) == 2


def test_a_browser_that_refuses_cookies_is_one_device_for_a_day(
    browsers: Callable[[], Browser], lot: Lot, unit: Unit
) -> None:
    for code in (lot.code, unit.serial):
        tell(browsers(), code)
    tell(browsers(), lot.code)
    assert (len(rows()), len({row.device for row in rows()})) == (2, 1)
    with later(days=1):
        tell(browsers(), lot.code)
    assert len({row.device for row in rows()}) == 2
    assert len({row.network for row in rows()}) == 2


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Twitterbot/1.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.23.20.0 A",
        "Mozilla/5.0 (compatible; Zalo)",
        "curl/8.5.0",
        "python-requests/2.32",
    ],
)
def test_programs_are_no_readers(browser: Browser, lot: Lot, agent: str) -> None:
    assert tell(browser, lot.code, agent=agent) == 204
    assert browser.get(f"/q/{lot.code}/quet.gif", headers={"User-Agent": agent}).status_code == 200
    assert rows() == []


def test_a_reader_inside_zalo_is_a_reader(browser: Browser, lot: Lot) -> None:
    tell(browser, lot.code, agent=f"{PHONE} Zalo android/12110558 ZaloTheme/light")
    assert len(rows()) == 1


@pytest.mark.parametrize(
    "header", [("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"), ("X-Moz", "prefetch")]
)
def test_what_is_fetched_ahead_is_not_read(browser: Browser, lot: Lot, header: tuple[str, str]) -> None:
    tell(browser, lot.code, headers=dict([header]))
    assert rows() == []


def test_without_script_a_picture_counts(browser: Browser, lot: Lot) -> None:
    answer = browser.get(f"/q/{lot.code}/quet.gif", headers={"User-Agent": PHONE, "Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/gif", "no-store")
    assert len(rows()) == 1


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_picture_on_another_site_counts_nothing(browser: Browser, lot: Lot, site: str) -> None:
    answer = browser.get(f"/q/{lot.code}/quet.gif", headers={"User-Agent": PHONE, "Sec-Fetch-Site": site})
    assert (answer.status_code, rows()) == (204, [])
    assert browser.client.head(f"/q/{lot.code}/quet.gif", headers={"User-Agent": PHONE}).status_code == 204
    assert rows() == []


def test_another_site_cannot_send_the_beacon(browser: Browser, lot: Lot) -> None:
    answer = browser.post(f"/q/{lot.code}/quet", headers={"User-Agent": PHONE, "Origin": "https://evil.example"})
    assert (answer.status_code, rows()) == (403, [])


def test_what_cannot_be_a_code_is_not_kept(browser: Browser) -> None:
    for code in ("XYZ", "0000000001", "U" * 13, "1" * 300, "a%00b"):
        assert tell(browser, code) == 204
    assert rows() == []


def test_an_unknown_serial_behind_a_gtin_is_kept_with_it(browser: Browser, unit: Unit) -> None:
    tell(browser, unit.serial, data={"gtin": "08936000000013"})
    assert [(row.code, row.unit_id) for row in rows()] == [(f"08936000000013/{unit.serial}", None)]


def test_staff_of_the_lot_and_officers_do_not_count(browsers: Callable[[], Browser], lot: Lot) -> None:
    cooperative = session.get_one(Cooperative, lot.cooperative_id)
    member, other = make_staff(cooperative), make_staff(make_cooperative())
    contacts = [member.contacts[0], other.contacts[0]]
    for contact in contacts:
        browser = browsers()
        browser.sign_in(contact)
        tell(browser, lot.code, agent=f"{PHONE} {contact}")
    officer = browsers()
    sign_in_officer(officer, make_officer("33"))
    tell(officer, lot.code)
    assert [row.counts for row in rows()] == [False, True, False]


def test_the_province_comes_from_a_proxy_that_is_named(app: Flask, browser: Browser, lot: Lot) -> None:
    before: Settings = app.config["SETTINGS"]
    tell(browser, lot.code, headers={"X-Province": HAI_PHONG})
    app.config["SETTINGS"] = replace(before, province_header="X-Province")
    try:
        for minutes, told in ((11, HAI_PHONG), (22, "99"), (33, "<b>")):
            with later(minutes=minutes):
                tell(browser, lot.code, headers={"X-Province": told})
    finally:
        app.config["SETTINGS"] = before
    assert [row.province_code for row in rows()] == ["", HAI_PHONG, "", ""]


def test_a_reader_tells_his_province_once_for_all_his_scans(browser: Browser, lot: Lot, unit: Unit) -> None:
    tell(browser, lot.code)
    answer = browser.client.post(f"/q/{lot.code}/noi-quet", data={"province": HAI_PHONG}, headers={"User-Agent": PHONE})
    assert (answer.status_code, answer.location) == (303, f"/q/{lot.code}#noi-quet")
    tell(browser, unit.serial)
    assert [row.province_code for row in rows()] == [HAI_PHONG, HAI_PHONG]


def test_a_province_that_is_none_changes_nothing(browser: Browser, lot: Lot) -> None:
    tell(browser, lot.code)
    for told in ("", "99", "../x"):
        answer = browser.client.post(f"/q/{lot.code}/noi-quet", data={"province": told}, headers={"User-Agent": PHONE})
        assert answer.status_code == 303
    assert [row.province_code for row in rows()] == [""]


def test_a_network_may_scan_sixty_times_a_minute(browser: Browser, app: Flask) -> None:
    product = make_product(make_cooperative())
    first, second = (make_lot(product).code for _ in range(2))
    for number in range(61):
        assert tell(browser, first, agent=f"{PHONE} {number}") == 204
        browser.client.delete_cookie("htx_quet")
    assert len(rows()) == 60
    tell(browser, second, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert len(rows()) == 61


def test_a_network_may_open_ten_unknown_codes_a_minute(browser: Browser, lot: Lot) -> None:
    for serial in unknown_serials(11):
        assert tell(browser, serial) == 204
    tell(browser, lot.code)
    assert [row.lot_id for row in rows()] == [None] * 10 + [lot.id]


def test_who_asks_for_too_many_unknown_codes_waits_and_the_page_opens_by_itself(app: Flask) -> None:
    def ask(address: str) -> AnyResponse | None:
        with app.test_request_context("/q/X", environ_base={"REMOTE_ADDR": address}):
            return scanning_routes.ask_to_wait()

    assert [ask("203.0.113.5") for _ in range(10)] == [None] * 10
    # A neighbour of the same network shares the limit, somebody else does not.
    answer = ask("203.0.113.77")
    assert answer is not None
    assert (answer.status_code, answer.headers["Cache-Control"]) == (429, "no-store")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Refresh"] == answer.headers["Retry-After"]
    assert ask("203.0.114.5") is None


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("203.0.113.5", "203.0.113.250", True),
        ("203.0.113.5", "203.0.114.5", False),
        ("2001:db8:1:2::3", "2001:db8:1:ffff::9", True),
        ("2001:db8:1::3", "2001:db8:2::3", False),
        ("::ffff:203.0.113.5", "203.0.113.9", True),
        ("", "unix", True),
    ],
)
def test_a_network_is_a_neighbourhood(app: Flask, one: str, other: str, are_same: bool) -> None:
    seen = []
    for address in (one, other):
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            seen.append(scanning_routes.network())
    assert (seen[0] == seen[1]) is are_same


def test_no_address_and_no_cookie_stands_in_any_table(browser: Browser, lot: Lot, unit: Unit) -> None:
    address, agent = "203.0.113.57", f"{PHONE} Sonderfall"
    for code in (lot.code, unit.serial, *unknown_serials(6)):
        tell(browser, code, agent=agent, environ_base={"REMOTE_ADDR": address})
    cookie = browser.client.get_cookie("htx_quet")
    assert cookie is not None
    assert len(rows()) == 8
    assert len(alarms()) == 1
    secrets = (address, "203.0.113", "Sonderfall", cookie.value)
    found = [
        (table.name, secret)
        for table in tables.metadata.sorted_tables
        for row in session.execute(select(table))
        for value in row
        for secret in secrets
        if secret in str(value)
    ]
    assert found == []


def test_a_page_that_knows_its_reader_is_kept_for_nobody(app: Flask) -> None:
    with app.test_request_context("/q/X"):
        answer = scanning_routes.remember_device(make_response("x"))
        assert answer.headers["Cache-Control"] == "no-store"
        assert not g.access.is_shared
        token = answer.headers["Set-Cookie"].partition(";")[0]
    with app.test_request_context("/q/X", headers={"Cookie": token}):
        again = scanning_routes.remember_device(make_response("x"))
        assert "Set-Cookie" not in again.headers
        assert not g.access.is_shared


def test_a_year_old_scan_goes_by_night(unit: Unit, app: Flask) -> None:
    scan(unit.serial)
    with later(days=366):
        tasks.delete_old_scans(job_id=1)
    assert rows() == []


def _with_gtin(lot: Lot, gtin: str) -> str:
    with transaction():
        product = session.get_one(Product, lot.product_id)
        product.variants[0].gtin = gtin
        return product.name
