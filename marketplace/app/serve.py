"""Everything with one command: migrate, fill a demo, then pages and worker until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

from marketplace.foundation.settings import BadSettings, Settings, read_settings

GRACE_SECONDS = 10


def main() -> int:
    try:
        settings = read_settings(os.environ)
    except BadSettings as mistakes:
        print(mistakes, file=sys.stderr)
        return 2
    settings.var.mkdir(parents=True, exist_ok=True)
    prepare = subprocess.run([sys.executable, "-m", "marketplace.app.prepare"], check=False)
    if prepare.returncode:
        return prepare.returncode
    print(f"\n  The market is open: http://{settings.host}:{settings.port}   (Ctrl-C closes it)\n", flush=True)
    return _watch([_pages(settings), _worker()])


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


def _watch(processes: list[subprocess.Popen[bytes]]) -> int:
    """Wait for Ctrl-C or for a process to die, then stop all; the exit code is 0 when asked to stop."""
    asked: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while not asked and all(process.poll() is None for process in processes):
        time.sleep(0.2)
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    return 0 if asked else 1


if __name__ == "__main__":
    sys.exit(main())
