"""The ring of a room: who comes back gets exactly what he lacks; who is slow costs only himself."""

from __future__ import annotations

import json

import pytest

from marketplace.foundation import broadcast, clock
from marketplace.foundation.broadcast import PATIENCE_BEATS, START_ANEW, Broadcast
from marketplace.foundation.realtime import Told


def told(number: int, channel: str = "fair:1") -> Told:
    return Told(number, channel, "stock", {"free": number}, clock.now())


def ids(chunk: bytes) -> list[int]:
    return [event["id"] for line in chunk.splitlines() if line.startswith(b"data: ") for event in json.loads(line[6:])]


class Phone:
    """What one viewer was sent."""

    def __init__(self) -> None:
        self.got = b""

    def write(self, data: bytes) -> None:
        self.got += data


def test_a_viewer_who_comes_back_gets_exactly_the_gap() -> None:
    live = Broadcast()
    live.begin([told(7), told(8, "fair:2"), told(9)], last_id=9)
    _, missed = live.join("fair:1", Phone().write, after=7)
    assert ids(missed) == [9]
    _, missed = live.join("fair:1", Phone().write, after=9)
    assert missed == b""


def test_a_viewer_from_before_the_ring_starts_anew() -> None:
    live = Broadcast()
    live.begin([told(7), told(9)], last_id=9)
    assert live.join("fair:1", Phone().write, after=5)[1] == START_ANEW
    assert ids(live.join("fair:1", Phone().write, after=6)[1]) == [7, 9]


def test_what_is_told_reaches_its_room_once_and_no_other() -> None:
    live, here, there = Broadcast(), Phone(), Phone()
    live.join("fair:1", here.write, after=0)
    live.join("fair:2", there.write, after=0)
    live.tell([told(1), told(2, "fair:2"), told(3)])
    assert (ids(here.got), ids(there.got)) == ([1, 3], [2])


@pytest.mark.parametrize("flushes", [30, broadcast.KEPT_FLUSHES + 5])
def test_a_phone_that_does_not_read_holds_nobody_up_and_catches_up_or_starts_anew(flushes: int) -> None:
    live, slow, alive = Broadcast(), Phone(), Phone()
    viewer, _ = live.join("fair:1", slow.write, after=0)
    live.join("fair:1", alive.write, after=0)
    live.tell([told(1)])
    viewer.pause()
    for number in range(2, flushes + 1):
        live.tell([told(number)])
    assert ids(alive.got) == list(range(1, flushes + 1))
    assert ids(slow.got) == [1]
    assert live.slow() == 1
    viewer.resume()
    assert slow.got.endswith(START_ANEW) if flushes > broadcast.KEPT_FLUSHES else slow.got == alive.got
    live.tell([told(flushes + 1)])
    assert ids(slow.got)[-1] == flushes + 1


def test_who_reads_nothing_for_some_beats_is_let_go_and_who_reads_stays() -> None:
    live, gone = Broadcast(), []
    viewer, _ = live.join("fair:1", Phone().write, after=0, let_go=lambda: gone.append("dead"))
    live.join("fair:1", Phone().write, after=0, let_go=lambda: gone.append("alive"))
    viewer.pause()
    for _beat in range(PATIENCE_BEATS):
        live.keep_alive()
    viewer.resume()
    viewer.pause()
    for _beat in range(PATIENCE_BEATS):
        live.keep_alive()
    assert gone == []
    live.keep_alive()
    assert gone == ["dead"]
    assert live.counts() == {"fair:1": 1}


def test_a_connection_that_breaks_while_all_are_told_harms_no_other() -> None:
    live, last = Broadcast(), Phone()

    def breaks(_data: bytes) -> None:
        live.leave(broken)

    broken, _ = live.join("fair:1", breaks, after=0)
    live.join("fair:1", last.write, after=0)
    live.tell([told(1)])
    live.tell([told(2)])
    assert ids(last.got) == [1, 2]
    assert live.counts() == {"fair:1": 1}


def test_who_leaves_is_counted_no_more() -> None:
    live = Broadcast()
    viewer, _ = live.join("fair:1", Phone().write, after=0)
    live.join("fair:1", Phone().write, after=0)
    assert live.counts() == {"fair:1": 2}
    live.leave(viewer)
    assert live.counts() == {"fair:1": 1}
