"""A load from one process: keep-alive connections over plain sockets, a bounded number of requests."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What came back: answers per second, the slowest percent, size of the last body, its headers."""

    rate: float
    p99_ms: float
    bytes: int
    headers: dict[str, str]
    errors: int


@dataclass
class _Line:
    socket: socket.socket
    buffer: bytearray
    sent_at: float = 0.0


def load(port: int, requests: Sequence[bytes], *, total: int, connections: int = 8) -> Load:
    """Send the requests round and round until `total` are answered."""
    selector = selectors.DefaultSelector()
    times: list[float] = []
    sent = errors = size = 0
    headers: dict[str, str] = {}
    for _ in range(min(connections, total)):
        line = _Line(socket.create_connection(("127.0.0.1", port)), bytearray())
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(line.socket, selectors.EVENT_READ, line)
        _send(line, requests[sent % len(requests)])
        sent += 1
    began = time.perf_counter()
    while len(times) < total:
        for key, _ in selector.select(timeout=30):
            line = key.data
            line.buffer += line.socket.recv(1 << 18)
            answer = _whole(line.buffer)
            if answer is None:
                continue
            status, headers, size = answer
            errors += status >= 500
            times.append(time.perf_counter() - line.sent_at)
            line.buffer.clear()
            if sent < total:
                _send(line, requests[sent % len(requests)])
                sent += 1
    seconds = time.perf_counter() - began
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    times.sort()
    return Load(total / seconds, times[int(len(times) * 0.99) - 1] * 1000, size, headers, errors)


def _send(line: _Line, request: bytes) -> None:
    line.sent_at = time.perf_counter()
    line.socket.sendall(request)


def _whole(buffer: bytearray) -> tuple[int, dict[str, str], int] | None:
    """(status, headers, body length) once the answer is complete."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = buffer[:end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
    length = len(buffer) - end - 4
    if "content-length" in headers:
        if length < int(headers["content-length"]):
            return None
    elif headers.get("transfer-encoding") == "chunked" and not buffer.endswith(b"0\r\n\r\n"):
        return None
    return int(head[0].split()[1]), headers, length


def get(path: str, *, cookie: str = "", gzip: bool = False) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if gzip:
        lines.append("Accept-Encoding: gzip, br")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, body: str, *, cookie: str = "") -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
