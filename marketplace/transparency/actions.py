"""Writing into the log: sealing documents, erasing their salts, signing the tree."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import event, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, SessionTransaction

from marketplace.foundation import clock, events
from marketplace.foundation.database import WriteOutsideTransaction, is_sqlite, session
from marketplace.transparency import queries, signing
from marketplace.transparency.errors import AlreadySealed, LogTampered, NotInLog, TooLong
from marketplace.transparency.models import LogCheckpoint, LogEntry, LogHead
from marketplace.transparency.rules import tree

WAITING = "log_entries_waiting"
SALT_BYTES = 16
LONGEST_SUBJECT = 500


@dataclass(frozen=True)
class _Waiting:
    subject: str
    leaf: bytes
    salt: bytes
    savepoint: SessionTransaction | None


def seal(*, kind: str, subject: str, document: bytes) -> None:
    """Put `document` under the log's seal with the open transaction: nobody can change it later without being seen.

    The log keeps a commitment, SHA-256(salt ‖ document), never the document; keep exactly these bytes beside your row
    to prove it later. `subject` names it for good ("diary:<uuid>", "event:ni:///…") and, like `kind`, is public: no
    personal data. Entries get their index in the order of the calls, as the last write before the commit.
    Raises AlreadySealed (at the call, or at the commit when an earlier transaction sealed it), TooLong.
    """
    if not session.info.get("writing"):
        raise WriteOutsideTransaction("seal documents inside `with transaction()`")
    if len(subject) > LONGEST_SUBJECT:
        raise TooLong(f"The name {subject[:60]!r}… has {len(subject)} characters; the log takes {LONGEST_SUBJECT}.")
    waiting: dict[str, _Waiting] = session.info.setdefault(WAITING, {})
    if subject in waiting:
        raise AlreadySealed(f"{subject} is sealed twice in one transaction.")
    salt = secrets.token_bytes(SALT_BYTES)
    waiting[subject] = _Waiting(subject, _leaf(kind, subject, salt, document), salt, session().get_nested_transaction())
    events.last_in_transaction(_append)


def _leaf(kind: str, subject: str, salt: bytes, document: bytes) -> bytes:
    # No plain hash of the document: after the salt is erased it would still confirm every guess at the content.
    record = {
        "v": 1,
        "item": subject,
        "kind": kind,
        "commitment": b64encode(hashlib.sha256(salt + document).digest()).decode(),
        "time": clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    return json.dumps(record, ensure_ascii=True, separators=(",", ":")).encode()


def _append() -> None:
    """Write what waits: raise the size (which locks the log), read the right edge, insert entries and hashes."""
    waiting: dict[str, _Waiting] = session.info.pop(WAITING, {})
    if not waiting:
        return
    first = _make_room(len(waiting))
    appender = tree.Appender(first, queries.frontier(first, growing_by=len(waiting)))
    entries: list[tuple[object, ...]] = []
    nodes: list[tuple[object, ...]] = []
    for index, entry in enumerate(waiting.values(), start=first):
        entries.append((index, entry.leaf, entry.subject, entry.salt))
        nodes += appender.add(entry.leaf)
    try:
        _insert("log_entry", ("idx", "leaf", "subject", "salt"), entries)
    except IntegrityError as error:
        raise AlreadySealed(f"One of {', '.join(list(waiting)[:3])} is in the log already.") from error
    _insert("log_node", ("level", "idx", "hash"), nodes)


def _insert(table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    # Straight to the driver: turning rows into parameters costs SQLAlchemy more than the database takes to write them.
    marks = ", ".join(["?" if is_sqlite() else "%s"] * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 (names are ours)
    session.connection().exec_driver_sql(statement, list(rows))


def _make_room(count: int) -> int:
    """Raise the size of the log and give what it was; whoever comes second waits here for our commit."""
    grow = update(LogHead).where(LogHead.id == 1).values(size=LogHead.size + count).returning(LogHead.size)
    size = session.scalar(grow)
    if size is None:
        insert_head = (sqlite if is_sqlite() else postgresql).insert(LogHead)
        session.execute(insert_head.values(id=1, size=0).on_conflict_do_nothing())
        size = session.execute(grow).scalar_one()
    return size - count


def sign_checkpoint() -> queries.Checkpoint:
    """Sign the tree as it stands, so that everything sealed until now can be proved; once for each size and key.

    Raises LogTampered, and signs nothing, when the tree is smaller than the last one signed or does not begin with it.
    """
    # The head is locked, so that the size cannot grow between the look and the signature.
    size = _make_room(0)
    wrong = queries.tampering()
    if wrong:
        raise LogTampered(f"No checkpoint is signed: {wrong}. Restore the log from a copy that still has everything.")
    signer = signing.signer()
    latest = queries.latest_checkpoint()
    if latest is not None and latest.size == size:
        return latest
    root, now = queries.root(size), clock.now()
    note = signer.checkpoint(size, root)
    made = {"size": size, "key_id": signer.key_id, "root": root, "note": note, "signed_at": now}
    session.execute(insert(LogCheckpoint), [made])
    return queries.Checkpoint(size, root, note, now)


def forget(subject: str) -> None:
    """Erase the salt: whoever guesses the document can no longer confirm it, and the log stays whole.

    Delete the document in the same transaction. Raises NotInLog.
    """
    erased = session.execute(
        update(LogEntry).where(LogEntry.subject == subject).values(salt=None).returning(LogEntry.idx)
    ).scalar()
    if erased is None:
        raise NotInLog(f"Nothing called {subject} is in the log.")


@event.listens_for(Session, "after_soft_rollback")
def _drop(current: Session, previous: SessionTransaction) -> None:
    """What failed was never said: forget what waits, or what was sealed since the savepoint."""
    if not previous.nested:
        current.info.pop(WAITING, None)
        return
    waiting: dict[str, _Waiting] = current.info.get(WAITING, {})
    for subject in [key for key, entry in waiting.items() if previous in _savepoints(entry.savepoint)]:
        del waiting[subject]


def _savepoints(savepoint: SessionTransaction | None) -> Iterator[SessionTransaction]:
    while savepoint is not None:
        yield savepoint
        savepoint = savepoint.parent
