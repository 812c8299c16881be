"""Bar code numbers of packs: optional, checked, one thing in the whole market, told to search engines."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from marketplace.catalogue import actions, queries
from marketplace.catalogue.actions import Pack
from marketplace.catalogue.errors import GtinTaken
from marketplace.catalogue.models import Product, Variant
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session, transaction
from marketplace.gs1.identifiers import BadIdentifier
from tests.catalogue.test_products import PRODUCT, Desk, fresh, newest
from tests.client import Browser
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative

FIRST, SECOND = "09520000100018", "09520000100025"


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


def pack(gtin: str, **changes: Any) -> Pack:
    return Pack(
        **{"name": "Túi 1 kg", "content": 1000, "price_dong": 50_000, "gross_grams": 1100, "gtin": gtin} | changes
    )


def set_packs(product: Product, *packs: Pack) -> None:
    with transaction():
        actions.products._set_packs(session.get_one(Product, product.id), packs)


def gtins(product: Product) -> dict[int, tuple[str, bool]]:
    return {one.id: (one.gtin, one.is_active) for one in fresh(product).variants}


def test_a_pack_gets_its_number_from_the_form(desk: Desk) -> None:
    page = desk.browser.get(f"{desk.base}/moi").get_data(as_text=True)
    assert page.count("Mã vạch GS1 (nếu có)") == 3
    assert '<details class="fold pack-more">' in page
    desk.browser.submit(f"{desk.base}/moi", {**PRODUCT, "packs-0-gtin": "9520 0001 00018"})
    product = newest()
    assert product.variants[0].gtin == FIRST
    page = desk.browser.get(f"{desk.base}/{product.id}").get_data(as_text=True)
    assert 'value="9520000100018"' in page
    assert 'pack-more" open' in page
    desk.browser.send({"packs-0-gtin": ""}, action=f"/{product.id}")
    assert fresh(product).variants[0].gtin == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9520000100019", "Có một chữ số chưa đúng"),
        ("952000010001800", "Hãy ghi đủ 8, 12, 13 hoặc 14 chữ số"),
        ("mã vạch", "Hãy ghi đủ 8, 12, 13 hoặc 14 chữ số"),
        ("2012345000001", "chỉ dùng trong nội bộ từng cửa hàng"),
        ("0000000000000", "Hãy ghi đủ 8, 12, 13 hoặc 14 chữ số"),
    ],
)
def test_a_wrong_number_is_told_in_a_sentence_and_kept_as_typed(desk: Desk, typed: str, said: str) -> None:
    before = session.query(Product).count()
    page = desk.browser.submit(f"{desk.base}/moi", {**PRODUCT, "packs-0-gtin": typed})
    assert page.status_code == 422
    assert said in desk.browser.text
    assert f'value="{typed}"' in page.get_data(as_text=True)
    assert session.query(Product).count() == before


def test_two_packs_of_a_form_cannot_share_a_number(desk: Desk) -> None:
    two = {**PRODUCT, "packs-1-content": "2 kg", "packs-1-price": "99k"}
    page = desk.browser.submit(f"{desk.base}/moi", {**two, "packs-0-gtin": FIRST, "packs-1-gtin": FIRST[1:]})
    assert page.status_code == 422
    assert "Hai loại gói không thể có cùng một mã vạch" in desk.browser.text


def test_a_number_of_another_product_is_refused_and_nothing_changes(desk: Desk) -> None:
    other = make_product(make_cooperative())
    set_packs(other, pack(FIRST))
    page = desk.browser.submit(f"{desk.base}/moi", {**PRODUCT, "packs-0-gtin": FIRST})
    assert page.status_code == 422
    assert "Một sản phẩm khác trên chợ đã có mã vạch này" in desk.browser.text
    product = make_product(session.get_one(Cooperative, desk.cooperative.id))
    page = desk.browser.submit(f"{desk.base}/{product.id}", {"packs-0-gtin": FIRST}, action=f"/{product.id}")
    assert page.status_code == 422
    assert [gtin for gtin, _ in gtins(product).values()] == [""]
    assert session.query(Variant).where(Variant.gtin == FIRST).count() == 1


def test_packs_without_a_number_do_not_stand_in_each_other_s_way(desk: Desk) -> None:
    cooperative = make_cooperative()
    for _number in range(2):
        set_packs(make_product(cooperative), pack(""), pack("", content=2000))
    assert session.query(Variant).where(Variant.gtin == "").count() >= 4


def test_numbers_may_change_places_within_a_product(desk: Desk) -> None:
    product = make_product(make_cooperative(), packs=(("1", 1000, 50_000), ("2", 2000, 90_000)))
    one, two = (variant.id for variant in product.variants)
    set_packs(product, pack(FIRST, id=one), pack(SECOND, id=two, content=2000))
    set_packs(product, pack(SECOND, id=one), pack(FIRST, id=two, content=2000))
    assert gtins(product) == {one: (SECOND, True), two: (FIRST, True)}


def test_a_pack_that_was_switched_off_keeps_its_number_until_another_takes_it(desk: Desk) -> None:
    product = make_product(make_cooperative())
    old = product.variants[0].id
    set_packs(product, pack(FIRST, id=old))
    set_packs(product, pack("", content=2000))
    assert gtins(product)[old] == (FIRST, False)
    found = queries.find_goods(FIRST)
    assert found is not None
    assert found.variant.id == old
    set_packs(product, pack(FIRST, content=3000))
    assert gtins(product)[old] == ("", False)


def test_the_action_refuses_what_the_form_would(desk: Desk) -> None:
    product = make_product(make_cooperative())
    with pytest.raises(BadIdentifier):
        set_packs(product, pack("09520000100019"))
    set_packs(make_product(make_cooperative()), pack(FIRST))
    with pytest.raises(GtinTaken):
        set_packs(product, pack(FIRST))


def test_no_number_finds_no_goods(desk: Desk) -> None:
    make_product(make_cooperative())
    assert queries.find_goods("") is None
    assert queries.find_goods(FIRST) is None


def test_search_engines_are_told_the_number(desk: Desk) -> None:
    product = make_product(make_cooperative(), packs=(("1", 1000, 50_000), ("2", 2000, 90_000)))
    one, two = (variant.id for variant in product.variants)
    set_packs(product, pack(FIRST, id=one), pack("", id=two, content=2000))
    with transaction():
        actions.refresh_listing(session.get_one(Product, product.id))
    page = desk.browser.get(f"/san-pham/{product.slug}").get_data(as_text=True)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    assert [offer.get("gtin14") for offer in json.loads(found[1])["offers"]] == [FIRST, None]
