"""The drawn pictures of the demonstration market."""

from __future__ import annotations

import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from marketplace.demo import drawings
from marketplace.demo.drawings import draw_certificate, draw_place, draw_product

MARKET: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[2] / "marketplace" / "demo" / "data" / "market.toml").read_text(encoding="utf-8")
)
KINDS = sorted({product["kind"] for cooperative in MARKET["cooperative"] for product in cooperative.get("product", [])})
PLACES = sorted({cooperative["place"] for cooperative in MARKET["cooperative"]})


hero = cache(draw_product)


def _size(picture: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(picture)) as opened:
        assert opened.format == "JPEG"
        return opened.size


@pytest.mark.parametrize("kind", KINDS)
def test_every_product_of_the_market_is_drawn(kind: str) -> None:
    views = [hero(kind), draw_product(kind, 1), draw_product(kind, 2)]
    assert [_size(view) for view in views] == [(1200, 900)] * 3
    assert len(set(views)) == 3


@pytest.mark.parametrize("place", PLACES)
def test_every_place_of_the_market_is_drawn(place: str) -> None:
    assert _size(draw_place(place)) == (1600, 900)


def test_the_same_call_gives_the_same_bytes() -> None:
    assert draw_product("rice", 1) == draw_product("rice", 1)
    assert draw_place("orchard", 2) == draw_place("orchard", 2)


def test_two_kinds_differ() -> None:
    assert len({hero(kind) for kind in KINDS}) == len(KINDS)


def test_a_later_variant_changes_the_wall() -> None:
    assert draw_product("honey", 3) != hero("honey")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        draw_product("dragon_fruit")
    with pytest.raises(KeyError):
        draw_place("moon")


def test_a_certificate_of_any_scheme_is_a_tall_paper() -> None:
    for scheme in ("vietgap_crop", "ocop", "gi", "something_new"):
        paper = draw_certificate(
            scheme=scheme,
            number="MAU-0001",
            holder="Hợp tác xã Nông sản và Dịch vụ tổng hợp Sông Biếc có tên gọi rất dài " * 4,
            scope="Nhãn lồng, vải thiều",
            valid_to="31/12/2027",
        )
        assert _size(paper) == (1000, 1400)


def test_no_drawing_is_left_without_a_use() -> None:
    assert set(drawings.PRODUCTS) == set(KINDS)
