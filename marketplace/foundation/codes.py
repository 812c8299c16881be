"""Codes that people read out and type (Crockford base 32 with a check character), and tokens that only links carry."""

from __future__ import annotations

import hashlib
import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


class BadCode(ValueError):
    """A character stands in the code that no code contains."""


def random_code(length: int) -> str:
    """Unguessable and not sequential: five random bits a character."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def check_character(code: str) -> str:
    """The Luhn character (modulo 32) that catches every single wrong character and nearly every swap of neighbours."""
    total = 0
    for position, character in enumerate(reversed(code)):
        if character not in _VALUES:
            raise BadCode(f"{character!r} in {code!r} is not a character of a code")
        product = _VALUES[character] * (1 if position % 2 else 2)
        total += product // 32 + product % 32
    return ALPHABET[-total % 32]


def is_checked(code: str) -> bool:
    """Whether the last character is the check character of the others."""
    return len(code) > 1 and all(c in _VALUES for c in code) and check_character(code[:-1]) == code[-1]


def normalise_code(text: str) -> str:
    """What was meant by what was typed: capitals, no blanks or dashes, O for zero and I or L for one understood."""
    return re.sub(r"[\s\-\u2010-\u2015]+", "", text).upper().translate(_LOOKALIKES)


def groups(code: str) -> list[str]:
    """In fours, as people read it out."""
    return [code[at : at + 4] for at in range(0, len(code), 4)]


def grouped(code: str) -> str:
    return " ".join(groups(code))


def random_token() -> str:
    """256 random bits for a link; only its digest is stored."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    # Unsalted on purpose: a token has full entropy, and the digest must be found by an index.
    return hashlib.sha256(token.encode()).hexdigest()
