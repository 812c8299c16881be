"""Each rule about copied labels at its border: just below it nothing is said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.geography.rules import distance_km, province_seats, read_rows
from marketplace.traceability import clones
from marketplace.traceability.clones import Jump, Sighting
from marketplace.traceability.states import LotState, UnitState

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
TODAY = date(2026, 11, 23)
HA_NOI, HAI_PHONG, DA_NANG, SAI_GON = "01", "31", "48", "79"


def seen(device: str = "a", province_code: str = "", **ago: float) -> Sighting:
    return Sighting(NOON - timedelta(**ago), device, province_code)


def test_a_second_look_within_ten_minutes_is_the_same_scan() -> None:
    assert not clones.is_same_scan(None, at=NOON)
    assert clones.is_same_scan(NOON - timedelta(minutes=9), at=NOON)
    assert not clones.is_same_scan(NOON - timedelta(minutes=10), at=NOON)


def test_serials_that_nobody_printed_are_guessed_from_the_fifth_on() -> None:
    assert not clones.are_guessed(["A", "B", "C", "D", "D", "D"])
    assert clones.are_guessed(["A", "B", "C", "D", "E"])


def test_a_device_that_opens_more_than_twenty_packs_is_no_buyer() -> None:
    serials = [f"S{number}" for number in range(21)]
    assert not clones.is_burst([*serials[:20], *serials[:20]])
    assert clones.is_burst(serials)


@pytest.mark.parametrize("state", UnitState)
def test_only_a_printed_pack_in_nobodys_parcel_is_not_shipped(state: UnitState) -> None:
    assert clones.is_not_shipped(state, is_packed=False) is (state == UnitState.PRINTED)
    assert not clones.is_not_shipped(state, is_packed=True)


@pytest.mark.parametrize(
    ("state", "is_packed", "lot_state", "best_before", "wanted"),
    [
        (UnitState.SOLD, True, LotState.PUBLISHED, TODAY, ""),
        (UnitState.SOLD, True, LotState.ON_HOLD, TODAY, ""),
        (UnitState.SOLD, True, LotState.PUBLISHED, TODAY - timedelta(days=1), "expired"),
        (UnitState.SOLD, True, LotState.RECALLED, TODAY, "recalled"),
        (UnitState.RECALLED, False, LotState.PUBLISHED, TODAY - timedelta(days=1), "recalled"),
        (UnitState.VOID, False, LotState.PUBLISHED, TODAY, "void"),
        (UnitState.RETURNED, False, LotState.PUBLISHED, TODAY, "returned"),
        (UnitState.RETURNED, True, LotState.PUBLISHED, TODAY, ""),
    ],
)
def test_what_ended_a_pack(
    state: UnitState, is_packed: bool, lot_state: LotState, best_before: date, wanted: str
) -> None:
    told = clones.ended(state, is_packed=is_packed, lot_state=lot_state, best_before=best_before, on=TODAY)
    assert told == wanted


def test_the_fourth_device_is_too_many() -> None:
    three = [seen("a", days=9), seen("b", days=5), seen("b", days=4)]
    assert clones.too_many_devices(seen("c"), three) == 0
    assert clones.too_many_devices(seen("d"), [*three, seen("c", days=1)]) == 4


def test_a_device_that_was_there_before_adds_nothing() -> None:
    four = [seen(device, days=1) for device in "abcd"]
    assert clones.too_many_devices(seen("a"), four) == 0
    assert clones.too_many_devices(seen("e"), four) == 5


def test_two_provinces_within_a_day_are_too_many() -> None:
    assert clones.several_provinces(seen("a", HAI_PHONG), [seen("b", HAI_PHONG, hours=1), seen("c", hours=1)]) == []
    assert clones.several_provinces(seen("a", HAI_PHONG), [seen("b", HA_NOI, hours=24, minutes=1)]) == []
    assert clones.several_provinces(seen("a", HAI_PHONG), [seen("b", HA_NOI, hours=24)]) == [HA_NOI, HAI_PHONG]


def test_a_scan_without_a_place_says_nothing_of_provinces() -> None:
    assert clones.several_provinces(seen("a"), [seen("b", HA_NOI, hours=1), seen("c", SAI_GON, hours=1)]) == []


def test_nobody_travels_faster_than_five_hundred_kilometres_an_hour() -> None:
    """600 km between the seats leave 500 after the slack: an hour is possible, a minute less is not."""

    def far(a: str, b: str) -> float:
        return 600.0

    here = seen("b", SAI_GON)
    assert clones.too_fast(here, [seen("a", HA_NOI, minutes=60)], distance_km=far) is None
    start = seen("a", HA_NOI, minutes=59)
    assert clones.too_fast(here, [start], distance_km=far) == Jump(start, here, 600)


def test_neighbours_in_the_same_minute_are_not_too_fast() -> None:
    """A minute is the least that times tell apart: 8.3 km at that speed, on top of the slack."""
    here = seen("b", HAI_PHONG)
    for km, is_told in ((108.0, False), (109.0, True)):
        jump = clones.too_fast(here, [seen("a", HA_NOI)], distance_km=lambda a, b, km=km: km)
        assert (jump is not None) is is_told


def test_the_farthest_jump_is_told_and_unknown_places_are_passed_over() -> None:
    here = seen("b", SAI_GON)
    earlier = [seen("a", HA_NOI, minutes=30), seen("c", DA_NANG, minutes=20), seen("d", "", minutes=1)]
    jump = clones.too_fast(here, earlier, distance_km=distance_km)
    assert jump == Jump(earlier[0], here, round(distance_km(HA_NOI, SAI_GON)))
    assert clones.too_fast(seen("b"), earlier, distance_km=distance_km) is None


def test_more_packs_of_a_lot_are_opened_than_were_sold() -> None:
    assert not clones.more_than_sold(scanned=3, sold=3, is_first_of_its_pack=True)
    assert clones.more_than_sold(scanned=4, sold=3, is_first_of_its_pack=True)
    assert not clones.more_than_sold(scanned=4, sold=3, is_first_of_its_pack=False)


def test_what_counts_as_having_left_the_house() -> None:
    left = {state for state in UnitState if clones.has_left(state, is_packed=False)}
    assert left == {UnitState.SHIPPED, UnitState.SOLD, UnitState.RETURNED, UnitState.RECALLED}
    assert clones.has_left(UnitState.PRINTED, is_packed=True)


def test_every_province_has_a_seat_inside_the_country() -> None:
    assert set(province_seats()) == {row["code"] for row in read_rows("province")}
    assert all(8 < north < 24 and 102 < east < 110 for north, east in province_seats().values())


def test_distances_are_those_of_the_map() -> None:
    assert distance_km(HA_NOI, HA_NOI) == 0
    assert distance_km(HA_NOI, SAI_GON) == distance_km(SAI_GON, HA_NOI) == pytest.approx(1140, abs=10)
    assert distance_km(HA_NOI, HAI_PHONG) == pytest.approx(94, abs=5)
