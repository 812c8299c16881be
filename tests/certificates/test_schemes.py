"""What an officer is pointed at before he compares a certificate with its paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from marketplace.certificates.schemes import SCHEMES
from marketplace.certificates.states import IssuerLevel
from marketplace.certificates.words import PROBLEMS

TODAY = date(2026, 6, 1)


@dataclass
class Paper:
    """A VietGAP certificate without doubts."""

    number: str = "VietGAP-TT-13-09-33-0096"
    stars: int | None = None
    issuer_level: IssuerLevel = IssuerLevel.BODY
    valid_from: date = date(2026, 1, 1)
    valid_to: date = date(2027, 12, 31)
    area_m2: int | None = 400_000
    last_surveillance_on: date | None = None


def ocop(stars: int | None, level: IssuerLevel, **changes: Any) -> Paper:
    return Paper(
        **{"number": "12/QĐ", "stars": stars, "issuer_level": level, "valid_from": date(2025, 3, 1), **changes}
    )


@pytest.mark.parametrize(
    ("scheme", "paper", "doubts"),
    [
        ("vietgap_crop", Paper(), []),
        ("vietgap_crop", Paper(number="TQC-33/2026"), []),
        ("vietgap_crop", Paper(number="VietGAP-TT-13-9-33-96"), ["number_misshapen"]),
        ("vietgap_crop", Paper(number="VietGAP-CN-13-09-33-0096"), ["number_of_other_kind"]),
        ("vietgap_livestock", Paper(number="VietGAP-CN-13-09-33-0096", area_m2=None), []),
        ("vietgap_crop", Paper(area_m2=None), ["area_missing"]),
        ("vietgap_crop", Paper(valid_to=date(2029, 6, 1)), ["validity_too_long"]),
        ("vietgap_crop", Paper(issuer_level=IssuerLevel.PROVINCE), ["level_unusual"]),
        ("vietgap_crop", Paper(valid_from=date(2025, 4, 1)), ["surveillance_overdue"]),
        ("vietgap_crop", Paper(valid_from=date(2025, 4, 1), last_surveillance_on=date(2026, 3, 1)), []),
        ("vietgap_crop", Paper(valid_to=date(2026, 5, 31)), ["ended_already"]),
        ("vietgap_crop", Paper(valid_to=TODAY), []),
        ("globalgap", Paper(number="GGN 4063061234567", valid_to=date(2026, 12, 31)), []),
        ("globalgap", Paper(number="123", valid_to=date(2026, 12, 31)), ["ggn_missing"]),
        ("ocop", ocop(5, IssuerLevel.NATIONAL), []),
        ("ocop", ocop(5, IssuerLevel.PROVINCE), ["stars_level_mismatch"]),
        ("ocop", ocop(4, IssuerLevel.PROVINCE), []),
        ("ocop", ocop(3, IssuerLevel.DISTRICT), []),
        ("ocop", ocop(3, IssuerLevel.DISTRICT, valid_from=date(2025, 7, 1)), ["district_abolished"]),
        ("ocop", ocop(4, IssuerLevel.DISTRICT), ["stars_level_mismatch"]),
        ("ocop", ocop(None, IssuerLevel.PROVINCE), ["stars_missing"]),
    ],
)
def test_doubts(scheme: str, paper: Paper, doubts: list[str]) -> None:
    found = SCHEMES[scheme].problems(paper, TODAY)
    assert found == doubts
    assert set(found) <= set(PROBLEMS)
