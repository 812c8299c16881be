"""Telephone numbers as typed, kept, shown and masked."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.foundation import phones


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0912345678", "+84912345678"),
        ("0912 345 678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("+84 912-345-678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("0841234567", "+84841234567"),
        ("+84841234567", "+84841234567"),
        ("0900 000 001", "+84900000001"),
        ("024 3825 1234", "+842438251234"),
        ("0225 382 1234", "+842253821234"),
        ("+84 24 3825 1234", "+842438251234"),
    ],
)
def test_parse_phone_reads_mobiles_and_landlines(typed: str, phone: str) -> None:
    assert phones.parse_phone(typed) == phone


@pytest.mark.parametrize(
    "typed",
    ["", "912345678", "0112345678", "0612345678", "091234567", "09123456789", "0243825123", "19001234", "1800 1234",
     "+85 912345678", "+1 912 345 678", "0912345678x", "٠912345678", "0" * 5000, "gọi tôi"],
)  # fmt: skip
def test_parse_phone_refuses_the_rest(typed: str) -> None:
    with pytest.raises(phones.BadPhone):
        phones.parse_phone(typed)


def test_format_phone_groups_as_people_say_it() -> None:
    assert phones.format_phone("+84912345678") == "0912 345 678"
    assert phones.format_phone("+842438251234") == "024 3825 1234"
    assert phones.format_phone("+842253821234") == "0225 382 1234"


def test_mask_phone_keeps_three_and_two_digits() -> None:
    assert phones.mask_phone("+84912345678") == "091*****78"
    assert phones.mask_phone("+842438251234") == "024******34"


def test_format_phone_refuses_what_is_not_stored_so() -> None:
    with pytest.raises(phones.BadPhone):
        phones.format_phone("0912345678")


@given(st.from_regex(r"0(?:[35789][0-9]{8}|2[0-9]{9})", fullmatch=True))
def test_parse_phone_reads_back_what_format_phone_shows(typed: str) -> None:
    phone = phones.parse_phone(typed)
    assert phones.parse_phone(phones.format_phone(phone)) == phones.parse_phone(phone) == phone


@given(st.text("0123456789+ .-()x", max_size=45))
def test_parse_phone_never_fails_otherwise(typed: str) -> None:
    with suppress(phones.BadPhone):
        assert phones.parse_phone(typed).startswith("+84")
