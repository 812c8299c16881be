"""Search on a large market: 100,000 products where everything must run (CI), a twentieth of it elsewhere."""

from __future__ import annotations

import os
import unicodedata

import pytest
from flask import Flask

from marketplace.catalogue import queries
from marketplace.catalogue.queries import Order, Results, Wanted
from marketplace.demo import bulk
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.text import fold, sort_key
from tests.client import Browser

PRODUCTS = 100_000 if os.environ.get("CI") == "true" else 5_000

pytestmark = pytest.mark.xdist_group("load")


def found(words: str, order: Order = Order.BEST, page: int = 1) -> Results:
    return queries.search(Wanted(words=words, order=order, page=page), on=clock.today())


def names(results: Results) -> list[str]:
    return [card.name for card in results.cards]


def test_a_large_market_is_searched_like_a_small_one(app: Flask, browser: Browser) -> None:
    bulk.grow(PRODUCTS, tell=lambda words: None)
    session.rollback()

    for typed in ("gao nep", "nhan long", "cha muc", "mat ong hoa nhan"):
        cards = names(found(typed))
        assert len(cards) == queries.PAGE, typed
        assert all(word in fold(name).split() for name in cards for word in fold(typed).split()), typed

    composed, decomposed = "Nhãn lồng", unicodedata.normalize("NFD", "Nhãn lồng")
    assert names(found(composed)) == names(found(decomposed)) == names(found("NHAN LONG"))
    assert names(found("Dong Hung")) != []

    for old, today in (("Thái Bình", "Hưng Yên"), ("Hải Dương", "Hải Phòng"), ("Nam Định", "Ninh Bình")):
        provinces = {card.province_name for card in found(old).cards}
        assert today in provinces, (old, provinces)

    by_name = [name for page in (1, 2, 3) for name in names(found("", Order.NAME, page))]
    assert len(by_name) == 3 * queries.PAGE
    assert by_name == sorted(by_name, key=sort_key)

    for address in ("/san-pham", "/san-pham?q=gao+nep", "/san-pham?tinh=33&con-hang=1&sap-xep=gia-tang&trang=9"):
        assert int(browser.get(address).headers["X-Queries"]) <= 4, address
