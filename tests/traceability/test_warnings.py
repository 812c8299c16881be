"""Alarms about copied labels: what a cooperative reads and decides, what officers and inspectors see, who gets a letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.foundation import clock, codes, jobs
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.messages import Message
from marketplace.traceability import actions
from marketplace.traceability.models import Lot, Scan, ScanAlarm
from marketplace.traceability.queries import scans
from marketplace.traceability.states import AlarmState, LotState, ScanReason, UnitState
from tests.client import Browser
from tests.factories.accounts import make_inspector, make_officer, make_person, sign_in_officer
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot, make_units

OWNER = "+84901234567"
ALLIANCE = "/lien-minh/canh-bao"


class Desk:
    """A cooperative in Hung Yen with a lot of packs that are sold, and its owner signed in."""

    def __init__(self, browser: Browser) -> None:
        owner = make_person(phone=OWNER)
        self.owner_id = owner.id
        self.cooperative = make_cooperative(name="Nhãn Lồng", owner=owner)
        self.slug = self.cooperative.slug
        self.cooperative_id = self.cooperative.id
        self.lot = make_lot(make_product(self.cooperative))
        self.lot_id, self.code = self.lot.id, self.lot.code
        self.serials = [unit.serial for unit in make_units(self.lot, 9)]
        self.home = f"/htx-cua-toi/{self.slug}/canh-bao"
        self.browser = browser
        browser.sign_in(OWNER)

    def copy(self, number: int = 0) -> int:
        """Four strangers open one pack; gives the alarm."""
        for device in "abcd":
            scan(self.serials[number], device)
        return newest().id


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


def scan(serial: str, device: str, province_code: str = "", network: str = "") -> None:
    with transaction():
        actions.note_scan(code=serial, device=device, network=network, province_code=province_code)


def put(desk: Desk, reason: ScanReason, facts: dict[str, Any]) -> None:
    now = clock.now()
    with transaction():
        session.add(
            ScanAlarm(
                reason=reason,
                subject=reason.value,
                cooperative_id=desk.cooperative_id,
                facts=facts,
                first_at=now,
                last_at=now,
            )
        )


def newest() -> ScanAlarm:
    session.rollback()
    session.expire_all()
    return session.scalars(select(ScanAlarm).order_by(ScanAlarm.id.desc())).first() or pytest.fail("no alarm")


def state() -> AlarmState:
    return newest().state


def lot_state(desk: Desk) -> LotState:
    session.rollback()
    session.expire_all()
    return session.get_one(Lot, desk.lot_id).state


def report(desk: Desk, note: str, *, code: str = "", lot_id: int | None = None) -> None:
    with transaction():
        actions.report_label(
            code=code or desk.code, lot_id=lot_id, kind="fake", place="Cho Kim", note=note, phone="+84912345678"
        )


# -- the cooperative


def test_without_warnings_the_page_says_so(desk: Desk) -> None:
    desk.browser.get(desk.home)
    assert "Không có cảnh báo" in desk.browser.text
    assert "Chưa có người mua nào báo gì" in desk.browser.text


def test_a_warning_tells_what_was_seen_in_plain_words(desk: Desk) -> None:
    desk.copy()
    desk.browser.get(desk.home)
    assert "Một gói được mở mã trên 4 điện thoại khác nhau" in desk.browser.text
    assert "Việc cần làm" in desk.browser.text
    assert codes.grouped(desk.serials[0]) in desk.browser.text
    assert desk.serials[0] not in desk.browser.page.get_data(as_text=True)  # type: ignore[union-attr]


def test_every_reason_has_its_words(desk: Desk) -> None:
    """Each sentence with its figures; a province stands there by its name."""
    told = {
        ScanReason.NEVER_ISSUED: {"serials": 7, "gtin": "08936000000013", "product": "Nhãn lồng"},
        ScanReason.NOT_SHIPPED: {},
        ScanReason.AFTER_END: {"end": "recalled"},
        ScanReason.MANY_DEVICES: {"devices": 6},
        ScanReason.SEVERAL_PROVINCES: {"provinces": ["01", "31"]},
        ScanReason.TOO_FAST: {"provinces": ["01", "79"], "minutes": 12, "km": 1138},
        ScanReason.MORE_THAN_SOLD: {"scanned": 8, "sold": 5},
        ScanReason.BURST: {"serials": 21},
    }
    assert set(told) == set(ScanReason)
    for reason, facts in told.items():
        put(desk, reason, facts)
    desk.browser.get(desk.home)
    for words in (
        "tem mang mã mà HTX không in: 7 mã", "Theo sổ, gói này còn trong kho", "đã thu hồi: vẫn còn người giữ",
        "trên 6 điện thoại", "ở nhiều tỉnh: Hà Nội, Hải Phòng", "1.138 km chỉ trong 12 phút: Hà Nội, Hồ Chí Minh",
        "8 gói của lô này được mở mã, nhưng chỉ 5 gói", "mở 21 gói khác nhau",
    ):  # fmt: skip
        assert words in desk.browser.text


@pytest.mark.parametrize(
    ("end", "words"),
    [("returned", "Gói đã trả về kho"), ("void", "tem đã hủy"), ("expired", "đã quá hạn dùng")],
)
def test_every_end_has_its_words(desk: Desk, end: str, words: str) -> None:
    put(desk, ScanReason.AFTER_END, {"end": end})
    desk.browser.get(desk.home)
    assert words in desk.browser.text


def test_an_explanation_needs_its_words(desk: Desk) -> None:
    alarm_id = desk.copy()
    answer = desk.browser.submit(desk.home, action=f"{alarm_id}/giai-thich?trang=1")
    assert (answer.status_code, state()) == (422, AlarmState.OPEN)
    answer = desk.browser.submit(
        desk.home, {f"{alarm_id}-note": "Cho cả lớp xem"}, action=f"{alarm_id}/giai-thich?trang=1"
    )
    alarm = newest()
    assert (answer.status_code, alarm.state, alarm.note) == (200, AlarmState.EXPLAINED, "Cho cả lớp xem")
    assert "Đã rõ lý do" in desk.browser.text
    assert lot_state(desk) == LotState.PUBLISHED


def test_a_copy_is_noted_and_stops_the_lot_when_wanted(desk: Desk) -> None:
    first, second = desk.copy(0), desk.copy(1)
    confirm(desk, first)
    assert (session.get_one(ScanAlarm, first).state, lot_state(desk)) == (AlarmState.CONFIRMED, LotState.PUBLISHED)
    confirm(desk, second, **{f"{second}-stop": "y"})
    session.rollback()
    assert (session.get_one(ScanAlarm, second).state, lot_state(desk)) == (AlarmState.CONFIRMED, LotState.ON_HOLD)
    assert "đã dừng bán lô" in desk.browser.text


def confirm(desk: Desk, alarm_id: int, **typed: str) -> None:
    desk.browser.get(desk.home)
    form = next(form for form in desk.browser.forms() if f"/{alarm_id}/" in form["action"])
    desk.browser.post(f"{desk.home}/{alarm_id}/nhan-gia", {**form["fields"], **typed})
    session.rollback()
    session.expire_all()


def test_a_copy_of_a_recalled_lot_changes_nothing_when_the_lot_was_to_stop(desk: Desk) -> None:
    alarm_id = desk.copy()
    with transaction():
        actions.recall(session.get_one(Lot, desk.lot_id), by=None, reason="Nhầm lô")
    confirm(desk, alarm_id, **{f"{alarm_id}-stop": "y"})
    assert (session.get_one(ScanAlarm, alarm_id).state, lot_state(desk)) == (AlarmState.OPEN, LotState.RECALLED)
    assert "Không có gì thay đổi" in desk.browser.text


def test_the_second_who_decides_is_told_so(desk: Desk) -> None:
    alarm_id = desk.copy()
    desk.browser.get(desk.home)
    with transaction():
        actions.explain_alarm(session.get_one(ScanAlarm, alarm_id), note="Lớp học", by=desk.owner_id)
    desk.browser.send({f"{alarm_id}-note": "Khác"}, action=f"{alarm_id}/giai-thich?trang=1")
    assert "Người khác đã xử lý cảnh báo này trước" in desk.browser.text
    assert newest().note == "Lớp học"


def test_the_warning_of_another_cooperative_is_not_there(desk: Desk, browsers: Callable[[], Browser]) -> None:
    alarm_id = desk.copy()
    other = make_cooperative(owner=make_person(phone="+84907654321"))
    home = f"/htx-cua-toi/{other.slug}/canh-bao"
    browser = browsers()
    browser.sign_in("+84907654321")
    browser.get(home)
    assert "Không có cảnh báo" in browser.text
    browser.get(f"/q/{desk.code}/bao-loi")
    (token,) = {form["fields"]["csrf_token"] for form in browser.forms() if "csrf_token" in form["fields"]}
    for deed in ("giai-thich", "nhan-gia"):
        answer = browser.post(f"{home}/{alarm_id}/{deed}", {"csrf_token": token, f"{alarm_id}-note": "Không sao"})
        assert answer.status_code == 404
    assert state() == AlarmState.OPEN


def test_open_warnings_stand_first_and_take_the_same_statements_however_many(desk: Desk) -> None:
    counts, first = [], desk.copy(0)
    desk.browser.get(desk.home)
    counts.append(desk.browser.page.headers["X-Queries"])  # type: ignore[union-attr]
    with transaction():
        actions.explain_alarm(session.get_one(ScanAlarm, first), note="Lớp học", by=desk.owner_id)
    desk.copy(1)
    with clock.moved_to(clock.now() - timedelta(days=2)):
        oldest = desk.copy(2)
    rows, count = scans.alarms_of(desk.cooperative_id, limit=20)
    assert ([row.alarm.id for row in rows][1:], count) == ([oldest, first], 3)
    desk.browser.get(desk.home)
    counts.append(desk.browser.page.headers["X-Queries"])  # type: ignore[union-attr]
    assert len(set(counts)) == 1


def test_the_page_of_lots_says_how_many_warnings_wait(desk: Desk) -> None:
    desk.copy(0)
    desk.copy(1)
    desk.browser.get(f"/htx-cua-toi/{desk.slug}/lo-hang")
    assert "2 cảnh báo cần xem" in desk.browser.text


def test_what_readers_reported_stands_there_newest_first(desk: Desk) -> None:
    for note in ("Nhãn mờ", "Nhãn lạ"):
        report(desk, note, lot_id=desk.lot_id)
    report(desk, "Mã không có", code="0000000000")
    desk.browser.get(desk.home)
    text = desk.browser.text
    assert 0 < text.index("Nhãn lạ") < text.index("Nhãn mờ")
    assert "0912 345 678" not in text
    assert "Mã không có" not in text


def test_long_lists_have_pages(desk: Desk) -> None:
    for number in range(21):
        report(desk, f"Báo số {number:02}", lot_id=desk.lot_id)
    desk.browser.get(desk.home)
    assert "Báo số 20" in desk.browser.text
    assert "Báo số 00" not in desk.browser.text
    desk.browser.get(f"{desk.home}?bao=2")
    assert "Báo số 00" in desk.browser.text
    assert "Báo số 20" not in desk.browser.text


# -- the alliance


def test_an_officer_sees_his_provinces_and_what_is_nobodys(desk: Desk, browsers: Callable[[], Browser]) -> None:
    desk.copy()
    for number in range(5):
        scan(codes.random_code(13), f"d{number}", network="net")
    report(desk, "Nhãn lạ", lot_id=desk.lot_id)
    report(desk, "Mã không có", code="0000000000")
    here, elsewhere = browsers(), browsers()
    sign_in_officer(here, make_officer("33"))
    sign_in_officer(elsewhere, make_officer("01"))
    own = ("trên 4 điện thoại khác nhau", "Nhãn lạ")
    nobodys = ("5 mã gói mà không HTX nào in", "Mã không có")
    here.get(ALLIANCE)
    assert [words in here.text for words in (*own, *nobodys)] == [True, True, True, True]
    elsewhere.get(ALLIANCE)
    assert [words in elsewhere.text for words in (*own, *nobodys)] == [False, False, True, True]


def test_an_officer_stops_the_lot_for_officers(desk: Desk, browsers: Callable[[], Browser]) -> None:
    alarm_id = desk.copy()
    officer = browsers()
    sign_in_officer(officer, make_officer("33"))
    answer = officer.submit(ALLIANCE, action=f"{alarm_id}/dung?trang=1")
    assert (answer.status_code, lot_state(desk)) == (422, LotState.PUBLISHED)
    officer.submit(ALLIANCE, {f"{alarm_id}-reason": "Nhãn bị sao chép"}, action=f"{alarm_id}/dung?trang=1")
    assert (lot_state(desk), session.get_one(Lot, desk.lot_id).state_reason) == (LotState.ON_HOLD, "Nhãn bị sao chép")
    officer.get("/lien-minh/lo-cho-duyet")
    assert "Nhãn bị sao chép" in officer.text


def test_an_inspector_only_reads(desk: Desk, browsers: Callable[[], Browser]) -> None:
    alarm_id = desk.copy()
    inspector = browsers()
    sign_in_officer(inspector, make_inspector("33"))
    inspector.get(ALLIANCE)
    assert "trên 4 điện thoại khác nhau" in inspector.text
    assert [form for form in inspector.forms() if "/dung" in form["action"]] == []
    assert lot_state(desk) == LotState.PUBLISHED
    assert alarm_id


def test_the_inspectors_page_draws_scans_by_province_and_month(desk: Desk, browsers: Callable[[], Browser]) -> None:
    inspector = browsers()
    sign_in_officer(inspector, make_inspector("33"))
    page = f"/lien-minh/lo-hang/{desk.code}"
    inspector.get(page)
    assert "Chưa có người mua nào mở mã của lô này" in inspector.text
    for number, province_code in enumerate(("33", "33", "01", "")):
        scan(desk.serials[number], f"d{number}", province_code)
    inspector.get(page)
    assert "Lượt quét (4)" in inspector.text
    assert "Hưng Yên 2 Hà Nội 1" in inspector.text.replace("Không rõ tỉnh 1 ", "")
    assert inspector.page.get_data(as_text=True).count('class="is-seen"') == 2  # type: ignore[union-attr]
    assert inspector.page.get_data(as_text=True).count("<circle") >= 34  # type: ignore[union-attr]


# -- letters and traces


def letters() -> list[Message]:
    jobs.run_all_due()
    session.rollback()
    return list(session.scalars(select(Message).order_by(Message.id)))


def test_the_cooperative_is_told_once_a_day_about_a_lot(desk: Desk) -> None:
    desk.copy(0)
    desk.copy(1)
    told = [letter for letter in letters() if "Cảnh báo về tem" in letter.subject + letter.text]
    assert len(told) == 1
    assert f"/htx-cua-toi/{desk.slug}/canh-bao" in told[0].text


def test_the_cooperative_is_told_again_when_a_settled_matter_goes_on(desk: Desk) -> None:
    alarm_id = desk.copy()
    assert len(letters()) == 1
    with transaction():
        actions.explain_alarm(session.get_one(ScanAlarm, alarm_id), note="Lớp học", by=desk.owner_id)
    scan(desk.serials[0], "a")
    assert len(letters()) == 1
    scan(desk.serials[0], "e")
    scan(desk.serials[0], "f")
    assert len(letters()) == 2


def test_an_old_pack_and_a_traders_burst_are_no_reason_for_a_letter(desk: Desk) -> None:
    with clock.moved_to(clock.now() + timedelta(days=60)):
        scan(desk.serials[0], "a")
    assert newest().facts == {"end": "expired"}
    assert [letter for letter in letters() if "Cảnh báo" in letter.text] == []


def test_no_serial_leaves_the_page_of_staff(desk: Desk) -> None:
    """Neither the trail, nor letters, nor jobs, nor the facts of alarms name a pack."""
    alarm_id = desk.copy()
    with transaction():
        actions.confirm_copy(session.get_one(ScanAlarm, alarm_id), note="Nhãn giả", by=desk.owner_id)
    (void,) = make_units(session.get_one(Lot, desk.lot_id), state=UnitState.VOID)
    serials = (*desk.serials, void.serial)
    scan(void.serial, "a")
    assert letters() != []
    assert session.scalar(select(func.count()).select_from(Scan)) == 5
    texts = [
        str(value)
        for table in (AuditEntry, Message, jobs.Job, ScanAlarm)
        for row in session.execute(select(table.__table__)).all()
        for value in row
    ]
    assert [serial for serial in serials for text in texts if serial in text] == []
