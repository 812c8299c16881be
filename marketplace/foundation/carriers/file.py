"""For trying things out: messages are written to a file, one JSON object a line, instead of to anybody."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class File:
    """Writes what a gateway would have been sent. A message that is written twice has the same `key` both times."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def deliver(self, key: str, content: dict[str, Any]) -> None:
        line = json.dumps({"key": key, **content}, ensure_ascii=False) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # One write in append mode: lines of two workers never mix.
        opened = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(opened, line.encode())
        finally:
            os.close(opened)
