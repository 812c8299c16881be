"""The database: one engine, one session, reads and writes kept apart.

SQLite (WAL, FULL, BEGIN IMMEDIATE for writers) and PostgreSQL (READ COMMITTED for writers, autocommit for readers)
behave alike for everything above this file. docs/decisions/database.md has the measurements.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.pool import NullPool

from marketplace.foundation import events, faults

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database, on either engine."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """Every table's parent."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: Moment,
        str: String(),
        # Whole đồng and grams outgrow 32 bits; SQLite keys must stay plain INTEGER to be row ids.
        int: BigInteger().with_variant(Integer, "sqlite"),
        # Text, not a type of the engine's own: a new state is no migration.
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda states: [state.value for state in states],
        ),
    }


session: scoped_session[Session] = scoped_session(sessionmaker(expire_on_commit=False))


class WriteOutsideTransaction(Exception):
    """Rows were changed without `with transaction()`; nothing was written."""


def connect(url: str) -> Engine:
    """Open the engine that `session` works on from now on in this process."""
    made = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
    session.remove()
    if _open_engine:
        _open_engine.pop().dispose()
    _open_engine.append(made)
    session.configure(bind=made)
    return made


_open_engine: list[Engine] = []


def engine() -> Engine:
    """The engine that `connect` opened last."""
    return _open_engine[0]


def is_sqlite() -> bool:
    return engine().dialect.name == "sqlite"


def _sqlite(url: str) -> Engine:
    made = create_engine(url, poolclass=NullPool if url.endswith(":memory:") else None, connect_args={"timeout": 30})

    @event.listens_for(made, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        # The driver's own transactions begin too late (only before a write) and would hide a lost update;
        # isolation_level None hands BEGIN to the hook below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
            "cache_size=-32000",
            "mmap_size=268435456",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        # A deferred BEGIN that turns into a write fails at once with "database is locked" when another writer was
        # faster (measured: 20 of 150); IMMEDIATE waits its turn instead.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made


def _postgresql(url: str) -> Engine:
    return create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=5,
        pool_recycle=300,
        connect_args={
            "connect_timeout": 5,
            "options": "-c statement_timeout=20000 -c lock_timeout=10000"
            " -c idle_in_transaction_session_timeout=30000 -c timezone=UTC",
        },
    )


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work that writes: all of it is committed at the end, or nothing.

    Opened by doors only. What was read before is read again inside, so that a decision never rests on a row from
    before the lock. Reactions to announced events run inside; broadcasts and job nudges run after the commit.
    """
    current = session()
    if current.info.get("writing"):
        raise RuntimeError("a transaction is already open; actions are called inside it and never open one")
    current.rollback()
    current.info["writing"] = True
    try:
        options = {"writes": True} if is_sqlite() else {"isolation_level": "READ COMMITTED"}
        current.connection(execution_options=options)
        yield current
        events.run_last_in_transaction()
        faults.point("about to commit")
        current.commit()
        faults.point("committed")
    except BaseException:
        events.forget()
        current.rollback()
        raise
    finally:
        current.info["writing"] = False
    events.run_after_commit()


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(current: Session, *_: Any) -> None:
    if not current.info.get("writing"):
        current.expunge_all()
        raise WriteOutsideTransaction("change rows inside `with transaction()`")
