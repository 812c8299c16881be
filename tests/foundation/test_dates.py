"""Days as typed and shown, moments in Vietnam."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.foundation import dates


@pytest.mark.parametrize(
    "typed", ["05/07/2026", "5/7/2026", "5/7/26", "5-7-2026", "05.07.2026", " 05/07/2026 ", "2026-07-05"]
)
def test_parse_day_reads_the_day_first(typed: str) -> None:
    assert dates.parse_day(typed) == date(2026, 7, 5)


@pytest.mark.parametrize(
    "typed",
    ["", "31/02/2026", "2026-02-31", "13/13/2026", "5/7", "5/7-2026", "05072026", "5/7/926", "01/01/1066", "01/01/9999",
     "mai", "٠5/07/2026", "2026/07/05"],
)  # fmt: skip
def test_parse_day_refuses_the_rest(typed: str) -> None:
    with pytest.raises(dates.BadDay):
        dates.parse_day(typed)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_parse_day_reads_back_what_is_shown(day: date) -> None:
    assert dates.parse_day(dates.format_day(day)) == dates.parse_day(day.isoformat()) == day


def test_moments_are_shown_in_vietnam() -> None:
    evening = datetime(2026, 7, 5, 17, 30, tzinfo=UTC)
    assert dates.format_moment(evening) == "06/07/2026 00:30"
    assert dates.vietnam_day(evening) == date(2026, 7, 6)
    assert dates.vietnam_day(evening - timedelta(minutes=31)) == date(2026, 7, 5)
    with pytest.raises(ValueError, match="zone"):
        dates.format_moment(datetime(2026, 7, 5))  # noqa: DTZ001
