"""Numbers of packs as people type them beside each line."""

from __future__ import annotations

from collections.abc import Collection

from flask import request


def packs(name: str, line_ids: Collection[int]) -> dict[int, int] | None:
    """So many packs of each line; None when something is no number. An empty field is none."""
    found = {}
    for line_id in line_ids:
        text = request.form.get(f"{name}-{line_id}", "").strip() or "0"
        if not (text.isascii() and text.isdigit() and len(text) < 5):
            return None
        found[line_id] = int(text)
    return found
