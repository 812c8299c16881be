"""A migrated database per test run, put back after every test that wrote; an application and browsers without a screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from marketplace.app.factory import create_app
from marketplace.app.migrate import migrate
from marketplace.foundation import database
from marketplace.foundation.settings import Settings, read_settings
from marketplace.foundation.web import limits, shared_pages
from marketplace.wiring import tables
from tests import servers
from tests.client import Browser

REFERENCE_TABLES = {"province", "commune", "legacy_province", "legacy_commune", "public_version", "alembic_version"}


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[str]:
    """An empty, migrated database of this run alone."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    if not server:
        path = tmp_path_factory.mktemp("database") / "market.sqlite"
        url = f"sqlite:///{path}"
        migrate(url)
        database.connect(url).dispose()
        shutil.copy(path, path.with_suffix(".clean"))
        yield url
        return
    name = f"htx_test_{os.getpid()}_{worker_name}"
    with _Admin(server) as run:
        run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        run(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    migrate(url)
    yield url
    database.session.remove()
    database.engine().dispose()
    with _Admin(server) as run:
        run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class _Admin:
    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT")

    def __enter__(self) -> Callable[[str], object]:
        self.connection = self.engine.connect()
        return lambda statement: self.connection.execute(text(statement))

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.engine.dispose()


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    var = tmp_path_factory.mktemp("var")
    return read_settings(
        {
            "HTX_MODE": "test",
            "DATABASE_URL": database_url,
            "HTX_VAR": str(var),
            "HTX_PUBLIC_URL": "http://127.0.0.1:8000",
            "BENCH_COUNT_QUERIES": "1",
        }
    )


@pytest.fixture(scope="session")
def _application(settings: Settings) -> Flask:
    # Kept pages are looked at again with every request, so that a test need not wait a quarter of a second.
    shared_pages.LOOK_EVERY_SECONDS = 0.0
    return create_app(settings)


@pytest.fixture(name="database")
def _database(_application: Flask, database_url: str) -> Iterator[None]:
    """A migrated database with its geography and nothing else; whatever the test writes is gone afterwards."""
    engine, url = database.engine(), database_url
    wrote: list[bool] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if not statement.lstrip()[:6].upper().startswith(("SELECT", "BEGIN", "PRAGMA")):
            wrote.append(True)

    event.listen(engine, "before_cursor_execute", note)
    database.session.remove()
    yield
    database.session.remove()
    event.remove(engine, "before_cursor_execute", note)
    if wrote:
        empty(engine, url)


def empty(engine: Engine, url: str) -> None:
    """Put the database back to how it was after the migrations."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        path = Path(make_url(url).database or "")
        for leftover in (f"{path}-wal", f"{path}-shm"):
            Path(leftover).unlink(missing_ok=True)
        shutil.copy(path.with_suffix(".clean"), path)
        return
    names = ", ".join(f'"{name}"' for name in tables.metadata.tables if name not in REFERENCE_TABLES)
    with engine.connect() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture
def app(_application: Flask, database: None) -> Iterator[Flask]:
    """The application on an empty market, where nobody has tried anything yet."""
    limits.limiter.reset()
    with _application.app_context():
        yield _application


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A stranger's browser: keeps cookies, fills and sends forms with their tokens."""
    return Browser(app)


@pytest.fixture
def browsers(app: Flask) -> Callable[[], Browser]:
    """As many strangers' browsers as a test wants."""
    return lambda: Browser(app)


FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


# One for the whole run: two of Playwright's loops in one process get in each other's way.
@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A real browser, or the reason why there is none."""
    program = servers.chromium()
    if program is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
