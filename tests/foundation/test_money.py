"""Amounts as typed, as shown, and shared."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.foundation import money


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("45.000", 45_000),
        ("45,000", 45_000),
        ("45 000", 45_000),
        ("45000", 45_000),
        ("45k", 45_000),
        ("45K", 45_000),
        ("45,5k", 45_500),
        ("45 nghìn", 45_000),
        ("45 ngàn đồng", 45_000),
        ("45000đ", 45_000),
        ("45.000 ₫", 45_000),
        ("45.000\u00a0₫", 45_000),
        ("45.000 VNĐ", 45_000),
        ("1,2 triệu", 1_200_000),
        ("1.25tr", 1_250_000),
        ("3 tỷ", 3_000_000_000),
        ("1.234.567", 1_234_567),
        ("0", 0),
        (" 500 ", 500),
        ("99.999.999.999", 99_999_999_999),
    ],
)
def test_parse_dong_reads_what_people_type(typed: str, amount: int) -> None:
    assert money.parse_dong(typed) == amount
    assert money.parse_dong(unicodedata.normalize("NFD", typed)) == amount


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "đ",
        "k",
        "-45.000",
        "- 1",
        "45,5",
        "45.50",
        "45.0000",
        "1.23.456",
        "1.234,567",
        "1.250 triệu",
        "1,250k",
        "0,00001k",
        "1,23k5",
        "45.000.",
        "45000 !!!",
        "45.000đ/kg",
        "45 nghìn tỷ",
        "1e6",
        "0x10",
        "٤٥٠٠٠",
        "1/2 triệu",
        "100.000.000.000",
        "100 tỷ",
        "9" * 5000,
        "NaN",
        "45\n000",
    ],
)
def test_parse_dong_refuses_the_rest(typed: str) -> None:
    with pytest.raises(money.BadAmount):
        money.parse_dong(typed)


@given(st.integers(0, money.LARGEST_DONG))
def test_parse_dong_reads_back_what_format_dong_shows(amount: int) -> None:
    assert money.parse_dong(money.format_dong(amount)) == amount


@given(st.text(max_size=50))
def test_parse_dong_never_fails_otherwise(typed: str) -> None:
    with suppress(money.BadAmount):
        assert 0 <= money.parse_dong(typed) <= money.LARGEST_DONG


def test_format_dong_groups_by_dots_and_never_breaks() -> None:
    assert money.format_dong(1_234_567) == "1.234.567\u00a0₫"
    assert money.format_dong(0) == "0\u00a0₫"
    assert money.format_dong(-45_000) == "-45.000\u00a0₫"


def test_split_dong_gives_ties_to_the_earlier_part() -> None:
    # payments.md §3.5: a fee of 7 988 over three equal lines.
    assert money.split_dong(7_988, [35_500] * 3) == [2_663, 2_663, 2_662]
    assert money.split_dong(1, [1, 1]) == [1, 0]
    assert money.split_dong(-1, [1, 1]) == [-1, 0]
    assert money.split_dong(10, [0, 3]) == [0, 10]


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any))
def test_split_dong_parts_add_up_and_stay_within_one_dong(total: int, weights: list[int]) -> None:
    parts = money.split_dong(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_split_dong_refuses_weights_that_share_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot share"):
        money.split_dong(100, weights)
