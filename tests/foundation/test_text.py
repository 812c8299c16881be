"""Folding, slugs, sorting and tidying of Vietnamese text."""

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.foundation import text

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
phrases = st.text(VIETNAMESE + VIETNAMESE.upper() + string.digits + " -.,", max_size=40)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Gạo nếp – Đại Thắng", "gao nep dai thang"),
        ("hoà/hòa", "hoa hoa"),
        ("  ĐÔNG  hưng ", "dong hung"),
        ("M'Drắk", "m drak"),
        ("OCOP 4 sao", "ocop 4 sao"),
        ("🍎", ""),
    ],
)
def test_fold_forgets_marks_case_and_punctuation(typed: str, folded: str) -> None:
    assert text.fold(typed) == folded
    assert text.fold(unicodedata.normalize("NFD", typed)) == folded


@given(st.text(max_size=60))
def test_fold_is_stable_and_made_of_plain_words(typed: str) -> None:
    folded = text.fold(typed)
    assert text.fold(folded) == folded
    assert set(folded) <= set(string.ascii_lowercase + string.digits + " ")
    assert folded == " ".join(folded.split())


def test_slugify_joins_words_and_cuts_between_them() -> None:
    assert text.slugify("Nhãn lồng Hưng Yên") == "nhan-long-hung-yen"
    assert text.slugify("Nhãn lồng Hưng Yên", limit=10) == "nhan-long"
    assert text.slugify("Nhãn lồng Hưng Yên", limit=9) == "nhan-long"
    assert text.slugify("Nhanlong", limit=4) == "nhan"
    assert text.slugify("…") == ""


def backwards(names: list[str]) -> list[str]:
    """So that a key that tells nothing apart cannot pass: sorting keeps the order of equals."""
    return names[::-1]


def test_sort_key_follows_the_vietnamese_alphabet() -> None:
    # domain.md §11.13, then numbers, words before longer ones, and tones as tie-break only.
    ordered = ["an", "ăn", "âu", "bánh", "bún", "bưởi", "cà", "chè", "dưa", "đào", "gạo", "ổi", "ơi", "ớt"]
    assert sorted(backwards(ordered), key=text.sort_key) == ordered
    tones = ["ma", "mà", "mả", "mã", "má", "mạ", "mà chua", "mai"]
    assert sorted(backwards(tones), key=text.sort_key) == tones
    numbers = ["", "3 sao", "4 sao", "An", "An Bình", "an 3", "ang"]
    assert sorted(numbers, key=text.sort_key) == ["", "3 sao", "4 sao", "An", "an 3", "An Bình", "ang"]


def test_sort_key_knows_every_letter_in_order() -> None:
    alphabet = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert sorted(backwards(alphabet), key=text.sort_key) == alphabet


def test_sort_key_ignores_where_the_tone_mark_stands() -> None:
    assert text.sort_key("Hoà Bình") == text.sort_key("Hòa Bình") != text.sort_key("Hoa Bình")


@given(phrases)
def test_sort_key_has_only_characters_that_every_collation_orders_alike(phrase: str) -> None:
    key = text.sort_key(phrase)
    assert set(key) <= set(string.ascii_lowercase + string.digits)
    assert key == text.sort_key(unicodedata.normalize("NFD", phrase)) == text.sort_key(phrase.upper())


@given(phrases, phrases)
def test_sort_key_of_a_beginning_comes_first(phrase: str, more: str) -> None:
    assert text.sort_key(phrase) <= text.sort_key(f"{phrase} {more}")


@given(st.text(VIETNAMESE, min_size=1, max_size=8), st.text(VIETNAMESE, min_size=1, max_size=8))
def test_sort_key_compares_letters_before_tones(one: str, other: str) -> None:
    toneless = [_letters(one), _letters(other)]
    if toneless[0] != toneless[1]:
        assert (text.sort_key(one) < text.sort_key(other)) == (toneless[0] < toneless[1])


def _letters(word: str) -> list[int]:
    alphabet = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
    marks = unicodedata.normalize("NFD", word)
    plain = unicodedata.normalize("NFC", "".join(m for m in marks if m not in "\u0300\u0309\u0303\u0301\u0323"))
    return [alphabet.index(letter) for letter in plain]


def test_clean_line_leaves_one_tidy_visible_line() -> None:
    assert text.clean_line("  Nhãn \t lo\u0302\u0300ng\r\n Hưng\u00a0Yên\x00\u202e\u200b ", 80) == "Nhãn lồng Hưng Yên"
    assert text.clean_line("một hai", 4) == "một"
    assert text.clean_line("\ud800\ue000", 10) == ""


def test_clean_text_keeps_paragraphs() -> None:
    typed = "\n Vải  thiều \r\n\r\n\r\n\r\nThanh Hà\x07\rchín  sớm\n\n"
    assert text.clean_text(typed, 200) == "Vải thiều\n\nThanh Hà\nchín sớm"
    assert text.clean_text("a\n\nb", 2) == "a"


@given(st.text(max_size=80), st.integers(1, 40))
def test_cleaning_twice_changes_nothing_and_keeps_the_limit(typed: str, limit: int) -> None:
    for clean in (text.clean_line, text.clean_text):
        once = clean(typed, limit)
        assert len(once) <= limit
        assert clean(once, limit) == once
        once.encode()
