"""The rows of places, reading typed places, and zones: all without a database."""

import unicodedata
from collections import Counter

import pytest

from marketplace.geography import rules
from marketplace.geography.rules import Zone


def test_rows_are_complete_and_hang_together() -> None:
    rows = {table: list(rules.read_rows(table)) for table in rules.TABLES}
    assert {table: len(found) for table, found in rows.items()} == {
        "province": 34,
        "commune": 3_321,
        "legacy_province": 63,
        "legacy_commune": 10_565,
    }
    codes = {table: {row["code"] for row in found} for table, found in rows.items()}
    assert len(codes["province"]) == 34
    assert len(codes["commune"]) == 3_321
    assert len(codes["legacy_province"]) == 63
    assert {row["province_code"] for row in rows["commune"]} == codes["province"]
    assert {row["province_code"] for row in rows["legacy_province"]} == codes["province"]
    assert {row["commune_code"] for row in rows["legacy_commune"]} <= codes["commune"]
    assert {row["legacy_province_code"] for row in rows["legacy_commune"]} == codes["legacy_province"]
    kinds = Counter(row["division_type"] for row in rows["commune"])
    assert kinds == {"xã": 2_621, "phường": 687, "đặc khu": 13}


def test_every_former_commune_went_to_the_heir_of_its_province() -> None:
    heir = {row["code"]: row["province_code"] for row in rules.read_rows("legacy_province")}
    province = {row["code"]: row["province_code"] for row in rules.read_rows("commune")}
    strays = [
        row
        for row in rules.read_rows("legacy_commune")
        if heir[row["legacy_province_code"]] != province[row["commune_code"]]
    ]
    assert strays == []


def test_divided_communes_are_exactly_the_partly_ones() -> None:
    rows = list(rules.read_rows("legacy_commune"))
    heirs = Counter(row["code"] for row in rows)
    assert [row for row in rows if heirs[row["code"]] > 1 and not row["partly"]] == []


def test_rows_carry_what_searching_and_sorting_need() -> None:
    province = next(row for row in rules.read_rows("province") if row["code"] == "31")
    assert (province["name"], province["slug"], province["folded"]) == ("Thành phố Hải Phòng", "hai-phong", "hai phong")
    commune = next(row for row in rules.read_rows("commune") if row["code"] == "10813")
    assert (commune["name"], commune["province_code"], commune["folded"]) == ("Xã Thanh Hà", "31", "thanh ha")
    old = next(row for row in rules.read_rows("legacy_commune") if row["code"] == "10816")
    assert (old["folded"], old["folded_district"], old["partly"]) == ("hong lac", "thanh ha", True)
    for table in rules.TABLES:
        for row in rules.read_rows(table):
            assert unicodedata.is_normalized("NFC", row["name"])
            assert max(len(value) for value in row.values() if isinstance(value, str)) <= 80


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Thành phố Hải Phòng", "Hải Phòng"),
        ("Tỉnh Hà Tĩnh", "Hà Tĩnh"),
        ("Xã Thành Công", "Thành Công"),
        ("Phường Phố Hiến", "Phố Hiến"),
        ("Đặc khu Cát Hải", "Cát Hải"),
        ("Thị trấn Thanh Hà", "Thanh Hà"),
        ("Quận 1", "Quận 1"),
        ("Phường 4", "Phường 4"),
        ("Hà Nội", "Hà Nội"),
        ("", ""),
    ],
)
def test_bare_name_drops_only_the_kind(name: str, bare: str) -> None:
    assert rules.bare_name(name) == bare


def test_format_address_goes_from_small_to_large() -> None:
    assert (
        rules.format_address("Thôn Đông", "Xã Thanh Hà", "Thành phố Hải Phòng")
        == "Thôn Đông, xã Thanh Hà, TP. Hải Phòng"
    )
    assert rules.format_address(" ", "Phường Phố Hiến", "Tỉnh Hưng Yên") == "phường Phố Hiến, tỉnh Hưng Yên"
    assert rules.format_address("Bến Bèo", "Đặc khu Cát Hải", "Thành phố Hải Phòng").startswith("Bến Bèo, đặc khu")


@pytest.mark.parametrize(
    ("start", "end", "zone"),
    [
        ("31", "31", Zone.SAME_PROVINCE),
        ("79", "79", Zone.SAME_PROVINCE),
        ("31", "01", Zone.SAME_REGION),
        ("25", "22", Zone.SAME_REGION),
        ("31", "79", Zone.INTER_REGION),
        ("79", "80", Zone.INTER_REGION),
    ],
)
def test_zone_is_the_same_in_both_directions(start: str, end: str, zone: Zone) -> None:
    assert rules.zone(start, end) == rules.zone(end, start) == zone


def test_region_is_the_cluster_of_seven() -> None:
    near = {row["code"] for row in rules.read_rows("province") if rules.region_of(row["code"]) == "red_river_delta"}
    assert near == {"01", "22", "24", "25", "31", "33", "37"}


@pytest.mark.parametrize(
    ("typed", "likeliest"),
    [
        ("dong hung", "dong hung"),
        ("Xã Thanh Hà, huyện Thanh Hà, tỉnh Hải Dương", "thanh ha thanh ha hai duong"),
        ("xa thanh ha huyen thanh ha tinh hai duong", "thanh ha thanh ha hai duong"),
        ("TT. Đông Hưng", "dong hung"),
        ("TP Hải Phòng", "hai phong"),
        ("P.4, TP. Tân An", "phuong 4 tan an"),
        ("q1 hcm", "quan 1 hcm"),
        ("Hà Tĩnh", "ha tinh"),
        ("ha tinh", "ha tinh"),
        ("Mỹ Xá, Nam Định", "my xa nam dinh"),
        ("xã", "xa"),
    ],
)
def test_readings_begin_with_the_likeliest(typed: str, likeliest: str) -> None:
    for spelling in (typed, unicodedata.normalize("NFD", typed)):
        assert " ".join(rules.readings(spelling)[0].words) == likeliest


def test_readings_end_with_the_text_as_it_stands() -> None:
    assert [" ".join(reading.words) for reading in rules.readings("xa my xa nam dinh")] == [
        "my nam dinh",
        "my xa nam dinh",
        "xa my xa nam dinh",
    ]
    assert rules.readings(" ,; ") == []


def test_tails_drop_the_parts_before_the_commune() -> None:
    assert rules.tails("Số 5,thôn Đông , Thanh Hà") == ["Số 5, thôn Đông, Thanh Hà", "thôn Đông, Thanh Hà", "Thanh Hà"]
    assert rules.tails(" ") == []


@pytest.mark.parametrize(
    ("typed", "name", "district", "province", "fit"),
    [
        ("thanh ha", "thanh ha", "", "hai phong", rules.BY_NAME),
        ("thanh ha hai duong", "thanh ha", "thanh ha", "hai duong", rules.BY_NAME),
        ("thanh ha hai du", "thanh ha", "thanh ha", "hai duong", rules.BY_NAME),
        ("thanh ha", "hong lac", "thanh ha", "hai duong", rules.BY_DISTRICT),
        ("thanh h", "thanh ha", "", "hai phong", rules.BY_BEGINNING),
        ("dong hung", "bac dong hung", "", "hung yen", rules.INSIDE_NAME),
        ("thanh h", "thanh", "huong hoa", "quang tri", rules.INSIDE_NAME),
        ("hung dong", "dong hung", "", "hung yen", rules.SCATTERED),
        ("thanh hoa", "thanh ha", "", "hai phong", None),
        ("than ha", "thanh ha", "", "hai phong", None),
    ],
)
def test_rank_tells_how_a_place_was_recognised(
    typed: str, name: str, district: str, province: str, fit: int | None
) -> None:
    reading = rules.Reading(tuple(typed.split()))
    assert rules.rank(reading, name, district, frozenset(province.split())) == fit


@pytest.mark.parametrize(
    ("a", "b", "near"),
    [("33", "33", True), ("33", "31", True), ("31", "33", True), ("38", "37", True), ("22", "37", False),
     ("79", "33", False), ("79", "79", True)],
)  # fmt: skip
def test_what_stays_cold_goes_to_neighbours_only(a: str, b: str, near: bool) -> None:
    assert rules.is_near(a, b) is near
