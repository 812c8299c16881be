"""What banks' messengers send when money moves on our account, each in its own words (payments.md 4.5).

Times come in Vietnam's time without a zone. An empty secret means that nobody is believed.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.payments.providers import BadNotice, NoticeRequest

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
WINDOW = timedelta(minutes=5)


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


@dataclass(frozen=True)
class BankNotice:
    """One movement on an account; `provider_id` is unique with its messenger."""

    provider_id: str
    account: str
    direction: Direction
    amount_dong: int
    content: str
    bank_reference: str
    booked_at: datetime


class BadStatement(Exception):
    """A bank statement that cannot be read; `row` counts from 1 with the head."""

    def __init__(self, row: int, what: str) -> None:
        super().__init__(f"row {row}: {what}")
        self.row, self.what = row, what


Parse = Callable[[NoticeRequest, str, datetime], list[BankNotice]]


def sepay(request: NoticeRequest, secret: str, now: datetime) -> list[BankNotice]:
    """HMAC-SHA256 over the time and the raw body."""
    headers = _lower(request.headers)
    stamp = headers.get("x-sepay-timestamp", "")
    _require_fresh(stamp, 1, now)
    given = headers.get("x-sepay-signature", "").removeprefix("sha256=")
    _require_signature(secret, stamp.encode() + b"." + request.body, given, hashlib.sha256)
    body = _read(request.body)
    return [
        _notice(
            provider_id=body.get("id"),
            account=body.get("subAccount") or body.get("accountNumber"),
            amount=body.get("transferAmount"),
            is_out=body.get("transferType") == "out",
            content=body.get("content"),
            reference=body.get("referenceCode"),
            at=body.get("transactionDate"),
        )
    ]


def casso(request: NoticeRequest, secret: str, now: datetime) -> list[BankNotice]:
    """HMAC-SHA512 over the time and the body written anew with sorted keys."""
    given = dict(part.partition("=")[::2] for part in _lower(request.headers).get("x-casso-signature", "").split(","))
    stamp = given.get("t", "")
    _require_fresh(stamp, 1000, now)
    body = _read(request.body)
    said = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    _require_signature(secret, f"{stamp}.{said}".encode(), given.get("v1", ""), hashlib.sha512)
    data = body.get("data")
    if not isinstance(data, dict):
        raise BadNotice("no transaction in it")
    amount = data.get("amount")
    return [
        _notice(
            provider_id=data.get("id"),
            account=data.get("virtualAccountNumber") or data.get("accountNumber"),
            amount=abs(amount) if isinstance(amount, int) else amount,
            is_out=isinstance(amount, int) and amount < 0,
            content=data.get("description"),
            reference=data.get("reference"),
            at=data.get("transactionDateTime"),
        )
    ]


MESSENGERS: dict[str, Parse] = {"sepay": sepay, "casso": casso}


def statement(text: str, account: str) -> list[BankNotice]:
    """A statement as CSV with the columns date, amount (out below zero), content and reference; raises BadStatement.

    A row's id is what it says, so the same statement read twice, or two that overlap, tell each movement once.
    """
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if text.partition("\n")[0].count(";") else ","))
    found, seen = [], dict[str, int]()
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < 4:
            raise BadStatement(number, "four columns are needed: date, amount, content, reference")
        amount = re.sub(r"[.,\s₫đ]", "", row[1].strip())
        if not re.fullmatch(r"-?\d{1,15}", amount, re.ASCII) or int(amount) == 0:
            raise BadStatement(number, f"{row[1]!r} is no amount in đồng")
        try:
            at = _moment(row[0].strip())
        except ValueError:
            raise BadStatement(number, f"{row[0]!r} is no date; write 2026-11-24 09:30") from None
        content, reference = row[2].strip(), row[3].strip()
        said = "|".join((account, at.isoformat(), amount, re.sub(r"\W", "", content).upper(), reference))
        seen[said] = seen.get(said, 0) + 1  # two equal rows of one statement are two movements
        digest = hashlib.sha256(f"{said}|{seen[said]}".encode()).hexdigest()[:24]
        direction = Direction.OUT if amount.startswith("-") else Direction.IN
        found.append(BankNotice(digest, account, direction, abs(int(amount)), content, reference, at))
    return found


def sign_for_sepay(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """The headers that SePay would send with this body; the demo's simulated transfers are signed like real ones."""
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-SePay-Timestamp": stamp, "X-SePay-Signature": f"sha256={digest}"}


def _notice(
    *, provider_id: Any, account: Any, amount: Any, is_out: bool, content: Any, reference: Any, at: Any
) -> BankNotice:
    if provider_id in (None, "") or not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
        raise BadNotice("without an id or a whole amount")
    try:
        booked_at = _moment(str(at))
    except ValueError as wrong:
        raise BadNotice("without a time") from wrong
    return BankNotice(
        provider_id=str(provider_id)[:100],
        account=str(account or "")[:40],
        direction=Direction.OUT if is_out else Direction.IN,
        amount_dong=amount,
        content=str(content or "")[:500],
        bank_reference=str(reference or "")[:100],
        booked_at=booked_at,
    )


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=VIETNAM)).astimezone(UTC)


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as wrong:
        raise BadNotice("no JSON") from wrong
    if not isinstance(found, dict):
        raise BadNotice("no object")
    return found


def _require_fresh(stamp: str, per_second: int, now: datetime) -> None:
    if not re.fullmatch(r"\d{1,15}", stamp, re.ASCII):
        raise BadNotice("without a time")
    if abs(now - datetime.fromtimestamp(int(stamp) / per_second, UTC)) > WINDOW:
        raise BadNotice("too old or from the future")


def _require_signature(secret: str, said: bytes, given: str, digest: Any) -> None:
    if not secret or not hmac.compare_digest(hmac.new(secret.encode(), said, digest).hexdigest(), given.lower()):
        raise BadNotice("a wrong signature")


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
