"""VietQR payloads against published vectors, and transfer codes as banks mangle them."""

import binascii
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.foundation import banks, codes
from marketplace.payments import rules
from marketplace.payments.rules import VietQr

VECTORS = [
    (
        VietQr("970436", "0123456789", 245_000, "HTX24A00017"),
        "00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA"
        "530370454062450005802VN62150811HTX24A0001763049557",
    ),
    (
        VietQr("970446", "0123456789"),
        "00020101021138540010A00000072701240006970446011001234567890208QRIBFTTA53037045802VN630466BE",
    ),
    (
        VietQr("970446", "9990000012345", 404_000, "HTX7K3QD94Q"),
        "00020101021238570010A00000072701270006970446011399900000123450208QRIBFTTA"
        "530370454064040005802VN62150811HTX7K3QD94Q6304135E",
    ),
]
CODE = "HTX7K3QD94Q"

accounts = st.text(string.ascii_letters + string.digits, min_size=1, max_size=19)
memos = st.text(string.ascii_uppercase + string.digits + " ", min_size=1, max_size=25).filter(
    lambda memo: memo == memo.strip()
)


@pytest.mark.parametrize(("content", "payload"), VECTORS)
def test_payload_equals_the_published_vector(content: VietQr, payload: str) -> None:
    made = rules.vietqr_payload(content.bank_bin, content.account, content.amount_dong, content.memo)
    assert made == payload
    assert rules.parse_vietqr(payload) == content


@given(
    st.sampled_from(sorted(banks.BANKS)),
    accounts,
    st.none() | st.integers(1, 9_999_999_999_999),
    st.none() | memos,
)
def test_payload_is_read_back_as_made(bank_bin: str, account: str, amount: int | None, memo: str | None) -> None:
    payload = rules.vietqr_payload(bank_bin, account, amount, memo)
    assert rules.parse_vietqr(payload) == VietQr(bank_bin, account, amount, memo)


@pytest.mark.parametrize(
    ("bank_bin", "account", "amount", "memo"),
    [
        ("97044", "1", 1, "A"),
        ("970446", "", 1, "A"),
        ("970446", "1" * 20, 1, "A"),
        ("970446", "12 34", 1, "A"),
        ("970446", "1", 0, "A"),
        ("970446", "1", -5, "A"),
        ("970446", "1", 10**13, "A"),
        ("970446", "1", 1, ""),
        ("970446", "1", 1, "a"),
        ("970446", "1", 1, "ĐƠN 1"),
        ("970446", "1", 1, "A" * 26),
        ("970446", "1", 1, "HTX-1"),
    ],
)
def test_payload_is_refused_for_values_a_bank_would_drop(bank_bin: str, account: str, amount: int, memo: str) -> None:
    with pytest.raises(rules.BadVietQr):
        rules.vietqr_payload(bank_bin, account, amount, memo)


@given(st.data())
def test_no_changed_character_is_read(data: st.DataObject) -> None:
    payload = data.draw(st.sampled_from([payload for _, payload in VECTORS]))
    place = data.draw(st.integers(0, len(payload) - 1))
    other = data.draw(st.sampled_from([c for c in string.printable if c != payload[place]]))
    with pytest.raises(rules.BadVietQr):
        rules.parse_vietqr(payload[:place] + other + payload[place + 1 :])


@pytest.mark.parametrize(
    "body",
    [
        "",
        "000201",
        # the merchant template says one character more, then one less, than it has
        "00020101021238550010A00000072701240006970436011001234567890208QRIBFTTA53037045802VN",
        "00020101021238530010A00000072701240006970436011001234567890208QRIBFTTA53037045802VN",
        # a purpose shorter than declared, inside a template that fits
        "00020101021138540010A00000072701240006970446011001234567890208QRIBFTTA53037045802VN62080805ABCD",
        # another network, another currency, another country, decimals, the same tag twice, the format not first
        "00020101021138540010A00000072801240006970446011001234567890208QRIBFTTA53037045802VN",
        "00020101021138540010A00000072701240006970446011001234567890208QRIBFTTA53038405802VN",
        "00020101021138540010A00000072701240006970446011001234567890208QRIBFTTA53037045802US",
        "00020101021238540010A00000072701240006970446011001234567890208QRIBFTTA5303704540510.005802VN",
        "00020100020101021138540010A00000072701240006970446011001234567890208QRIBFTTA53037045802VN",
        "01021100020138540010A00000072701240006970446011001234567890208QRIBFTTA53037045802VN",
    ],
)
def test_wrong_inside_is_refused_though_the_checksum_is_right(body: str) -> None:
    head = body + "6304"
    with pytest.raises(rules.BadVietQr):
        rules.parse_vietqr(f"{head}{binascii.crc_hqx(head.encode(), 0xFFFF):04X}")


@given(st.text(max_size=80))
def test_parsing_anything_fails_only_as_bad_vietqr(payload: str) -> None:
    with pytest.raises(rules.BadVietQr):
        rules.parse_vietqr(payload)


def test_banks_are_known_by_their_bin() -> None:
    assert len(banks.BANKS) == 21
    assert next(iter(banks.BANKS)) == "970405"
    assert banks.BANKS["970446"] == banks.Bank("970446", "coopbank", "Co-opBank")


def test_transfer_code_is_prefix_random_part_and_check() -> None:
    assert rules.transfer_code("7K3QD94") == CODE
    with pytest.raises(ValueError, match="7 characters"):
        rules.transfer_code("7K3QD9")


@pytest.mark.parametrize(
    "notice",
    [
        CODE,
        f"NGUYEN VAN A chuyen tien {CODE} mua nhan",
        f"MBVCB.3278907687.{CODE}.CT tu 0123456789 toi 999",
        f"CTDEN:FT2632{CODE}GD 847563",
        "IBFT HTX7K3 QD94Q thanh toan",
        "htx-7k3q-d94q",
        "HTXHTX7K3QD94Q",
        "HTX 7K3Q\nD94Q.",
        f"{CODE} {CODE}",
    ],
)
def test_transfer_code_is_found_however_the_bank_writes_it(notice: str) -> None:
    assert rules.find_transfer_codes(notice) == [CODE]


def test_transfer_code_is_found_with_letters_typed_for_digits() -> None:
    code = rules.transfer_code("0A1B2C3")
    assert rules.find_transfer_codes(code.replace("0", "O").replace("1", "l")) == [code]


def test_transfer_codes_of_one_notice_come_in_order() -> None:
    other = rules.transfer_code("0000001")
    assert rules.find_transfer_codes(f"{other} va {CODE}") == [other, CODE]


@pytest.mark.parametrize("notice", ["", "HTX", "HTX7K3QD94R", "HTX7K3QD94", "HT7K3QD94Q", "chuyen tien mua vai thieu"])
def test_no_code_is_found_where_none_is_right(notice: str) -> None:
    assert rules.find_transfer_codes(notice) == []


@given(st.text(codes.ALPHABET, min_size=7, max_size=7), st.text(max_size=20), st.text(max_size=20), st.integers(1, 10))
def test_transfer_code_is_found_buried_glued_and_split(body: str, before: str, after: str, cut: int) -> None:
    code = rules.transfer_code(body)
    assert code in rules.find_transfer_codes(f"{before}{code[:cut]} {code[cut:]}{after}")
