"""Check digits, restricted ranges, lot numbers and dates as GS1 writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.gs1 import identifiers
from marketplace.gs1.identifiers import (
    BadDay,
    BadIdentifier,
    BadLot,
    NotAGtin,
    NotDigits,
    RestrictedNumber,
    WrongCheckDigit,
    WrongLength,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9520000100018", "09520000100018"),
        ("952-000-0100018", "09520000100018"),
        (" 9520000100025 ", "09520000100025"),
        ("19520000100015", "19520000100015"),
        ("95200002", "00000095200002"),
        ("614141123452", "00614141123452"),
    ],
)
def test_a_gtin_is_filled_up_to_fourteen_digits(typed: str, meant: str) -> None:
    assert identifiers.gtin14(typed) == meant


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("9520000100019", WrongCheckDigit),
        ("9520000010018", WrongCheckDigit),
        ("952000010003", WrongCheckDigit),
        ("95200001000", WrongLength),
        ("952000010001800", WrongLength),
        ("95200001000I8", NotDigits),
        ("٩٥٢٠٠٠٠١٠٠٠١٨", NotDigits),
        ("", NotDigits),
        ("0000000000000", NotAGtin),
        ("0212345000007", RestrictedNumber),
        ("0412345000001", RestrictedNumber),
        ("2012345000001", RestrictedNumber),
        ("2912345000004", RestrictedNumber),
        ("22012345000005", RestrictedNumber),
        ("20000004", RestrictedNumber),
        ("00000017", RestrictedNumber),
    ],
)
def test_what_is_no_public_gtin_is_refused_by_name(typed: str, error: type[BadIdentifier]) -> None:
    with pytest.raises(error) as caught:
        identifiers.gtin14(typed)
    assert type(caught.value) is error


def test_every_restricted_prefix_is_refused_and_its_neighbours_are_not() -> None:
    restricted = set()
    for prefix in range(100):
        body = f"{prefix:02}1234567890"
        try:
            identifiers.gtin14(body + identifiers.check_digit(body))
        except RestrictedNumber:
            restricted.add(prefix)
    assert restricted == {2, 4, *range(20, 30)}


def test_places_and_crates_have_check_digits_too() -> None:
    assert identifiers.gln("9520000199999") == "9520000199999"
    assert identifiers.sscc("006141411234567890") == "006141411234567890"
    with pytest.raises(WrongCheckDigit):
        identifiers.gln("9520000199998")
    with pytest.raises(WrongCheckDigit):
        identifiers.sscc("006141411234567891")
    with pytest.raises(WrongLength):
        identifiers.gln("952000019999")


@given(st.text("0123456789", min_size=7, max_size=17), st.data())
def test_the_check_digit_catches_every_single_wrong_digit(body: str, data: st.DataObject) -> None:
    number = body + identifiers.check_digit(body)
    assert identifiers.is_checked(number)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not identifiers.is_checked(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize("lot", ["NL-07", "A", "2611.23-04", "X" * 20])
def test_lots_that_a_label_of_ours_may_carry(lot: str) -> None:
    assert identifiers.own_lot(lot) == lot


@pytest.mark.parametrize("lot", ["", "nl-07", "NL 07", "NL/07", "NL_07", "X" * 21, "LÔ-7", "A\n"])
def test_lots_that_no_label_of_ours_carries(lot: str) -> None:
    with pytest.raises(BadLot):
        identifiers.own_lot(lot)


def test_the_lots_of_others_may_use_eighty_two_characters() -> None:
    assert len(identifiers.CHARACTERS_82) == 82
    assert identifiers.is_text_82("!\"%&'()*+,-./:;<=>?_")
    for strange in " #$@[\\]^`{|}~é\x00":
        assert not identifiers.is_text_82(f"A{strange}"), strange
    assert not identifiers.is_text_82("")
    assert not identifiers.is_text_82("A" * 21)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("261123", date(2026, 11, 23)),
        ("260200", date(2026, 2, 28)),
        ("280200", date(2028, 2, 29)),
        ("280229", date(2028, 2, 29)),
        ("760101", date(2076, 1, 1)),
        ("770101", date(1977, 1, 1)),
    ],
)
def test_a_date_means_the_nearest_century_and_day_00_the_month_s_end(text: str, day: date) -> None:
    assert identifiers.day(text, on=date(2026, 11, 23)) == day


@pytest.mark.parametrize("text", ["261300", "260001", "260230", "260432", "26112", "2611230", "26112x", ""])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(BadDay):
        identifiers.day(text, on=date(2026, 11, 23))
    assert not identifiers.is_day(text)


@given(st.dates(date(1978, 1, 1), date(2075, 12, 31)))
def test_days_survive_writing_and_reading(day: date) -> None:
    assert identifiers.day(identifiers.yymmdd(day), on=date(2026, 11, 23)) == day
