"""Reads and writes are kept apart, a failed transaction leaves nothing, times are aware, writers wait their turn."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from marketplace.foundation import audit, clock, database, events, jobs
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import WriteOutsideTransaction, session, transaction


def deeds() -> int:
    session.rollback()
    return session.scalar(select(func.count(AuditEntry.id))) or 0


def record(tag: str = "a:b:c") -> None:
    audit.record(tag, subject="test", subject_id=1, by=None)


def test_a_write_outside_a_transaction_is_refused(app: Flask) -> None:
    record()
    with pytest.raises(WriteOutsideTransaction):
        session.flush()
    assert deeds() == 0


def test_a_failed_transaction_writes_nothing_and_has_no_effect(app: Flask) -> None:
    effects: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction():
        record()
        events.after_commit(lambda: effects.append("after"))
        session.flush()
        raise ZeroDivisionError
    with transaction():
        record()
    assert deeds() == 1
    assert effects == []


def test_effects_run_after_the_commit_and_see_it(app: Flask) -> None:
    seen: list[int] = []
    with transaction():
        record()
        events.after_commit(lambda: seen.append(deeds()))
        assert seen == []
    assert seen == [1]


def test_a_transaction_inside_a_transaction_is_a_mistake(app: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError, match="already open"), transaction():
        pass


def test_a_row_read_before_is_read_again_inside(app: Flask) -> None:
    with transaction():
        jobs.enqueue("tidy_carts")
    row = session.scalars(select(jobs.Job)).one()
    with database.engine().connect() as other, other.begin():
        other.execute(text("UPDATE job SET steps = 7"))
        other.commit()
    with transaction():
        assert row.steps == 7


def test_times_come_back_aware_and_in_utc(app: Flask) -> None:
    with transaction():
        record()
    at = session.scalars(select(AuditEntry.at)).one()
    assert at.tzinfo is not None
    assert abs((at - clock.now()).total_seconds()) < 60
    with pytest.raises(Exception, match="without zone"), transaction():
        session.add(AuditEntry(at=datetime(2026, 1, 1), tag="x", subject="y"))  # noqa: DTZ001
        session.flush()
    with transaction():
        session.add(AuditEntry(at=datetime(2026, 1, 1, 12, tzinfo=UTC), tag="x", subject="y"))
    assert session.scalars(select(AuditEntry.at).order_by(AuditEntry.id.desc())).first() == datetime(
        2026, 1, 1, 12, tzinfo=UTC
    )


def test_sixteen_writers_wait_their_turn(app: Flask) -> None:
    """A deferred BEGIN fails here with "database is locked"; IMMEDIATE queues."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(16)

    def write() -> None:
        try:
            barrier.wait(10)
            for _ in range(5):
                with transaction():
                    session.execute(select(func.count(AuditEntry.id)))
                    record()
        except BaseException as failure:
            failures.append(failure)
        finally:
            session.remove()

    threads = [threading.Thread(target=write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert deeds() == 80


def test_sqlite_syncs_every_commit(app: Flask) -> None:
    if not database.is_sqlite():
        assert session.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
        assert session.execute(text("SHOW statement_timeout")).scalar_one() == "20s"
        return
    pragmas = {
        name: session.execute(text(f"PRAGMA {name}")).scalar_one()
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
