"""Listing and search as buyers type them (domain.md 11.12 and 11.13), with counts that add up."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.catalogue import queries
from marketplace.catalogue.models import Product, ProductClaim
from marketplace.catalogue.queries import Order, Results, Wanted
from marketplace.certificates.models import Certificate
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from tests.client import Browser
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot


def search(words: str = "", **wishes: object) -> Results:
    wishes.setdefault("order", Order.BEST if words else Order.NEWEST)
    return queries.search(Wanted(words=words, **wishes), on=clock.today())  # type: ignore[arg-type]


def names(results: Results) -> list[str]:
    return [card.name for card in results.cards]


def claim(product: Product, certificate: Certificate, *, counts: bool = True) -> None:
    with transaction():
        session.add(ProductClaim(product_id=product.id, certificate_id=certificate.id, counts=counts))


@pytest.fixture
def market(app: Flask) -> dict[str, Product]:
    """Five products of three provinces; two of them can be had."""
    hung_yen = make_cooperative(name="Sông Biếc")
    hai_phong = make_cooperative(name="Bến Mơ", province="31", commune="10813")
    ninh_binh = make_cooperative(name="Đồng Mây", province="37", commune="14236")
    quang_ninh = make_cooperative(name="Vịnh Xanh", province="22", commune="06688")
    products = {
        "longan": make_product(hung_yen, name="Nhãn lồng Hưng Yên", season_months=0b0000_1110_0000),
        "sticky": make_product(ninh_binh, name="Gạo nếp cái hoa vàng", subgroup="food_raw_grain"),
        "lychee": make_product(hai_phong, name="Vải thiều Thanh Hà", packs=(("Hộp 2 kg", 2000, 90_000),)),
        "squid": make_product(quang_ninh, name="Chả mực Hạ Long", subgroup="food_proc_animal"),
        "peanut": make_product(ninh_binh, name="Lạc đỏ rang", subgroup="food_proc_produce"),
    }
    make_lot(products["longan"])
    make_lot(products["sticky"])
    return products


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gao nep", "Gạo nếp cái hoa vàng"),
        ("nhan long", "Nhãn lồng Hưng Yên"),
        ("cha muc ha long", "Chả mực Hạ Long"),
        ("NHÃN LỒNG", "Nhãn lồng Hưng Yên"),
        (unicodedata.normalize("NFD", "vải thiều"), "Vải thiều Thanh Hà"),
        ("nhan lo", "Nhãn lồng Hưng Yên"),  # the last word is still being typed
        ("dau phong", "Lạc đỏ rang"),  # its southern name
        ("Hải Dương", "Vải thiều Thanh Hà"),  # the province's name until July 2025
        ("nam dinh gao", "Gạo nếp cái hoa vàng"),
        ("htx dong may lac", "Lạc đỏ rang"),
    ],
)
def test_what_people_type_finds_what_they_mean(market: dict[str, Product], typed: str, first: str) -> None:
    assert names(search(typed))[:1] == [first]


def test_an_old_province_finds_only_units_of_its_successor(market: dict[str, Product]) -> None:
    assert names(search("hai duong")) == ["Vải thiều Thanh Hà"]


def test_the_name_typed_mark_for_mark_comes_first(app: Flask) -> None:
    cooperative = make_cooperative()
    for name in ("Bưởi da xanh", "Buổi sáng vui", "Búi tóc bưởi"):
        make_product(cooperative, name=name)
    assert names(search("bưởi"))[-1] == "Buổi sáng vui"
    assert names(search("buổi"))[0] == "Buổi sáng vui"


def test_when_nothing_has_all_words_some_are_enough(market: dict[str, Product]) -> None:
    found = search("nhan long dac biet")
    assert found.is_loose
    assert "Nhãn lồng Hưng Yên" in names(found)


@pytest.mark.parametrize("typed", ["", "   ", '"', "*", "nhan* OR -", "' OR 1=1 --", "x" * 500, "!!!", "đ", "\x00"])
def test_odd_words_are_no_error(browser: Browser, market: dict[str, Product], typed: str) -> None:
    assert browser.get("/san-pham", query_string={"q": typed}).status_code == 200


def test_names_sort_by_the_vietnamese_alphabet(app: Flask) -> None:
    cooperative = make_cooperative()
    alphabet = [
        "an", "ăn", "âu", "bánh", "bún", "bưởi", "cà", "chè", "dưa", "đào", "gạo", "ổi", "ơi", "ớt",
    ]  # fmt: skip
    for name in reversed(alphabet):
        make_product(cooperative, name=name)
    assert names(search(order=Order.NAME)) == alphabet


def test_filters_narrow_and_counts_tell_what_each_would_leave(market: dict[str, Product]) -> None:
    both = search(provinces=frozenset({"33", "37"}))
    assert (both.total, len(both.cards)) == (3, 3)
    # A province's own count ignores the chosen provinces; all others respect them.
    assert both.facets.provinces == {"33": 1, "31": 1, "37": 2, "22": 1}
    assert both.facets.groups == {"food": 3}
    assert both.facets.in_stock == 2
    assert names(search(in_stock=True, provinces=frozenset({"37"}))) == ["Gạo nếp cái hoa vàng"]
    assert names(search(month=8)) == ["Nhãn lồng Hưng Yên"]
    assert search(month=1).total == 0
    assert names(search(price_from_dong=60_000)) == ["Vải thiều Thanh Hà"]
    assert search(group="handicraft").total == 0


def test_certificates_filter_and_count_only_while_they_count(market: dict[str, Product]) -> None:
    longan = market["longan"]
    cooperative_id = longan.cooperative_id
    from_today = clock.today()
    owner = make_cooperative(name="Khác")
    stars = make_certificate(owner, "Nhãn lồng Hưng Yên", scheme="ocop", valid_to=from_today)
    lapsed = make_certificate(owner, "Gạo nếp", scheme="vietgap_crop", valid_to=from_today - timedelta(days=1))
    claim(longan, stars)
    claim(market["sticky"], lapsed)
    claim(market["lychee"], stars, counts=False)
    assert cooperative_id
    found = search()
    assert (found.facets.stars, found.facets.schemes) == ({4: 1}, {"ocop": 1})
    assert names(search(stars=frozenset({4}))) == ["Nhãn lồng Hưng Yên"]
    assert search(schemes=frozenset({"vietgap_crop"})).total == 0
    tomorrow = queries.search(Wanted(stars=frozenset({4})), on=from_today + timedelta(days=1))
    assert tomorrow.total == 0


def test_pages_are_stable_and_complete(app: Flask) -> None:
    cooperative = make_cooperative()
    moment = clock.now()
    for number in range(45):
        make_product(cooperative, name=f"Món {number:02d}", published_at=moment)
    for order in Order:
        seen = [name for page in (1, 2, 3) for name in names(search(order=order, page=page))]
        assert len(seen) == len(set(seen)) == 45
    assert search().pages == 3


@pytest.mark.parametrize("address", ["/san-pham", "/san-pham?q=mon", "/san-pham?tinh=33&con-hang=1"])
def test_a_list_takes_the_same_statements_for_one_row_and_for_many(browser: Browser, address: str) -> None:
    cooperative = make_cooperative()
    make_lot(make_product(cooperative, name="Món một"))
    few = int(browser.get(address).headers["X-Queries"])
    for number in range(8):
        make_lot(make_product(cooperative, name=f"Món {number}"))
    assert int(browser.get(address).headers["X-Queries"]) == few <= 4


def test_addresses_beyond_the_end_lead_to_the_first_page(browser: Browser, market: dict[str, Product]) -> None:
    assert browser.get("/san-pham?trang=400").request.query_string == b""


def test_suggestions_go_on_from_what_is_typed(browser: Browser, market: dict[str, Product]) -> None:
    found = browser.get("/san-pham/goi-y?q=ga")
    assert found.get_json() == [{"name": "Gạo nếp cái hoa vàng", "url": f"/san-pham/{market['sticky'].slug}"}]
    assert browser.get("/san-pham/goi-y?q=").get_json() == []
