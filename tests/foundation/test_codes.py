"""Codes with a check character, and tokens."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.foundation import codes

bodies = st.text(codes.ALPHABET, min_size=1, max_size=20)


def test_check_character_agrees_with_the_worked_example() -> None:
    assert codes.check_character("7K3QD94") == "Q"
    assert codes.is_checked("7K3QD94Q")
    assert not codes.is_checked("Q")


@given(bodies, st.data())
def test_check_character_catches_every_single_error(body: str, data: st.DataObject) -> None:
    code = body + codes.check_character(body)
    place = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from([c for c in codes.ALPHABET if c != code[place]]))
    assert codes.is_checked(code)
    assert not codes.is_checked(code[:place] + wrong + code[place + 1 :])


def test_check_character_refuses_letters_that_no_code_has() -> None:
    for letter in "ILOUa ":
        assert not codes.is_checked(letter + "0")
        with pytest.raises(codes.BadCode):
            codes.check_character(letter)


@given(bodies)
def test_normalise_code_understands_what_people_type(code: str) -> None:
    typed = " - ".join(code.lower().replace("0", "o").replace("1", "l"))
    assert codes.normalise_code(typed) == code


def test_random_codes_have_the_length_and_differ() -> None:
    made = {codes.random_code(8) for _ in range(2_000)}
    assert len(made) == 2_000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", code) for code in made)
    assert set("".join(made)) == set(codes.ALPHABET)


def test_tokens_are_long_and_only_their_digest_is_kept() -> None:
    token = codes.random_token()
    assert len(token) >= 43
    assert token != codes.random_token()
    assert codes.token_digest("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def test_codes_are_read_out_in_fours() -> None:
    assert codes.grouped("7K2M9QXDA4T7P") == "7K2M 9QXD A4T7 P"
