"""Passwords, contacts, lives of sessions and codes, as arithmetic on plain values."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

import pyotp
import qrcode

from marketplace.accounts.errors import WeakPassword
from marketplace.foundation import phones

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256

# ASVS 5.0 6.2.4 asks for a list of the common ones; the long tail is covered by the sign-in limits.
COMMON_PASSWORDS = frozenset({
    "12345678", "123456789", "1234567890", "password", "password1", "11111111", "00000000", "88888888",
    "66666666", "99999999", "87654321", "qwertyui", "qwerty123", "iloveyou", "abcd1234", "abc12345",
    "1q2w3e4r", "12341234", "11223344", "123123123", "147258369", "matkhau1", "matkhau123", "anhyeuem",
    "vietnam1", "hoptacxa", "nongdan1", "xinchao1", "xinchao123", "admin123", "administrator", "zaq12wsx",
    "1qaz2wsx", "asdfghjk", "0123456789", "0987654321", "987654321", "password123", "welcome1", "football",
    "baseball", "sunshine", "princess", "superman",
})  # fmt: skip

_RUNS = "0123456789" * 3 + "abcdefghijklmnopqrstuvwxyz" + "qwertyuiopasdfghjklzxcvbnm"

# What HTML's own e-mail box accepts; commas and angle brackets would make two receivers of one.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+", re.ASCII)
LONGEST_EMAIL = 254

OFFICER_IDLE, OFFICER_LIFE = timedelta(hours=3), timedelta(hours=12)
PERSON_IDLE, PERSON_LIFE = timedelta(days=30), timedelta(days=90)

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODES_A_DAY = 5  # to one contact for one purpose
CODES_KEPT = timedelta(days=2)  # longer than they work, because the limit of a day counts them

PENDING_LIFE = timedelta(minutes=10)  # between the password and the second factor

TERMS_VERSION = "2026-11-23"


def check_password(password: str) -> None:
    """Length and commonness only (ASVS 5.0 6.2): no rules about signs and capitals."""
    password = composed(password)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    if is_common(password):
        raise WeakPassword("this password is among the first that anyone tries")


def is_common(password: str) -> bool:
    """On the list, or one or two signs over and over, or a run such as 23456789."""
    lower = password.lower()
    return lower in COMMON_PASSWORDS or len(set(lower)) < 3 or lower in _RUNS or lower[::-1] in _RUNS


def parse_contact(text: str) -> tuple[str | None, str | None]:
    """(phone, e-mail) from what was typed into one box; raises phones.BadPhone when it is neither."""
    text = text.strip()
    if "@" in text:
        if len(text) > LONGEST_EMAIL or not _EMAIL.fullmatch(text):
            raise phones.BadPhone(text)
        return None, text.lower()
    return phones.parse_phone(text), None


def one_contact(phone: str | None, email: str | None) -> str:
    contact = phone or email
    assert contact is not None, "a person without phone number and e-mail address"
    return contact


def is_email(contact: str) -> bool:
    return "@" in contact


def as_contact(contact: str) -> dict[str, str | None]:
    """The columns that a stored contact belongs in."""
    return {"phone": None, "email": contact} if is_email(contact) else {"phone": contact, "email": None}


def composed(password: str) -> str:
    """The same password from every keyboard: some send "ậ" as one character, some as three."""
    return unicodedata.normalize("NFC", password)


def session_end(*, created_at: datetime, seen_at: datetime, is_officer: bool) -> datetime:
    """When a session ends by itself: after idling, and in any case after its life (reliability.md 1)."""
    idle, life = (OFFICER_IDLE, OFFICER_LIFE) if is_officer else (PERSON_IDLE, PERSON_LIFE)
    return min(seen_at + idle, created_at + life)


_BROWSERS = (
    ("Zalo", "Zalo"), ("FBAN", "Facebook"), ("FBAV", "Facebook"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """What a browser calls itself, as its owner would: "Chrome, Android". Empty when it says nothing known."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(filter(None, (browser, system)))


def authenticator_link(secret: str, *, person: str, issuer: str) -> str:
    """What an authenticator app reads from its QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=person, issuer_name=issuer)


def in_groups(secret: str) -> str:
    """For typing it by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def qr_drawing(text: str) -> tuple[int, str]:
    """A QR code as (side in modules with its quiet zone, path data of an SVG)."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows), path
