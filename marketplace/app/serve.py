"""Everything with one command: migrate, fill a demo, then pages, worker and stream until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from marketplace.foundation.settings import BadSettings, Settings, read_settings

GRACE_SECONDS = 10
RESPAWN_SECONDS = 2
LOOPBACK = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]
CARD_STAND_IN = ROOT / "tests" / "fakes" / "stripe"


def main() -> int:
    try:
        settings = read_settings(os.environ)
    except BadSettings as mistakes:
        print(mistakes, file=sys.stderr)
        return 2
    settings.var.mkdir(parents=True, exist_ok=True)
    beside = []
    if settings.is_demo and not settings.stripe_secret_key and CARD_STAND_IN.is_dir():
        beside.append(_take_cards_for_show(settings))
    prepare = subprocess.run([sys.executable, "-m", "marketplace.app.prepare"], check=False)
    if prepare.returncode:
        _stop(beside)
        return prepare.returncode
    stream = Respawned([sys.executable, "-m", "marketplace.app.stream"])
    return _watch(settings, [_pages(settings), _worker(), *beside], stream)


def _take_cards_for_show(settings: Settings) -> subprocess.Popen[bytes]:
    """A demo takes cards on a stand-in's page: no key, no network, no real money. It is part of a checkout of the
    source, not of the application."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        port = probe.getsockname()[1]
    secret, page = f"whsec_{secrets.token_hex(16)}", f"http://{LOOPBACK}:{port}"
    os.environ.update(
        HTX_STRIPE_KEY=f"sk_test_{secrets.token_hex(16)}",
        HTX_STRIPE_WEBHOOK_SECRETS=secret,
        HTX_STRIPE_BASE=page,
        HTX_STRIPE_PAGE=page,
    )
    return subprocess.Popen(
        [
            sys.executable, "-m", "tests.fakes.stripe", "--port", str(port), "--webhook-secret", secret,
            "--webhook-url", f"http://{LOOPBACK}:{settings.port}/webhooks/stripe",
        ],
        cwd=ROOT,
        start_new_session=True,
    )  # fmt: skip


def _pages(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", settings.host, "--port", str(settings.port),
            "--workers", str(settings.workers), "--blocking-threads", "1", "--backlog", "1024", "--no-ws",
            "--http", "1", "--respawn-failed-workers", "--log-level", "warning", "marketplace.app.wsgi:app",
        ],
        start_new_session=True,
    )  # fmt: skip


def _worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "marketplace.app.worker"], start_new_session=True)


class Respawned:
    """The stream of rooms: the market sells on without it, so its death ends nothing and it is started again."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self.begun = time.monotonic()
        return subprocess.Popen(self.command, start_new_session=True)

    def look_after(self) -> None:
        # One that cannot begin (its port is taken) is not tried more often than each few seconds.
        if self.process.poll() is not None and time.monotonic() - self.begun > RESPAWN_SECONDS:
            self.process = self._start()


def _watch(settings: Settings, processes: list[subprocess.Popen[bytes]], stream: Respawned) -> int:
    """Say when the pages answer; wait for Ctrl-C or for a process to die, then stop all. The exit code is 0 when asked to
    stop."""
    asked: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    is_said = False
    while not asked and all(process.poll() is None for process in processes):
        stream.look_after()
        if not is_said and _answers(settings):
            print(f"\n  The market is open: http://{settings.host}:{settings.port}   (Ctrl-C closes it)\n", flush=True)
            is_said = True
        time.sleep(0.2)
    _stop([*processes, stream.process])
    return 0 if asked else 1


def _answers(settings: Settings) -> bool:
    try:
        socket.create_connection((settings.host, settings.port), timeout=1).close()
    except OSError:
        return False
    return True


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
