"""Whoever works for a cooperative finds its desk from his account; a buyer is not bothered with one."""

from __future__ import annotations

from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative

OWNER, BUYER = "+84901234567", "+84907654321"


def test_the_account_of_staff_leads_to_the_desk_first(browser: Browser) -> None:
    make_cooperative(name="Nhãn Lồng", owner=make_person(phone=OWNER))
    browser.sign_in(OWNER)
    browser.get("/tai-khoan")
    assert browser.text.index("Hợp tác xã của tôi") < browser.text.index("Đơn hàng của tôi Xem")
    assert 'href="/htx-cua-toi"' in browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    browser.get("/htx-cua-toi")
    assert "HTX Nhãn Lồng" in browser.text


def test_a_buyer_is_shown_no_desk(browser: Browser) -> None:
    make_person(phone=BUYER)
    browser.sign_in(BUYER)
    browser.get("/tai-khoan")
    assert "Hợp tác xã của tôi" not in browser.text
