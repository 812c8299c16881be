"""A gateway that takes messages as JSON over HTTP, and the rules by which it is asked again.

    POST <url>
    Content-Type: application/json
    Idempotency-Key: <the message's key>
    X-Gateway-Secret: <secret>

    {"to": "+84912345678", …}

| answer | means |
|---|---|
| 2xx | taken, now or under this key before |
| 400, 404, 410, 413, 422 | this message will never be taken: it goes another way |
| anything else, or none in ten seconds | unknown: asked again after a pause, under the same key |

The gateway has to remember keys for a day: that alone makes “unknown” harmless.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from marketplace.foundation import posting
from marketplace.foundation.carriers.file import File
from marketplace.foundation.messages import Refused

_NEVER = {400, 404, 410, 413, 422}


class Unsettled(Exception):
    """Nobody knows whether the gateway has taken the message, or it asks for patience."""


class Place(Protocol):
    """Where messages are delivered."""

    def deliver(self, key: str, content: dict[str, Any]) -> None: ...


def place(url: str, secret: str) -> Place:
    """What a setting names: file:///path or the address of a gateway."""
    parts = urlsplit(url)
    return File(Path(parts.path)) if parts.scheme == "file" else Gateway(url, secret)


class Gateway:
    def __init__(self, url: str, secret: str) -> None:
        self.url, self.secret = url, secret

    def deliver(self, key: str, content: dict[str, Any]) -> None:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key, "X-Gateway-Secret": self.secret}
        try:
            answer = posting.post(self.url, json.dumps(content, ensure_ascii=False).encode(), headers)
        except posting.NoAnswer as error:
            raise Unsettled(str(error)) from error
        if answer.status in _NEVER:
            raise Refused(f"{answer.status} {answer.text[:200]}")
        if not 200 <= answer.status < 300:
            raise Unsettled(f"the gateway answered {answer.status}")
