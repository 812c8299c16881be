"""Migrations: one head, no drift from the models, up from empty and from every earlier revision with data in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from marketplace.foundation import database
from marketplace.foundation.settings import Settings
from marketplace.wiring import tables

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ROOT / "migrations" / "versions"


def config(url: str) -> Config:
    made = Config(str(ROOT / "alembic.ini"))
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


@pytest.fixture
def fresh_url(tmp_path: Path, settings: Settings, worker_name: str) -> Iterator[str]:
    """A database without any table, on the engine under test."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    name = f"htx_migrate_{os.getpid()}_{worker_name}"
    if server:
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        database.engine().dispose()
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()
    else:
        yield f"sqlite:///{tmp_path / 'fresh.sqlite'}"
    database.connect(settings.database_url)


def test_there_is_one_head_and_every_file_is_named_by_its_time() -> None:
    assert len(ScriptDirectory.from_config(config("sqlite://")).get_heads()) == 1
    for path in VERSIONS.glob("*.py"):
        assert re.fullmatch(r"\d{8}_\d{4}_[a-z0-9_]+\.py", path.name)


def test_models_and_migrations_do_not_drift(fresh_url: str) -> None:
    command.upgrade(config(fresh_url), "head")
    engine = create_engine(fresh_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
        differences = compare_metadata(context, tables.metadata)
    engine.dispose()
    assert differences == []


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """The word index stands in its migration only; it differs between the engines."""
    if kind == "table":
        return not (name or "").startswith("listing_words")
    return (kind, name) not in {("column", "words"), ("index", "ix_listing_words"), ("index", "ix_listing_title_words")}


def test_every_revision_upgrades_with_data_in_it(fresh_url: str) -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(config(fresh_url)).walk_revisions()][::-1]
    command.upgrade(config(fresh_url), revisions[0])
    engine = create_engine(fresh_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entry (at, tag, subject, reason, details)"
                " VALUES ('2026-11-23 00:00:00', 'a:b:c', 'test', 'kept', '{}')"
            )
        )
    for revision in revisions[1:]:
        command.upgrade(config(fresh_url), revision)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT reason FROM audit_entry")).scalars().all() == ["kept"]
        assert connection.execute(text("SELECT count(*) FROM commune")).scalar_one() == 3321
    engine.dispose()


def test_migrations_never_import_models() -> None:
    for path in VERSIONS.glob("*.py"):
        assert "models" not in path.read_text(), path.name
