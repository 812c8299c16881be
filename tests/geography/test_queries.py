"""Finding places in a migrated database, by names of today and of before."""

import unicodedata

import pytest
from sqlalchemy import Engine, event

from marketplace.foundation import database as db
from marketplace.foundation import text
from marketplace.geography import queries

pytestmark = pytest.mark.usefixtures("database")


def test_provinces_come_in_the_order_of_the_alphabet() -> None:
    names = [province.bare_name for province in queries.provinces()]
    assert len(names) == 34
    assert names == sorted(names, key=text.sort_key)
    assert names[:7] == ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk"]


def test_a_province_is_found_by_code_and_slug() -> None:
    province = queries.find_province("31")
    assert province is not None
    assert (province.name, province.slug, province.aliases) == ("Thành phố Hải Phòng", "hai-phong", ("Hải Dương",))
    assert queries.find_province_by_slug("hai-phong") == province
    assert queries.find_province("30") is None
    assert queries.find_province_by_slug("hai-duong") is None


def test_communes_belong_to_their_province_in_order() -> None:
    communes = queries.communes_of("31")
    assert len(communes) == 114
    names = [commune.bare_name for commune in communes]
    assert names == sorted(names, key=text.sort_key)
    assert {commune.province_code for commune in communes} == {"31"}
    assert queries.communes_of("30") == []


def test_a_commune_is_found_by_code() -> None:
    commune = queries.find_commune("12688")
    assert commune is not None
    assert (commune.name, commune.bare_name, commune.province_code) == ("Xã Đông Hưng", "Đông Hưng", "33")
    assert queries.find_commune("99999") is None


def test_known_places_need_no_statement() -> None:
    queries.provinces()
    counted: list[str] = []

    def count(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("SELECT"):
            counted.append(statement)

    engine: Engine = db.engine()
    event.listen(engine, "before_cursor_execute", count)
    try:
        queries.provinces()
        queries.find_commune("12688")
        queries.communes_of("01")
        queries.provinces_for("Thái Bình")
        assert counted == []
        queries.search_communes("dong hung")
        assert len(counted) == 2
    finally:
        event.remove(engine, "before_cursor_execute", count)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Thái Bình", ["33"]),
        ("Hải Dương", ["31"]),
        ("hai duong", ["31"]),
        ("Nam Định", ["37"]),
        ("tỉnh Nam Định", ["37"]),
        ("Bắc Giang", ["24"]),
        ("Bắc Ninh", ["24"]),
        ("Tiền Giang", ["82"]),
        ("TP. Hồ Chí Minh", ["79"]),
        ("Sài Gòn", ["79"]),
        ("Hà Tĩnh", ["42"]),
        ("Bà Rịa - Vũng Tàu", ["79"]),
        ("Atlantis", []),
        ("", []),
    ],
)
def test_provinces_are_found_by_old_and_new_names(typed: str, codes: list[str]) -> None:
    assert queries.provinces_for(typed) == codes
    assert queries.provinces_for(unicodedata.normalize("NFD", typed)) == codes


def test_every_former_province_finds_its_heir() -> None:
    from_code = {"24": ["Bắc Giang"], "25": ["Hoà Bình", "Vĩnh Phúc"], "37": ["Hà Nam", "Nam Định"], "22": []}
    assert {code: queries.province_aliases(code) for code in from_code} == from_code
    assert queries.province_aliases("30") == []


@pytest.mark.parametrize(
    ("typed", "code", "was"),
    [
        ("dong hung", "12688", None),
        ("Đông Hưng", "12688", None),
        ("xã Đông Hưng, Hưng Yên", "12688", None),
        ("dong hung thai binh", "12688", None),
        ("Thanh Hà Hải Dương", "10813", None),
        (
            "xã Thanh Hà, huyện Thanh Hà, tỉnh Hải Dương",
            "10813",
            "Thị trấn Thanh Hà, Huyện Thanh Hà, Tỉnh Hải Dương",
        ),
        (
            "Thôn Đông, xa thanh lang, huyen thanh ha, hai duong",
            "10843",
            "Xã Thanh Lang, Huyện Thanh Hà, Tỉnh Hải Dương",
        ),
        ("P.4, TP Tân An", "27694", "Phường 4, Thành phố Tân An, Tỉnh Long An"),
        ("my xa nam dinh", "13699", "Phường Mỹ Xá, Thành phố Nam Định, Tỉnh Nam Định"),
        ("thai thuỵ thái bình", "12826", None),
        ("Bạch Long Vĩ", "11948", None),
        ("m'drak", "24412", None),
    ],
)
def test_a_commune_is_found_as_people_type_it(typed: str, code: str, was: str | None) -> None:
    for spelling in (typed, unicodedata.normalize("NFD", typed)):
        best = queries.search_communes(spelling)[0]
        assert (best.code, best.was) == (code, was)


def test_a_former_district_offers_all_its_heirs() -> None:
    found = queries.search_communes("huyện Thanh Hà, Hải Dương", limit=50)
    heirs = {"10813", "10660", "10756", "10816", "10843", "10846", "10882", "11086"}
    assert {match.code for match in found} >= heirs
    assert {match.was for match in found if match.code in heirs - {"10813"}} == {"Huyện Thanh Hà, Tỉnh Hải Dương"}


def test_a_divided_commune_offers_each_heir_as_a_part() -> None:
    found = queries.search_communes("Hồng Lạc, Thanh Hà, Hải Dương")
    assert [(match.code, match.partly) for match in found] == [("10660", True), ("10816", True)]


def test_typed_marks_decide_between_names_that_fold_alike() -> None:
    assert queries.search_communes("Hạ Long")[0].name.endswith("Hạ Long")
    with_marks = queries.search_communes("Bình Minh", limit=3)
    assert {match.name.split(" ", 1)[1] for match in with_marks if match.was is None} == {"Bình Minh"}


def test_search_stays_inside_a_province_and_a_limit() -> None:
    assert {match.province_code for match in queries.search_communes("an", province_code="37")} == {"37"}
    assert queries.search_communes("đông hưng", province_code="91")[0].code == "31036"
    assert len(queries.search_communes("an", limit=5)) == 5


@pytest.mark.parametrize("typed", ["", " ", ",", "zzzz", "%", "_", "'; drop table commune", "đ" * 10_000, "🍎"])
def test_search_finds_nothing_in_nonsense(typed: str) -> None:
    assert queries.search_communes(typed) == []


def test_an_address_is_written_from_its_commune() -> None:
    assert queries.full_address("Thôn Đông", "10813") == "Thôn Đông, xã Thanh Hà, TP. Hải Phòng"
    assert queries.full_address("Thôn Đông", "99999") == "Thôn Đông"
