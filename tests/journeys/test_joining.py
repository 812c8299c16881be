"""A new cooperative registers, applies, is admitted, lists a product with a photo and a lot, and is found."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from marketplace.foundation import clock
from tests.accounts.outbox import newest_code
from tests.factories.accounts import PASSWORD, app_code, make_officer
from tests.factories.cooperatives import tax_code
from tests.journeys.test_buying import press


def photo(folder: Path, name: str, colour: tuple[int, int, int]) -> str:
    """A photo as a phone makes it."""
    data = io.BytesIO()
    Image.new("RGB", (1600, 1200), colour).save(data, "JPEG")
    path = folder / name
    path.write_bytes(data.getvalue())
    return str(path)


def submit(page: Page, *, name: str = "") -> None:
    """Press the form's main button."""
    button = f"main form button[name={name}]" if name else "main form .form-actions button[type=submit]"
    page.locator(button).first.click()
    page.wait_for_load_state()


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_new_cooperative_is_admitted_and_found(
    app: Flask, phones: Callable[..., Page], tmp_path: Path, scripts: bool
) -> None:
    officer = make_officer("33")
    farmer, alliance, guest = phones(scripts=scripts), phones(scripts=scripts), phones(scripts=scripts)

    farmer.goto("/dang-ky?next=/mo-gian-hang")
    farmer.fill("[name=full_name]", "Đỗ Thị Sen")
    farmer.fill("[name=contact]", "0987 654 321")
    farmer.fill("[name=password]", "sen hồng nở sớm mai")
    farmer.check("[name=agrees]")
    submit(farmer)
    farmer.fill("[name=code]", newest_code())
    submit(farmer)
    farmer.wait_for_url("**/mo-gian-hang")

    farmer.check("[name=kind][value=htx]")
    farmer.fill("[name=legal_name]", "Hợp tác xã Sen Hồ Tây Nam")
    farmer.fill("[name=short_name]", "HTX Sen Hồ")
    farmer.fill("[name=tax_code]", tax_code(777))
    farmer.fill("[name=representative_name]", "Đỗ Thị Sen")
    farmer.select_option("[name=province]", "33")
    farmer.fill("[name=commune]", "Xã Tân Hưng")
    farmer.fill("[name=address_line]", "Thôn Đông")
    farmer.check("[name=sector][value=nong_nghiep]")
    farmer.check("[name=vat_method][value=truc_tiep]")
    farmer.set_input_files("[name=registration]", photo(tmp_path, "dang-ky.jpg", (240, 235, 220)))
    farmer.set_input_files("[name=food_safety]", photo(tmp_path, "attp.jpg", (220, 235, 240)))
    submit(farmer, name="submit")
    expect(farmer.locator("main")).to_contain_text("Liên minh đang")

    alliance.goto("/dang-nhap?next=/lien-minh/ho-so-htx")
    alliance.fill("[name=contact]", officer.contacts[0])
    alliance.fill("[name=password]", PASSWORD)
    submit(alliance)
    alliance.fill("[name=code]", app_code(officer))
    submit(alliance)
    alliance.wait_for_url("**/lien-minh/ho-so-htx")
    alliance.get_by_role("link", name="Sen Hồ").first.click()
    alliance.wait_for_load_state()
    expect(alliance.locator("main img").first).to_be_visible()
    alliance.check("[name=decision][value=verify]")
    submit(alliance)

    farmer.goto("/htx-cua-toi")
    farmer.goto(farmer.url.rstrip("/") + "/san-pham/moi")
    farmer.set_input_files("[name=photos]", photo(tmp_path, "tra-sen.jpg", (150, 190, 120)))
    farmer.fill("[name=name]", "Trà sen ướp hoa")
    farmer.select_option("[name=subgroup]", "food_tea")
    farmer.fill("[name=packs-0-content]", "100 g")
    farmer.fill("[name=packs-0-price]", "180.000")
    farmer.fill("[name=shelf_life_days]", "365")
    farmer.select_option("[name=vat_code]", "8%")
    farmer.locator("details:has([name=standard]) > summary").click()
    farmer.fill("[name=standard]", "TCCS 01:2026")
    submit(farmer, name="publish")
    expect(farmer.locator("main")).to_contain_text("Đang bán")

    farmer.locator("a[href*='/lo-hang/moi']").first.click()
    farmer.wait_for_load_state()
    farmer.fill("[name=harvested_on]", clock.today().strftime("%d/%m/%Y"))
    farmer.fill("[name=quantity]", "5 kg")
    farmer.fill("[name=place]", "Đầm sen thôn Đông")
    farmer.select_option("[name=season]", "workshop")
    submit(farmer)
    press(farmer, "/cong-bo")
    expect(farmer.locator("main")).to_contain_text("Đã công bố")

    guest.goto("/san-pham?q=tra+sen")
    guest.get_by_role("link", name="Trà sen ướp hoa").first.click()
    guest.wait_for_load_state()
    expect(guest.locator("main")).to_contain_text("HTX Sen Hồ")
    expect(guest.locator("form[action$='/gio-hang/them'] button.button-buy")).to_be_visible()
    expect(guest.locator(".gallery img").first).to_have_js_property("complete", True)
