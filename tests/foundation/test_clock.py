"""The clock, moved."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.foundation import clock, dates

NEW_YEAR_IN_VIETNAM = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)


def test_now_is_the_real_time_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_moved_to_stops_the_clock_and_gives_it_back() -> None:
    with clock.moved_to(NEW_YEAR_IN_VIETNAM.astimezone(dates.VIETNAM)):
        assert clock.now() == NEW_YEAR_IN_VIETNAM
        assert clock.today() == date(2027, 1, 1)
        with clock.moved_to(NEW_YEAR_IN_VIETNAM - timedelta(seconds=1)):
            assert clock.today() == date(2026, 12, 31)
        assert clock.today() == date(2027, 1, 1)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_moved_to_gives_the_clock_back_after_a_failure() -> None:
    with pytest.raises(KeyError), clock.moved_to(NEW_YEAR_IN_VIETNAM):
        raise KeyError
    assert clock.now() != NEW_YEAR_IN_VIETNAM


def test_moved_to_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"), clock.moved_to(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_offset_runs_ahead_of_the_real_time() -> None:
    clock.set_offset(3_600)
    try:
        ahead = clock.now() - datetime.now(UTC)
        assert timedelta(minutes=59) < ahead <= timedelta(hours=1)
    finally:
        clock.set_offset(0)
