"""nginx with nchan holds the viewers: what happened is told to it over HTTP on this machine (deploy/nginx.conf)."""

from __future__ import annotations

import http.client
import json
from urllib.parse import quote, urlsplit

PATIENCE_SECONDS = 5


class Nchan:
    """The publisher's side; one connection that is opened again when it was cut. Used by one thread at a time."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._host, self._port = place.hostname or "127.0.0.1", place.port or 80
        self._connection: http.client.HTTPConnection | None = None

    def tell(self, channel: str, data: str) -> None:
        """Raises OSError when nginx does not answer."""
        headers = {"Content-Type": "application/json", "X-EventSource-Event": "news"}
        self._ask("POST", channel, data.encode(), headers)

    def count(self, channel: str) -> int:
        """How many listen. Raises OSError when nginx does not answer."""
        return self._figure(channel, "subscribers")

    def messages(self, channel: str) -> int:
        """How many it still holds for them. Raises OSError when nginx does not answer."""
        return self._figure(channel, "messages")

    def _figure(self, channel: str, name: str) -> int:
        answer = self._ask("GET", channel, None, {"Accept": "text/json"})
        return int(json.loads(answer)[name]) if answer else 0

    def _ask(self, method: str, channel: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self._host, self._port, timeout=PATIENCE_SECONDS)
            self._connection.request(method, f"/luong/{quote(channel, safe=':')}", body, headers)
            response = self._connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            raise OSError(f"nginx at {self._host}:{self._port} does not answer: {error}") from error
        if response.status == 404:
            return b""  # a room that nobody has listened to yet
        if response.status >= 400:
            raise OSError(f"nginx answers {response.status} to {method} of {channel}")
        return answer

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
