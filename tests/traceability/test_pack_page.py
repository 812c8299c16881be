"""What the label of a single pack opens: its state, who has looked before, and nothing that a copy could not show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.traceability import actions
from marketplace.traceability.models import Lot, Scan
from marketplace.traceability.states import UnitState
from tests.client import Browser
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot, make_units


@pytest.fixture
def lot(app: Flask) -> Lot:
    return make_lot(make_product(make_cooperative()))


def look(browser: Browser, serial: str) -> str:
    """As a phone does: open the page, which then tells that it was opened."""
    assert browser.get(f"/q/{serial}").status_code == 200
    words, page = browser.text, browser.page
    assert f'data-count-scan="/q/{serial}/quet"' in page.get_data(as_text=True)  # type: ignore[union-attr]
    assert browser.post(f"/q/{serial}/quet").status_code == 204
    return words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (UnitState.PRINTED, "Hợp tác xã chưa ghi nhận gói này đã rời kho"),
        (UnitState.SHIPPED, "Đã gửi cho người mua ngày {today}"),
        (UnitState.SOLD, "Ghi nhận đã bán ngày {today}"),
        (UnitState.RETURNED, "Đã trả về hợp tác xã ngày {today}"),
        (UnitState.RECALLED, "Bị thu hồi từ ngày {today}"),
        (UnitState.VOID, "Khai hủy ngày {today}"),
    ],
)
def test_the_page_says_where_the_pack_stands(browser: Browser, lot: Lot, state: UnitState, words: str) -> None:
    (unit,) = make_units(lot, state=state)
    browser.get(f"/q/{unit.serial}")
    assert words.format(today=f"{clock.today():%d/%m/%Y}") in browser.text
    assert codes.grouped(unit.serial) in browser.text
    assert ("Tem này đã bị hủy" in browser.text) is (state == UnitState.VOID)


def test_each_reader_is_told_of_those_before_him(lot: Lot, browser: Browser, browsers: Callable[[], Browser]) -> None:
    (unit,) = make_units(lot)
    assert "Lần kiểm tra đầu tiên của mã này" in look(browser, unit.serial)
    assert "Bạn đã kiểm tra mã này trước đây" in look(browser, unit.serial)
    stranger = browsers()
    assert "Mã này đã được kiểm tra 1 lần" in look(stranger, unit.serial)
    words = look(browser, unit.serial)
    assert "Mã này đã được kiểm tra 2 lần" in words
    assert "Trong đó có bạn" in words
    assert session.query(Scan).count() == 2


def test_a_report_of_a_pack_names_the_very_pack(browser: Browser, lot: Lot) -> None:
    (unit,) = make_units(lot)
    browser.get(f"/q/{unit.serial}")
    assert f'href="/q/{unit.serial}/bao-loi"' in browser.page.get_data(as_text=True)  # type: ignore[union-attr]


def test_the_page_of_a_pack_is_kept_for_nobody_else(browser: Browser, lot: Lot) -> None:
    (unit,) = make_units(lot)
    page = browser.get(f"/q/{unit.serial}")
    assert "htx_quet=" in page.headers["Set-Cookie"]
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in browser.get(f"/q/{lot.code}").headers


def test_a_label_that_may_be_copied_is_never_called_in_order(
    browser: Browser, lot: Lot, browsers: Callable[[], Browser]
) -> None:
    (unit,) = make_units(lot)
    for _reader in range(4):
        words = look(browsers(), unit.serial)
        assert "không có cảnh báo" in words
    words = look(browser, unit.serial)
    assert "Xem kỹ: tem này có thể đã bị sao chép" in words
    assert "không có cảnh báo" not in words
    browser.get(f"/q/{lot.code}")
    assert "không có cảnh báo" in browser.text


def test_a_recalled_lot_warns_from_each_of_its_packs(browser: Browser, lot: Lot) -> None:
    (unit,) = make_units(lot)
    with transaction():
        actions.recall(session.get_one(Lot, lot.id), by=None, reason="Dư lượng thuốc")
    browser.get(f"/q/{unit.serial}")
    assert "origin-alarm" in browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    assert "Dư lượng thuốc" in browser.text


def test_who_guesses_codes_has_to_wait(browser: Browser, lot: Lot) -> None:
    answers = [browser.get(f"/q/{codes.random_code(13)}").status_code for _ in range(12)]
    assert answers == [404] * 10 + [429] * 2
    assert "tự mở" in browser.text
    (unit,) = make_units(lot)
    assert browser.get(f"/q/{unit.serial}").status_code == 200
