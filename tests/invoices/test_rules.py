"""The tax inside a price: the rate of the day of the order, whole đồng, lines that add up to the tax of the sum."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.states import VatCode
from marketplace.invoices import rules
from marketplace.invoices.rules import Item, Line, lines, rate_on, tax_inside

LAST_DAY, NEXT_DAY = date(2026, 12, 31), date(2027, 1, 1)


def test_the_reduced_rate_ends_with_the_year() -> None:
    assert [rate_on("8%", day).printed for day in (LAST_DAY, NEXT_DAY)] == ["8%", "10%"]
    assert [rate_on("5%", day).printed for day in (LAST_DAY, NEXT_DAY)] == ["5%", "5%"]
    with pytest.raises(LookupError):
        rate_on("7%", LAST_DAY)


@pytest.mark.parametrize("code", list(VatCode))
def test_every_code_of_a_product_has_a_rate(code: VatCode) -> None:
    assert rate_on(code, LAST_DAY).printed == code


@pytest.mark.parametrize(
    ("amount", "basis_points", "tax"),
    [
        (108_000, 800, 8_000),
        (110_000, 1_000, 10_000),
        (105_000, 500, 5_000),
        (100_000, 800, 7_407),
        (0, 800, 0),
        (7, 1_000, 1),
    ],
)
def test_tax_is_taken_out_of_the_price(amount: int, basis_points: int, tax: int) -> None:
    assert tax_inside(amount, basis_points) == tax


def test_lines_of_a_rate_share_the_tax_of_their_sum_by_largest_remainder() -> None:
    items = [Item("a", "kg", 3, 35_500, "8%"), Item("b", "kg", 1, 35_500, "8%"), Item("c", "kg", 1, 35_500, "8%")]
    items += [Item("Rau", "kg", 1, 20_000, "KCT"), Item("Giỏ", "cái", 1, 50_000, "5%")]
    assert lines(items, on=LAST_DAY, is_deducting=True) == [
        Line("a", "kg", 3, 35_500, "8%", 2_630),
        Line("b", "kg", 1, 35_500, "8%", 2_630),
        Line("c", "kg", 1, 35_500, "8%", 2_629),
        Line("Rau", "kg", 1, 20_000, "KCT", None),
        Line("Giỏ", "cái", 1, 50_000, "5%", 2_381),
    ]
    assert sum(line.tax_dong or 0 for line in lines(items[:3], on=LAST_DAY, is_deducting=True)) == tax_inside(
        106_500, 800
    )


def test_whoever_pays_on_his_revenue_writes_no_tax() -> None:
    assert lines([Item("a", "kg", 1, 35_500, "8%")], on=LAST_DAY, is_deducting=False) == [
        Line("a", "kg", 1, 35_500, "", None)
    ]


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.sampled_from(["0%", "5%", "8%", "10%", "KCT", "KKKNT"])), max_size=9),
    st.sampled_from([LAST_DAY, NEXT_DAY]),
)
def test_nothing_is_lost_or_made_between_net_tax_and_price(several: list[tuple[int, str]], day: date) -> None:
    items = [Item("x", "kg", 1, amount, code) for amount, code in several]
    found = lines(items, on=day, is_deducting=True)
    assert [line.net_dong + (line.tax_dong or 0) for line in found] == [amount for amount, _ in several]
    for printed in {line.rate for line in found}:
        of_rate = [line for line in found if line.rate == printed]
        rate = next(rate for rate in rules.RATES if rate.printed == printed)
        if rate.basis_points is not None:
            together = sum(line.amount_dong for line in of_rate if rate_on_is(line, rate))
            assert all(0 <= (line.tax_dong or 0) <= line.amount_dong for line in of_rate)
            if day == LAST_DAY:
                assert sum(line.tax_dong or 0 for line in of_rate) == tax_inside(together, rate.basis_points)


def rate_on_is(line: Line, rate: rules.Rate) -> bool:
    return line.rate == rate.printed
