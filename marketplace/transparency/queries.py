"""Reading the log: roots, proofs, tiles, and the check that rebuilds it."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Row, cast, func, select

from marketplace.foundation.database import session
from marketplace.transparency import signing
from marketplace.transparency.errors import NoSuchTile, NotInLog
from marketplace.transparency.models import LogCheckpoint, LogEntry, LogHead, LogNode
from marketplace.transparency.rules import notes, tiles, tree

CHUNK = 8_192
PLACES = 5_000  # engines limit how many values one statement carries


@dataclass(frozen=True)
class Entry:
    """One leaf of the log. The salt is None once it has been erased."""

    index: int
    subject: str
    leaf: bytes
    salt: bytes | None


@dataclass(frozen=True)
class Checkpoint:
    size: int
    root: bytes
    note: str
    signed_at: datetime


def size() -> int:
    """How many entries the log has now, signed or not."""
    return session.scalar(select(LogHead.size).where(LogHead.id == 1)) or 0


def _nodes(places: Collection[tree.Place]) -> dict[tree.Place, bytes]:
    """The stored hashes at these places, in one statement for any number that a page asks for."""
    wanted = sorted(places)
    found: dict[tree.Place, bytes] = {}
    for start in range(0, len(wanted), PLACES):
        levels: dict[int, list[int]] = {}
        for level, index in wanted[start : start + PLACES]:
            levels.setdefault(level, []).append(index)
        # Level by level: asked for pairs, SQLite reads the whole table instead of its key (49 ms a proof at 200,000
        # entries). As plain text of whole numbers: building the same with expressions costs more than running it.
        parts = (f"{_NODE}{int(level)} AND idx IN ({', '.join(map(str, some))})" for level, some in levels.items())
        for level, index, digest in session.connection().exec_driver_sql(" UNION ALL ".join(parts)):
            found[level, index] = bytes(digest)
    return found


_NODE = "SELECT level, idx, hash FROM log_node WHERE level = "


def frontier(size: int, *, growing_by: int = 0) -> list[tuple[int, bytes]]:
    """Level and hash of the complete subtrees along the right edge of the tree over `size` entries, largest first.

    With `growing_by` only those that close when so many entries come: half of all single entries need none.
    """
    places = tree.places(0, size)
    if growing_by:
        places = [place for place in places if (size + growing_by) >> (place[0] + 1) != size >> (place[0] + 1)]
    nodes = _nodes(places)
    return [(place[0], nodes[place]) for place in places]


def root(size: int) -> bytes:
    """The root hash over the first `size` entries."""
    return tree.fold([digest for _, digest in frontier(size)])


def _hashes(ranges: Sequence[tree.Range]) -> list[bytes]:
    return tree.hashes(ranges, _nodes([place for start, end in ranges for place in tree.places(start, end)]))


def inclusion_proof(index: int, size: int) -> list[bytes]:
    """RFC 6962 §2.1.1: the hashes from entry `index` to the root over `size` entries. Raises BadRange."""
    return _hashes(tree.inclusion_ranges(index, size))


def consistency_proof(old: int, new: int) -> list[bytes]:
    """RFC 6962 §2.1.2: the hashes that show that `old` entries are the beginning of `new`. Raises BadRange."""
    return _hashes(tree.consistency_ranges(old, new))


def find_entry(subject: str) -> Entry | None:
    return next(iter(entries([subject])), None)


def find_entry_at(index: int) -> Entry | None:
    row = session.execute(_ENTRY.where(LogEntry.idx == index)).one_or_none()
    return Entry(*row) if row else None


def entries(subjects: Sequence[str]) -> list[Entry]:
    """The entries of these names that are in the log, in its order."""
    return [Entry(*row) for row in session.execute(_ENTRY.where(LogEntry.subject.in_(subjects)).order_by(LogEntry.idx))]


_ENTRY = select(LogEntry.idx, LogEntry.subject, LogEntry.leaf, LogEntry.salt)
_CHECKPOINT = select(LogCheckpoint.size, LogCheckpoint.root, LogCheckpoint.note, LogCheckpoint.signed_at)


def latest_checkpoint() -> Checkpoint | None:
    """The largest tree that today's key has signed."""
    key_id = signing.signer().key_id
    row = session.execute(
        _CHECKPOINT.where(LogCheckpoint.key_id == key_id).order_by(LogCheckpoint.size.desc()).limit(1)
    ).one_or_none()
    return Checkpoint(*row) if row else None


def last_signed() -> Checkpoint | None:
    """The largest tree that any key of this log has signed."""
    row = session.execute(_CHECKPOINT.order_by(LogCheckpoint.size.desc()).limit(1)).one_or_none()
    return Checkpoint(*row) if row else None


def proof_files(found: Sequence[Entry], *, with_salt: bool) -> dict[str, str]:
    """The `.tlog-proof` text of each entry by its subject, in two statements for any number of entries.

    Give the salt only to whoever may read the document. Entries newer than the last checkpoint are left out: call
    `actions.sign_checkpoint()` in a transaction before.
    """
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        return {}
    covered = [entry for entry in found if entry.index < checkpoint.size]
    ranges = {entry.subject: tree.inclusion_ranges(entry.index, checkpoint.size) for entry in covered}
    wanted = {place for path in ranges.values() for start, end in path for place in tree.places(start, end)}
    nodes = _nodes(wanted)
    return {
        entry.subject: notes.proof_text(
            entry.index,
            tree.hashes(ranges[entry.subject], nodes),
            checkpoint.note,
            leaf=entry.leaf,
            salt=entry.salt if with_salt else None,
        )
        for entry in covered
    }


def export_proofs(documents: Mapping[str, bytes]) -> list[dict[str, str]]:
    """The list `proofs` of a lot's export: each sealed document, exactly as it was sealed, with its proof and salt.

    Sign a checkpoint before. Raises NotInLog for a document that was never sealed or is not covered yet.
    """
    files = proof_files(entries(list(documents)), with_salt=True)
    missing = [subject for subject in documents if subject not in files]
    if missing:
        raise NotInLog(f"No checkpoint covers {missing[0]} yet.")
    return [
        {"subject": subject, "document": document.decode(), "proof": files[subject]}
        for subject, document in documents.items()
    ]


def hash_tile(level: int, index: int, width: int) -> bytes:
    """`width` hashes of the tile, of subtrees that a checkpoint covers. Raises NoSuchTile."""
    stored_level, start = level * 8, index * tiles.WIDTH
    _covered_by_checkpoint((start + width) << stored_level)
    rows = session.scalars(
        select(LogNode.hash)
        .where(LogNode.level == stored_level, LogNode.idx >= start, LogNode.idx < start + width)
        .order_by(LogNode.idx)
    ).all()
    if len(rows) != width:
        raise NoSuchTile(f"The log has no tile {index} of width {width} at level {level}.")
    return b"".join(rows)


def entry_tile(index: int, width: int) -> bytes:
    """`width` entries, each behind its length in two bytes. Raises NoSuchTile."""
    start = index * tiles.WIDTH
    _covered_by_checkpoint(start + width)
    leaves = session.scalars(
        select(LogEntry.leaf).where(LogEntry.idx >= start, LogEntry.idx < start + width).order_by(LogEntry.idx)
    )
    return b"".join(struct.pack(">H", len(leaf)) + leaf for leaf in leaves)


def _covered_by_checkpoint(end: int) -> None:
    # What nobody signed may still be different after a crash, and tiles are kept for ever by whoever fetched them.
    signed = last_signed()
    if signed is None or end > signed.size:
        raise NoSuchTile(f"No checkpoint covers {end} entries yet.")


def tampering() -> str | None:
    """Whether today's tree still begins with the last signed one; a sentence if it does not. Cheap: no rebuilding."""
    signed = last_signed()
    if signed is None:
        return None
    now = size()
    if now < signed.size:
        return f"the log has {now} entries but a checkpoint was signed at {signed.size}: entries were removed"
    try:
        begins_with = root(signed.size)
    except KeyError as missing:
        return f"the stored hash of subtree {missing} is gone"
    if begins_with != signed.root:
        return f"the first {signed.size} entries no longer hash to what was signed for them"
    return None


def documents_that_disagree(documents: Mapping[str, bytes]) -> list[str]:
    """A sentence for each document that is not what was sealed under its subject; erased salts are passed over."""
    found = {entry.subject: entry for entry in entries(list(documents))}
    wrong = []
    for subject, document in documents.items():
        entry = found.get(subject)
        if entry is None:
            wrong.append(f"{subject} was never sealed")
        elif entry.salt is not None:
            sealed = json.loads(entry.leaf)["commitment"]
            if notes.base64(hashlib.sha256(entry.salt + document).digest()) != sealed:
                wrong.append(f"{subject} is not the document that was sealed as entry {entry.index}")
    return wrong


def self_check(*, published: Sequence[str] = ()) -> list[str]:
    """Rebuild the tree from the entries and compare every stored hash and checkpoint; a sentence for each breach.

    `published` are checkpoints that others kept: a database restored from before them is found out only by these.
    Streams in chunks, so memory stays the same at any size, and others may append meanwhile.
    """
    found: list[str] = []
    kept = _kept_roots(published, found)
    signed = last_signed()
    total = size()
    for promised in filter(None, (signed.size if signed else 0, max(kept, default=0))):
        if promised > total:
            found.append(
                f"a checkpoint was signed at {promised} entries, the log has only {total}: entries were removed"
            )
    appender, at = tree.Appender(), 0
    while at < total:
        start, rows = at, _chunk(at, min(at + CHUNK, total))
        roots = _signed_roots(start, start + CHUNK, found)
        expected: dict[int, dict[int, bytes]] = {}
        for index, subject, leaf in rows:
            if index != at:
                return [*found, f"entry {at} is missing"]
            for level, place, digest in appender.add(leaf):
                expected.setdefault(level, {})[place] = digest
            at += 1
            if subject != _item(leaf):
                found.append(f"entry {index} is filed under {subject!r}, which is not what its record says")
            promised_roots = [*roots.get(at, ()), *kept.get(at, ())]
            if any(root != appender.root() for root in promised_roots):
                found.append(f"the first {at} entries no longer hash to what was signed for them")
        if at == start:
            return [*found, f"entry {at} is missing"]
        found += _nodes_that_differ(expected)
    return found + _surplus()


def _kept_roots(published: Sequence[str], found: list[str]) -> dict[int, list[bytes]]:
    roots: dict[int, list[bytes]] = {}
    for note in published:
        try:
            checkpoint = notes.open_checkpoint(note, signing.signer().verifier_keys)
        except notes.BadNote as error:
            found.append(f"a published checkpoint cannot be used: {error}")
        else:
            roots.setdefault(checkpoint.size, []).append(checkpoint.root)
    return roots


def _signed_roots(start: int, end: int, found: list[str]) -> dict[int, list[bytes]]:
    """What was signed for each size after `start` up to `end`; a row that differs from its own note is told."""
    roots: dict[int, list[bytes]] = {}
    for checkpoint_size, root, note, _ in session.execute(
        _CHECKPOINT.where(LogCheckpoint.size > start, LogCheckpoint.size <= end)
    ):
        try:
            checkpoint = notes.open_checkpoint(note, signing.signer().verifier_keys)
        except notes.BadNote as error:
            found.append(f"the checkpoint at {checkpoint_size} entries cannot be used: {error}")
            continue
        if (checkpoint.size, checkpoint.root) != (checkpoint_size, root):
            found.append(f"the checkpoint at {checkpoint_size} entries was changed after it was signed")
        roots.setdefault(checkpoint.size, []).append(checkpoint.root)
    return roots


def _chunk(start: int, end: int) -> Sequence[Row[int, str, bytes]]:
    return session.execute(
        select(LogEntry.idx, LogEntry.subject, LogEntry.leaf)
        .where(LogEntry.idx >= start, LogEntry.idx < end)
        .order_by(LogEntry.idx)
    ).all()


def _item(leaf: bytes) -> object:
    try:
        return json.loads(leaf)["item"]
    except (ValueError, KeyError, TypeError):
        return None


def _nodes_that_differ(expected: Mapping[int, Mapping[int, bytes]]) -> list[str]:
    wrong = []
    for level, hashes in expected.items():
        rows = session.execute(
            select(LogNode.idx, LogNode.hash).where(
                LogNode.level == level, LogNode.idx >= min(hashes), LogNode.idx <= max(hashes)
            )
        )
        stored = {row[0]: row[1] for row in rows}
        for index, digest in hashes.items():
            if stored.get(index) != digest:
                what = "is missing" if index not in stored else "is not the hash of the entries below it"
                wrong.append(f"the stored hash {index} at level {level} {what}")
    return wrong


def _surplus() -> list[str]:
    """Rows beyond the log's end, counted in one statement each so that appending meanwhile does no harm."""
    end = select(LogHead.size).where(LogHead.id == 1).scalar_subquery()
    entries_beyond = session.scalar(select(func.count()).select_from(LogEntry).where(LogEntry.idx >= end)) or 0
    nodes_beyond = (
        session.scalar(
            select(func.count())
            .select_from(LogNode)
            .where(LogNode.idx >= end.op(">>", precedence=5)(cast(LogNode.level, Integer)))
        )
        or 0
    )
    found = [f"{entries_beyond} entries stand beyond the end of the log"] if entries_beyond else []
    return found + ([f"{nodes_beyond} stored hashes belong to no entry"] if nodes_beyond else [])
