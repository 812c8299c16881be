"""Sharing to the đồng, columns that add up, lists as people paste them, and accounts under their official numbers."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.bookkeeping import rules
from marketplace.bookkeeping.queries import accounts
from marketplace.bookkeeping.rules import LotPot, Weighed
from marketplace.ledger import rules as ledger
from marketplace.ledger.states import Event

dong = st.integers(1, 50_000_000)
deliveries = st.lists(st.integers(1, 5_000_000), min_size=1, max_size=30).map(
    lambda weights: tuple(Weighed(f"Hộ {number}", grams) for number, grams in enumerate(weights))
)
pots = st.lists(st.tuples(dong, deliveries), min_size=1, max_size=6).map(
    lambda several: [LotPot(number, earned, who) for number, (earned, who) in enumerate(several)]
)


@given(pots, st.integers(0, 10_000), st.data())
def test_fund_costs_and_shares_are_what_was_earned_to_the_dong(
    several: list[LotPot], fund: int, data: st.DataObject
) -> None:
    costs = data.draw(st.integers(0, rules.most_costs(several, fund_basis_points=fund)))
    division = rules.divide(several, fund_basis_points=fund, costs_dong=costs)
    shared = sum(share.amount_dong for share in division.shares)
    assert division.fund_dong + costs + shared == division.earned_dong == sum(pot.earned_dong for pot in several)
    assert all(share.amount_dong >= 0 for share in division.shares)


@given(pots)
def test_who_brought_more_for_a_lot_never_gets_less_of_it(several: list[LotPot]) -> None:
    for pot in several:
        found = {share.household: share for share in rules.divide([pot], fund_basis_points=0, costs_dong=0).shares}
        by_weight = sorted(found.values(), key=lambda share: share.grams)
        for less, more in pairwise(by_weight):
            assert less.grams == more.grams or less.amount_dong <= more.amount_dong


def test_more_costs_than_were_earned_cannot_be_taken() -> None:
    pot = LotPot(1, 1_000, (Weighed("A", 1),))
    assert rules.most_costs([pot], fund_basis_points=750) == 925
    with pytest.raises(ValueError, match="cannot bear"):
        rules.divide([pot], fund_basis_points=750, costs_dong=926)


@given(st.sampled_from(list(Event)), *[st.integers(-10_000_000, 10_000_000)] * 4)
def test_columns_add_up_to_the_change(event: Event, change: int, fee: int, tax: int, way: int) -> None:
    made = rules.columns(event, change_dong=change, fee_dong=fee, tax_dong=tax, delivery_dong=way)
    assert made.change_dong == change
    assert (made.fee_dong, made.tax_dong, made.delivery_dong) == (fee, tax, way)


@pytest.mark.parametrize(
    ("line", "name", "grams"),
    [
        ("Nguyễn Văn An 120", "Nguyễn Văn An", 120_000),
        ("Nguyễn Văn An\t12,5", "Nguyễn Văn An", 12_500),
        ("Trần Thị Bé; 2 tạ", "Trần Thị Bé", 200_000),
        ("Lê Hoa - 1.250 kg", "Lê Hoa", 1_250_000),
        ("Hộ số 7 80kg", "Hộ số 7", 80_000),
        ("Lê  Hoa : 900 g", "Lê Hoa", 900),
    ],
)
def test_lists_are_read_as_people_write_them(line: str, name: str, grams: int) -> None:
    assert rules.read_row(line) == Weighed(name, grams)


@pytest.mark.parametrize(
    ("line", "problem"),
    [("Nguyễn Văn An", "no_weight"), ("120", "no_name"), ("Hoa\tnhiều", "no_weight"), ("Hoa 0", "no_weight"), ("\t5", "no_name")],
)  # fmt: skip
def test_what_cannot_be_read_is_said(line: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        rules.read_row(line)


def test_one_household_is_added_up_and_tone_marks_tell_two_apart() -> None:
    several = [Weighed("Lê Hoa", 5), Weighed("lê  hoa", 7), Weighed("Lê Hòa", 1)]
    assert rules.add_up(several) == (Weighed("Lê Hoa", 12), Weighed("Lê Hòa", 1))


def test_every_account_has_an_official_number_before_and_after_the_new_circular() -> None:
    known = [value for name, value in vars(ledger).items() if name.isupper() and isinstance(value, str)]
    known += [ledger.carrier_receivable("ghn"), ledger.carrier_payable("ghn"), ledger.cooperative_debt(1)]
    known += [ledger.cooperative_pending(1), ledger.cooperative_payable(1), ledger.payout_in_transit(1)]
    for account in known:
        before, after = accounts.official(account, date(2025, 12, 31)), accounts.official(account, date(2026, 1, 1))
        assert (before.source, after.source) == ("Thông tư 200/2014/TT-BTC", "Thông tư 99/2025/TT-BTC"), account
    assert accounts.official(ledger.BANK, date(2026, 5, 1)).name == "Tiền gửi không kỳ hạn"
    with pytest.raises(LookupError):
        accounts.official("asset:gold", date(2026, 5, 1))
