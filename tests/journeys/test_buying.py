"""A guest finds longan, reads its origin from the label, buys, follows; the cooperative packs."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.orders.models import Order
from marketplace.payments import rules as payments
from marketplace.traceability.models import Lot, Scan
from tests.factories.accounts import PASSWORD, make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot


def read_code(picture: bytes) -> str:
    """What a phone's camera would read."""
    found = zxingcpp.read_barcodes(
        Image.open(io.BytesIO(picture)).convert("L"), formats=zxingcpp.BarcodeFormat.QRCodeModel2
    )
    assert found, "no code in the picture"
    return str(found[0].text)


def sign_in(page: Page, contact: str, password: str = PASSWORD) -> None:
    page.goto("/dang-nhap")
    page.fill("input[name=contact]", contact)
    page.fill("input[name=password]", password)
    page.click("main form[action*=dang-nhap] button, main form button[type=submit]")
    page.wait_for_url("**/tai-khoan")


def press(page: Page, action: str) -> None:
    """Send the form that posts there, saying yes to the question before it."""
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator(f"form[action*='{action}'] button[type=submit]").first.click()
    page.wait_for_load_state()


def printed_labels(desk: Page, cooperative: Cooperative, lot: Lot, count: int) -> list[str]:
    """Print labels with serials on the desk, and read the sheet as it leaves the printer."""
    desk.goto(f"/htx-cua-toi/{cooperative.slug}/lo-hang/{lot.code}")
    desk.get_by_role("link", name="In tem").click()
    form = desk.locator("form[action$='/nhan']")
    form.locator("[name=kind][value=unit]").check()
    form.locator("[name=count]").fill(str(count))
    form.locator("[name=layout][value='24']").check()
    form.locator("button[type=submit]").click()
    sheets = desk.request.get(str(desk.get_by_role("link", name="Mở tờ tem để in").get_attribute("href")))
    assert sheets.headers["content-type"] == "application/pdf"
    sheet = pypdfium2.PdfDocument(sheets.body())[1].render(scale=300 / 72).to_pil().convert("L")
    addresses = [code.text for code in zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.QRCodeModel2)]
    assert len(set(addresses)) == count
    return addresses


def order(page: Page, *, payment: str) -> None:
    """From the cart to the order's page."""
    page.goto("/gio-hang")
    page.click("a[href$='/dat-hang']")
    page.fill("[name=phone]", "0912 345 678")
    page.fill("[name=name]", "Trần Thị Mua")
    page.select_option("[name=province]", "33")
    page.wait_for_load_state()
    page.fill("[name=commune]", "Xã Tân Hưng")
    page.fill("[name=address_line]", "Thôn Đông")
    page.get_by_role("button", name="Tiếp: chọn giao hàng").click()
    page.get_by_role("button", name="Tiếp: thanh toán").click()
    page.check(f"[name=payment][value={payment}]")
    page.locator("form[action$='/dat-hang'] button.button-buy").click()
    page.wait_for_url("**/don-hang/HTX**")


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_guest_buys_what_the_label_proves(app: Flask, phones: Callable[..., Page], scripts: bool) -> None:
    owner = make_person(full_name="Nguyễn Thị Lan")
    longan_house = make_cooperative(name="Nông sản Sông Biếc", owner=owner)
    rice_house = make_cooperative(name="Lúa gạo Đồng Mây", province="37", commune="14236")
    longan = make_product(longan_house, name="Nhãn lồng Hưng Yên")
    rice = make_product(rice_house, name="Gạo tám xoan", subgroup="food_raw_grain", shelf_life_days=240)
    lot = make_lot(longan)
    make_lot(rice)
    desk, guest = phones(), phones(scripts=scripts)

    sign_in(desk, owner.contacts[0])
    pack_address, *_others = printed_labels(desk, longan_house, lot, 6)

    guest.goto("/")
    guest.fill("#site-search", "nhan long")
    guest.press("#site-search", "Enter")
    guest.wait_for_url("**/san-pham?q=*")
    guest.click(f"a[href='/san-pham/{longan.slug}']")
    guest.goto(f"/q/{lot.code}")
    expect(guest.locator("h1")).to_have_text("Nhãn lồng Hưng Yên")
    expect(guest.locator("main")).to_contain_text("Lô hàng có thật trong chợ")
    guest.locator("a.button-buy").click()
    guest.locator("form[action$='/gio-hang/them'] button.button-buy").click()
    guest.wait_for_url("**/gio-hang?them=1")
    guest.goto(f"/san-pham/{rice.slug}")
    guest.locator("form[action$='/gio-hang/them'] button.button-buy").click()
    guest.wait_for_url("**/gio-hang?them=1")
    order(guest, payment="cod")
    expect(guest.locator(f"a[href='/q/{lot.code}']")).to_be_visible()
    first = guest.url

    guest.goto(f"/san-pham/{longan.slug}")
    guest.locator("form[action$='/gio-hang/them'] button.button-buy").click()
    guest.wait_for_url("**/gio-hang?them=1")
    order(guest, payment="vietqr")
    total = session_order(guest.url).total_dong
    picture = guest.request.get(guest.locator("img.pay-code").get_attribute("src").replace("svg", "png", 1))  # type: ignore[union-attr]
    transfer = payments.parse_vietqr(read_code(picture.body()))
    assert transfer.amount_dong == total
    assert transfer.memo
    assert transfer.memo in guest.inner_text("main").replace(" ", "")

    desk.goto(f"/htx-cua-toi/{longan_house.slug}/don-hang")
    part = next(part for part in session_order(first).parts if part.cooperative_id == longan_house.id)
    desk.goto(f"/htx-cua-toi/{longan_house.slug}/don-hang/{part.code}")
    expect(desk.locator("main")).to_contain_text(lot.code)
    press(desk, "/xac-nhan")
    desk.goto(f"/htx-cua-toi/{longan_house.slug}/don-hang/{part.code}/goi")
    desk.fill("[name=code]", pack_address)
    press(desk, "/goi")
    expect(desk.locator("main")).to_contain_text("Đã quét đủ các gói")
    desk.goto(f"/htx-cua-toi/{longan_house.slug}/don-hang/{part.code}")
    press(desk, "/dong-goi")
    expect(desk.locator("main")).to_contain_text("Đã đóng gói")
    guest.goto(first)
    expect(guest.locator("main")).to_contain_text("Đã đóng gói")

    desk.fill("form[action$='/giao'] input:not([type=hidden])", "Viettel Post 123")
    press(desk, "/giao")
    opened = urlsplit(pack_address).path
    guest.goto(opened)
    expect(guest.locator("main")).to_contain_text("Đã gửi cho người mua ngày")
    expect(guest.locator("main")).to_contain_text("Lần kiểm tra đầu tiên của mã này")
    guest.wait_for_load_state("networkidle")
    guest.goto(opened)
    expect(guest.locator("main")).to_contain_text("Bạn đã kiểm tra mã này trước đây")
    session.rollback()  # what the server wrote since
    assert session.scalars(select(Scan.code).order_by(Scan.id)).all() == [lot.code, opened.rpartition("/")[2]]


def session_order(url: str) -> Order:
    """The order that this page shows, as it is now."""
    session.rollback()
    session.expire_all()
    code = url.split("/don-hang/")[1].split("?")[0]
    return session.query(Order).filter_by(code=code).one()
