"""What an entry must say, how long one waits, what land can give: plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from marketplace.farming import rules
from marketplace.farming.states import CeilingBasis, DiaryKind
from marketplace.farming.words import FIELDS, KIND_ICONS, KINDS
from tests.factories.farming import typed_fields

REQUIRED = {  # domain.md 3.2, spelt out a second time on purpose
    "land_prep": "worker",
    "seed_planting": "variety seed_source seed_lot seed_quantity area_m2",
    "irrigation": "water_source watering_method",
    "fertilizer": "fertilizer fertilizer_type dose method worker",
    "pesticide": "trade_name active_ingredient target_pest dose volume phi_days sprayer weather",
    "weeding_pruning": "",
    "scouting": "finding measure",
    "harvest": "weight grade worker",
    "postharvest": "input_lots output_weight loss_weight water_chemical",
    "packing": "pack_size packs_count label_range",
    "storage_transport": "storage_place temperature vehicle",
    "lab_test": "laboratory sampled_on parameters result",
    "sale": "buyer lot_code weight document_number",
    "input_purchase": "supplier invoice bought_quantity expires_on",
    "training": "participants",
    "incident": "cause lots_affected",
    "stocking": "breed animal_source animals_count",
    "feed": "feed feed_quantity worker",
    "vaccine": "vaccine disease dose animals_count worker",
    "medicine": "trade_name active_ingredient disease dose withdrawal_days worker",
    "water_quality": "parameters result",
    "mortality": "animals_count cause disposal",
}


@pytest.mark.parametrize("kind", DiaryKind)
def test_an_entry_names_every_missing_field_of_its_kind(kind: DiaryKind) -> None:
    assert rules.read_fields(kind, {})[1] == dict.fromkeys(REQUIRED[kind].split(), rules.MISSING)
    assert rules.read_fields(kind, typed_fields(kind))[1] == {}
    for name in REQUIRED[kind].split():
        assert rules.read_fields(kind, {**typed_fields(kind), name: "  "})[1] == {name: rules.MISSING}


def test_every_kind_and_field_has_words() -> None:
    assert set(KINDS) == set(KIND_ICONS) == set(rules.KINDS) == set(DiaryKind)
    used = {field.name for rule in rules.KINDS.values() for field in rule.fields}
    assert used | {"photos"} == set(FIELDS)


@pytest.mark.parametrize(
    ("kind", "name", "typed", "kept"),
    [
        ("harvest", "weight", "120", 120_000),
        ("harvest", "weight", "1,5 kg", 1_500),
        ("harvest", "weight", "2 tạ", 200_000),
        ("pesticide", "phi_days", "0", 0),
        ("packing", "packs_count", "1.200", 1_200),
        ("lab_test", "sampled_on", "5/6/2026", "2026-06-05"),
        ("fertilizer", "fertilizer_type", "huu_co", "huu_co"),
        ("sale", "buyer", "  Chị   Hoa ", "Chị Hoa"),
    ],
)
def test_fields_are_kept_as_exact_values(kind: str, name: str, typed: str, kept: object) -> None:
    values, problems = rules.read_fields(DiaryKind(kind), {**typed_fields(DiaryKind(kind)), name: typed})
    assert (values[name], problems) == (kept, {})


@pytest.mark.parametrize(
    ("kind", "name", "typed", "problem"),
    [
        ("harvest", "weight", "nhiều", rules.NOT_WEIGHT),
        ("pesticide", "phi_days", "bảy", rules.NOT_DAYS),
        ("pesticide", "phi_days", "-7", rules.NOT_DAYS),
        ("pesticide", "phi_days", "366", rules.NOT_DAYS),
        ("packing", "packs_count", "1,5", rules.NOT_NUMBER),
        ("lab_test", "sampled_on", "31/02/2026", rules.NOT_DAY),
        ("fertilizer", "fertilizer_type", "khác", rules.NOT_CHOICE),
        ("sale", "buyer", "x" * 201, rules.TOO_LONG),
    ],
)
def test_fields_that_mean_nothing_are_refused(kind: str, name: str, typed: str, problem: str) -> None:
    values, problems = rules.read_fields(DiaryKind(kind), {**typed_fields(DiaryKind(kind)), name: typed})
    assert problems == {name: problem}
    assert name not in values


def test_late_means_more_than_seven_days_after_in_vietnam() -> None:
    evening = datetime(2026, 6, 8, 16, 59, tzinfo=UTC)  # still 8 June in Vietnam
    assert not rules.is_late(date(2026, 6, 1), evening)
    assert rules.is_late(date(2026, 6, 1), datetime(2026, 6, 8, 17, 0, tzinfo=UTC))
    assert rules.is_late(date(2026, 5, 31), evening)


def test_rice_ceiling_is_a_third_over_the_mean_of_2024() -> None:
    rice = rules.yield_ceiling("Gạo nếp cái hoa vàng", "food_raw_grain")
    assert rice == rules.YieldCeiling(791, CeilingBasis.RICE_STATISTICS)
    land = rules.season_ceiling(area_m2=10_000, ceiling=rice, certificate_grams=None, certificate_area_m2=None)
    assert land == (7_910_000, CeilingBasis.RICE_STATISTICS)
    assert rules.yield_ceiling("Ngô nếp", "food_fresh_produce").basis == CeilingBasis.SUBGROUP_DEFAULT


def test_a_certificate_bounds_its_share_of_the_area() -> None:
    rice = rules.RICE
    half = rules.season_ceiling(area_m2=5_000, ceiling=rice, certificate_grams=6_000_000, certificate_area_m2=10_000)
    assert half == (3_000_000, CeilingBasis.CERTIFICATE)
    generous = rules.season_ceiling(
        area_m2=5_000, ceiling=rice, certificate_grams=60_000_000, certificate_area_m2=10_000
    )
    assert generous == (3_955_000, CeilingBasis.RICE_STATISTICS)
    without_area = rules.season_ceiling(
        area_m2=5_000, ceiling=rice, certificate_grams=1_000_000, certificate_area_m2=None
    )
    assert without_area == (1_000_000, CeilingBasis.CERTIFICATE)


def test_a_certificates_year_turns_on_the_day_it_was_issued() -> None:
    issued = date(2025, 7, 15)
    assert rules.certificate_year(issued, date(2026, 7, 14)) == 2025
    assert rules.certificate_year(issued, date(2026, 7, 15)) == 2026


@pytest.mark.parametrize(
    ("typed", "coarse"),
    [("20.654321", 2065), ("20.655", 2066), ("106,049999", 10605), ("-8.5", -850), ("20", 2000), ("abc", None)],
)
def test_a_point_is_kept_to_a_hundredth_of_a_degree(typed: str, coarse: int | None) -> None:
    assert rules.hundredths(typed) == coarse
