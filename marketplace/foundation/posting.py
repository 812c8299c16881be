"""A POST to somebody else's machine: short, never redirected, and on request only to a public address."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE_SECONDS = 10.0
LONGEST_ANSWER = 4096


class NotPublic(Exception):
    """The address leads into somebody's own network, or nowhere."""


class NoAnswer(Exception):
    """Nobody answered in time. Whether the request was heard is unknown."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, only_public: bool = False, patience: float = PATIENCE_SECONDS
) -> Answer:
    """Send the body once and read the beginning of the answer. Raises NoAnswer and, with `only_public`, NotPublic.

    With `only_public` the name is looked up once and every address it has must be public; the connection then goes to
    the very address that was looked at, so that a name which changes its mind in between leads nowhere else (SSRF).
    """
    place = urlsplit(url)
    is_secure, host = place.scheme == "https", place.hostname or ""
    port = place.port or (443 if is_secure else 80)
    address = public_address_of(host, port) if only_public else host
    connection = _Connection(host, port, address=address, is_secure=is_secure, patience=patience)
    # The patience of the socket begins anew with every byte; somebody who sends one now and then must not hold us.
    deadline = threading.Timer(patience, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        target = (place.path or "/") + (f"?{place.query}" if place.query else "")
        connection.request("POST", target, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(LONGEST_ANSWER).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"{host}: {error!r}") from error
    finally:
        deadline.cancel()
        connection.close()


def public_address_of(host: str, port: int) -> str:
    """One address of this host, if all that it has are public. Raises NotPublic."""
    try:
        found = {str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise NotPublic(f"{host} cannot be found: {error}") from error
    if not found or not all(is_public(address) for address in found):
        raise NotPublic(f"{host} does not lead to a public address")
    return sorted(found, key=lambda address: (":" in address, address))[0]


def is_public(address: str) -> bool:
    """Whether this address lies in the open internet."""
    try:
        parsed = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (inner is None or is_public(str(inner)))


class _Connection(http.client.HTTPConnection):
    """Connects to `address`, and asks whoever answers there for the certificate of `host`."""

    def __init__(self, host: str, port: int, *, address: str, is_secure: bool, patience: float) -> None:
        super().__init__(host, port, timeout=patience)
        self._address, self._patience, self._is_secure = address, patience, is_secure
        self.default_port = 443 if is_secure else 80

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self._patience)
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        opened: socket.socket | None = self.sock
        if opened is not None:
            with suppress(OSError):  # closed already
                opened.shutdown(socket.SHUT_RDWR)
