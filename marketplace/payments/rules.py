"""VietQR payloads and the codes that payers write into a transfer."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.foundation import codes
from marketplace.payments.states import HoldContext, Method

NAPAS = "A000000727"
TO_ACCOUNT, TO_CARD = "QRIBFTTA", "QRIBFTTC"
DONG = "704"
CURRENCY = "vnd"

# From this sum on two people move money by hand.
SECOND_PERSON_FROM_DONG = 2_000_000


@dataclass(frozen=True)
class Hold:
    """From a day on, goods are held so long for a payment of this kind, from so much money on.

    The buyer may ask for `more` so many `times`; whatever he does, changing the way to pay too, it ends `longest` after
    the order was placed.
    """

    valid_from: date
    context: HoldContext
    method: Method
    from_dong: int
    length: timedelta
    more: timedelta
    times: int
    longest: timedelta


_FIRST = date(2026, 1, 1)
# Above this a bank wants the payer's face as well (Decision 2345/QĐ-NHNN, since 1 July 2024), and not every phone can.
FACE_ABOVE_DONG = 10_000_000

# payments.md 4.6 and 1.3, set on 2026-11-29. A card's page stays open half an hour at least and keeps its end, so there
# is no more time to give.
HOLDS = (
    Hold(_FIRST, HoldContext.SHOP, Method.VIETQR, 0, timedelta(hours=24), timedelta(hours=12), 2, timedelta(hours=72)),
    Hold(
        _FIRST, HoldContext.SHOP, Method.VIETQR, FACE_ABOVE_DONG + 1, timedelta(hours=48), timedelta(hours=24), 1,
        timedelta(hours=96),
    ),
    Hold(_FIRST, HoldContext.SHOP, Method.CARD, 0, timedelta(minutes=31), timedelta(), 0, timedelta(hours=72)),
    Hold(
        _FIRST, HoldContext.FAIR, Method.VIETQR, 0, timedelta(minutes=15), timedelta(minutes=5), 1,
        timedelta(minutes=20),
    ),
    Hold(_FIRST, HoldContext.FAIR, Method.CARD, 0, timedelta(minutes=31), timedelta(), 0, timedelta(minutes=45)),
    Hold(_FIRST, HoldContext.SURPLUS, Method.VIETQR, 0, timedelta(hours=24), timedelta(), 0, timedelta(hours=24)),
    Hold(_FIRST, HoldContext.SURPLUS, Method.CARD, 0, timedelta(hours=24), timedelta(), 0, timedelta(hours=24)),
)  # fmt: skip


def hold(context: HoldContext, method: Method, amount_dong: int, on: date) -> Hold | None:
    """The rule of this day; None for what is paid when the goods come."""
    fitting = [
        one
        for one in HOLDS
        if (one.context, one.method) == (context, method) and one.from_dong <= amount_dong and one.valid_from <= on
    ]
    return max(fitting, key=lambda one: (one.from_dong, one.valid_from), default=None)


def holds_on(day: date) -> list[Hold]:
    """The rules of this day, in the order in which they are written."""
    kinds = dict.fromkeys((one.context, one.method, one.from_dong) for one in HOLDS)
    found = [hold(context, method, from_dong, day) for context, method, from_dong in kinds]
    return [one for one in found if one is not None]


# How long the account of a refund that was sent is kept, for questions to the bank and disputes about it; after that
# its last four signs. Personal data are kept no longer than their purpose needs them (Law 91/2025 on personal data);
# the bank's own statement, a voucher of the accounts, is the bank's to keep. Set on 2026-11-29.
ACCOUNT_KEPT: tuple[tuple[date, timedelta], ...] = ((date(2026, 1, 1), timedelta(days=90)),)

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


def account_kept(on: date) -> timedelta:
    return max((row for row in ACCOUNT_KEPT if row[0] <= on), key=lambda row: row[0])[1]


def mask(account: str) -> str:
    """What is left of an account's number where nobody needs all of it."""
    return f"••••{account[-4:]}" if account else ""


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
