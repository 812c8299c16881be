"""The log's tables, also before the migration that makes them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from marketplace.foundation import database
from marketplace.wiring import tables


@pytest.fixture(scope="session", name="database_url")
def _database_url(database_url: str) -> str:
    engine = database.connect(database_url)
    with engine.begin() as connection:
        tables.metadata.create_all(connection)
    engine.dispose()
    if engine.dialect.name == "sqlite":
        path = Path(make_url(database_url).database or "")
        shutil.copy(path, path.with_suffix(".clean"))
    return database_url
