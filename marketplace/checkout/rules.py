"""What delivery costs, how long it takes, and which ways are open to goods that must stay fresh or cold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.checkout.states import Way
from marketplace.geography.rules import Zone

# The market's own tariff, set on 2026-11-23 from what carriers ask for parcels (domain.md 6.4): the first kilogram,
# each further half, in đồng.
FIRST_KILOGRAM = {Zone.SAME_PROVINCE: 22_000, Zone.SAME_REGION: 28_000, Zone.INTER_REGION: 35_000}
FURTHER_HALF = {Zone.SAME_PROVINCE: 3_000, Zone.SAME_REGION: 4_000, Zone.INTER_REGION: 7_000}
ISLAND_SURCHARGE_DONG = 15_000
DAYS = {Zone.SAME_PROVINCE: (1, 2), Zone.SAME_REGION: (1, 3), Zone.INTER_REGION: (3, 5)}
CM3_PER_KILOGRAM = 6_000

MOST_PACKS = 999
MOST_LINES = 50


@dataclass(frozen=True)
class Terms:
    """How a cooperative sends its goods; the defaults are the market's."""

    has_carrier: bool = True
    has_own_van: bool = False
    has_pickup: bool = False
    pickup_address: str = ""
    free_from_dong: int | None = None


@dataclass(frozen=True)
class Parcel:
    """What one cooperative would send together."""

    chargeable_grams: int
    goods_dong: int
    is_cold: bool
    shelf_life_days: int  # the shortest of what is in it


@dataclass(frozen=True)
class Offer:
    """One way to deliver a parcel: its fee in đồng and how many days it takes, from and to."""

    way: Way
    fee_dong: int
    days_from: int
    days_to: int


def chargeable_grams(packs: Iterable[tuple[int, int, int]]) -> int:
    """(gross grams, volume in cm³, count) of each pack: its weight, or what its volume is charged as."""
    return sum(max(grams, -(-volume * 1000 // CM3_PER_KILOGRAM)) * count for grams, volume, count in packs)


def carrier_fee(zone: Zone, grams: int, *, is_island: bool) -> int:
    halves = max(0, -(-(grams - 1000) // 500))
    return FIRST_KILOGRAM[zone] + halves * FURTHER_HALF[zone] + (ISLAND_SURCHARGE_DONG if is_island else 0)


def offers(parcel: Parcel, terms: Terms, zone: Zone, *, is_island: bool = False) -> list[Offer]:
    """Ways that are open to this parcel, the usual one first.

    Carriers neither cool nor insure fresh goods: what is cold, or would be half spoilt on the longest journey, goes by
    the cooperative's own van within the region, or is fetched (domain.md 6.4).
    """
    found: list[Offer] = []
    days_from, days_to = DAYS[zone]
    is_free = terms.free_from_dong is not None and parcel.goods_dong >= terms.free_from_dong
    fee = 0 if is_free else carrier_fee(zone, parcel.chargeable_grams, is_island=is_island)
    survives = not parcel.is_cold and days_to * 2 <= parcel.shelf_life_days
    if terms.has_own_van and zone != Zone.INTER_REGION and not is_island:
        found.append(Offer(Way.OWN_VAN, fee, 1, 1))
    if terms.has_carrier and survives:
        found.append(Offer(Way.CARRIER, fee, days_from, days_to))
    if terms.has_pickup:
        found.append(Offer(Way.PICKUP, 0, 0, 1))
    return found
