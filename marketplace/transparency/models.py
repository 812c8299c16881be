"""Tables of the log: its entries, the hashes of complete subtrees, what was signed, and how long it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, LargeBinary, event
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base


class LogEntry(Base):
    """One leaf, kept byte for byte as it was hashed. Without its salt it says nothing about the document any more."""

    __tablename__ = "log_entry"

    idx: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    subject: Mapped[str] = mapped_column(unique=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)


class LogNode(Base):
    """The hash of one complete subtree; level 0 are the leaves. Written once."""

    __tablename__ = "log_node"
    __table_args__ = {"sqlite_with_rowid": False}

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    idx: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LogCheckpoint(Base):
    """A signed statement of how the whole log hashes at one size; a new key signs the same size again."""

    __tablename__ = "log_checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str]
    signed_at: Mapped[datetime]


class LogHead(Base):
    """One row. Whoever appends raises the size first and so keeps the others waiting until the commit."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("id = 1 AND size >= 0", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]


_SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {what} ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

_SALT_MAY_GO = "new.idx = old.idx AND new.leaf = old.leaf AND new.subject = old.subject AND new.salt IS NULL"


def guards(dialect: str) -> list[str]:
    """SQL that makes the database itself refuse changed and deleted rows; only a salt may be erased.

    It stops mistakes and an attacker who has the application's role; the owner of the tables can drop it, which is why
    checkpoints are kept by others. `TRUNCATE` is left alone: an application's role does not have it.
    """
    if dialect == "sqlite":
        made = []
        for table in ("log_entry", "log_node", "log_checkpoint"):
            made.append(_SQLITE.format(table=table, verb="delete", what="DELETE", when=""))
            when = f"WHEN NOT ({_SALT_MAY_GO})" if table == "log_entry" else ""
            made.append(_SQLITE.format(table=table, verb="update", what="UPDATE", when=when))
        made.append(_SQLITE.format(table="log_head", verb="delete", what="DELETE", when=""))
        made.append(_SQLITE.format(table="log_head", verb="shrink", what="UPDATE", when="WHEN new.size < old.size"))
        return made
    refuse = """CREATE OR REPLACE FUNCTION log_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""
    made = [refuse]
    for table in ("log_node", "log_checkpoint"):
        made.append(_postgresql(table, "UPDATE OR DELETE"))
    made.append(_postgresql("log_entry", "DELETE", "delete"))
    made.append(_postgresql("log_entry", "UPDATE", "update", f"WHEN (NOT ({_SALT_MAY_GO}))"))
    made.append(_postgresql("log_head", "DELETE", "delete"))
    made.append(_postgresql("log_head", "UPDATE", "shrink", "WHEN (new.size < old.size)"))
    return made


def _postgresql(table: str, what: str, name: str = "change", when: str = "") -> str:
    return (
        f"CREATE TRIGGER {table}_no_{name} BEFORE {what} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION log_refuse()"
    )


@event.listens_for(Base.metadata, "after_create")
def _guard(target: Any, connection: Connection, *, tables: Any = None, **_: Any) -> None:
    """Tables made straight from the models (tests, tools) get what the migration gives the others."""
    if tables and any(table.name == LogHead.__tablename__ for table in tables):
        for statement in guards(connection.dialect.name):
            connection.exec_driver_sql(statement.replace("%", "%%") if "%" in statement else statement)
