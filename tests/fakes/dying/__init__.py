"""Servers and workers that kill themselves, as -9 would, at places that a drill names.

A drill writes its orders into a folder; every passage of a marked place is counted there, over all processes, so that
"the third time anybody comes here" is one moment and not one for each worker.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

from flask import has_request_context, request

from marketplace.foundation import faults

EVERYWHERE = "*"
ANSWERED = "answered"  # a place of the page workers that the application does not know


def listen(folder: Path, *, where: Callable[[], str]) -> None:
    """Obey the drill's orders in this process from now on; `where` says what it is doing at the moment."""

    def passed(place: str) -> None:
        try:
            order = json.loads((folder / "order").read_bytes())
        except FileNotFoundError:
            return
        if order["where"] != where() or order["place"] not in (place, EVERYWHERE):
            return
        if _number(folder / order["name"], place) in order["at"]:
            (folder / f"dead-{os.getpid()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)

    faults.arm(passed)


def _number(file: Path, place: str) -> int:
    """How many passages there have been, this one among them: an appended line ends where nobody else's does."""
    line = place.ljust(WIDTH - 1).encode() + b"\n"
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(descriptor, line)
        return os.lseek(descriptor, 0, os.SEEK_CUR) // WIDTH
    finally:
        os.close(descriptor)


WIDTH = 64


def posted_path() -> str:
    """Where the request that is being answered was posted; empty for reads and outside requests."""
    return request.path if has_request_context() and request.method == "POST" else ""
