"""Telling many viewers at once over server-sent events: one ring of ready-made bytes a room, one small object a viewer.

Nothing here reads a database for a viewer. A viewer who is slow waits for himself alone: his place in the ring falls
behind, his memory does not grow, and past the ring he is told to fetch the state anew.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from marketplace.foundation.realtime import Told

KEPT_FLUSHES = 400
KEPT_EVENTS = 2_000
HEARTBEAT = b":\n\n"
# Heartbeats that a viewer may leave unread before he is let go; his page comes back by itself.
PATIENCE_BEATS = 3
# The viewer lacks more than the ring holds, or comes from before a restart: he fetches the state and goes on from there.
START_ANEW = b"event: anew\ndata: {}\n\n"


def as_json(events: Iterable[Told]) -> str:
    """What a viewer's page reads, whichever way it comes: a list of events, oldest first."""
    told = [
        {"id": event.id, "kind": event.kind, "body": event.body, "at": event.at.isoformat(timespec="milliseconds")}
        for event in events
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def as_bytes(events: Sequence[Told]) -> bytes:
    """One message with all of them; its id is the last one's, from where a viewer who was cut off goes on."""
    return f"id: {events[-1].id}\nevent: news\ndata: {as_json(events)}\n\n".encode()


def by_channel(events: Iterable[Told]) -> dict[str, list[Told]]:
    rooms: defaultdict[str, list[Told]] = defaultdict(list)
    for event in events:
        rooms[event.channel].append(event)
    return rooms


@dataclass(eq=False, slots=True)
class Viewer:
    """One open connection and how far it has been told. `write` takes bytes without waiting; whoever owns the connection
    says when it takes no more for now (`pause`) and when it does again (`resume`)."""

    write: Callable[[bytes], None]
    let_go: Callable[[], None]
    room: Room
    position: int
    is_full: bool = False
    beats_unread: int = 0

    def catch_up(self) -> None:
        """Send what happened since; nothing while the last is not read."""
        if self.is_full or self.position == self.room.flushes:
            return
        chunk = self.room.since(self.position)
        self.position = self.room.flushes
        self.write(chunk)

    def pause(self) -> None:
        self.is_full = True

    def resume(self) -> None:
        self.is_full, self.beats_unread = False, 0
        self.catch_up()


@dataclass(eq=False, slots=True)
class Room:
    """What a channel was told of late, and who listens."""

    flushes: int = 0
    ring: deque[bytes] = field(default_factory=lambda: deque(maxlen=KEPT_FLUSHES))
    events: deque[Told] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    viewers: set[Viewer] = field(default_factory=set)

    def tell(self, events: list[Told]) -> None:
        for event in events:
            self._forget(event)
            self.events.append(event)
        self._flush(as_bytes(events))

    def _forget(self, event: Told) -> None:
        """Whoever comes back later is not told again what was taken back."""
        key = event.body.get("takes_back")
        if key is not None:
            kept = [one for one in self.events if one.body.get(key) != event.body.get(key)]
            self.events.clear()
            self.events.extend(kept)

    def keep_alive(self) -> None:
        """Mobile networks and proxies cut what is silent. Whoever has read nothing for some beats is gone."""
        self._flush(HEARTBEAT)
        for viewer in [viewer for viewer in self.viewers if viewer.is_full]:
            viewer.beats_unread += 1
            if viewer.beats_unread > PATIENCE_BEATS:
                self.viewers.discard(viewer)
                viewer.let_go()

    def _flush(self, chunk: bytes) -> None:
        self.flushes += 1
        self.ring.append(chunk)
        for viewer in list(self.viewers):  # a connection that breaks at this moment takes its viewer out
            viewer.catch_up()

    def since(self, position: int) -> bytes:
        missing = self.flushes - position
        if missing > len(self.ring):
            return START_ANEW
        return self.ring[-1] if missing == 1 else b"".join(list(self.ring)[-missing:])


class Broadcast:
    """All rooms of this process."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.last_id = 0
        self.knows_since = 0  # ids up to this one happened before the ring began

    def begin(self, recent: list[Told], last_id: int) -> None:
        """Know what happened of late, so that viewers of before a restart miss nothing."""
        self.last_id = last_id
        self.knows_since = recent[0].id - 1 if recent else last_id
        for event in recent:
            self._room(event.channel).events.append(event)

    def tell(self, events: list[Told]) -> None:
        if not events:
            return
        for channel, several in by_channel(events).items():
            self._room(channel).tell(several)
        self.last_id = events[-1].id

    def keep_alive(self) -> None:
        for room in self.rooms.values():
            if room.viewers:
                room.keep_alive()

    def join(
        self, channel: str, write: Callable[[bytes], None], *, after: int, let_go: Callable[[], None] = lambda: None
    ) -> tuple[Viewer, bytes]:
        """A new viewer of a channel, with what he has to be told first."""
        room = self._room(channel)
        viewer = Viewer(write, let_go, room, room.flushes)
        room.viewers.add(viewer)
        return viewer, self._missed(room, after)

    def leave(self, viewer: Viewer) -> None:
        viewer.room.viewers.discard(viewer)

    def counts(self) -> dict[str, int]:
        """How many listen to each channel that was ever listened to here."""
        return {channel: len(room.viewers) for channel, room in self.rooms.items()}

    def slow(self) -> int:
        """How many have not read yet what they were sent last."""
        return sum(viewer.is_full for room in self.rooms.values() for viewer in room.viewers)

    def _missed(self, room: Room, after: int) -> bytes:
        missed = [event for event in room.events if event.id > after]
        full = len(room.events) == KEPT_EVENTS and missed and missed[0] is room.events[0]
        if after < self.knows_since or full:
            return START_ANEW
        return as_bytes(missed) if missed else b""

    def _room(self, channel: str) -> Room:
        if channel not in self.rooms:
            self.rooms[channel] = Room()
        return self.rooms[channel]
