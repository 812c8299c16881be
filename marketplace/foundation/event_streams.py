"""A small HTTP server for connections that stay open by the thousand: h11 reads what is asked, and from then on a viewer
is a socket that is written to.

Every viewer of a room is sent the same bytes, made once: no task, no framing and no copy for each. docs/decisions/realtime.md
has the figures.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import h11

from marketplace.foundation.broadcast import Broadcast, Viewer

MOST_BYTES_ASKED = 16 * 1024
ASK_WITHIN_SECONDS = 10
IDLE_SECONDS = 75  # nginx gives up an idle connection after 60
BACKLOG = 4_096
# What the system keeps for a viewer who does not read, at most twice this; beyond it his place in the ring waits.
SEND_BUFFER_BYTES = 32 * 1024
# A phone that left the network says nothing: what it has not acknowledged for so long ends its connection.
SILENCE_MILLISECONDS = 60_000

# A body without a length ends with its connection: nothing is wrapped around what all viewers are sent.
OPENED = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache, no-transform\r\n"
    # The page may stand on another port; the key in the address is what opens the stream, no cookie does.
    b"access-control-allow-origin: *\r\nx-accel-buffering: no\r\nconnection: close\r\n\r\nretry: 3000\n\n"
)


@dataclass(frozen=True)
class Asked:
    """One request: its path with the query as it was sent, and the other end's address, be it a proxy's."""

    path: str
    headers: dict[bytes, bytes]
    peer: str


@dataclass(frozen=True)
class Answer:
    """A whole answer in plain text."""

    status: int
    words: str


@dataclass(frozen=True)
class Admission:
    """The connection becomes a viewer of the channel, who knows the events up to `after`; `left` is called at its end."""

    broadcast: Broadcast
    channel: str
    after: int
    left: Callable[[], None]


class Door(Protocol):
    """Decides what a request gets."""

    def __call__(self, asked: Asked, /) -> Answer | Admission: ...


class Line(asyncio.Protocol):
    """One connection: first somebody who asks, then perhaps a viewer."""

    __slots__ = ("_door", "_left", "_lines", "_parser", "_patience", "_transport", "_viewer")
    _transport: asyncio.Transport
    _patience: asyncio.TimerHandle

    def __init__(self, door: Door, lines: set[Line]) -> None:
        self._door, self._lines = door, lines
        self._parser: h11.Connection | None = h11.Connection(h11.SERVER, MOST_BYTES_ASKED)
        self._viewer: Viewer | None = None
        self._left: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._lines.add(self)
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # on Linux
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE_MILLISECONDS)
        self._wait(ASK_WITHIN_SECONDS)

    def _wait(self, seconds: float) -> None:
        self._patience = asyncio.get_running_loop().call_later(seconds, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        if self._parser is None:
            return  # a viewer has nothing to say
        try:
            self._parser.receive_data(data)
            self._read(self._parser)
        except h11.RemoteProtocolError as error:
            self._answer(self._parser, Answer(error.error_status_hint, "not understood"))
            self._transport.close()

    def _read(self, parser: h11.Connection) -> None:
        while True:
            event = parser.next_event()
            if isinstance(event, h11.Request):
                answer = self._ask_door(event)
                if isinstance(answer, Admission):
                    return self._let_in(answer)
                self._answer(parser, answer)
            elif isinstance(event, h11.EndOfMessage) and parser.our_state is h11.DONE:
                parser.start_next_cycle()
                self._patience.cancel()
                self._wait(IDLE_SECONDS)
            elif isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
                return self._transport.close()
            elif event is h11.NEED_DATA or event is h11.PAUSED:
                return None

    def _ask_door(self, request: h11.Request) -> Answer | Admission:
        if request.method != b"GET":
            return Answer(405, "only GET")
        peer = str((self._transport.get_extra_info("peername") or ("",))[0])
        return self._door(Asked(request.target.decode("latin-1"), dict(request.headers), peer))

    def _answer(self, parser: h11.Connection, answer: Answer) -> None:
        if parser.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        body = answer.words.encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(body)),
            (b"access-control-allow-origin", b"*"),
            (b"retry-after", b"30"),
        ]
        for event in (h11.Response(status_code=answer.status, headers=headers), h11.Data(body), h11.EndOfMessage()):
            self._transport.write(parser.send(event) or b"")

    def _let_in(self, wish: Admission) -> None:
        self._patience.cancel()
        self._parser = None
        transport = self._transport
        # Nothing is kept for him here beyond the piece that is being sent.
        transport.set_write_buffer_limits(high=0)
        self._viewer, missed = wish.broadcast.join(
            wish.channel, transport.write, after=wish.after, let_go=transport.abort
        )

        def leave(viewer: Viewer = self._viewer) -> None:
            wish.broadcast.leave(viewer)
            wish.left()

        self._left = leave
        transport.write(OPENED + missed)

    def pause_writing(self) -> None:
        if self._viewer is not None:
            self._viewer.pause()

    def resume_writing(self) -> None:
        if self._viewer is not None:
            self._viewer.resume()

    def connection_lost(self, error: Exception | None) -> None:
        self._patience.cancel()
        self._lines.discard(self)
        if self._left is not None:
            self._left()
            self._left = None

    def close(self) -> None:
        self._transport.close()


class Lines:
    """All open connections of one server."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._open: set[Line] = set()

    async def open(self, host: str, port: int) -> None:
        """Listen; raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Line(self._door, self._open), host, port, backlog=BACKLOG)

    def close(self) -> None:
        """Nobody is let in any more, and whoever listens is sent away; pages come back by themselves."""
        self._server.close()
        for line in list(self._open):
            line.close()
