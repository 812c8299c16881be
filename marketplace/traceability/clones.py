"""What scans of codes give away (traceability.md 5): each rule on plain values, without a database or a clock.

A rule speaks only when the newest scan itself has a part in what is wrong, so that an alarm that was explained does not
open again because somebody merely looks at the same pack once more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.traceability.states import LotState, UnitState

UNKNOWN_SERIALS = 5
MOST_DEVICES = 4
MOST_PROVINCES = 2
PROVINCES_WITHIN = timedelta(hours=24)
FASTEST_KMH = 500
# Seats stand for whole provinces, and two people may stand on both sides of one border.
SLACK_KM = 100
BURST_SERIALS = 20
BURST_WITHIN = timedelta(minutes=10)
SAME_SCAN_WITHIN = timedelta(minutes=10)

# What ended a pack, beside the states that do.
EXPIRED = "expired"

# They left the house at some time, or may have before a recall stopped them.
_LEFT_THE_HOUSE = frozenset({UnitState.SHIPPED, UnitState.SOLD, UnitState.RETURNED, UnitState.RECALLED})


@dataclass(frozen=True)
class Sighting:
    """One scan of a pack: when, on which device, and in which province if that is known."""

    at: datetime
    device: str
    province_code: str = ""


@dataclass(frozen=True)
class Jump:
    """Two scans that nobody could make with one pack."""

    start: Sighting
    end: Sighting
    km: int


def is_same_scan(before: datetime | None, *, at: datetime) -> bool:
    """Whether a device that opened the code at `before` is only looking on."""
    return before is not None and at - before < SAME_SCAN_WITHIN


def are_guessed(serials: Collection[str]) -> bool:
    """So many serials that nobody printed, from one network or of one product on one day: guessed, or a forged print."""
    return len(set(serials)) >= UNKNOWN_SERIALS


def is_burst(serials: Collection[str]) -> bool:
    """One device over so many packs within minutes is a trade scanner or a crawler, and no buyer."""
    return len(set(serials)) > BURST_SERIALS


def is_not_shipped(state: UnitState, *, is_packed: bool) -> bool:
    """Printed, and in nobody's parcel: whoever holds such a pack has it from somewhere else."""
    return state == UnitState.PRINTED and not is_packed


def ended(state: UnitState, *, is_packed: bool, lot_state: LotState, best_before: date, on: date) -> str:
    """What ended the life of the pack before it was scanned; empty while it may be in somebody's kitchen.

    A pack that came back and is packed for the next buyer lives on. A hold ends nothing: it is for a time.
    """
    if state == UnitState.RECALLED or lot_state == LotState.RECALLED:
        return UnitState.RECALLED
    if state == UnitState.VOID or (state == UnitState.RETURNED and not is_packed):
        return state
    return EXPIRED if best_before < on else ""


def too_many_devices(newest: Sighting, earlier: Sequence[Sighting]) -> int:
    """How many devices have opened the pack, once they are too many and the newest is a new one; 0 otherwise."""
    known = {each.device for each in earlier}
    devices = len(known | {newest.device})
    return devices if newest.device not in known and devices >= MOST_DEVICES else 0


def several_provinces(newest: Sighting, earlier: Sequence[Sighting]) -> list[str]:
    """The provinces in which the pack was within a day before the newest scan, when they are too many for one pack."""
    if not newest.province_code:
        return []
    here = newest.province_code
    seen = {
        each.province_code for each in earlier if each.province_code and abs(newest.at - each.at) <= PROVINCES_WITHIN
    } | {here}
    return sorted(seen) if len(seen) >= MOST_PROVINCES else []


def too_fast(newest: Sighting, earlier: Sequence[Sighting], *, distance_km: Callable[[str, str], float]) -> Jump | None:
    """The farthest jump to the newest scan that no traveller makes, or None."""
    jumps = []
    for each in earlier:
        if not (each.province_code and newest.province_code) or each.province_code == newest.province_code:
            continue
        km = distance_km(each.province_code, newest.province_code) - SLACK_KM
        # Times are kept to the minute, so two of the same minute are taken as a minute apart.
        hours = max(abs(newest.at - each.at), timedelta(minutes=1)) / timedelta(hours=1)
        if km > FASTEST_KMH * hours:
            start, end = sorted((each, newest), key=lambda one: one.at)
            jumps.append(Jump(start, end, round(km + SLACK_KM)))
    return max(jumps, key=lambda jump: jump.km, default=None)


def has_left(state: UnitState, *, is_packed: bool) -> bool:
    """Whether the pack is with a buyer, was, or is about to be."""
    return is_packed or state in _LEFT_THE_HOUSE


def more_than_sold(*, scanned: int, sold: int, is_first_of_its_pack: bool) -> bool:
    """More packs of a lot were opened than ever left the house."""
    return is_first_of_its_pack and scanned > sold
