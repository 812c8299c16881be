"""VietQR payloads and the codes that payers write into a transfer."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from marketplace.foundation import codes

NAPAS = "A000000727"
TO_ACCOUNT, TO_CARD = "QRIBFTTA", "QRIBFTTC"
DONG = "704"
CURRENCY = "vnd"

# From this sum on two people move money by hand.
SECOND_PERSON_FROM_DONG = 2_000_000

TRANSFER_PREFIX = "HTX"
_RANDOM_CHARACTERS = 7

_BANK_BIN = re.compile(r"[0-9]{6}", re.ASCII)
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}", re.ASCII)
_AMOUNT = re.compile(r"[1-9][0-9]{0,12}", re.ASCII)
_MEMO = re.compile(r"[A-Z0-9](?:[A-Z0-9 ]{0,23}[A-Z0-9])?", re.ASCII)
_TRANSFER_CODE = re.compile(rf"(?=({TRANSFER_PREFIX}[0-9A-Z]{{{_RANDOM_CHARACTERS + 1}}}))")


class BadVietQr(ValueError):
    """A payload cannot be made from these values, or this text is not a payload that a bank may trust."""


@dataclass(frozen=True)
class VietQr:
    """What a VietQR payload says; `service` is TO_ACCOUNT or TO_CARD."""

    bank_bin: str
    account: str
    amount_dong: int | None = None
    memo: str | None = None
    service: str = TO_ACCOUNT


def vietqr_payload(bank_bin: str, account: str, amount_dong: int | None = None, memo: str | None = None) -> str:
    """The text of a QR code that every Vietnamese bank app understands as a transfer to this account."""
    _require(_BANK_BIN, bank_bin, "bank BIN")
    _require(_ACCOUNT, account, "account number")
    fields = [("00", "01"), ("01", "11" if amount_dong is None else "12")]
    beneficiary = _encode([("00", bank_bin), ("01", account)])
    fields.append(("38", _encode([("00", NAPAS), ("01", beneficiary), ("02", TO_ACCOUNT)])))
    fields.append(("53", DONG))
    if amount_dong is not None:
        _require(_AMOUNT, str(amount_dong), "amount")
        fields.append(("54", str(amount_dong)))
    fields.append(("58", "VN"))
    if memo is not None:
        _require(_MEMO, memo, "memo")
        fields.append(("62", _encode([("08", memo)])))
    body = _encode(fields) + "6304"
    return body + _checksum(body)


def parse_vietqr(payload: str) -> VietQr:
    """Read a payload as strictly as a careful bank: nesting, every length, the checksum; raises BadVietQr.

    Published payloads are often wrong inside and still scan somewhere, so nothing is repaired here.
    """
    if not payload.isascii() or payload[-8:-4] != "6304" or payload[-4:] != _checksum(payload[:-4]):
        raise BadVietQr("the checksum is missing or wrong")
    fields = _decode(payload)
    if next(iter(fields)) != "00" or list(fields)[-1] != "63":
        raise BadVietQr("the format must come first and the checksum last")
    _require_value(fields, "00", {"01"})
    _require_value(fields, "01", {"11", "12"})
    _require_value(fields, "53", {DONG})
    _require_value(fields, "58", {"VN"})
    template = _decode(fields.get("38", ""))
    _require_value(template, "00", {NAPAS})
    _require_value(template, "02", {TO_ACCOUNT, TO_CARD})
    beneficiary = _decode(template.get("01", ""))
    amount = fields.get("54")
    memo = _decode(fields["62"]).get("08") if "62" in fields else None
    return VietQr(
        bank_bin=_require(_BANK_BIN, beneficiary.get("00", ""), "bank BIN"),
        account=_require(_ACCOUNT, beneficiary.get("01", ""), "account number"),
        amount_dong=None if amount is None else int(_require(_AMOUNT, amount, "amount")),
        memo=memo,
        service=template["02"],
    )


def transfer_code(body: str) -> str:
    """A payment's code for the memo, from seven random characters of `codes`: "HTX", those, and a check character.

    Eleven characters fit the strictest bank; one code per payment, never used again, so that late money finds its way.
    """
    if len(body) != _RANDOM_CHARACTERS:
        raise ValueError(f"a transfer code is made from {_RANDOM_CHARACTERS} characters, not from {body!r}")
    return TRANSFER_PREFIX + body + codes.check_character(body)


def find_transfer_codes(text: str) -> list[str]:
    """Every code that a bank's notice may contain, in order, each once.

    Banks bury, prefix, glue and split the memo, and payers type O for zero: so all but letters and digits goes first,
    every place is tried, and only a right check character counts. Finding a code proves nothing by itself: the
    payment, our account, the direction and the amount decide.
    """
    squeezed = re.sub(r"[^A-Z0-9]", "", text.upper())
    found: dict[str, None] = {}
    for match in _TRANSFER_CODE.finditer(squeezed):
        body = codes.normalise_code(match[1][len(TRANSFER_PREFIX) :])
        if codes.is_checked(body):
            found[TRANSFER_PREFIX + body] = None
    return list(found)


def find_payout_codes(text: str) -> list[str]:
    """Every code of a payout that the memo of an outgoing transfer may contain."""
    return re.findall(r"(?=(PO[0-9A-Z]{9}))", re.sub(r"[^A-Z0-9]", "", text.upper()))


def _encode(fields: list[tuple[str, str]]) -> str:
    return "".join(f"{tag}{len(value):02}{value}" for tag, value in fields)


def _decode(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    position = 0
    while position < len(text):
        head = text[position : position + 4]
        if not re.fullmatch(r"[0-9]{4}", head, re.ASCII):
            raise BadVietQr(f"no tag and length at {position}: {head!r}")
        tag, length = head[:2], int(head[2:])
        value = text[position + 4 : position + 4 + length]
        if length == 0 or len(value) < length or tag in fields:
            raise BadVietQr(f"tag {tag} is empty, cut off or there twice")
        fields[tag] = value
        position += 4 + length
    return fields


def _checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE, which Python keeps under an older name."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def _require(pattern: re.Pattern[str], value: str, what: str) -> str:
    if not pattern.fullmatch(value):
        raise BadVietQr(f"{value!r} is not a {what} for a VietQR payload")
    return value


def _require_value(fields: dict[str, str], tag: str, allowed: set[str]) -> None:
    if fields.get(tag) not in allowed:
        raise BadVietQr(f"tag {tag} is {fields.get(tag)!r}, not one of {sorted(allowed)}")
