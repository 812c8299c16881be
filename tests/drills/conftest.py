"""A market whose processes can be told where to die."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from marketplace import wiring
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.foundation.jobs import Job, JobState
from marketplace.foundation.settings import Settings
from tests.fakes.dying import EVERYWHERE, WIDTH
from tests.load.server import Buyer, running, wait_for_health

Answer = tuple[int, str, str]


@dataclass
class Drill:
    """One running market and the folder in which it reads its orders."""

    port: int
    folder: Path
    orders: int = 0
    buried: set[str] = field(default_factory=set)  # the names of those that died and were seen to be gone

    def kill(self, where: str, *at: int, place: str = EVERYWHERE) -> str:
        """From now on die at these passages, counted from 1; without any, only write the passages down. Gives the
        name under which they are kept."""
        self.orders += 1
        name = f"passed-{self.orders}"
        text = json.dumps({"name": name, "where": where, "place": place, "at": at})
        fresh = self.folder / "order.new"
        fresh.write_text(text)
        fresh.replace(self.folder / "order")
        return name

    def passed(self, name: str) -> list[str]:
        """The places passed since, in their order."""
        file = self.folder / name
        text = file.read_text() if file.exists() else ""
        return [text[start : start + WIDTH].strip() for start in range(0, len(text), WIDTH)]

    def has_killed(self) -> bool:
        """Somebody died since this was asked last, and is gone."""
        gone = {file.name for file in self.folder.glob("dead-*") if not Path(f"/proc/{file.name[5:]}").exists()}
        fresh = gone - self.buried
        self.buried |= gone
        return bool(fresh)

    @property
    def kills(self) -> int:
        return len(list(self.folder.glob("dead-*")))

    def press_again(self, buyer: Buyer, path: str, fields: dict[str, str]) -> Answer | None:
        """As `press`, once the market answers again."""
        self.wait_for_workers()
        return press(buyer, path, fields)

    def wait_for_workers(self) -> None:
        """Until the dead are buried, a connection may end in a socket of theirs; while all are dead, there is none."""
        while any(Path(f"/proc/{file.name[5:]}").exists() for file in self.folder.glob("dead-*")):
            time.sleep(0.01)
        wait_for_health(self.port)

    def end(self) -> None:
        """Nobody dies any more."""
        (self.folder / "order").unlink(missing_ok=True)


def press(buyer: Buyer, path: str, fields: dict[str, str]) -> Answer | None:
    """What the buyer is answered; None when the connection broke off."""
    try:
        return buyer.ask("POST", path, fields)
    except (OSError, http.client.HTTPException):
        return None


def broken() -> dict[str, object]:
    """Every rule of `check-invariants` that does not hold."""
    session.rollback()
    session.expire_all()
    return {name: found for name, rule in wiring.INVARIANTS.items() if (found := rule())}


def waiting_jobs() -> int:
    """Under way or soon to be; a reminder that is due in hours is nobody's story."""
    session.rollback()
    soon = clock.now() + timedelta(minutes=10)
    return session.query(Job).filter(Job.state.in_([JobState.QUEUED, JobState.RUNNING]), Job.run_at < soon).count()


def let_claims_lapse() -> None:
    """Five minutes pass for jobs that a dead worker had claimed."""
    with transaction():
        session.execute(update(Job).where(Job.state == JobState.RUNNING).values(run_at=clock.now()))


@pytest.fixture
def drilled(app: Flask, settings: Settings, tmp_path: Path) -> Callable[..., object]:
    """Start a market: `with drilled("tests.fakes.dying.wsgi") as drill`."""

    @contextmanager
    def start(module: str, *, worker: bool = False, port: int = 0, **more: str) -> Iterator[Drill]:
        session.remove()
        environment = {
            "HTX_MODE": "test",
            "DATABASE_URL": settings.database_url,
            "HTX_VAR": str(tmp_path),
            "HTX_PROXIES": "1",
            "HTX_SECRET_KEY": settings.secret_key,
            "HTX_DRILL": str(tmp_path),
            **more,
        }
        with running(module, environment, port=port, program="tests.fakes.dying.server") as port:
            process = _worker(environment, port) if worker else None
            try:
                yield Drill(port, tmp_path)
            finally:
                if process is not None:
                    process.kill()
                    process.wait(20)

    return start


def _worker(environment: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.dying.worker"],
        env={**os.environ, "HTX_PUBLIC_URL": f"http://127.0.0.1:{port}", **environment},
        cwd=root,
    )
