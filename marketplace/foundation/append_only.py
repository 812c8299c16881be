"""Rows that are only ever added, in tables where the database itself refuses to change or delete one.

It stops mistakes and whoever has the application's role. The owner of the tables can take the guards away, and so can a
migration that builds a table of SQLite anew: `check-invariants` says when one is missing.
"""

from __future__ import annotations

from sqlalchemy import text

from marketplace.foundation.database import Base, session

MARK = {"append_only": True}  # goes into `info` of a table whose migration sets its guards

_FOUND = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    # One that is switched off is as good as gone.
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}


def tables_left_open() -> list[str]:
    """Invariant (I11): no table whose rows are only added can be changed."""
    found = set(session.scalars(text(_FOUND[session.get_bind().dialect.name])))
    marked = sorted(table.name for table in Base.metadata.tables.values() if table.info.get("append_only"))
    return [
        f"the rows of {table} can be {done}: its guard is gone, and the migrations set it"
        for table in marked
        for verb, done in (("update", "changed"), ("delete", "deleted"))
        if not {f"{table}_no_{verb}", f"{table}_no_change"} & found
    ]
