"""Delivery fees and ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.states import StorageClass
from marketplace.checkout.rules import Parcel, Terms, carrier_fee, chargeable_grams, offers
from marketplace.checkout.states import Way
from marketplace.geography.rules import Zone

LIGHT = Parcel(chargeable_grams=900, goods_dong=100_000, shelf_life_days=30)


@pytest.mark.parametrize(
    ("zone", "grams", "island", "fee"),
    [
        (Zone.SAME_PROVINCE, 1, False, 22_000),
        (Zone.SAME_PROVINCE, 1_000, False, 22_000),
        (Zone.SAME_PROVINCE, 1_001, False, 25_000),
        (Zone.SAME_REGION, 2_000, False, 36_000),
        (Zone.INTER_REGION, 5_200, False, 35_000 + 9 * 7_000),
        (Zone.SAME_PROVINCE, 500, True, 37_000),
    ],
)
def test_fees_follow_zone_and_weight(zone: Zone, grams: int, island: bool, fee: int) -> None:
    assert carrier_fee(zone, grams, is_island=island) == fee


def test_bulky_packs_are_charged_by_volume() -> None:
    assert chargeable_grams([(500, 0, 2), (400, 6_000, 3)]) == 1_000 + 3_000


def test_cold_goods_go_by_van_within_the_region_or_are_fetched() -> None:
    cold = Parcel(chargeable_grams=900, goods_dong=100_000, shelf_life_days=90, storages=frozenset({StorageClass.COOL}))
    terms = Terms(has_own_van=True, has_pickup=True)
    assert [offer.way for offer in offers(cold, terms, Zone.SAME_REGION)] == [Way.OWN_VAN, Way.PICKUP]
    assert [offer.way for offer in offers(cold, terms, Zone.INTER_REGION)] == [Way.PICKUP]
    assert offers(cold, Terms(), Zone.SAME_PROVINCE) == []


def test_what_would_spoil_on_the_way_is_not_sent() -> None:
    fresh = Parcel(chargeable_grams=900, goods_dong=100_000, shelf_life_days=6)
    assert [offer.way for offer in offers(fresh, Terms(), Zone.SAME_REGION)] == [Way.CARRIER]
    assert offers(fresh, Terms(), Zone.INTER_REGION) == []


def test_delivery_is_free_from_the_threshold_on() -> None:
    terms = Terms(free_from_dong=100_000)
    assert offers(LIGHT, terms, Zone.SAME_PROVINCE)[0].fee_dong == 0
    assert offers(LIGHT, Terms(free_from_dong=100_001), Zone.SAME_PROVINCE)[0].fee_dong == 22_000


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.sampled_from(list(Zone)))
def test_heavier_is_never_cheaper(grams: int, more: int, zone: Zone) -> None:
    assert carrier_fee(zone, grams + more, is_island=False) >= carrier_fee(zone, grams, is_island=False)
