"""Runs Alembic migrations with the market's own engine and settings."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import text

from marketplace.foundation import database
from marketplace.foundation.settings import read_settings
from marketplace.wiring import tables

url = context.config.get_main_option("sqlalchemy.url") or read_settings(os.environ).database_url
engine = database.connect(url)


def render_plainly(kind: str, thing: object, _: object) -> str | bool:
    """Migrations outlive the code: they name plain types, never ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, database.Moment) else False


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """The word index is made by hand, differently on each engine."""
    if kind == "table":
        return not (name or "").startswith("listing_words")
    return (kind, name) not in {("column", "words"), ("index", "ix_listing_words"), ("index", "ix_listing_title_words")}


with engine.connect() as plain:
    connection = plain.execution_options(writes=True)
    if engine.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="READ COMMITTED")
        # A migration that must wait for a busy table gives up instead of stopping the shop behind it.
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.execute(text("SET statement_timeout = '300s'"))
        connection.commit()
    else:
        # SQLite rebuilds tables to change them; foreign keys are checked again at the end.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
        include_object=is_ours,
        render_item=render_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
