"""What a sealed event, a proof and the log's self-check cost; one of them for each process.

Started by bench.origins in the environment of the market that was grown; prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select

from marketplace.app.factory import create_app
from marketplace.foundation import clock, database
from marketplace.foundation.database import session, transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.settings import read_settings
from marketplace.traceability import actions as traceability
from marketplace.traceability import documents
from marketplace.traceability.actions import Occurrence
from marketplace.traceability.documents import Item
from marketplace.traceability.models import Lot, TraceEvent
from marketplace.traceability.states import EventKind, ItemRole
from marketplace.transparency import actions as transparency
from marketplace.transparency import queries as log

ROUNDS = 5
SINGLE, BATCH, PROOFS = 100, 100, 200
MEGABYTE_OF_KILOBYTES = 1024  # ru_maxrss is in KiB on Linux


def costs() -> dict[str, Any]:
    """Events one by one and in a batch beside plain INSERTs of the same text, proofs beside plain SELECTs."""
    lots = session.execute(select(Lot.id, Lot.code, Lot.cooperative_id).where(Lot.batch.like("M%")).limit(1000)).all()
    session.rollback()
    told = _Told(lots)
    plain = _Plain(told.text())
    times: dict[str, list[float]] = {}

    def note(name: str, work: Callable[[], int]) -> None:
        began = time.perf_counter()
        done = work()
        times.setdefault(name, []).append((time.perf_counter() - began) * 1000 / done)

    for _ in range(ROUNDS):
        note("bare one", lambda: plain.insert(SINGLE, at_once=1))
        note("event one", lambda: told.tell(SINGLE, at_once=1))
        note("bare batch", lambda: plain.insert(BATCH * 3, at_once=BATCH))
        note("event batch", lambda: told.tell(BATCH * 3, at_once=BATCH))
    plain.drop()
    with transaction():
        transparency.sign_checkpoint()
    proofs = _Proofs()
    for _ in range(ROUNDS):
        note("bare select", proofs.select)
        note("proof", proofs.hashes)
        note("proof file", proofs.files)
        note("proof file of 100", proofs.files_of_many)
    session.rollback()
    medians = {name: statistics.median(found) for name, found in times.items()}
    return {
        "yardsticks": medians,
        "rows": [
            ["bare INSERT of the event's text, one transaction each", medians["bare one"], ""],
            ["event with items and log entry, one transaction each", medians["event one"], "bare one"],
            [f"bare INSERT of the event's text, {BATCH} in a transaction", medians["bare batch"], ""],
            [f"event with items and log entry, {BATCH} in a transaction", medians["event batch"], "bare batch"],
            ["bare SELECT of one entry", medians["bare select"], ""],
            ["inclusion proof", medians["proof"], "bare select"],
            ["proof file with entry and checkpoint", medians["proof file"], "bare select"],
            ["proof file, 100 at once", medians["proof file of 100"], "bare select"],
        ],
    }


class _Told:
    """Steps of grown lots, told as a person or a machine tells them."""

    def __init__(self, lots: Any) -> None:
        self.lots = lots
        self.number = 0
        self.run = f"{clock.now():%Y%m%d%H%M%S%f}"

    def tell(self, count: int, *, at_once: int) -> int:
        for _ in range(count // at_once):
            with transaction():
                for _ in range(at_once):
                    self._one()
            session.expunge_all()  # as a request's session would
        return count

    def _one(self) -> TraceEvent:
        self.number += 1
        lot_id, code, cooperative_id = self.lots[self.number % len(self.lots)]
        return traceability.tell(
            EventKind.TOLD,
            cooperative_id=cooperative_id,
            items=[Item(ItemRole.WHAT, lot_id, documents.lot_uri(code), 250_000, BaseUnit.GRAM)],
            by=None,
            occurrence=Occurrence(clock.now()),
            step="inspecting",
            extra={"htx:reference": f"bench-{self.run}-{self.number}"},
        )

    def text(self) -> str:
        with transaction():
            return self._one().document


class _Plain:
    """The same text into a table with a key and nothing else, on the same connection settings."""

    def __init__(self, document: str) -> None:
        self.document = document
        is_sqlite = database.is_sqlite()
        key = "INTEGER PRIMARY KEY" if is_sqlite else "BIGSERIAL PRIMARY KEY"
        self.statement = f"INSERT INTO bench_plain (body) VALUES ({'?' if is_sqlite else '%s'})"
        self.drop()
        with _writing() as connection:
            connection.exec_driver_sql(f"CREATE TABLE bench_plain (id {key}, body TEXT NOT NULL)")

    def insert(self, count: int, *, at_once: int) -> int:
        for _ in range(count // at_once):
            with _writing() as connection:
                for _ in range(at_once):
                    connection.exec_driver_sql(self.statement, (self.document,))
        return count

    def drop(self) -> None:
        with _writing() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS bench_plain")


@contextmanager
def _writing() -> Iterator[Connection]:
    options = {"writes": True} if database.is_sqlite() else {"isolation_level": "READ COMMITTED"}
    session.rollback()
    with database.engine().connect() as connection:
        writer = connection.execution_options(**options)
        with writer.begin():
            yield writer


class _Proofs:
    """Entries all over the log, the same for every measurement."""

    def __init__(self) -> None:
        self.size = log.size()
        self.indexes = [random.Random(number).randrange(self.size) for number in range(PROOFS)]
        entries = [log.find_entry_at(index) for index in self.indexes]
        self.entries = [entry for entry in entries if entry is not None]

    def select(self) -> int:
        connection = session.connection()
        for index in self.indexes:
            connection.exec_driver_sql(f"SELECT idx, subject, leaf, salt FROM log_entry WHERE idx = {index}").one()
        return len(self.indexes)

    def hashes(self) -> int:
        for index in self.indexes:
            log.inclusion_proof(index, self.size)
        return len(self.indexes)

    def files(self) -> int:
        for entry in self.entries:
            assert log.proof_files([entry], with_salt=True)
        return len(self.entries)

    def files_of_many(self) -> int:
        assert len(log.proof_files(self.entries[:100], with_salt=True)) > 90
        return 100


def self_check() -> dict[str, Any]:
    """Rebuild the whole tree, as every night; memory as the operating system counts it."""
    entries = log.size()
    before = _peak_mb()
    began = time.perf_counter()
    breaches = log.self_check()
    seconds = time.perf_counter() - began
    peak = _peak_mb()
    return {
        "entries": entries,
        "seconds": seconds,
        "breaches": len(breaches),
        "peak_mb": peak,
        "grown_mb": peak - before,
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE_OF_KILOBYTES


if __name__ == "__main__":
    measurements = {"costs": costs, "self_check": self_check}
    with create_app(read_settings(os.environ)).app_context():
        print(json.dumps(measurements[sys.argv[1]]()))
