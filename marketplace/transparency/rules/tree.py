"""The Merkle tree of RFC 6962 §2.1, described by the complete subtrees that it is made of.

A complete subtree is named by its level and its index there: (0, 5) is the sixth leaf, (3, 1) covers leaves 8 to 15.
Once written its hash never changes, so these are all that is stored; everything else is folded from a few of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

Place = tuple[int, int]
Range = tuple[int, int]

EMPTY_ROOT = hashlib.sha256(b"").digest()


class BadRange(ValueError):
    """There is no such proof: an index past the end, a size of zero, or an older tree larger than the newer."""


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size`: where RFC 6962 cuts a tree of two leaves and more."""
    return 1 << ((size - 1).bit_length() - 1)


def places(start: int, end: int) -> list[Place]:
    """The complete subtrees, largest first, that make up the subtree over leaves `start` up to `end`.

    `start` must be where a subtree of RFC 6962 begins, so that the pieces shrink from left to right.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def fold(pieces: Sequence[bytes]) -> bytes:
    """The hash over neighbouring complete subtrees, largest first."""
    if not pieces:
        return EMPTY_ROOT
    whole = pieces[-1]
    for piece in reversed(pieces[:-1]):
        whole = node_hash(piece, whole)
    return whole


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees whose hashes lead from leaf `index` to the root over `size` leaves, the leaf's sibling first."""
    if not 0 <= index < size:
        raise BadRange(f"entry {index} is not in a log of {size} entries")
    found, start, end = [], 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The subtrees whose hashes show that the first `old` of `new` leaves are unchanged; none when old equals new."""
    if not 0 < old <= new:
        raise BadRange(f"no tree of {old} entries can be compared with one of {new}")
    found: list[Range] = []
    start, end, is_old_root = 0, new, True
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, is_old_root = middle, False
    if not is_old_root:
        found.append((start, end))
    return found[::-1]


def hashes(ranges: Sequence[Range], nodes: Mapping[Place, bytes]) -> list[bytes]:
    """The hash of each range, out of stored complete subtrees."""
    return [fold([nodes[place] for place in places(start, end)]) for start, end in ranges]


class Appender:
    """Grows a tree by leaves and hands out each complete subtree as it closes; holds log₂(size) hashes, no more."""

    def __init__(self, size: int = 0, frontier: Sequence[tuple[int, bytes]] = ()) -> None:
        """`frontier` has level and hash of `places(0, size)`, or of those at its end that are going to close."""
        self.size = size
        self._open = list(frontier)

    def add(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Level, index and hash of the leaf and of every complete subtree that it closes."""
        level, digest = 0, leaf_hash(leaf)
        yield 0, self.size, digest
        index = self.size
        while self._open and self._open[-1][0] == level:
            _, left = self._open.pop()
            level, index, digest = level + 1, index >> 1, node_hash(left, digest)
            yield level, index, digest
        self._open.append((level, digest))
        self.size += 1

    def root(self) -> bytes:
        return fold([digest for _, digest in self._open])
