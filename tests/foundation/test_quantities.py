"""Weights, volumes and counts as typed and shown, and prices per unit."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.foundation import quantities
from marketplace.foundation.quantities import BaseUnit, UnitPrice


@pytest.mark.parametrize(
    ("typed", "unit", "quantity"),
    [
        ("1,5 kg", BaseUnit.GRAM, 1_500),
        ("1.5 kg", BaseUnit.GRAM, 1_500),
        ("500g", BaseUnit.GRAM, 500),
        ("3 lạng", BaseUnit.GRAM, 300),
        ("2 cân", BaseUnit.GRAM, 2_000),
        ("3 yến", BaseUnit.GRAM, 30_000),
        ("2 tạ", BaseUnit.GRAM, 200_000),
        ("1,25 tấn", BaseUnit.GRAM, 1_250_000),
        ("1.200", BaseUnit.GRAM, 1_200),
        ("1.200 kg", BaseUnit.GRAM, 1_200_000),
        ("1.200,5 kg", BaseUnit.GRAM, 1_200_500),
        ("0,125 kg", BaseUnit.GRAM, 125),
        ("0,75 lít", BaseUnit.MILLILITRE, 750),
        ("500 ml", BaseUnit.MILLILITRE, 500),
        ("12", BaseUnit.PIECE, 12),
        ("12 quả", BaseUnit.PIECE, 12),
        ("2 chục", BaseUnit.PIECE, 20),
        ("2 tá", BaseUnit.PIECE, 24),
        ("0", BaseUnit.PIECE, 0),
    ],
)
def test_parse_quantity_reads_what_people_say(typed: str, unit: BaseUnit, quantity: int) -> None:
    assert quantities.parse_quantity(typed, unit) == quantity
    assert quantities.parse_quantity(unicodedata.normalize("NFD", typed), unit) == quantity


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("", BaseUnit.GRAM),
        ("kg", BaseUnit.GRAM),
        ("-1 kg", BaseUnit.GRAM),
        ("1,2345 kg", BaseUnit.GRAM),
        ("0,5", BaseUnit.PIECE),
        ("1,5 quả", BaseUnit.PIECE),
        ("1.20.3 kg", BaseUnit.GRAM),
        ("1 lít", BaseUnit.GRAM),
        ("1 kg", BaseUnit.MILLILITRE),
        ("1 kg", BaseUnit.PIECE),
        ("1 kg/ngày", BaseUnit.GRAM),
        ("100.000 tấn", BaseUnit.GRAM),
        ("٣ kg", BaseUnit.GRAM),
        ("9" * 5000, BaseUnit.PIECE),
    ],
)
def test_parse_quantity_refuses_the_rest(typed: str, unit: BaseUnit) -> None:
    with pytest.raises(quantities.BadQuantity):
        quantities.parse_quantity(typed, unit)


@given(st.integers(0, quantities.LARGEST_QUANTITY), st.sampled_from(BaseUnit))
def test_parse_quantity_reads_back_what_format_quantity_shows(quantity: int, unit: BaseUnit) -> None:
    assert quantities.parse_quantity(quantities.format_quantity(quantity, unit, "cái"), unit) == quantity


@given(st.text(max_size=50), st.sampled_from(BaseUnit))
def test_parse_quantity_never_fails_otherwise(typed: str, unit: BaseUnit) -> None:
    with suppress(quantities.BadQuantity):
        assert 0 <= quantities.parse_quantity(typed, unit) <= quantities.LARGEST_QUANTITY


@pytest.mark.parametrize(
    ("quantity", "unit", "shown"),
    [
        (1_500, BaseUnit.GRAM, "1,5 kg"),
        (500, BaseUnit.GRAM, "500 g"),
        (1_000, BaseUnit.GRAM, "1 kg"),
        (1_005, BaseUnit.GRAM, "1,005 kg"),
        (1_200_000, BaseUnit.GRAM, "1.200 kg"),
        (-1_500, BaseUnit.GRAM, "-1,5 kg"),
        (750, BaseUnit.MILLILITRE, "750 ml"),
        (5_000, BaseUnit.MILLILITRE, "5 L"),
        (1_200, BaseUnit.PIECE, "1.200 cái"),
    ],
)
def test_format_quantity_takes_the_handiest_unit(quantity: int, unit: BaseUnit, shown: str) -> None:
    assert quantities.format_quantity(quantity, unit, "cái") == shown


def test_quantity_parts_leave_the_word_to_the_door() -> None:
    assert quantities.quantity_parts(12, BaseUnit.PIECE) == ("12", "piece")
    assert quantities.quantity_parts(1_500, BaseUnit.MILLILITRE) == ("1,5", "l")
    assert quantities.format_quantity(12, BaseUnit.PIECE) == "12"


def test_unit_price_rounds_half_up() -> None:
    assert quantities.unit_price(45_000, 500, BaseUnit.GRAM) == UnitPrice(90_000, "kg")
    assert quantities.unit_price(100_000, 300, BaseUnit.MILLILITRE) == UnitPrice(333_333, "l")
    assert quantities.unit_price(5, 2, BaseUnit.PIECE) == UnitPrice(3, "piece")
    assert quantities.unit_price(7, 2, BaseUnit.PIECE) == UnitPrice(4, "piece")
