"""A guest finds longan, reads its origin from the label, buys, follows; the cooperative packs."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.orders.models import Order
from marketplace.payments import rules as payments
from marketplace.traceability.models import Lot
from tests.factories.accounts import PASSWORD, make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot


def read_code(picture: bytes) -> str:
    """What a phone's camera would read."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
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


def printed_label(desk: Page, cooperative: Cooperative, lot: Lot) -> bytes:
    """Print labels on the desk and look at the sheet as a printer would draw it."""
    desk.goto(f"/htx-cua-toi/{cooperative.slug}/lo-hang/{lot.code}")
    form = desk.locator("form[action$='/nhan']")
    form.locator("[name=count]").fill("6")
    answer = desk.request.post(form.evaluate("form => form.action"), form=_fields(desk, "/nhan"))
    assert answer.headers["content-type"] == "application/pdf"
    drawn = io.BytesIO()
    pypdfium2.PdfDocument(answer.body())[0].render(scale=300 / 72).to_pil().save(drawn, "PNG")
    return drawn.getvalue()


def _fields(page: Page, action: str) -> dict[str, str | float | bool]:
    """What the form that posts there would send."""
    fields: dict[str, str | float | bool] = page.locator(f"form[action$='{action}']").evaluate(
        "form => Object.fromEntries(new FormData(form))"
    )
    return fields


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
    address = read_code(printed_label(desk, longan_house, lot))
    assert address.endswith(f"/q/{lot.code}")

    guest.goto("/")
    guest.fill("#site-search", "nhan long")
    guest.press("#site-search", "Enter")
    guest.wait_for_url("**/san-pham?q=*")
    guest.click(f"a[href='/san-pham/{longan.slug}']")
    guest.goto(address)
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
    press(desk, "/dong-goi")
    expect(desk.locator("main")).to_contain_text("Đã đóng gói")
    guest.goto(first)
    expect(guest.locator("main")).to_contain_text("Đã đóng gói")


def session_order(url: str) -> Order:
    """The order that this page shows, as it is now."""
    session.rollback()
    session.expire_all()
    code = url.split("/don-hang/")[1].split("?")[0]
    return session.query(Order).filter_by(code=code).one()
