"""A migrated database per test run, put back after every test that wrote; an application and browsers without a screen."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from xdist.scheduler import LoadScopeScheduling

from marketplace.accounts.actions import passwords
from marketplace.app.factory import create_app
from marketplace.app.migrate import migrate
from marketplace.foundation import database
from marketplace.foundation.settings import Settings, read_settings
from marketplace.foundation.web import limits, shared_pages
from marketplace.wiring import tables
from tests import servers
from tests.client import Browser

REFERENCE_TABLES = {"province", "commune", "legacy_province", "legacy_commune", "public_version", "alembic_version"}


ROOT = Path(__file__).resolve().parents[1]


class Grouped(LoadScopeScheduling):
    """Files whose tests are marked `xdist_group("…")` go to one process with all others of that group, so that what they
    share is built once and crowds do not press at the same time. (xdist's own way of telling groups to its scheduler
    does nothing with pytest 9.2: it writes to a name of the test that pytest no longer reads.)"""

    def _split_scope(self, nodeid: str) -> str:
        return _group_of(nodeid.partition("::")[0]) or nodeid


@cache
def _group_of(file: str) -> str:
    found = re.search(r'xdist_group\("(\w+)"\)', (ROOT / file).read_text())
    return found[1] if found else ""


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    return Grouped(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On another database only what asks for one is run again."""
    if not os.environ.get("TEST_DATABASE_URL"):
        return
    asking = [item for item in items if "database_url" in getattr(item, "fixturenames", ())]
    if any(item not in asking for item in items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
        items[:] = asking


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
        with closing(sqlite3.connect(path)) as market, closing(sqlite3.connect(path.with_suffix(".clean"))) as clean:
            market.backup(clean)
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
    # People are made by the thousand; test_registering looks at what a real password costs.
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
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
    """Put the database back to how it was after the migrations; servers that use it may go on running."""
    if engine.dialect.name == "sqlite":
        path = Path(make_url(url).database or "")
        with closing(sqlite3.connect(path.with_suffix(".clean"))) as clean, closing(sqlite3.connect(path)) as market:
            market.execute("PRAGMA synchronous = OFF")
            clean.backup(market)
        return
    names = sorted(name for name in tables.metadata.tables if name not in REFERENCE_TABLES)
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)
    counted = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
    with engine.execution_options(isolation_level="READ COMMITTED").begin() as connection:
        # To truncate all tables costs more than most tests do. As a replica nothing is checked or refused on the way.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in connection.scalars(text(filled)).all():
            connection.execute(text(f'DELETE FROM "{name}"'))
        for name in connection.scalars(text(counted)).all():
            if name.removesuffix("_id_seq") not in names:
                continue
            connection.execute(text(f"SELECT setval('\"{name}\"', 1, false)"))


@pytest.fixture
def app(_application: Flask, database: None) -> Iterator[Flask]:
    """The application on an empty market, where nobody has tried anything yet."""
    limits.limiter.reset()
    # Two tests' fairs may have the same address, and neither has changed anything since the other's page was kept.
    kept = _application.wsgi_app
    assert isinstance(kept, shared_pages.SharedPages)
    kept.pages.clear()
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
