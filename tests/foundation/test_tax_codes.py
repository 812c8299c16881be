"""Tax codes and their check digit."""

import pytest

from marketplace.foundation import tax_codes

# domain.md §9: prefix 99 belongs to nobody.
SAMPLES = [
    "9900000016",
    "9900000023",
    "9900000030",
    "9900000048",
    "9900000055",
    "9900000062",
    "9900000087",
    "9900000094",
    "9900000104",
    "9900000111",
    "9900000129",
    "9900000136",
]


@pytest.mark.parametrize("code", SAMPLES)
def test_parse_tax_code_accepts_the_samples_and_none_of_their_neighbours(code: str) -> None:
    assert tax_codes.parse_tax_code(code) == code
    for digit in set("0123456789") - {code[-1]}:
        with pytest.raises(tax_codes.BadTaxCode):
            tax_codes.parse_tax_code(code[:-1] + digit)


def test_parse_tax_code_forgives_blanks_and_keeps_a_branch_apart() -> None:
    assert tax_codes.parse_tax_code(" 9900 000 016 ") == "9900000016"
    assert tax_codes.parse_tax_code("0100112437-001") == tax_codes.parse_tax_code("0100112437001") == "0100112437-001"


@pytest.mark.parametrize(
    "typed", ["", "990000001", "99000000166", "990000001A", "９900000016", "0100112437-000", "9" * 999]
)
def test_parse_tax_code_refuses_the_rest(typed: str) -> None:
    with pytest.raises(tax_codes.BadTaxCode):
        tax_codes.parse_tax_code(typed)
