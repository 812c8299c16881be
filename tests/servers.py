"""Finds or starts what tests need: `python -m tests.servers postgresql|redis|chromium|stop`."""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

OWN = Path("/tmp") / f"htx-test-servers-{os.getuid()}"
OWN_PORT = 54329


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def postgresql() -> str | None:
    """The address of a server that lets us make databases: the given one, the local one, or one we start."""
    given = os.environ.get("TEST_DATABASE_URL")
    for url in filter(None, [given, *_local_addresses()]):
        if _answers(url):
            return url
    return _start_postgresql()


def _local_addresses() -> list[str]:
    user = os.environ.get("USER") or "root"
    names = [f"{name}@127.0.0.1:5432/postgres" for name in (user, "root", "postgres", "postgres:postgres")]
    return [f"postgresql+psycopg://{name}" for name in names]


def _answers(url: str) -> bool:
    engine = create_engine(url, connect_args={"connect_timeout": 2})
    try:
        with engine.connect() as connection:
            return bool(connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar())
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()


def _start_postgresql() -> str | None:
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    control = shutil.which("pg_ctl") or (f"{folders[-1]}/pg_ctl" if folders else None)
    if control is None:
        return None
    data = OWN / "postgresql"
    # PostgreSQL refuses to run as root; there the postgres user that its package made runs it.
    prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if not (data / "PG_VERSION").exists():
        OWN.mkdir(mode=0o755, exist_ok=True)
        data.mkdir(exist_ok=True)
        if prefix:
            shutil.chown(data, "postgres")
        _quiet(
            [*prefix, str(Path(control).with_name("initdb")), "-D", str(data), "-U", "htx", "-A", "trust", "-E", "UTF8"]
        )
    options = f"-p {OWN_PORT} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data}"
    _quiet([*prefix, control, "-D", str(data), "-o", options, "-w", "-l", str(data / "log"), "start"])
    url = f"postgresql+psycopg://htx@127.0.0.1:{OWN_PORT}/postgres"
    return url if _answers(url) else None


def stop() -> None:
    """Stop what we started."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    control = shutil.which("pg_ctl") or (f"{folders[-1]}/pg_ctl" if folders else None)
    if control and (OWN / "postgresql" / "postmaster.pid").exists():
        prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        _quiet([*prefix, control, "-D", str(OWN / "postgresql"), "-m", "fast", "stop"])
    shutil.rmtree(OWN, ignore_errors=True)


def redis() -> str | None:
    """The address of a Redis: the local one, or one we start for the rest of this machine's day."""
    if _listens(6379):
        return "redis://127.0.0.1:6379/9"
    program = shutil.which("redis-server")
    if program is None:
        return None
    _quiet([program, "--daemonize", "yes", "--bind", "127.0.0.1", "--port", "6379", "--save", "", "--appendonly", "no"])
    for _ in range(50):
        if _listens(6379):
            return "redis://127.0.0.1:6379/9"
        time.sleep(0.1)
    return None


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _quiet(command: list[str]) -> None:
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    found = {"postgresql": postgresql, "redis": redis, "chromium": chromium, "stop": stop}[sys.argv[1]]()
    if found:
        print(found)
    elif sys.argv[1] != "stop":
        sys.exit(1)
