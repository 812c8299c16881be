"""The demo market, filled once in a run of the tests and copied for whoever wants one of his own."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.server import ROOT

DONE = "filled"


def copy_filled(factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder for HTX_VAR with `market.sqlite` and its pictures, as the first `make run` leaves it. Filling takes a
    minute: the first that asks does it, also for the other processes of the run."""
    own = factory.mktemp(name)
    base = factory.getbasetemp()
    run = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    filled = run / "filled-demo"
    with (run / "filled-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (filled / DONE).exists():
            shutil.rmtree(filled, ignore_errors=True)
            filled.mkdir()
            _fill(filled)
            (filled / DONE).touch()
    shutil.copytree(filled, own, dirs_exist_ok=True)
    return own


def _fill(folder: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "marketplace.app.prepare"],
        env={**environment, "HTX_MODE": "demo", "HTX_VAR": str(folder)}, cwd=ROOT, check=False, capture_output=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.decode()[-2000:])
